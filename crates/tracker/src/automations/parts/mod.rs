//! What rules are put together from: when one acts, and what it does. Closed lists, so that what a rule can do is known to the compiler,
//! and data, so that more can be made of it than a list that is gone through: a workflow is rules that name each other's states.

mod action;
mod reading;
mod trigger;

pub use action::{Action, Audience, Policy};
pub use trigger::{Field, Trigger};

/// The longest that a rule waits for an untouched item, or is ahead of a day, in days.
const MOST_DAYS: i64 = 3_650;
