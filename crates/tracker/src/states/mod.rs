//! States: the columns of a project's board. Each belongs to one of five groups, or to triage, which lists hide.

pub mod commands;
pub mod http;
pub mod model;
pub mod queries;

pub use model::{Group, State};
