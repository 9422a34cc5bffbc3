//! Connections to SQLite: settings, and refusing files that this version cannot use.

use std::path::Path;

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
