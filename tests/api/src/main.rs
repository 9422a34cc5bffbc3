//! The integration tests: one binary, run once on each database.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests stop at the first surprise")]

mod activities;
mod comments;
mod conformance;
mod database;
mod openapi;
mod recorded;
mod search;
mod search_at_scale;
mod states;
mod stock;
mod walk;
