//! What a rule does.

use aileron_kernel::{
    Fields, Priority, Refusal, Uuid,
    limits::{AUTOMATION_ACTIONS, AUTOMATION_COMMENT, AUTOMATION_MESSAGE},
    refusal::Kind,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::reading::{days, finished, id, kind, named, words, wrong};
use crate::comments;

/// How somebody is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Who gets the items of the project that nobody is assigned to.
    DefaultAssignee,
    /// Each in turn.
    RoundRobin,
    /// Who has the fewest items to do in the project; of several the first.
    LeastLoaded,
}

/// Whom a rule tells something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Those who work on the item.
    Assignees,
    /// Those who follow it.
    Subscribers,
    /// Who made it.
    Creator,
}

impl Audience {
    /// The audience of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Assignees, Self::Subscribers, Self::Creator].into_iter().find(|audience| audience.as_str() == word)
    }

    /// Its word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assignees => "assignees",
            Self::Subscribers => "subscribers",
            Self::Creator => "creator",
        }
    }
}

/// Something that a rule does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub enum Action {
    SetState {
        state: Uuid,
    },
    /// Into the state that the project closes into, else the first that means cancelled.
    Close,
    SetPriority {
        priority: Priority,
    },
    /// So many days after the day of the run; null: none.
    SetStartDate {
        days: Option<i64>,
    },
    SetTargetDate {
        days: Option<i64>,
    },
    SetEstimate {
        estimate_point: Option<Uuid>,
    },
    AddLabels {
        labels: Vec<Uuid>,
    },
    RemoveLabels {
        labels: Vec<Uuid>,
    },
    AddAssignees {
        assignees: Vec<Uuid>,
    },
    RemoveAssignees {
        assignees: Vec<Uuid>,
    },
    /// One of these people, unless one of them works on the item already.
    Assign {
        policy: Policy,
        members: Vec<Uuid>,
    },
    AddToCycle {
        cycle: Uuid,
    },
    AddToModule {
        module: Uuid,
    },
    /// Clean HTML.
    AddComment {
        comment_html: String,
    },
    Archive,
    Notify {
        to: Vec<Audience>,
        members: Vec<Uuid>,
        message: String,
    },
}

impl Action {
    /// Its word on the wire.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::SetState { .. } => "set_state",
            Self::Close => "close",
            Self::SetPriority { .. } => "set_priority",
            Self::SetStartDate { .. } => "set_start_date",
            Self::SetTargetDate { .. } => "set_target_date",
            Self::SetEstimate { .. } => "set_estimate",
            Self::AddLabels { .. } => "add_labels",
            Self::RemoveLabels { .. } => "remove_labels",
            Self::AddAssignees { .. } => "add_assignees",
            Self::RemoveAssignees { .. } => "remove_assignees",
            Self::Assign { .. } => "assign",
            Self::AddToCycle { .. } => "add_to_cycle",
            Self::AddToModule { .. } => "add_to_module",
            Self::AddComment { .. } => "add_comment",
            Self::Archive => "archive",
            Self::Notify { .. } => "notify",
        }
    }

    /// Reads a list of a body: what is wrong is named by its place.
    pub fn read_all(value: Value) -> Result<Vec<Self>, Refusal> {
        let list = |message: String| Refusal::new(Kind::Invalid, json!([message]));
        let Value::Array(values) = value else { return Err(list("Expected a list of actions.".to_owned())) };
        if values.is_empty() || values.len() > AUTOMATION_ACTIONS.most {
            return Err(list(format!("Expected 1 to {} actions.", AUTOMATION_ACTIONS.most)));
        }
        let mut all = Fields::of(Value::Object(Map::new()))?;
        let mut actions = Vec::with_capacity(values.len());
        for (index, value) in values.into_iter().enumerate() {
            match Self::read(value) {
                Ok(_) if actions.contains(&Self::Archive) => {
                    let message = "Nothing can be done with what is archived: archive comes last.";
                    all.reject_inside(&index.to_string(), Refusal::field("kind", message));
                }
                Ok(action) => actions.push(action),
                Err(refusal) => all.reject_inside(&index.to_string(), refusal),
            }
        }
        if actions.iter().filter(|action| matches!(action, Self::Assign { policy: Policy::RoundRobin, .. })).count() > 1 {
            return Err(list("Only one action can assign by turns.".to_owned()));
        }
        all.finish().map(|()| actions)
    }

    fn read(value: Value) -> Result<Self, Refusal> {
        let mut fields = Fields::of(value)?;
        let Some(kind) = kind(&mut fields) else { return Err(wrong(fields)) };
        let read = Self::of_item(&kind, &mut fields).or_else(|| Self::of_people(&kind, &mut fields));
        finished(fields, read)
    }

    /// What changes the item itself, with the names of its fields.
    fn of_item(kind: &str, fields: &mut Fields) -> Option<(Self, &'static [&'static str])> {
        Some(match kind {
            "set_state" => (Self::SetState { state: id(fields, "state") }, &["kind", "state"]),
            "close" => (Self::Close, &["kind"]),
            "archive" => (Self::Archive, &["kind"]),
            "set_priority" => {
                fields.require("priority");
                let priority = fields.choice("priority", Priority::parse).unwrap_or(Priority::None);
                (Self::SetPriority { priority }, &["kind", "priority"])
            }
            "set_start_date" => (Self::SetStartDate { days: days(fields) }, &["kind", "days"]),
            "set_target_date" => (Self::SetTargetDate { days: days(fields) }, &["kind", "days"]),
            "set_estimate" => {
                fields.require("estimate_point");
                (Self::SetEstimate { estimate_point: fields.nullable_id("estimate_point").flatten() }, &["kind", "estimate_point"])
            }
            "add_labels" => (Self::AddLabels { labels: named(fields, "labels") }, &["kind", "labels"]),
            "remove_labels" => (Self::RemoveLabels { labels: named(fields, "labels") }, &["kind", "labels"]),
            "add_to_cycle" => (Self::AddToCycle { cycle: id(fields, "cycle") }, &["kind", "cycle"]),
            "add_to_module" => (Self::AddToModule { module: id(fields, "module") }, &["kind", "module"]),
            _ => return None,
        })
    }

    /// What is about people.
    fn of_people(kind: &str, fields: &mut Fields) -> Option<(Self, &'static [&'static str])> {
        Some(match kind {
            "add_assignees" => (Self::AddAssignees { assignees: named(fields, "assignees") }, &["kind", "assignees"]),
            "remove_assignees" => (Self::RemoveAssignees { assignees: named(fields, "assignees") }, &["kind", "assignees"]),
            "assign" => {
                fields.require("policy");
                let policy = fields.choice("policy", |word| serde_json::from_value(word.into()).ok()).unwrap_or(Policy::DefaultAssignee);
                if policy == Policy::DefaultAssignee {
                    (Self::Assign { policy, members: Vec::new() }, &["kind", "policy"])
                } else {
                    (Self::Assign { policy, members: named(fields, "members") }, &["kind", "policy", "members"])
                }
            }
            "add_comment" => {
                fields.require("comment_html");
                let sent = fields.bounded_text("comment_html", AUTOMATION_COMMENT.most).unwrap_or_default();
                let comment_html = comments::model::said(&sent).html;
                if fields.has("comment_html") && comment_html.is_empty() {
                    fields.reject("comment_html", "This field may not be blank.");
                }
                (Self::AddComment { comment_html }, &["kind", "comment_html"])
            }
            "notify" => {
                fields.require("message");
                let message = fields.text("message", AUTOMATION_MESSAGE.most).unwrap_or_default();
                let to = words(fields, "to", Audience::parse);
                let members = if fields.has("members") { named(fields, "members") } else { Vec::new() };
                if to.is_empty() && members.is_empty() {
                    fields.reject("to", "Say whom: some of assignees, subscribers and creator, or members.");
                }
                (Self::Notify { to, members, message }, &["kind", "to", "members", "message"])
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_what_is_written() {
        let id = Uuid::from_u128(7);
        let actions = json!([
            {"kind": "set_state", "state": id}, {"kind": "close"}, {"kind": "set_priority", "priority": "high"},
            {"kind": "set_start_date", "days": null}, {"kind": "set_target_date", "days": 3}, {"kind": "add_labels", "labels": [id]},
            {"kind": "assign", "policy": "round_robin", "members": [id]}, {"kind": "add_comment", "comment_html": "<p>a</p>"},
            {"kind": "notify", "to": ["assignees"], "members": [id], "message": "soon"}, {"kind": "archive"},
        ]);
        let read = Action::read_all(actions.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), actions);
        assert_eq!(serde_json::from_value::<Vec<Action>>(actions).unwrap(), read);
    }

    #[test]
    fn wrong_actions_are_named_by_their_place() {
        for (wrong, named) in [
            (json!({"kind": "explode"}), "kind"),
            (json!({"kind": "set_state"}), "state"),
            (json!({"kind": "set_state", "state": "x"}), "state"),
            (json!({"kind": "set_priority", "priority": "very"}), "priority"),
            (json!({"kind": "set_start_date"}), "days"),
            (json!({"kind": "add_labels", "labels": []}), "labels"),
            (json!({"kind": "assign", "policy": "round_robin"}), "members"),
            (json!({"kind": "assign", "policy": "default_assignee", "members": []}), "members"),
            (json!({"kind": "add_comment", "comment_html": "<script>x</script>"}), "comment_html"),
            (json!({"kind": "notify", "message": "x"}), "to"),
            (json!({"kind": "notify", "to": ["all"], "message": "x", "members": [Uuid::nil()]}), "to"),
            (json!({"kind": "close", "staet": 1}), "staet"),
        ] {
            let body = Action::read_all(json!([{"kind": "close"}, wrong])).unwrap_err().body;
            assert_eq!(body["1"].as_object().unwrap().keys().collect::<Vec<_>>(), [named], "{wrong}");
        }
        for behind in [json!({"kind": "add_comment", "comment_html": "<p>x</p>"}), json!({"kind": "archive"}), json!({"kind": "close"})] {
            let body = Action::read_all(json!([{"kind": "close"}, {"kind": "archive"}, behind])).unwrap_err().body;
            assert_eq!(body.as_object().unwrap().keys().collect::<Vec<_>>(), ["2"], "{behind}");
            assert!(body["2"]["kind"][0].as_str().unwrap().contains("archive"), "{behind}");
        }
        let turns = json!({"kind": "assign", "policy": "round_robin", "members": [Uuid::nil()]});
        for wrong in [json!({}), json!([]), json!(vec![json!({"kind": "close"}); 11]), json!([turns, turns])] {
            assert!(Action::read_all(wrong.clone()).unwrap_err().body[0].is_string(), "{wrong}");
        }
    }
}
