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
    /// How far a module is.
    ModuleStatus {
        /// Noted.
        Backlog = "backlog",
        /// To be done.
        Planned = "planned",
        /// Being done.
        InProgress = "in-progress",
        /// Interrupted.
        Paused = "paused",
        /// Done.
        Completed = "completed",
        /// Given up.
        Cancelled = "cancelled",
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
        /// The first starts before the other.
        StartBefore = "start_before",
        /// The first starts after the other.
        StartAfter = "start_after",
        /// The first ends before the other.
        FinishBefore = "finish_before",
        /// The first ends after the other.
        FinishAfter = "finish_after",
        /// The other does what the first asks for.
        ImplementedBy = "implemented_by",
        /// The first does what the other asks for.
        Implements = "implements",
    }
}

words! {
    /// What the values of an estimate are.
    EstimateKind {
        /// Words, such as sizes of shirts.
        Categories = "categories",
        /// Numbers that are summed up.
        Points = "points",
        /// Hours.
        Time = "time",
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
            Self::StartBefore => Self::StartAfter,
            Self::StartAfter => Self::StartBefore,
            Self::FinishBefore => Self::FinishAfter,
            Self::FinishAfter => Self::FinishBefore,
            Self::ImplementedBy => Self::Implements,
            Self::Implements => Self::ImplementedBy,
        }
    }

    /// Whether it reads the same from both items.
    pub const fn is_symmetric(self) -> bool {
        matches!(self, Self::Duplicate | Self::RelatesTo)
    }

    /// The kind under which it is stored, each relation once.
    #[must_use]
    pub const fn stored(self) -> Self {
        match self {
            Self::Blocking | Self::StartAfter | Self::FinishAfter | Self::Implements => self.inverse(),
            Self::BlockedBy | Self::Duplicate | Self::RelatesTo | Self::StartBefore | Self::FinishBefore | Self::ImplementedBy => self,
        }
    }

    /// Whether it says in which order the items are worked on.
    pub const fn is_dependency(self) -> bool {
        match self {
            Self::BlockedBy | Self::Blocking | Self::StartBefore | Self::StartAfter | Self::FinishBefore | Self::FinishAfter => true,
            Self::Duplicate | Self::RelatesTo | Self::ImplementedBy | Self::Implements => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relation_is_stored_in_one_way_whichever_item_it_is_read_from() {
        use RelationKind::*;
        for kind in
            [BlockedBy, Blocking, Duplicate, RelatesTo, StartBefore, StartAfter, FinishBefore, FinishAfter, ImplementedBy, Implements]
        {
            assert_eq!(kind.inverse().inverse(), kind);
            assert_eq!(kind.stored(), kind.inverse().stored());
            assert_eq!(kind.is_symmetric(), kind == kind.inverse());
            assert_eq!(kind.is_dependency(), kind.inverse().is_dependency());
        }
    }
}
