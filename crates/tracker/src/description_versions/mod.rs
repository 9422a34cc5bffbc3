//! Earlier descriptions of work items: every change keeps the text that was there, and a member puts one back.

pub mod commands;
pub mod http;
pub mod model;
pub mod queries;
mod sql;
pub mod sweep;
