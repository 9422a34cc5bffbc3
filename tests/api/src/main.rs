//! The integration tests: one binary, run once on each database.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests stop at the first surprise")]

mod account;
mod auth;
mod conformance;
mod database;
mod demo;
mod durability;
mod labels;
mod members;
mod openapi;
mod program;
mod projects;
mod recorded;
mod setup;
mod states;
mod tokens;
mod walk;
mod workspaces;
