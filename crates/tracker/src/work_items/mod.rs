//! Work items: what a project is about. Each has a number in its project that never changes, a state, and whatever else
//! its team writes down; drafts, archived items and items in triage are kept but not listed.
//!
//! Events (`work_item`): `created`; `updated`, which names the fields; `deleted`, of each item that went, and `restored`. An item that goes to
//! another project is `moved` in the one that it leaves, and `updated` in the one that it comes to: both name `project` (what it was called and
//! is called, with the projects) and whatever else became of it. `former_identifiers` keeps what it was called.

pub mod archive_http;
pub mod bulk_http;
pub mod commands;
pub mod fields;
pub mod filters;
pub mod http;
pub mod model;
pub mod move_http;
pub mod queries;
pub mod rules;
pub mod sides;
pub mod sort;
pub mod totals;
pub mod tree;
pub mod tree_http;
pub mod visibility;

pub(crate) mod alias;
pub(crate) mod docs;
pub(crate) mod expand;
pub mod list;
mod sql;

pub use sql::{FOLLOWERS, LEFT_BEHIND};
