//! Work items: what a project is about. Each has a number in its project that never changes, a state, and whatever else
//! its team writes down; drafts, archived items and items in triage are kept but not listed.

pub mod commands;
pub mod fields;
pub mod filters;
pub mod http;
pub mod model;
pub mod queries;
pub mod rules;
pub mod sides;
pub mod sort;
pub mod totals;
pub mod visibility;

pub(crate) mod alias;
pub(crate) mod docs;
pub(crate) mod expand;
pub mod list;
mod sql;
