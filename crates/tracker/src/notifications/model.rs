//! A notification, as stored, as asked for and as shown.

use std::collections::BTreeSet;

use aileron_kernel::{Fields, Refusal, Time, Uuid};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// What an event is to those who are told of it, by the words of preferences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A property changed, or something that hangs on the item; it was made, or deleted.
    PropertyChange,
    /// It came into another state.
    StateChange,
    /// Somebody said something about it.
    Comment,
    /// Somebody was mentioned.
    Mention,
    /// It came into a state that means completed.
    IssueCompleted,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::PropertyChange, Self::StateChange, Self::Comment, Self::Mention, Self::IssueCompleted];

    /// Its word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PropertyChange => "property_change",
            Self::StateChange => "state_change",
            Self::Comment => "comment",
            Self::Mention => "mention",
            Self::IssueCompleted => "issue_completed",
        }
    }
}

/// How members are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// By the list of notifications.
    InApp,
    /// By mail.
    Email,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::InApp, Self::Email];

    /// Its word on the wire, and its column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InApp => "in_app",
            Self::Email => "email",
        }
    }
}

/// What somebody has to do with an item about which he is told something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// He was mentioned.
    Mentioned,
    /// He works on it.
    Assigned,
    /// He made it.
    Created,
    /// He subscribed, and nothing else.
    Subscribed,
}

impl Reason {
    /// What a word means.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "mentioned" => Some(Self::Mentioned),
            "assigned" => Some(Self::Assigned),
            "created" => Some(Self::Created),
            "subscribed" => Some(Self::Subscribed),
            _ => None,
        }
    }

    /// What words with commas between them mean. Refuses one that means nothing.
    fn parse_all(words: &str) -> Result<Vec<Self>, Refusal> {
        let wrong = |word: &str| Refusal::field("type", format!("\"{word}\" is not a valid choice."));
        words.split(',').map(|word| Self::parse(word.trim()).ok_or_else(|| wrong(word))).collect()
    }
}

aileron_db::row! {
    /// A notification as stored.
    #[derive(Clone, Debug)]
    pub struct Notification {
        /// Its id.
        pub id: Uuid,
        /// The item that it is about.
        pub item_id: Uuid,
        /// The event that it tells.
        pub seq: i64,
        /// Whether he was mentioned.
        pub is_mentioned: bool,
        /// Whether he worked on the item.
        pub is_assigned: bool,
        /// Whether he made it.
        pub is_creator: bool,
        /// The words of what he is told of the event.
        pub kinds: Value,
        /// When he was told.
        pub created_at: Time,
        /// When he read it.
        pub read_at: Option<Time>,
        /// When he put it away.
        pub archived_at: Option<Time>,
        /// Until when he does not want to see it.
        pub snoozed_till: Option<Time>,
    }
}

impl Notification {
    /// Why he was told.
    pub(super) fn reasons(&self) -> Vec<Reason> {
        let known = [(self.is_mentioned, Reason::Mentioned), (self.is_assigned, Reason::Assigned), (self.is_creator, Reason::Created)];
        let reasons: Vec<Reason> = known.into_iter().filter(|(holds, _)| *holds).map(|(_, reason)| reason).collect();
        if reasons.is_empty() { vec![Reason::Subscribed] } else { reasons }
    }

    /// What he is told of the event.
    pub(super) fn kinds(&self) -> BTreeSet<Kind> {
        BTreeSet::deserialize(&self.kinds).unwrap_or_default()
    }
}

/// Which notifications are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Which {
    /// With one of these reasons; none: with any.
    pub reasons: Option<Vec<Reason>>,
    /// Read, or not.
    pub read: Option<bool>,
    /// Put away, or not.
    pub archived: bool,
    /// Not to be seen yet, or to be seen now. Of what is put away it is all one.
    pub snoozed: bool,
    /// Of this project.
    pub project: Option<Uuid>,
}

impl Which {
    /// Reads parameters: `of` answers the value of a name.
    pub fn of_query<'q>(of: impl Fn(&str) -> Option<&'q str>) -> Result<Self, Refusal> {
        let flag = |name: &str| match of(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(Refusal::field(name, "Must be a valid boolean.")),
        };
        let project = of("project").map(|id| Uuid::try_parse(id).map_err(|_| Refusal::field("project", "Must be a valid UUID.")));
        Ok(Self {
            reasons: of("type").map(Reason::parse_all).transpose()?,
            read: flag("read")?,
            archived: flag("archived")?.unwrap_or(false),
            snoozed: flag("snoozed")?.unwrap_or(false),
            project: project.transpose()?,
        })
    }

    /// Reads a body.
    pub fn of_body(mut fields: Fields) -> Result<Self, Refusal> {
        let words = fields.text("type", 100);
        let read = Self {
            reasons: None,
            read: None,
            archived: fields.flag("archived").unwrap_or(false),
            snoozed: fields.flag("snoozed").unwrap_or(false),
            project: fields.nullable_id("project").flatten(),
        };
        fields.finish()?;
        Ok(Self { reasons: words.as_deref().map(Reason::parse_all).transpose()?, ..read })
    }
}

/// How many notifications wait to be read.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = UnreadNotifications)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Unread {
    /// All, mentions included.
    pub total: i64,
    pub mentions: i64,
}

/// One thing that changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = NotifiedChange)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct ChangeView {
    #[schema(example = "priority")]
    pub field: String,
    pub old_value: Value,
    pub new_value: Value,
    pub old_identifier: Option<Uuid>,
    pub new_identifier: Option<Uuid>,
}

/// The item that a notification is about, as it is now.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = NotifiedWorkItem)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct ItemView {
    pub id: Uuid,
    pub name: String,
    pub sequence_id: i64,
    pub project_identifier: String,
    pub state: Uuid,
    pub priority: String,
}

/// A notification on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Notification)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct NotificationView {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_at: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub archived_at: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub snoozed_till: Option<Time>,
    pub reasons: Vec<Reason>,
    /// The event in the log.
    pub event: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub happened_at: Time,
    /// What changed: the item (`work_item`), or something below it.
    #[schema(example = "work_item")]
    pub entity: String,
    pub entity_identifier: Uuid,
    #[schema(example = "updated")]
    pub verb: String,
    /// Null: nobody; a rule of the workspace did it.
    pub actor: Option<Uuid>,
    pub changes: Vec<ChangeView>,
    /// What a comment says now, if it is about one that is still there.
    pub comment_html: Option<String>,
    pub issue: ItemView,
    pub project: Uuid,
    pub workspace: Uuid,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parameters_and_bodies_are_read_alike_and_what_is_wrong_is_named() {
        let asked = |name: &str| [("type", "mentioned, assigned"), ("archived", "true")].into_iter().find(|(n, _)| *n == name).map(|p| p.1);
        let reasons = Some(vec![Reason::Mentioned, Reason::Assigned]);
        let wanted = Which { reasons, archived: true, ..Which::default() };
        assert_eq!(Which::of_query(asked), Ok(wanted.clone()));
        let body = Fields::of(json!({"type": "mentioned,assigned", "archived": true})).unwrap();
        assert_eq!(Which::of_body(body), Ok(wanted));
        for (name, value) in [("type", "x"), ("type", "mentioned,"), ("read", "1"), ("archived", "yes"), ("snoozed", ""), ("project", "x")]
        {
            let refused = Which::of_query(|asked| (asked == name).then_some(value)).unwrap_err();
            assert!(refused.body.get(name).is_some(), "{name}={value}: {}", refused.body);
        }
        for body in [json!({"type": "x"}), json!({"type": 1}), json!({"archived": "x"}), json!({"project": "x"})] {
            let refused = Which::of_body(Fields::of(body.clone()).unwrap()).unwrap_err();
            assert!(body.as_object().unwrap().keys().all(|name| refused.body.get(name).is_some()), "{body}");
        }
    }
}
