//! Bringing work from other trackers: reading their exports and saying what each record is here.
//!
//! Nothing in here writes. A reader yields items as plain values with everything that was dropped or degraded on the
//! way; whoever writes them asks the [`report`] to count.

pub mod jira;
pub mod report;

pub use report::{Note, Report};
