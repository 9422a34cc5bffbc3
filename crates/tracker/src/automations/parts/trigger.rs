//! When a rule acts.

use aileron_kernel::{Fields, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    MOST_DAYS,
    reading::{finished, kind, words, wrong},
};

/// The earliest that a rule speaks of a day to come. Runs are kept for longer, so that it speaks of it once.
const MOST_AHEAD: i64 = 30;
/// The hour at which a rule with a time of its own acts, if it says none.
const HOUR: i64 = 9;

/// When a rule acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Trigger {
    /// An item came to be: it was made, is a draft no longer, or was taken in.
    ItemCreated,
    /// One of these fields changed; none are named: any field did.
    ItemChanged {
        /// The fields.
        fields: Vec<Field>,
    },
    /// Somebody said something about it.
    CommentAdded,
    /// Once a day, at this hour where the project is.
    Schedule {
        /// The hour.
        hour: i64,
        /// Only items that nobody touched for so many days, and that are in no cycle or module which goes on.
        idle_days: Option<i64>,
    },
    /// It is due in so many days or fewer, and not done. Looked at once a day, told once for each date.
    DueSoon {
        /// The days.
        days: i64,
        /// The hour.
        hour: i64,
    },
}

/// A field of an item whose changes rules act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub enum Field {
    Name,
    Description,
    State,
    Priority,
    Assignees,
    Labels,
    StartDate,
    TargetDate,
    EstimatePoint,
    Point,
    Parent,
    Type,
    Cycles,
    Modules,
}

impl Field {
    const ALL: [Self; 14] = [
        Self::Name,
        Self::Description,
        Self::State,
        Self::Priority,
        Self::Assignees,
        Self::Labels,
        Self::StartDate,
        Self::TargetDate,
        Self::EstimatePoint,
        Self::Point,
        Self::Parent,
        Self::Type,
        Self::Cycles,
        Self::Modules,
    ];

    /// Its word on the wire, which is that of changes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Description => "description",
            Self::State => "state",
            Self::Priority => "priority",
            Self::Assignees => "assignees",
            Self::Labels => "labels",
            Self::StartDate => "start_date",
            Self::TargetDate => "target_date",
            Self::EstimatePoint => "estimate_point",
            Self::Point => "point",
            Self::Parent => "parent",
            Self::Type => "type",
            Self::Cycles => "cycles",
            Self::Modules => "modules",
        }
    }

    /// The field of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == word)
    }
}

impl Trigger {
    /// Its word on the wire.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::ItemCreated => "item_created",
            Self::ItemChanged { .. } => "item_changed",
            Self::CommentAdded => "comment_added",
            Self::Schedule { .. } => "schedule",
            Self::DueSoon { .. } => "due_soon",
        }
    }

    /// The hour of the day at which it acts, if it has a time of its own.
    pub const fn hour(&self) -> Option<i64> {
        match self {
            Self::Schedule { hour, .. } | Self::DueSoon { hour, .. } => Some(*hour),
            _ => None,
        }
    }

    /// Reads what a body says.
    pub fn read(value: Value) -> Result<Self, Refusal> {
        let mut fields = Fields::of(value)?;
        let Some(kind) = kind(&mut fields) else { return Err(wrong(fields)) };
        let hour = fields.integer("hour", 0..=23);
        let read = match kind.as_str() {
            "item_created" => Some((Self::ItemCreated, &["kind"] as &[&str])),
            "comment_added" => Some((Self::CommentAdded, &["kind"] as &[&str])),
            "item_changed" => {
                Some((Self::ItemChanged { fields: words(&mut fields, "fields", Field::parse) }, &["kind", "fields"] as &[&str]))
            }
            "schedule" => {
                let idle_days = fields.nullable_integer("idle_days", 1..=MOST_DAYS).flatten();
                Some((Self::Schedule { hour: hour.unwrap_or(HOUR), idle_days }, &["kind", "hour", "idle_days"] as &[&str]))
            }
            "due_soon" => {
                fields.require("days");
                let days = fields.integer("days", 0..=MOST_AHEAD).unwrap_or_default();
                Some((Self::DueSoon { days, hour: hour.unwrap_or(HOUR) }, &["kind", "days", "hour"] as &[&str]))
            }
            _ => None,
        };
        finished(fields, read)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn triggers_are_read_and_what_is_wrong_is_named() {
        let changed = Trigger::ItemChanged { fields: vec![Field::State, Field::Labels] };
        assert_eq!(Trigger::read(json!({"kind": "item_changed", "fields": ["state", "labels", "state"]})), Ok(changed));
        assert_eq!(Trigger::read(json!({"kind": "schedule"})), Ok(Trigger::Schedule { hour: HOUR, idle_days: None }));
        assert_eq!(Trigger::read(json!({"kind": "due_soon", "days": 0, "hour": 23})), Ok(Trigger::DueSoon { days: 0, hour: 23 }));
        for (wrong, named) in [
            (json!({}), "kind"),
            (json!({"kind": 7.5}), "kind"),
            (json!({"kind": "never"}), "kind"),
            (json!({"kind": "item_created", "fields": []}), "fields"),
            (json!({"kind": "item_changed", "fields": ["colour"]}), "fields"),
            (json!({"kind": "item_changed", "fields": "state"}), "fields"),
            (json!({"kind": "schedule", "hour": 24}), "hour"),
            (json!({"kind": "schedule", "idle_days": 0}), "idle_days"),
            (json!({"kind": "due_soon"}), "days"),
            (json!({"kind": "due_soon", "days": 31}), "days"),
        ] {
            let body = Trigger::read(wrong.clone()).unwrap_err().body;
            assert_eq!(body.as_object().unwrap().keys().collect::<Vec<_>>(), [named], "{wrong}");
        }
    }
}
