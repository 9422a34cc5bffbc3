//! What tables a database has, as its catalog tells it.

use std::collections::BTreeMap;

use sea_query::Values;
use serde::{Deserialize, Serialize};

use super::sql;
use crate::{Error, Result, conn::Conn};

/// Tables that are not in the portable form, and why. Every other table is.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("leases", "who does what at the moment: nobody, where the rows are restored"),
    ("log_maintenance", "holds rows only inside a transaction"),
    ("schema_migrations", "made by the migrations of the other database"),
    ("search_documents", "made anew from the work items"),
    ("search_index", "made anew from the work items (SQLite)"),
    ("search_index_config", "a part of search_index"),
    ("search_index_data", "a part of search_index"),
    ("search_index_docsize", "a part of search_index"),
    ("search_index_idx", "a part of search_index"),
];

/// The classes of values that both databases have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Whole numbers, instants, truth values (0, 1).
    Integer,
    /// Numbers with a fraction.
    Real,
    /// Texts and dates.
    Text,
    /// Ids and other bytes, written as hexadecimal digits.
    Blob,
    /// JSON, written as text in one spelling.
    Json,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub class: Class,
}

/// A table as both databases have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableShape {
    /// Its name.
    pub name: String,
    /// Its columns by name.
    pub columns: Vec<Column>,
    /// The columns of its primary key, by which its rows are ordered.
    pub key: Vec<String>,
}

impl TableShape {
    /// The place of a column.
    pub fn place(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|known| known.name == column)
    }

    /// All columns for a statement, each with what `around` makes of it.
    pub(super) fn list(&self, around: impl Fn(usize, &str) -> String) -> String {
        let columns = self.columns.iter().enumerate();
        columns.map(|(place, column)| around(place, &column.name)).collect::<Vec<_>>().join(", ")
    }

    /// The order of its rows. The columns are named with their table: an expression in the answer may have the name of a column.
    pub(super) fn order(&self) -> String {
        self.key.iter().map(|column| format!("{}.\"{column}\"", self.name)).collect::<Vec<_>>().join(", ")
    }
}

/// A table with the types of its columns in the words of its database.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) shape: TableShape,
    pub(crate) types: Vec<String>,
}

/// A column as a catalog tells it: its table, its name, its type, its place in the primary key.
struct Told {
    table: String,
    column: String,
    kind: String,
    key: i64,
    class: Class,
}

/// All tables that are in the portable form, by name.
pub(crate) fn read(conn: &mut Conn) -> Result<Vec<Stored>> {
    let told = match conn {
        Conn::Sqlite(_) => sqlite(conn)?,
        Conn::Postgres(_) => postgres(conn)?,
    };
    let mut tables: BTreeMap<String, Vec<Told>> = BTreeMap::new();
    for column in told {
        tables.entry(column.table.clone()).or_default().push(column);
    }
    tables.into_iter().map(|(name, columns)| stored(name, columns)).collect()
}

fn stored(name: String, mut told: Vec<Told>) -> Result<Stored> {
    let types = told.iter().map(|column| column.kind.clone()).collect();
    let columns = told.iter().map(|column| Column { name: column.column.clone(), class: column.class }).collect();
    told.retain(|column| column.key > 0);
    told.sort_by_key(|column| column.key);
    if told.is_empty() {
        return Err(Error::Inconsistent(format!("the table {name} has no primary key, so its rows have no order")));
    }
    let key = told.into_iter().map(|column| column.column).collect();
    Ok(Stored { shape: TableShape { name, columns, key }, types })
}

fn is_left_out(table: &str) -> bool {
    LEFT_OUT.iter().any(|(name, _)| *name == table)
}

fn sqlite(conn: &mut Conn) -> Result<Vec<Told>> {
    let tables = conn.query(sql::SQLITE_TABLES, Values(vec![]), |row| Ok((row.take::<String>()?, row.take::<String>()?)))?;
    let mut told = Vec::new();
    for (table, made_by) in tables.into_iter().filter(|(table, _)| !is_left_out(table)) {
        let columns = conn.query(sql::SQLITE_COLUMNS, Values(vec![table.clone().into()]), |row| {
            Ok((row.take::<String>()?, row.take::<String>()?, row.take::<i64>()?))
        })?;
        for (column, kind, key) in columns {
            let class = match kind.as_str() {
                "INTEGER" => Class::Integer,
                "REAL" => Class::Real,
                "BLOB" => Class::Blob,
                // A file does not tell JSON from text but by this check, which the schema has wherever the other database has jsonb.
                "TEXT" if made_by.contains(&format!("json_valid({column})")) => Class::Json,
                "TEXT" => Class::Text,
                _ => return Err(unknown(&table, &column, &kind)),
            };
            told.push(Told { table: table.clone(), column, kind, key, class });
        }
    }
    Ok(told)
}

fn postgres(conn: &mut Conn) -> Result<Vec<Told>> {
    let columns = conn.query(sql::POSTGRES_COLUMNS, Values(vec![]), |row| {
        Ok((row.take::<String>()?, row.take::<String>()?, row.take::<String>()?, row.take::<i64>()?))
    })?;
    let known = columns.into_iter().filter(|(table, ..)| !is_left_out(table));
    let told = known.map(|(table, column, kind, key)| {
        let class = match kind.as_str() {
            "bigint" | "boolean" => Class::Integer,
            "double precision" => Class::Real,
            "text" | "date" => Class::Text,
            "uuid" | "bytea" => Class::Blob,
            "jsonb" => Class::Json,
            _ => return Err(unknown(&table, &column, &kind)),
        };
        Ok(Told { table, column, kind, key, class })
    });
    told.collect()
}

fn unknown(table: &str, column: &str, kind: &str) -> Error {
    Error::Inconsistent(format!("{table}.{column} is of the type {kind}, which the portable form does not have"))
}
