//! Workspaces: the tenants, and who is in them.

pub mod commands;
pub mod rules;
