//! The integration tests: one binary, run once on each database.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests stop at the first surprise")]

mod conformance;
mod database;

mod openapi;
mod recorded;
mod states;
mod walk;
