//! Rows of both databases, decoded by position.

use aileron_kernel::{Role, Time};
use jiff::civil::Date;
use serde_json::Value;
use uuid::Uuid;

use crate::{Error, Result};

/// A row of an answer. Columns are taken from left to right.
pub struct Row<'r> {
    pub(crate) inner: Inner<'r>,
    at: usize,
}

pub(crate) enum Inner<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r postgres::Row),
}

impl<'r> Row<'r> {
    pub(crate) const fn sqlite(row: &'r rusqlite::Row<'r>) -> Self {
        Self { inner: Inner::Sqlite(row), at: 0 }
    }

    pub(crate) const fn postgres(row: &'r postgres::Row) -> Self {
        Self { inner: Inner::Postgres(row), at: 0 }
    }

    /// The next column.
    pub fn take<T: Decode>(&mut self) -> Result<T> {
        let column = self.at;
        self.at += 1;
        T::decode(self, column)
    }
}

/// A value that a column can hold, on both databases.
pub trait Decode: Sized {
    /// Reads the column at this position.
    fn decode(row: &Row<'_>, column: usize) -> Result<Self>;
}

macro_rules! plain {
    ($($type:ty),+) => { $(
        impl Decode for $type {
            fn decode(row: &Row<'_>, column: usize) -> Result<Self> {
                match &row.inner {
                    Inner::Sqlite(row) => row.get(column).map_err(|source| Error::Decode { column, source: source.into() }),
                    Inner::Postgres(row) => row.try_get(column).map_err(|source| Error::Decode { column, source: source.into() }),
                }
            }
        }
        impl Decode for Option<$type> {
            fn decode(row: &Row<'_>, column: usize) -> Result<Self> {
                match &row.inner {
                    Inner::Sqlite(row) => row.get(column).map_err(|source| Error::Decode { column, source: source.into() }),
                    Inner::Postgres(row) => row.try_get(column).map_err(|source| Error::Decode { column, source: source.into() }),
                }
            }
        }
    )+ };
}

plain!(Uuid, String, i64, f64, bool, Vec<u8>, Value, Date);

impl Decode for Time {
    fn decode(row: &Row<'_>, column: usize) -> Result<Self> {
        i64::decode(row, column).map(Self::from_micros)
    }
}

impl Decode for Option<Time> {
    fn decode(row: &Row<'_>, column: usize) -> Result<Self> {
        Ok(Option::<i64>::decode(row, column)?.map(Time::from_micros))
    }
}

impl Decode for Role {
    fn decode(row: &Row<'_>, column: usize) -> Result<Self> {
        let number = i64::decode(row, column)?;
        Self::from_number(number).ok_or_else(|| Error::Decode { column, source: format!("{number} is not a role").into() })
    }
}

impl Decode for Option<Role> {
    fn decode(row: &Row<'_>, column: usize) -> Result<Self> {
        let Some(number) = Option::<i64>::decode(row, column)? else { return Ok(None) };
        Role::from_number(number).map(Some).ok_or_else(|| Error::Decode { column, source: format!("{number} is not a role").into() })
    }
}

/// What one row becomes.
pub trait FromRow: Sized {
    /// The columns of the table that this is read from, in the order in which it takes them. Empty: the query says.
    const COLUMNS: &'static [&'static str];

    /// Takes the columns.
    fn from_row(row: &mut Row<'_>) -> Result<Self>;
}

macro_rules! tuples {
    ($(($($name:ident),+)),+ $(,)?) => { $(
        impl<$($name: Decode),+> FromRow for ($($name,)+) {
            const COLUMNS: &'static [&'static str] = &[];
            fn from_row(row: &mut Row<'_>) -> Result<Self> {
                Ok(($(row.take::<$name>()?,)+))
            }
        }
    )+ };
}

tuples!((A), (A, B), (A, B, C), (A, B, C, D), (A, B, C, D, E), (A, B, C, D, E, F), (A, B, C, D, E, F, G), (A, B, C, D, E, F, G, H));

/// Declares a struct whose fields are columns of the same names, and reads it from rows.
#[macro_export]
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$fmeta:meta])* $fvis:vis $field:ident : $type:ty),* $(,)? }) => {
        $(#[$meta])* $vis struct $name { $($(#[$fmeta])* $fvis $field: $type),* }
        impl $crate::FromRow for $name {
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),*];
            fn from_row(row: &mut $crate::Row<'_>) -> $crate::Result<Self> {
                Ok(Self { $($field: row.take()?),* })
            }
        }
    };
}
