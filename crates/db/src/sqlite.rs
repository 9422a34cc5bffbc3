//! Connections to SQLite: settings, and refusing files that this version cannot use.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use crate::{Error, Result};

/// Opens the file for writing, making it if there is none.
pub(crate) fn open_writer(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = opened(path, flags)?;
    let settings = "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
         PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536; PRAGMA mmap_size = 268435456; PRAGMA trusted_schema = OFF; \
         PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 4000";
    conn.execute_batch(settings).map_err(|error| unusable(path, error))?;
    Ok(conn)
}

/// Opens the file for reading only. It must exist.
pub(crate) fn open_reader(path: &Path) -> Result<Connection> {
    let conn = opened(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    let settings = "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192; PRAGMA mmap_size = 268435456; PRAGMA trusted_schema = OFF; \
         PRAGMA query_only = ON";
    conn.execute_batch(settings).map_err(|error| unusable(path, error))?;
    Ok(conn)
}

fn opened(path: &Path, flags: OpenFlags) -> Result<Connection> {
    let conn = Connection::open_with_flags(path, flags).map_err(|error| unusable(path, error))?;
    conn.busy_timeout(std::time::Duration::from_secs(5)).map_err(|error| unusable(path, error))?;
    // Without this, a statement whose value might decide about a partial index is prepared anew each time the value is bound.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(|error| unusable(path, error))?;
    conn.set_prepared_statement_cache_capacity(400);
    Ok(conn)
}

/// How long one closure may read, in milliseconds: its thread is one of a few that all read with. PostgreSQL has a limit of its own.
const READING: u64 = 30_000;
/// After so many steps of SQLite's machine it is looked at the time: some milliseconds.
const STEPS: i32 = 100_000;

/// Interrupts statements of a connection that read for too long.
pub(crate) struct Patience {
    started: Instant,
    /// Milliseconds that a closure may take.
    most: u64,
    /// Milliseconds after the start at which it ends.
    end: Arc<AtomicU64>,
}

impl Patience {
    /// Watches over this connection.
    pub(crate) fn of(conn: &Connection) -> Result<Self> {
        Self::limited(conn, READING)
    }

    fn limited(conn: &Connection, most: u64) -> Result<Self> {
        let (started, end) = (Instant::now(), Arc::new(AtomicU64::new(u64::MAX)));
        let watched = end.clone();
        let set = conn.progress_handler(STEPS, Some(move || millis(started) > watched.load(Ordering::Relaxed)));
        set.map(|()| Self { started, most, end }).map_err(|error| Error::Inconsistent(error.to_string()))
    }

    /// A closure begins.
    pub(crate) fn begin(&self) {
        self.end.store(millis(self.started) + self.most, Ordering::Relaxed);
    }

    /// It has ended.
    pub(crate) fn end(&self) {
        self.end.store(u64::MAX, Ordering::Relaxed);
    }
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// What to say of a file that cannot be opened or read.
pub(crate) fn unusable(path: &Path, error: rusqlite::Error) -> Error {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    match error.sqlite_error_code() {
        Some(NotADatabase) => Error::Unusable(format!(
            "{} is not a database. If it was one, restore it from a backup; if not, name another data folder.",
            path.display()
        )),
        Some(DatabaseCorrupt) => Error::Unusable(format!(
            "{} is damaged ({error}). Stop here, keep a copy of the file and its -wal, and restore the last backup.",
            path.display()
        )),
        _ => Error::Unavailable(format!("{}: {error}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_reads_for_too_long_is_interrupted() {
        let conn = Connection::open_in_memory().unwrap();
        let patience = Patience::limited(&conn, 50).unwrap();
        let count = |most: u64| {
            let sql = format!("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {most}) SELECT count(*) FROM n");
            conn.query_row(&sql, [], |row| row.get::<_, i64>(0)).map_err(|error| Error::from_sqlite(&sql, error))
        };
        patience.begin();
        assert!(matches!(count(u64::MAX >> 1), Err(Error::TimedOut)));
        patience.end();
        assert_eq!(count(1_000_000).unwrap(), 1_000_000, "the connection is as before");
    }
}
