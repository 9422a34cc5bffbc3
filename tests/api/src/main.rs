//! The integration tests: one binary, run once on each database.

mod conformance;
