//! Writing rows into an empty database, all or nothing.
//!
//! Everything happens in one transaction: the schema at the version of the rows, the rows, the migrations since, and what is made anew from
//! them. References are checked once all rows are there, so their order does not matter. A SQLite file grows under another name until it
//! is whole.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use sea_query::Values;

use super::{
    Cell, Class, TableShape,
    shape::{self, Stored},
    sql,
};
use crate::{
    Dialect, Error, Result, Session, Settings,
    conn::Conn,
    migrate,
    postgres::{PgConnection, Server},
    session::Env,
    sqlite,
};

/// A database that is being filled. Dropped before [`Loading::commit`], it leaves nothing. Not to be used on a thread that runs async code.
pub struct Loading {
    session: Session,
    env: Env,
    stored: Vec<Stored>,
    /// The references that wait for the rows (PostgreSQL): table, name, definition.
    references: Vec<(String, String, String)>,
    /// Dropped after the connection.
    file: Option<Growing>,
}

/// How the name of a file ends that is not whole yet.
const GROWING: &str = "db.restoring";

/// Removes what was not whole, as far as it is there.
fn remove(path: &Path) {
    for beside in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(path.with_extension(format!("{GROWING}{beside}")));
    }
}

/// A file that is not whole yet.
struct Growing {
    temporary: PathBuf,
    path: PathBuf,
}

impl Drop for Growing {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

impl Loading {
    /// Begins to fill an empty database with rows of this version of the schema. One that was ever used is refused.
    pub fn begin(settings: &Settings, schema: i64) -> Result<Self> {
        if schema > migrate::SCHEMA_VERSION {
            let known = migrate::SCHEMA_VERSION;
            let message =
                format!("the rows are those of a newer version of Aileron (schema {schema}, this program knows {known}): use that version");
            return Err(Error::Unusable(message));
        }
        let env = Env { clock: settings.clock.clone(), random: settings.random.clone(), statements: std::sync::Arc::default() };
        let (mut conn, file) = match &settings.url {
            Some(url) => (empty_server(&Server::new(url, settings.ca_file.as_deref())?)?, None),
            None => empty_file(&settings.path).map(|(conn, file)| (conn, Some(file)))?,
        };
        if conn.dialect() == Dialect::Postgres {
            conn.batch(sql::UNHURRIED)?;
        }
        migrate::up_to(&mut conn, settings.clock.as_ref(), schema)?;
        let references = if conn.dialect() == Dialect::Postgres { let_go(&mut conn)? } else { Vec::new() };
        let stored = shape::read(&mut conn)?;
        Ok(Self { session: Session::new(conn, env.clone()), env, stored, references, file })
    }

    /// The tables that it can take, by name.
    pub fn tables(&self) -> Vec<TableShape> {
        self.stored.iter().map(|stored| stored.shape.clone()).collect()
    }

    /// Writes the rows that `next` gives until there are no more; how many there are in the table then.
    pub fn load<E: From<Error>>(&mut self, table: &str, next: impl FnMut() -> Result<Option<Vec<Cell>>, E>) -> Result<u64, E> {
        let stored = self.stored.iter().find(|stored| stored.shape.name == table);
        let stored = stored.ok_or_else(|| Error::Inconsistent(format!("there is no table {table}")))?;
        match &mut self.session.conn {
            Conn::Sqlite(conn) => sqlite_load(conn, stored, next)?,
            Conn::Postgres(conn) => postgres_load(conn, stored, next)?,
        }
        let counted = self.session.conn.query(&format!("SELECT count(*) FROM {table}"), Values(vec![]), |row| row.take::<i64>())?;
        Ok(counted.first().copied().and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
    }

    /// All rows are there: their references are checked, and the schema is brought to this version.
    pub fn complete(&mut self) -> Result<()> {
        let conn = &mut self.session.conn;
        for (table, name, definition) in std::mem::take(&mut self.references) {
            conn.batch(&format!("ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"))?;
        }
        if conn.dialect() == Dialect::Sqlite {
            let astray = conn.query(sql::SQLITE_ASTRAY, Values(vec![]), |row| Ok((row.take::<String>()?, row.take::<String>()?)))?;
            if let Some((table, parent)) = astray.first() {
                return Err(Error::Inconsistent(format!(
                    "{} rows name others that are not there, the first in {table}: {parent}",
                    astray.len()
                )));
            }
        }
        migrate::up_to(conn, self.env.clock.as_ref(), migrate::SCHEMA_VERSION)?;
        conn.batch("ANALYZE")
    }

    /// Runs a closure on what is there so far: for what is made anew from the rows.
    pub fn run<T>(&mut self, mut closure: impl FnMut(&mut Session) -> Result<T>) -> Result<T> {
        self.session.begin(true);
        let done = closure(&mut self.session)?;
        self.session.finish()?;
        for (sql, values) in self.session.take_at_commit() {
            self.session.execute(sql, values)?;
        }
        Ok(done)
    }

    /// Makes it last.
    pub fn commit(mut self) -> Result<()> {
        self.session.conn.batch("COMMIT")?;
        if self.session.dialect() == Dialect::Sqlite {
            // As the server has it: it would have to wait for readers to change that.
            self.session.conn.batch("PRAGMA journal_mode = WAL")?;
        }
        drop(self.session);
        let Some(file) = self.file else { return Ok(()) };
        // A link and not a new name: it fails where somebody has made that file meanwhile.
        let kept = std::fs::File::open(&file.temporary).and_then(|content| content.sync_all());
        let kept = kept.and_then(|()| std::fs::hard_link(&file.temporary, &file.path)).and_then(|()| sync_folder(&file.path));
        kept.map_err(|error| Error::Unavailable(format!("{}: {error}", file.path.display())))
    }
}

fn sync_folder(path: &Path) -> std::io::Result<()> {
    path.parent().map_or(Ok(()), |folder| std::fs::File::open(folder)?.sync_all())
}

fn empty_file(path: &Path) -> Result<(Conn, Growing)> {
    if path.exists() {
        return Err(not_empty(&path.display().to_string(), "name another data folder, or move the file away"));
    }
    remove(path);
    let file = Growing { temporary: path.with_extension(GROWING), path: path.to_owned() };
    let mut conn = Conn::Sqlite(sqlite::open_writer(&file.temporary)?);
    // The file is nobody's until it is whole, and thrown away if it never is: it needs no journal.
    conn.batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE")?;
    Ok((conn, file))
}

fn empty_server(server: &Server) -> Result<Conn> {
    let mut conn = migrate::begin_postgres(server)?;
    let used = conn.query(sql::POSTGRES_IS_USED, Values(vec![]), |row| row.take::<bool>())?;
    if used.contains(&true) {
        return Err(not_empty("the PostgreSQL database", "make a new one"));
    }
    Ok(conn)
}

fn not_empty(what: &str, instead: &str) -> Error {
    Error::Unusable(format!("{what} holds an instance already, and nothing is written over it: {instead}"))
}

/// Takes the references off all tables, to be put back when the rows are there: then each is checked at once, in any order of tables.
fn let_go(conn: &mut Conn) -> Result<Vec<(String, String, String)>> {
    let references = conn.query(sql::POSTGRES_REFERENCES, Values(vec![]), |row| Ok((row.take()?, row.take()?, row.take()?)))?;
    for (table, name, _) in &references as &Vec<(String, String, String)> {
        conn.batch(&format!("ALTER TABLE {table} DROP CONSTRAINT {name}"))?;
    }
    Ok(references)
}

fn sqlite_load<E: From<Error>>(
    conn: &rusqlite::Connection,
    Stored { shape, .. }: &Stored,
    mut next: impl FnMut() -> Result<Option<Vec<Cell>>, E>,
) -> Result<(), E> {
    let (columns, marks) = (shape.list(|_, name| format!("\"{name}\"")), shape.list(|place, _| format!("?{}", place + 1)));
    let sql = format!("INSERT INTO {} ({columns}) VALUES ({marks})", shape.name);
    let failed = |error| Error::from_sqlite(&sql, error);
    let mut statement = conn.prepare(&sql).map_err(failed)?;
    while let Some(cells) = next()? {
        for (place, (cell, column)) in cells.into_iter().zip(&shape.columns).enumerate() {
            use rusqlite::types::Value;
            let value = match (cell, column.class) {
                (Cell::Null, _) => Value::Null,
                (Cell::Integer(number), _) => Value::Integer(number),
                (Cell::Real(number), _) => Value::Real(number),
                (Cell::Text(text), Class::Blob) => {
                    Value::Blob(hex::decode(&text).map_err(|error| Error::Inconsistent(format!("{}: {error}", column.name)))?)
                }
                (Cell::Text(text), _) => Value::Text(text),
            };
            statement.raw_bind_parameter(place + 1, value).map_err(failed)?;
        }
        statement.raw_execute().map_err(failed)?;
    }
    Ok(())
}

fn postgres_load<E: From<Error>>(
    conn: &mut PgConnection,
    Stored { shape, types }: &Stored,
    mut next: impl FnMut() -> Result<Option<Vec<Cell>>, E>,
) -> Result<(), E> {
    let sql = format!("COPY {} ({}) FROM STDIN", shape.name, shape.list(|_, name| format!("\"{name}\"")));
    let failed = |error| Error::from_postgres(&sql, error);
    let mut copy = conn.client().copy_in(&sql).map_err(failed)?;
    let mut line = String::new();
    while let Some(cells) = next()? {
        line.clear();
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                line.push('\t');
            }
            let is_bytes = types.get(place).is_some_and(|kind| kind == "bytea");
            copied(cell, is_bytes, &mut line);
        }
        line.push('\n');
        copy.write_all(line.as_bytes()).map_err(|error| broken_off(shape, &sql, error))?;
    }
    copy.finish().map_err(|error| refused(shape, &sql, error))?;
    Ok(())
}

/// Why rows were not taken: what the server said stands inside the error of the stream.
fn broken_off(shape: &TableShape, sql: &str, error: std::io::Error) -> Error {
    let text = error.to_string();
    match error.into_inner().and_then(|inner| inner.downcast::<::postgres::Error>().ok()) {
        Some(error) => refused(shape, sql, *error),
        None => Error::Unavailable(text),
    }
}

/// The same with the row and column, where the server names them: texts of SQLite may hold what PostgreSQL does not store.
fn refused(shape: &TableShape, sql: &str, error: ::postgres::Error) -> Error {
    let place = error.as_db_error().and_then(|error| error.where_()).unwrap_or(&shape.name).to_owned();
    match Error::from_postgres(sql, error) {
        Error::Refused(_) => Error::Inconsistent(format!("a text holds a character that PostgreSQL cannot store ({place})")),
        other => other,
    }
}

/// The shortest text that is read as this number.
fn shortest(number: f64) -> String {
    format!("{number:?}")
}

/// A value in the text format of COPY.
fn copied(cell: &Cell, is_bytes: bool, out: &mut String) {
    match cell {
        Cell::Null => out.push_str("\\N"),
        Cell::Integer(number) => out.push_str(&number.to_string()),
        Cell::Real(number) => out.push_str(&shortest(*number)),
        Cell::Text(text) => {
            if is_bytes {
                out.push_str("\\\\x");
            }
            for character in text.chars() {
                match character {
                    '\\' => out.push_str("\\\\"),
                    '\n' => out.push_str("\\n"),
                    '\r' => out.push_str("\\r"),
                    '\t' => out.push_str("\\t"),
                    other => out.push(other),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_its_value() {
        let mut line = String::new();
        copied(&Cell::Text("a\tb\\N\n\r.".to_owned()), false, &mut line);
        assert_eq!(line, "a\\tb\\\\N\\n\\r.");
        line.clear();
        copied(&Cell::Text("00ff".to_owned()), true, &mut line);
        assert_eq!(line, "\\\\x00ff");
        line.clear();
        copied(&Cell::Null, true, &mut line);
        assert_eq!(line, "\\N");
    }
}
