//! Figures about work items: totals, made and done over time, distributions, workload, times, activity, velocity.
//!
//! Every figure is counted by the database over the items that a list with the same filter shows to the same caller, so that a
//! guest is counted what is his, and nothing but sums leaves the database. `docs/analytics.md` says what each of them means.

pub mod distribution;
pub mod http;
pub mod model;
pub mod queries;
pub mod rules;
mod sql;
