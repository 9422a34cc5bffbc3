//! One connection to either database, and how a statement runs on it.

use sea_query::Values;

use crate::{Dialect, Error, Result, Row, postgres::PgConnection, row::Decode};

pub(crate) enum Conn {
    Sqlite(rusqlite::Connection),
    Postgres(Box<PgConnection>),
}

impl Conn {
    pub(crate) const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs statements without values, several at once.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        match self {
            Self::Sqlite(conn) => conn.execute_batch(sql).map_err(|error| Error::from_sqlite(sql, error)),
            Self::Postgres(conn) => conn.batch(sql),
        }
    }

    /// Runs a statement of constant text without values, prepared once.
    pub(crate) fn run(&mut self, sql: &'static str) -> Result<()> {
        match self {
            Self::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(sql).map_err(|error| Error::from_sqlite(sql, error))?;
                statement.raw_execute().map(|_| ()).map_err(|error| Error::from_sqlite(sql, error))
            }
            Self::Postgres(conn) => conn.batch(sql),
        }
    }

    /// Runs a statement that changes rows; how many.
    pub(crate) fn execute(&mut self, sql: &str, values: Values) -> Result<u64> {
        match self {
            Self::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(sql).map_err(|error| Error::from_sqlite(sql, error))?;
                let values = bound(values);
                let rows = statement.execute(&*values.as_params()).map_err(|error| Error::from_sqlite(sql, error))?;
                Ok(u64::try_from(rows).unwrap_or(0))
            }
            Self::Postgres(conn) => conn.execute(sql, values),
        }
    }

    /// Runs a statement that answers one column.
    pub(crate) fn column<T: Decode>(&mut self, sql: &str, values: Values) -> Result<Vec<T>> {
        self.query(sql, values, |row| {
            let value = row.take()?;
            Ok(value)
        })
    }

    /// Runs a statement that answers rows, each decoded as it comes.
    pub(crate) fn query<T>(&mut self, sql: &str, values: Values, mut decode: impl FnMut(&mut Row<'_>) -> Result<T>) -> Result<Vec<T>> {
        match self {
            Self::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(sql).map_err(|error| Error::from_sqlite(sql, error))?;
                let values = bound(values);
                let mut rows = statement.query(&*values.as_params()).map_err(|error| Error::from_sqlite(sql, error))?;
                let mut found = Vec::new();
                while let Some(row) = rows.next().map_err(|error| Error::from_sqlite(sql, error))? {
                    found.push(decode(&mut Row::sqlite(row))?);
                }
                Ok(found)
            }
            Self::Postgres(conn) => conn.query(sql, values)?.iter().map(|row| decode(&mut Row::postgres(row))).collect(),
        }
    }
}

fn bound(values: Values) -> sea_query_rusqlite::RusqliteValues {
    sea_query_rusqlite::RusqliteValues(values.0.into_iter().map(sea_query_rusqlite::RusqliteValue).collect())
}
