//! Reading all rows of an instance as they stand at one instant, while others write.

use postgres::fallible_iterator::FallibleIterator as _;
use rusqlite::types::ValueRef;
use sea_query::Values;

use super::{
    Applied, Cell, Class, TableShape,
    cell::canonical,
    shape::{self, Stored},
    sql,
};
use crate::{
    Dialect, Error, Result, Settings,
    conn::Conn,
    migrate,
    postgres::{PgConnection, Server},
    sqlite,
};

const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// An instance at one instant, on a connection of its own that only reads. It is read as the owner of its tables: row-level security
/// hides nothing. Not to be used on a thread that runs async code.
pub struct Snapshot {
    pub(crate) conn: Conn,
    stored: Vec<Stored>,
    applied: Applied,
}

impl Snapshot {
    /// Opens the instance as it is, whatever the version of its schema; refuses one of a newer program.
    pub fn open(settings: &Settings) -> Result<Self> {
        let mut conn = match &settings.url {
            Some(url) => {
                let server = Server::new(url, settings.ca_file.as_deref())?;
                let mut conn = Conn::Postgres(Box::new(PgConnection::as_owner(&server)?));
                conn.batch(sql::UNHURRIED)?;
                conn.batch(SNAPSHOT)?;
                conn
            }
            None if !settings.path.exists() => {
                return Err(Error::Unusable(format!("there is no database at {}", settings.path.display())));
            }
            None => {
                let mut conn = Conn::Sqlite(sqlite::open_reader(&settings.path)?);
                conn.batch("BEGIN")?;
                migrate::check_readable(&mut conn, &settings.path)?;
                conn
            }
        };
        let is_used = match conn.dialect() {
            Dialect::Sqlite => sql::SQLITE_IS_USED,
            Dialect::Postgres => sql::POSTGRES_IS_USED,
        };
        if !conn.query(is_used, Values(vec![]), |row| row.take::<bool>())?.contains(&true) {
            return Err(Error::Unusable("there is no instance of Aileron in this database".to_owned()));
        }
        let applied = migrate::applied(&mut conn)?;
        Ok(Self { stored: shape::read(&mut conn)?, conn, applied })
    }

    /// Which database it is.
    pub const fn dialect(&self) -> Dialect {
        self.conn.dialect()
    }

    /// What migrations were run on it.
    pub const fn applied(&self) -> &Applied {
        &self.applied
    }

    /// Its tables by name.
    pub fn tables(&self) -> Vec<TableShape> {
        self.stored.iter().map(|stored| stored.shape.clone()).collect()
    }

    /// Hands out every row of a table, in the order of its primary key; how many there were.
    pub fn rows<E: From<Error>>(&mut self, table: &str, each: impl FnMut(Vec<Cell>) -> Result<(), E>) -> Result<u64, E> {
        let stored = self.stored.iter().find(|stored| stored.shape.name == table);
        let stored = stored.ok_or_else(|| Error::Inconsistent(format!("there is no table {table}")))?;
        match &mut self.conn {
            Conn::Sqlite(conn) => sqlite_rows(conn, stored, each),
            Conn::Postgres(conn) => postgres_rows(conn, stored, each),
        }
    }

    /// How far its logs have got: equal for two snapshots between which nothing was written.
    pub fn heads(&mut self) -> Result<(i64, i64)> {
        let heads = self.conn.query(sql::HEADS, Values(vec![]), |row| Ok((row.take()?, row.take()?)))?;
        heads.first().copied().ok_or_else(|| Error::Inconsistent("the logs have no ends".to_owned()))
    }
}

fn sqlite_rows<E: From<Error>>(
    conn: &rusqlite::Connection,
    Stored { shape, .. }: &Stored,
    mut each: impl FnMut(Vec<Cell>) -> Result<(), E>,
) -> Result<u64, E> {
    let sql = format!("SELECT {} FROM {} ORDER BY {}", shape.list(|_, name| format!("\"{name}\"")), shape.name, shape.order());
    let failed = |error| Error::from_sqlite(&sql, error);
    let mut statement = conn.prepare(&sql).map_err(failed)?;
    let mut rows = statement.query([]).map_err(failed)?;
    let mut count = 0;
    while let Some(row) = rows.next().map_err(failed)? {
        let mut cells = Vec::with_capacity(shape.columns.len());
        for (place, column) in shape.columns.iter().enumerate() {
            let cell = match (column.class, row.get_ref(place).map_err(failed)?) {
                (_, ValueRef::Null) => Some(Cell::Null),
                (Class::Integer, ValueRef::Integer(number)) => Some(Cell::Integer(number)),
                (Class::Real, ValueRef::Real(number)) => Some(Cell::Real(number)),
                (Class::Blob, ValueRef::Blob(bytes)) => Some(Cell::Text(hex::encode(bytes))),
                (Class::Text, ValueRef::Text(text)) => std::str::from_utf8(text).ok().map(|text| Cell::Text(text.to_owned())),
                (Class::Json, ValueRef::Text(text)) => std::str::from_utf8(text).ok().and_then(|text| canonical(text).ok()).map(Cell::Text),
                _ => None,
            };
            cells.push(cell.ok_or_else(|| unreadable(shape, &column.name))?);
        }
        each(cells)?;
        count += 1;
    }
    Ok(count)
}

fn postgres_rows<E: From<Error>>(
    conn: &mut PgConnection,
    Stored { shape, types }: &Stored,
    mut each: impl FnMut(Vec<Cell>) -> Result<(), E>,
) -> Result<u64, E> {
    let as_text = |place: usize, name: &str| match types.get(place).map(String::as_str) {
        Some("uuid") => format!("replace(\"{name}\"::text, '-', '')"),
        Some("bytea") => format!("encode(\"{name}\", 'hex')"),
        Some("boolean") => format!("\"{name}\"::int::text"),
        _ => format!("\"{name}\"::text"),
    };
    let sql = format!("SELECT {} FROM {} ORDER BY {}", shape.list(as_text), shape.name, shape.order());
    let failed = |error| Error::from_postgres(&sql, error);
    let mut rows = conn.client().query_raw(&sql, Vec::<i64>::new()).map_err(failed)?;
    let mut count = 0;
    while let Some(row) = rows.next().map_err(failed)? {
        let mut cells = Vec::with_capacity(shape.columns.len());
        for (place, column) in shape.columns.iter().enumerate() {
            let Some(text) = row.try_get::<_, Option<&str>>(place).map_err(failed)? else {
                cells.push(Cell::Null);
                continue;
            };
            let cell = match column.class {
                Class::Integer => text.parse().ok().map(Cell::Integer),
                Class::Real => text.parse().ok().map(Cell::Real),
                Class::Text | Class::Blob => Some(Cell::Text(text.to_owned())),
                Class::Json => canonical(text).ok().map(Cell::Text),
            };
            cells.push(cell.ok_or_else(|| unreadable(shape, &column.name))?);
        }
        each(cells)?;
        count += 1;
    }
    Ok(count)
}

fn unreadable(table: &TableShape, column: &str) -> Error {
    Error::Inconsistent(format!("a row of {} does not hold in {column} what it should", table.name))
}
