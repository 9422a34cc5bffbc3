//! All rows of an instance in a form that both databases share: read from one snapshot ([`Snapshot`]), written into an empty
//! database ([`Loading`]).
//!
//! Nothing here lists tables or columns: each database says in its catalog what it has, and a table that is added later is in the form by
//! itself. The form knows five classes of values, the least that both have in common; what a value is beyond that (an id, a truth value, a
//! date) is for the catalog of the database that reads it. Columns stand in the order of their names and rows in that of their primary
//! key, so that the same rows make the same bytes, whichever database they come from.

mod cell;
mod load;
mod shape;
mod snapshot;
mod sql;

pub use cell::{Cell, decode, encode};
pub use load::Loading;
pub use shape::{Class, Column, LEFT_OUT, TableShape};
pub use snapshot::Snapshot;

use std::time::Duration;

use aileron_kernel::Time;
use sea_query::Values;

pub use crate::migrate::{Applied, Difference};
use crate::{
    Error, Result, Settings,
    conn::Conn,
    lanes,
    postgres::{PgConnection, Server},
    sqlite,
};

/// The lease under which a backup keeps files from being thrown away while it copies them.
pub const KEEPING_FILES: &str = "backup";

/// Keeps files from being thrown away until this instant.
pub fn keep_files(settings: &Settings, holder: &str, until: Time) -> Result<()> {
    on_lease(settings, sql::TAKE_LEASE, vec![KEEPING_FILES.into(), holder.into(), until.micros().into()])
}

/// Lets them be thrown away again.
pub fn release_files(settings: &Settings, holder: &str) -> Result<()> {
    on_lease(settings, sql::END_LEASE, vec![KEEPING_FILES.into(), holder.into()])
}

/// Asks for the lock again and again: a server with much to do leaves it for moments only.
fn patient(conn: rusqlite::Connection) -> Result<rusqlite::Connection> {
    let again = |tries: i32| {
        std::thread::sleep(Duration::from_millis(1));
        tries < 60_000
    };
    conn.busy_handler(Some(again)).map_err(|error| Error::Inconsistent(error.to_string()))?;
    Ok(conn)
}

/// Runs a statement on the leases, on a connection of its own and without bringing the schema to this version.
fn on_lease(settings: &Settings, statement: &str, values: Vec<sea_query::Value>) -> Result<()> {
    lanes::on_own_thread(|| {
        let mut conn = match &settings.url {
            Some(url) => Conn::Postgres(Box::new(PgConnection::as_owner(&Server::new(url, settings.ca_file.as_deref())?)?)),
            None => Conn::Sqlite(patient(sqlite::open_writer(&settings.path)?)?),
        };
        conn.execute(statement, Values(values.clone())).map(|_| ())
    })
}
