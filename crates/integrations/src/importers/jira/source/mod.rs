//! Reading issues from a file or a folder of files, one at a time, whatever their packing.
//!
//! A file may hold one issue (on one line or many), issues one per line, a list of them, or a search answer; each of
//! these plain or as gzip. A folder is walked, its files in the order of their names. Reading stops at the first error,
//! which says in which file and line it is.

mod error;
mod guard;
mod records;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

pub use error::{Fault, Origin, SourceError};

use self::{guard::Input, records::Records};
use super::Issue;

/// How much is read of what an unknown person sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest issue, in bytes of JSON.
    pub record_bytes: usize,
    /// The largest file, unpacked.
    pub file_bytes: u64,
    /// How many times larger than its file the content may be. JSON packs 5 to 30 times.
    pub ratio: u64,
    /// The most files of a folder.
    pub files: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { record_bytes: 16 << 20, file_bytes: 64 << 30, ratio: 200, files: 5_000_000 }
    }
}

/// The issues below a path. An iterator; to read again, open again.
#[derive(Debug)]
pub struct Source {
    files: std::vec::IntoIter<PathBuf>,
    current: Option<(Arc<Path>, Records<Input>)>,
    limits: Limits,
    progress: Progress,
    skipped: Vec<PathBuf>,
    failed: bool,
}

/// How far reading has come. Clones share it, so that a progress bar can look on.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    read: Arc<AtomicU64>,
    total: u64,
}

impl Progress {
    /// Bytes read from the files, as they lie on the disk.
    pub fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Bytes of all files on the disk.
    pub const fn total(&self) -> u64 {
        self.total
    }
}

impl Source {
    /// Opens a file or a folder.
    pub fn open(path: &Path, limits: Limits) -> Result<Self, SourceError> {
        let mut walk = Walk { limits, files: Vec::new(), skipped: Vec::new(), bytes: 0 };
        let kind = fs::metadata(path).map_err(|source| SourceError::Io { path: path.to_owned(), source })?;
        if kind.is_dir() {
            walk.folder(path, 0)?;
        } else if kind.is_file() {
            walk.bytes = kind.len();
            walk.files.push(path.to_owned());
        }
        if walk.files.is_empty() {
            return Err(SourceError::Nothing { path: path.to_owned() });
        }
        let progress = Progress { read: Arc::default(), total: walk.bytes };
        let (files, skipped) = (walk.files.into_iter(), walk.skipped);
        Ok(Self { files, current: None, limits, progress, skipped, failed: false })
    }

    /// How far reading has come.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// Files of the folder that were passed over, as their names do not end like JSON.
    pub fn skipped(&self) -> &[PathBuf] {
        &self.skipped
    }

    fn advance(&mut self) -> Result<Option<(Origin, Issue)>, SourceError> {
        loop {
            if let Some((file, records)) = &mut self.current {
                if let Some(record) = records.next_record().map_err(|fault| fault.at(file))? {
                    let origin = Origin { file: Arc::clone(file), line: record.line };
                    let issue = Issue::parse(record.json).map_err(|error| SourceError::of_issue(&origin, &error))?;
                    return Ok(Some((origin, issue)));
                }
                self.current = None;
            }
            let Some(path) = self.files.next() else { return Ok(None) };
            let input = guard::open(&path, self.limits, Arc::clone(&self.progress.read))?;
            self.current = Some((path.into(), Records::new(input, self.limits.record_bytes)));
        }
    }
}

impl Iterator for Source {
    type Item = Result<(Origin, Issue), SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let next = self.advance().transpose();
        self.failed = matches!(next, Some(Err(_)));
        next
    }
}

struct Walk {
    limits: Limits,
    files: Vec<PathBuf>,
    skipped: Vec<PathBuf>,
    bytes: u64,
}

impl Walk {
    /// Symbolic links are not followed: they could lead in circles, or out of the folder.
    fn folder(&mut self, folder: &Path, depth: usize) -> Result<(), SourceError> {
        let failed = |source| SourceError::Io { path: folder.to_owned(), source };
        let mut entries = fs::read_dir(folder).map_err(failed)?.collect::<Result<Vec<_>, _>>().map_err(failed)?;
        entries.sort_unstable_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let (path, kind) = (entry.path(), entry.file_type().map_err(failed)?);
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            if kind.is_dir() && depth < 32 {
                self.folder(&path, depth + 1)?;
            } else if kind.is_file() && is_json(&path) {
                self.bytes += entry.metadata().map_err(failed)?.len();
                self.files.push(path);
            } else {
                self.skipped.push(path);
            }
            if self.files.len() + self.skipped.len() > self.limits.files {
                return Err(SourceError::TooManyFiles { path: folder.to_owned(), limit: self.limits.files });
            }
        }
        Ok(())
    }
}

fn is_json(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    [".json", ".jsonl", ".ndjson"].iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests;
