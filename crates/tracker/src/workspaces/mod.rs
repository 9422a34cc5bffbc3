//! Workspaces: the tenants, and who is in them.

pub mod commands;
pub mod http;
pub mod model;
pub mod rules;
