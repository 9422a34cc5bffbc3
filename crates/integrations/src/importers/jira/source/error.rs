//! What can be wrong with a file, and where.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Where a record was read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The file.
    pub file: Arc<Path>,
    /// The line on which the record begins, from 1, of the unpacked content.
    pub line: u64,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}", self.file.display(), self.line)
    }
}

/// Why no more can be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A file or folder cannot be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no file to read.
    #[error("{}: no JSON files here", path.display())]
    Nothing {
        /// Where.
        path: PathBuf,
    },
    /// A folder without end.
    #[error("{}: more than {limit} files", path.display())]
    TooManyFiles {
        /// Which.
        path: PathBuf,
        /// How many are read.
        limit: usize,
    },
    /// A packing or an encoding that is not read here.
    #[error("{}: {what}", path.display())]
    Unsupported {
        /// Which file.
        path: PathBuf,
        /// What it is and what to do.
        what: &'static str,
    },
    /// The content is wrong at this place.
    #[error("{origin}: {fault}")]
    At {
        /// Where.
        origin: Origin,
        /// What.
        fault: Fault,
    },
}

/// What is wrong with the content of a file.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A gzip file that was not completely copied.
    #[error("the gzip file ends too early; it is not complete")]
    TruncatedGzip,
    /// A gzip file with wrong check sums or garbage.
    #[error("the gzip file is damaged: {0}")]
    DamagedGzip(String),
    /// A small file that unpacks to something enormous.
    #[error("the file unpacks to more than {0} times its size; it is not read further")]
    Bomb(u64),
    /// A file over the limit.
    #[error("the file holds more than {0} bytes; it is not read further")]
    FileTooLong(u64),
    /// One issue over the limit.
    #[error("this issue is longer than {0} bytes")]
    RecordTooLong(usize),
    /// No JSON.
    #[error("expected a JSON object, found {0}")]
    NotJson(String),
    /// The file ends within a record.
    #[error("the file ends in the middle of this record")]
    Incomplete,
    /// JSON with a mistake.
    #[error("invalid JSON: {0}")]
    InvalidJson(String),
    /// JSON, but no issue.
    #[error("not a Jira issue: {0}")]
    NotAnIssue(String),
    /// The system cannot read on.
    #[error("{0}")]
    Io(io::Error),
}

impl SourceError {
    /// The file and line, where the content is at fault.
    pub const fn origin(&self) -> Option<&Origin> {
        match self {
            Self::At { origin, .. } => Some(origin),
            _ => None,
        }
    }

    pub(super) fn of_issue(origin: &Origin, error: &serde_json::Error) -> Self {
        // serde counts from the beginning of the record.
        let line = origin.line + (error.line().max(1) as u64 - 1);
        let origin = Origin { line, ..origin.clone() };
        let whole = error.to_string();
        let message = whole.rsplit_once(" at line ").map_or(whole.as_str(), |(message, _)| message);
        let fault = if error.is_data() {
            Fault::NotAnIssue(message.to_owned())
        } else {
            Fault::InvalidJson(format!("{message} at column {}", error.column()))
        };
        Self::At { origin, fault }
    }
}

/// A fault on a line of a file that the reader does not know the name of.
#[derive(Debug)]
pub(super) struct Located {
    pub(super) line: u64,
    pub(super) fault: Fault,
}

impl Located {
    pub(super) fn at(self, file: &Arc<Path>) -> SourceError {
        SourceError::At { origin: Origin { file: Arc::clone(file), line: self.line }, fault: self.fault }
    }
}
