//! Work items: what a project is about. Each has a number in its project that never changes, a state, and whatever else
//! its team writes down; drafts, archived items and items in triage are kept but not listed.

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
mod docs;
mod expand;
pub mod list;
mod sql;
