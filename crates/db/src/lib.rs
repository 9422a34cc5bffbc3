//! The databases: connections, transactions, scopes, statements, the event log, migrations.
//!
//! One transaction is one synchronous closure that runs on a thread which owns its connection: [`Db::read`] and
//! [`Db::write`]. Inside, nothing of a tenant is within reach until [`scope`] has proved a membership; what it
//! returns is a [`Tx`] whose statements carry the workspace by themselves.
//!
//! This crate knows the kernel and nothing else of Aileron: no HTTP, no feature.

mod conn;
mod error;
mod group;
mod lanes;
mod migrate;
mod parts;
mod postgres;
mod query;
mod row;
mod session;
mod sql;
mod sqlite;
mod trust;
mod tx;

pub mod consumers;
pub mod doctor;
pub mod dump;
pub mod events;
pub mod idempotency;
pub mod jobs;
pub mod notices;
pub mod schema;
pub mod scope;

pub use error::Error;
pub use lanes::{Db, GROUP_SIZES, News, Settings, Stats, Told};
pub use migrate::SCHEMA_VERSION;
pub use query::{Select, Table, TableKind, id_in, marks};
pub use row::{Decode, FromRow, Row};
pub use scope::{InWorkspace, Principal, ProjectPlace, ProjectScope, Reach, Unscoped, WorkspaceScope};
pub use sea_query::{Condition, Expr, ExprTrait, Func, Order, Query as RawQuery, Value};
pub use session::Session;
pub use trust::trusting;
pub use tx::{Set, Tx, WriteTx};

/// Which database a statement runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite, in this process.
    Sqlite,
    /// PostgreSQL, over a connection.
    Postgres,
}

/// What a closure on the database answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;
