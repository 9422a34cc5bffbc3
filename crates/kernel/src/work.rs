//! The closed words of work items: priorities, groups of states, kinds of relations.

use serde::{Deserialize, Serialize};

use crate::words::words;

words! {
    /// How urgent a work item is.
    Priority {
        /// Now.
        Urgent = "urgent",
        /// Soon.
        High = "high",
        /// In its turn.
        Medium = "medium",
        /// Some time.
        Low = "low",
        /// Not said.
        None = "none",
    }
}

words! {
    /// What the states of a project mean, in the order of work.
    StateGroup {
        /// Noted.
        Backlog = "backlog",
        /// Planned.
        Unstarted = "unstarted",
        /// In work.
        Started = "started",
        /// Done.
        Completed = "completed",
        /// Given up.
        Cancelled = "cancelled",
        /// Waiting in intake; not shown among work items.
        Triage = "triage",
    }
}

words! {
    /// How one work item relates to another, read from the first.
    RelationKind {
        /// The first waits for the other.
        BlockedBy = "blocked_by",
        /// The other waits for the first.
        Blocking = "blocking",
        /// Both say the same.
        Duplicate = "duplicate",
        /// They have to do with each other.
        RelatesTo = "relates_to",
    }
}

impl StateGroup {
    /// Whether nothing is left to do.
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled)
    }
}

impl RelationKind {
    /// The same relation, read from the other item.
    #[must_use]
    pub const fn inverse(self) -> Self {
        match self {
            Self::BlockedBy => Self::Blocking,
            Self::Blocking => Self::BlockedBy,
            Self::Duplicate => Self::Duplicate,
            Self::RelatesTo => Self::RelatesTo,
        }
    }
}
