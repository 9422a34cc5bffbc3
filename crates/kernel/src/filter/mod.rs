//! Which work items are wanted: one tree, whatever it was written as.
//!
//! A filter comes as the JSON tree of the `filters` parameter or as the older query parameters; [`Filter::of_query`]
//! reads both. Fields and comparisons are closed enums, so that what a filter can ask is known to the compiler
//! and each database says it in its own words elsewhere.

mod dates;
mod query;
mod tree;
#[cfg(test)]
mod tree_tests;
mod values;

use jiff::civil::Date;
use uuid::Uuid;

use crate::{Priority, StateGroup, Time};

/// The deepest nesting of a filter tree; the root is 1.
pub const MAX_DEPTH: usize = 5;
/// The most values of one condition.
pub const MAX_VALUES: usize = 200;
/// The most nodes of a filter tree.
pub const MAX_NODES: usize = 200;
/// The most conditions about texts: each may look at all items.
pub const MAX_TEXTS: usize = 4;

/// Which work items are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Filter {
    /// Those that fit all of these; every item where there are none.
    And(Vec<Filter>),
    /// Those that fit any of these.
    Or(Vec<Filter>),
    /// Those that do not fit this.
    Not(Box<Filter>),
    /// Those that meet this condition.
    Leaf(Condition),
}

/// What is asked of one field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// It refers to one of `ids`, or (with `or_empty`) to nothing. Never are both empty and false.
    References {
        /// The field.
        field: Reference,
        /// What it may refer to.
        ids: Vec<Uuid>,
        /// Whether referring to nothing will do.
        or_empty: bool,
    },
    /// Its state belongs to one of these groups.
    StateGroups(Vec<StateGroup>),
    /// Its priority is one of these.
    Priorities(Vec<Priority>),
    /// A civil date lies within a range. An empty field lies in none.
    Days(DayField, Days),
    /// An instant lies within a range. An empty field lies in none.
    Times(TimeField, Times),
    /// A civil date is not set.
    NoDay(DayField),
    /// An instant is not set.
    NoTime(TimeField),
    /// Its name holds this text, whatever the case.
    Name(String),
    /// It is found by these words; see [`crate::search`].
    Search(String),
}

/// A field that refers to other rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reference {
    /// Its state.
    State,
    /// Those who work on it: any of them.
    Assignee,
    /// Its labels: any of them.
    Label,
    /// Who made it.
    CreatedBy,
    /// Its type.
    Type,
    /// The item above it.
    Parent,
    /// Its project.
    Project,
    /// The cycle that it is in.
    Cycle,
    /// The modules that it is in: any of them.
    Module,
}

/// A field that holds a civil date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayField {
    /// When work is to begin.
    StartDate,
    /// When it is due.
    TargetDate,
}

/// A field that holds an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeField {
    /// When it was made.
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
    /// When it was completed.
    CompletedAt,
}

/// Civil dates from one to another, both included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Days {
    /// The first.
    pub from: Option<Date>,
    /// The last.
    pub to: Option<Date>,
}

/// Instants from one on, before another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Times {
    /// The first.
    pub from: Option<Time>,
    /// The first that is too late.
    pub before: Option<Time>,
}

impl Filter {
    /// Every work item.
    pub const fn all() -> Self {
        Self::And(Vec::new())
    }

    /// Whether nothing is asked.
    pub fn is_all(&self) -> bool {
        matches!(self, Self::And(parts) if parts.iter().all(Self::is_all))
    }

    /// Both this and another.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (all, other) if all.is_all() => other,
            (this, all) if all.is_all() => this,
            (Self::And(mut parts), Self::And(more)) => {
                parts.extend(more);
                Self::And(parts)
            }
            (Self::And(mut parts), other) => {
                parts.push(other);
                Self::And(parts)
            }
            (this, other) => Self::And(vec![this, other]),
        }
    }

    /// The deepest nesting; a leaf is 1.
    pub fn depth(&self) -> usize {
        match self {
            Self::And(parts) | Self::Or(parts) => 1 + parts.iter().map(Self::depth).max().unwrap_or(0),
            Self::Not(part) => 1 + part.depth(),
            Self::Leaf(_) => 1,
        }
    }

    /// Every condition in the tree, in the order written.
    pub fn conditions(&self) -> Vec<&Condition> {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::conditions).collect(),
            Self::Not(part) => part.conditions(),
            Self::Leaf(condition) => vec![condition],
        }
    }
}

impl From<Condition> for Filter {
    fn from(condition: Condition) -> Self {
        Self::Leaf(condition)
    }
}
