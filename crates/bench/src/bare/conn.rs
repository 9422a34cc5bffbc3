//! Where the two databases differ: connections, values, rows. What runs on them is the same text, with values as `$1` and so on in
//! the order in which they first appear (SQLite takes them for names).

use std::{collections::HashMap, path::Path};

use anyhow::Result;
use postgres::{Client, NoTls, Statement, types::ToSql};
use rusqlite::{Connection, OpenFlags};

/// A connection with the statements that were prepared on it. Each belongs to one thread.
pub(super) enum Conn {
    Sqlite(Connection),
    Postgres(Box<Prepared>),
}

/// A connection to PostgreSQL, whose client keeps no statements by itself.
pub(super) struct Prepared {
    client: Client,
    statements: HashMap<String, Statement>,
}

/// What a statement can be given.
pub(super) trait Value: rusqlite::ToSql + ToSql + Sync {}
impl<T: rusqlite::ToSql + ToSql + Sync> Value for T {}

/// What a column can hold.
pub(super) trait Column: rusqlite::types::FromSql + for<'a> postgres::types::FromSql<'a> {}
impl<T: rusqlite::types::FromSql + for<'a> postgres::types::FromSql<'a>> Column for T {}

/// A row of an answer.
pub(super) enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r postgres::Row),
}

impl Row<'_> {
    pub(super) fn get<T: Column>(&self, column: usize) -> T {
        match self {
            Self::Sqlite(row) => row.get(column).expect("the column is of this type"),
            Self::Postgres(row) => row.get(column),
        }
    }
}

impl Conn {
    /// The one that writes.
    pub(super) fn writer(path: &Path) -> Result<Self> {
        let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; \
             PRAGMA cache_size = -65536; PRAGMA mmap_size = 268435456; PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 4000";
        Self::sqlite(path, OpenFlags::SQLITE_OPEN_READ_WRITE, settings)
    }

    /// One that reads.
    pub(super) fn reader(path: &Path) -> Result<Self> {
        let settings = "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192; PRAGMA mmap_size = 268435456";
        Self::sqlite(path, OpenFlags::SQLITE_OPEN_READ_ONLY, settings)
    }

    fn sqlite(path: &Path, access: OpenFlags, settings: &str) -> Result<Self> {
        let conn = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        conn.set_prepared_statement_cache_capacity(100);
        conn.execute_batch(settings)?;
        Ok(Self::Sqlite(conn))
    }

    /// One to PostgreSQL, as the role that owns the tables: nothing is fenced off from it.
    pub(super) fn postgres(url: &str) -> Result<Self> {
        let mut client = Client::connect(url, NoTls)?;
        client.batch_execute("SET TIME ZONE 'UTC'")?;
        Ok(Self::Postgres(Box::new(Prepared { client, statements: HashMap::new() })))
    }

    /// How a transaction begins that reads one snapshot.
    pub(super) const fn begin(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "BEGIN",
            Self::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// Runs what has no values and no answer.
    pub(super) fn run(&mut self, sql: &'static str) {
        match self {
            Self::Sqlite(conn) => conn.prepare_cached(sql).and_then(|mut statement| statement.raw_execute()).map(|_| ()).expect(sql),
            Self::Postgres(conn) => conn.client.batch_execute(sql).expect(sql),
        }
    }

    /// Runs a statement and hands each row on as it comes.
    pub(super) fn each(&mut self, sql: &str, values: &[&dyn Value], mut take: impl FnMut(&Row<'_>)) -> Result<()> {
        match self {
            Self::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(sql)?;
                let mut rows = statement.query(rusqlite::params_from_iter(values.iter().map(|value| *value as &dyn rusqlite::ToSql)))?;
                while let Some(row) = rows.next()? {
                    take(&Row::Sqlite(row));
                }
            }
            Self::Postgres(conn) => {
                let statement = conn.prepared(sql)?;
                let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| *value as &(dyn ToSql + Sync)).collect();
                conn.client.query(&statement, &values)?.iter().for_each(|row| take(&Row::Postgres(row)));
            }
        }
        Ok(())
    }

    /// All rows of a statement.
    pub(super) fn all<T>(&mut self, sql: &str, values: &[&dyn Value], mut of: impl FnMut(&Row<'_>) -> T) -> Result<Vec<T>> {
        let mut found = Vec::new();
        self.each(sql, values, |row| found.push(of(row)))?;
        Ok(found)
    }

    /// The row of a statement that has one at most.
    pub(super) fn one<T>(&mut self, sql: &str, values: &[&dyn Value], mut of: impl FnMut(&Row<'_>) -> T) -> Result<Option<T>> {
        let mut found = None;
        self.each(sql, values, |row| found = Some(of(row)))?;
        Ok(found)
    }
}

impl Prepared {
    fn prepared(&mut self, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}
