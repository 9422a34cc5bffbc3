//! Conformance: recorded exchanges are sent to our server in their order, and its answers are compared with the recorded ones.
//!
//! `tests/conformance/README.md` explains the fixtures. [`replay`] sends them through a [`Transport`] and answers one
//! [`Verdict`] for each exchange that is judged; [`table`] sums them up for people.

mod compare;
mod deviations;
mod fixtures;
mod ids;
mod replay;
#[cfg(test)]
mod self_test;
mod verdict;

pub(crate) use deviations::{Deviation, deviations};
pub(crate) use fixtures::{ORDER, folder, read};
pub(crate) use replay::{Transport, replay};
pub(crate) use verdict::{Outcome, Verdict, complaints, table};
