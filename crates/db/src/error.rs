//! What can go wrong on a database, and what of it is worth another try.

use aileron_kernel::Refusal;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// The error of a transaction.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule refused. Nothing was written.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database cannot be reached, is full, or too much is waiting: try later. Nothing was acknowledged.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A statement took longer than statements may: the database is slow, or there is too much to do for it. Nothing was acknowledged.
    #[error("the request takes too long")]
    TimedOut,
    /// A uniqueness or reference rule of the schema was hit, which the command did not foresee.
    #[error("the data would break a rule of the schema ({statement})")]
    Rule {
        /// The statement that was refused.
        statement: String,
        /// What the database said.
        #[source]
        source: Source,
    },
    /// Two transactions were in each other's way; running the closure again may succeed.
    #[error("two transactions were in each other's way")]
    Conflict(#[source] Source),
    /// A statement failed for a reason that is a defect of ours.
    #[error("a statement failed ({statement})")]
    Statement {
        /// The statement that failed.
        statement: String,
        /// What the database said.
        #[source]
        source: Source,
    },
    /// A stored value is not of the type that its column should have.
    #[error("column {column} does not hold what it should")]
    Decode {
        /// Position of the column in the row.
        column: usize,
        /// What the driver said.
        #[source]
        source: Source,
    },
    /// The data contradicts itself, or an assumption of ours does not hold.
    #[error("inconsistent: {0}")]
    Inconsistent(String),
    /// The database cannot be used as it is; the message says what to do.
    #[error("{0}")]
    Unusable(String),
}

impl Error {
    /// Whether the same closure may be run again.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Conflict(_))
    }

    /// The refusal, if a rule refused.
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    pub(crate) fn from_sqlite(statement: &str, error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{
            CannotOpen, ConstraintViolation, DatabaseBusy, DatabaseLocked, DiskFull, OperationInterrupted, PermissionDenied, ReadOnly,
            SystemIoFailure,
        };
        match error.sqlite_error_code() {
            Some(DiskFull | SystemIoFailure | CannotOpen | DatabaseBusy | DatabaseLocked | PermissionDenied | ReadOnly) => {
                Self::Unavailable(error.to_string())
            }
            Some(OperationInterrupted) => Self::TimedOut,
            Some(ConstraintViolation) => Self::Rule { statement: statement.to_owned(), source: error.into() },
            _ => Self::Statement { statement: statement.to_owned(), source: error.into() },
        }
    }

    pub(crate) fn from_postgres(statement: &str, error: ::postgres::Error) -> Self {
        let Some(state) = error.code() else {
            return if error.is_closed() || error.as_db_error().is_none() && is_io(&error) {
                Self::Unavailable(error.to_string())
            } else {
                Self::Statement { statement: statement.to_owned(), source: error.into() }
            };
        };
        match state.code() {
            "40001" | "40P01" => Self::Conflict(error.into()),
            code if code.starts_with("23") => Self::Rule { statement: statement.to_owned(), source: error.into() },
            // A text with a character that this database cannot store: it came from outside.
            "22021" => Self::Refused(Refusal::detail("A text holds a character that cannot be stored.")),
            // A busy workspace: its lock did not come in time.
            "55P03" => Self::Unavailable("other changes to this workspace take too long".to_owned()),
            "57014" => Self::TimedOut,
            // Connection lost, resources short (disk full included), server going down.
            code if code.starts_with("08") || code.starts_with("53") || code.starts_with("57") || code.starts_with("58") => {
                Self::Unavailable(error.to_string())
            }
            _ => Self::Statement { statement: statement.to_owned(), source: error.into() },
        }
    }
}

fn is_io(error: &::postgres::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<std::io::Error>() {
            return true;
        }
        cause = error.source();
    }
    false
}
