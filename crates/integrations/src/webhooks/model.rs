//! A webhook, as asked for, as stored and as shown.

use aileron_kernel::{Fields, Refusal, Time, Uuid};
use aileron_platform::outgoing::{Rules, Url};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    nouns,
    rules::{self, LONGEST_URL, MOST_PATTERNS},
    signature,
};

aileron_db::row! {
    /// A webhook as stored.
    #[derive(Clone, Debug)]
    #[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
    pub struct Webhook {
        /// Its id.
        pub id: Uuid,
        /// The workspace.
        pub workspace_id: Uuid,
        /// The address.
        pub url: String,
        /// Whether it is told anything.
        pub is_active: bool,
        /// Whether it is told of projects.
        pub project: bool,
        /// Of work items.
        pub issue: bool,
        /// Of modules.
        pub module: bool,
        /// Of cycles.
        pub cycle: bool,
        /// Of comments.
        pub issue_comment: bool,
        /// What else it is told of: patterns of events.
        pub events: Value,
        /// The word for how changes are told.
        pub delivery_mode: String,
        /// Until when deliveries are signed with the secret before this one too.
        pub previous_secret_until: Option<Time>,
        /// Since when nothing gets through.
        pub failing_since: Option<Time>,
        /// When the server gave up.
        pub disabled_at: Option<Time>,
        /// When it was made.
        pub created_at: Time,
        /// When it was last changed.
        pub updated_at: Time,
        /// Who made it.
        pub created_by: Option<Uuid>,
        /// Who changed it last.
        pub updated_by: Option<Uuid>,
    }
}

/// The kinds of changes that a flag asks for, by the name of flag and column.
pub(super) const FLAGS: [&str; 5] = ["project", "issue", "module", "cycle", "issue_comment"];

impl Webhook {
    /// Whether a flag is set, in the order of [`FLAGS`].
    pub(super) const fn flags(&self) -> [bool; 5] {
        [self.project, self.issue, self.module, self.cycle, self.issue_comment]
    }
}

/// How changes are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryMode {
    /// One delivery a changed key, as the compatible API does.
    Compatible,
    /// One delivery a change, with all its keys.
    Change,
}

impl DeliveryMode {
    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Compatible => "compatible",
            Self::Change => "change",
        }
    }

    /// The value of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Compatible, Self::Change].into_iter().find(|mode| mode.as_str() == word)
    }
}

/// What a request says of a webhook. Absent fields stay as they are.
#[derive(Clone, Debug, Default)]
pub struct WebhookFields {
    /// The address as sent, and in its one spelling.
    pub url: Option<(String, Url)>,
    /// Whether it is told anything.
    pub is_active: Option<bool>,
    /// What it is told of, in the order of [`FLAGS`].
    pub flags: [Option<bool>; 5],
    /// What else.
    pub events: Option<Vec<String>>,
    /// How.
    pub delivery_mode: Option<DeliveryMode>,
}

impl WebhookFields {
    /// Reads a body. An address is judged by the rules for what is asked from here.
    pub fn read(mut fields: Fields, is_new: bool, outgoing: &Rules) -> Result<Self, Refusal> {
        if is_new {
            fields.require("url");
        }
        let url = fields.text("url", LONGEST_URL).and_then(|text| match rules::url(&text, outgoing) {
            Ok(url) => Some((text, url)),
            Err(wrong) => {
                fields.reject("url", wrong);
                None
            }
        });
        let read = Self {
            url,
            is_active: fields.flag("is_active"),
            flags: FLAGS.map(|name| fields.flag(name)),
            events: patterns(&mut fields),
            delivery_mode: fields.choice("delivery_mode", DeliveryMode::parse),
        };
        fields.finish()?;
        Ok(read)
    }
}

fn patterns(fields: &mut Fields) -> Option<Vec<String>> {
    let Value::Array(sent) = fields.json("events")? else {
        fields.reject("events", "Expected a list of items.");
        return None;
    };
    if sent.len() > MOST_PATTERNS {
        fields.reject("events", format!("Ensure this field has no more than {MOST_PATTERNS} elements."));
        return None;
    }
    let mut patterns: Vec<String> = Vec::with_capacity(sent.len());
    for value in sent {
        let word = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        if let Err(wrong) = nouns::check(&word) {
            fields.reject("events", wrong);
            return None;
        }
        if !patterns.contains(&word) {
            patterns.push(word);
        }
    }
    Some(patterns)
}

/// For how many hours the secret before stays good after a rotation, if nothing is said.
const OVERLAP_HOURS: i64 = 24;

/// Reads the body of a rotation: for how many seconds the secret before stays good.
pub(super) fn overlap(mut fields: Fields) -> Result<i64, Refusal> {
    let hours = fields.integer("overlap_hours", 0..=168);
    fields.finish()?;
    Ok(hours.unwrap_or(OVERLAP_HOURS) * 60 * 60)
}

/// A webhook on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Webhook)]
#[allow(missing_docs, clippy::struct_excessive_bools, reason = "the names are those of the wire")]
pub struct WebhookView {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    #[schema(example = "https://hooks.example.com/aileron")]
    pub url: String,
    pub is_active: bool,
    /// The secret with which deliveries are signed. Only in the answer to the request that made it, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "plane_wh_6401553476e94f86841a959f3ec807e0")]
    pub secret_key: Option<String>,
    /// The same secret as libraries for Standard Webhooks take it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signing_secret: Option<String>,
    pub project: bool,
    pub issue: bool,
    pub module: bool,
    pub cycle: bool,
    pub issue_comment: bool,
    /// What else it is told of: a noun and a verb each.
    #[schema(value_type = Vec<String>, example = json!(["cycle.archived"]))]
    pub events: Value,
    /// `compatible`: one delivery a changed key. `change`: one a change.
    #[schema(example = "compatible")]
    pub delivery_mode: String,
    pub is_internal: bool,
    #[schema(example = "v1")]
    pub version: &'static str,
    /// Until when deliveries are signed with the secret before this one too.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub previous_secret_until: Option<Time>,
    /// Since when nothing gets through.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub failing_since: Option<Time>,
    /// When the server gave up and switched it off.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub disabled_at: Option<Time>,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub workspace: Uuid,
}

impl WebhookView {
    /// A webhook, with its secret if that was made just now.
    pub fn new(webhook: Webhook, secret: Option<String>, now: Time) -> Self {
        Self {
            id: webhook.id,
            created_at: webhook.created_at,
            updated_at: webhook.updated_at,
            deleted_at: None,
            url: webhook.url,
            is_active: webhook.is_active,
            signing_secret: secret.as_deref().map(signature::as_standard),
            secret_key: secret,
            project: webhook.project,
            issue: webhook.issue,
            module: webhook.module,
            cycle: webhook.cycle,
            issue_comment: webhook.issue_comment,
            events: webhook.events,
            delivery_mode: webhook.delivery_mode,
            is_internal: false,
            version: "v1",
            previous_secret_until: webhook.previous_secret_until.filter(|until| *until > now),
            failing_since: webhook.failing_since,
            disabled_at: webhook.disabled_at,
            created_by: webhook.created_by,
            updated_by: webhook.updated_by,
            workspace: webhook.workspace_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: Value, is_new: bool) -> Result<WebhookFields, Value> {
        WebhookFields::read(Fields::of(body).unwrap(), is_new, &Rules::default()).map_err(|refusal| refusal.body)
    }

    #[test]
    fn wrong_fields_are_named() {
        let long = format!("https://a.test/{}", "x".repeat(LONGEST_URL));
        let refused = read(json!({"url": long, "issue": "maybe", "delivery_mode": "x", "events": ["Cycle"], "is_active": null}), true);
        let named: Vec<String> = refused.unwrap_err().as_object().unwrap().keys().cloned().collect();
        assert_eq!(named, ["delivery_mode", "events", "is_active", "issue", "url"]);
        assert_eq!(read(json!({}), true).unwrap_err(), json!({"url": ["This field is required."]}));
        for events in [json!("cycle.archived"), json!([1]), json!([["a.b"]]), json!(null), json!(vec!["*"; MOST_PATTERNS + 1])] {
            assert!(read(json!({"events": events}), false).unwrap_err()["events"].is_array(), "{events}");
        }
    }

    #[test]
    fn a_pattern_counts_once_and_absent_fields_are_none() {
        let fields = read(json!({"events": ["cycle.archived", "cycle.archived", "*"]}), false).unwrap();
        assert_eq!(fields.events.unwrap(), ["cycle.archived", "*"]);
        assert!(fields.url.is_none() && fields.is_active.is_none() && fields.flags == [None; 5] && fields.delivery_mode.is_none());
    }

    #[test]
    fn an_overlap_has_an_end() {
        let read = |body| overlap(Fields::of(body).unwrap());
        assert_eq!((read(json!({})).unwrap(), read(json!({"overlap_hours": 0})).unwrap()), (86_400, 0));
        assert!(read(json!({"overlap_hours": 169})).is_err() && read(json!({"overlap_hours": -1})).is_err());
    }
}
