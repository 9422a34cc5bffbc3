//! An intake item, as asked for and as stored.

use aileron_kernel::{Fields, Priority, Refusal, Time, Uuid, fields::NAME};
use serde_json::{Map, Value};

use super::rules::Standing;
use crate::work_items::fields::ItemFields;

/// How an intake item stands. The numbers are those of the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Nobody has decided yet.
    Pending,
    /// It will not be done.
    Declined,
    /// Somebody decides later.
    Snoozed,
    /// It is a work item like any other now.
    Accepted,
    /// Another work item says the same.
    Duplicate,
}

impl Status {
    /// Every one of them.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Declined, Self::Snoozed, Self::Accepted, Self::Duplicate];

    /// Its number.
    pub const fn number(self) -> i64 {
        match self {
            Self::Pending => -2,
            Self::Declined => -1,
            Self::Snoozed => 0,
            Self::Accepted => 1,
            Self::Duplicate => 2,
        }
    }

    /// The status of a number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.number() == number)
    }

    /// The status of a number that is written out.
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_number(text.trim().parse().ok()?)
    }
}

aileron_db::row! {
    /// An intake item as stored.
    #[derive(Clone, Debug)]
    pub struct IntakeItem {
        /// Its id. Addresses name the work item instead.
        pub id: Uuid,
        /// The workspace.
        pub workspace_id: Uuid,
        /// The project.
        pub project_id: Uuid,
        /// The intake.
        pub intake_id: Uuid,
        /// The work item.
        pub item_id: Uuid,
        /// The number of its status.
        pub status: i64,
        /// Until when it is snoozed.
        pub snoozed_till: Option<Time>,
        /// The item that it is a duplicate of.
        pub duplicate_to_id: Option<Uuid>,
        /// By which way it came.
        pub source: Option<String>,
        /// The address that it came from, where it came by mail.
        pub source_email: Option<String>,
        /// Where it came from.
        pub external_source: Option<String>,
        /// What it is called there.
        pub external_id: Option<String>,
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

impl IntakeItem {
    /// How it stands.
    pub fn standing(&self) -> Standing {
        let status = Status::from_number(self.status).unwrap_or(Status::Pending);
        Standing { status, snoozed_till: self.snoozed_till, duplicate_to: self.duplicate_to_id }
    }
}

/// What a request decides. Absent fields stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// The status.
    pub status: Option<Status>,
    /// Until when it is snoozed.
    pub snoozed_till: Option<Option<Time>>,
    /// The item that it is a duplicate of.
    pub duplicate_to: Option<Option<Uuid>>,
    /// By which way it came.
    pub source: Option<Option<String>>,
    /// The address that it came from.
    pub source_email: Option<Option<String>>,
}

impl Decision {
    /// Reads a body.
    pub fn read(mut fields: Fields) -> Result<Self, Refusal> {
        let read = Self {
            status: fields.choice("status", Status::parse),
            snoozed_till: fields.nullable_time("snoozed_till"),
            duplicate_to: fields.nullable_id("duplicate_to"),
            source: fields.nullable_text("source", NAME),
            source_email: fields.nullable_text("source_email", NAME),
        };
        fields.finish()?;
        Ok(read)
    }
}

/// What a request says of an intake item.
#[derive(Clone, Debug, Default)]
pub struct IntakeFields {
    /// What it says of the work item, if it says anything.
    pub issue: Option<ItemFields>,
    /// What it decides.
    pub decision: Decision,
}

impl IntakeFields {
    /// Reads a body; a new one needs `issue` with a name, and decides nothing. Of the work item everything can be said but what decides whether it is
    /// listed: its state, whether it is a draft or archived, and where it came from.
    pub fn read(fields: Fields, is_new: bool) -> Result<Self, Refusal> {
        let sent = issue(&fields)?;
        if is_new {
            check_new(sent.as_ref())?;
        }
        let said = sent.map(|sent| ItemFields::read(Fields::of(Value::Object(sent))?, is_new)).transpose()?;
        let issue = said.map(|said| ItemFields {
            state: None,
            is_draft: None,
            archived_at: None,
            completed_at: None,
            external_source: None,
            external_id: None,
            created_at: None,
            created_by: None,
            ..said
        });
        let decision = if is_new { Decision::default() } else { Decision::read(fields)? };
        Ok(Self { issue, decision })
    }
}

/// What a guest can say of a work item that he asks for.
pub fn described(fields: ItemFields) -> ItemFields {
    ItemFields { priority: fields.priority, ..worded(fields) }
}

/// What a guest can change of it.
pub fn worded(fields: ItemFields) -> ItemFields {
    let ItemFields { name, description, description_binary, .. } = fields;
    ItemFields { name, description, description_binary, ..ItemFields::default() }
}

fn issue(fields: &Fields) -> Result<Option<Map<String, Value>>, Refusal> {
    match fields.raw("issue") {
        None => Ok(None),
        Some(Value::Object(issue)) => Ok(Some(issue.clone())),
        Some(Value::Null) => Err(Refusal::field("issue", "This field may not be null.")),
        Some(_) => Err(Refusal::field("issue", "Expected an object.")),
    }
}

/// The two refusals that are recorded in words of their own.
fn check_new(issue: Option<&Map<String, Value>>) -> Result<(), Refusal> {
    let sent = |name: &str| issue.and_then(|issue| issue.get(name));
    let is_blank = |value: &Value| value.is_null() || value == "";
    if sent("name").is_none_or(is_blank) {
        return Err(Refusal::error("Name is required"));
    }
    let is_known = |value: &Value| value.as_str().and_then(Priority::parse).is_some();
    if sent("priority").is_some_and(|value| !is_known(value)) { Err(Refusal::error("Invalid priority")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: Value, is_new: bool) -> Result<IntakeFields, Refusal> {
        IntakeFields::read(Fields::of(body).unwrap(), is_new)
    }

    #[test]
    fn statuses_have_the_numbers_of_the_wire() {
        for (text, status) in [("-2", Status::Pending), ("-1", Status::Declined), ("0", Status::Snoozed), ("1", Status::Accepted)] {
            assert_eq!((Status::parse(text), status.number().to_string().as_str()), (Some(status), text));
        }
        for wrong in ["9", "-3", "", "x", "1.0", "true"] {
            assert_eq!(Status::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_new_one_has_a_name_and_a_priority_if_any() {
        for (body, refused) in [
            (json!({}), json!({"error": "Name is required"})),
            (json!({"issue": {"name": ""}}), json!({"error": "Name is required"})),
            (json!({"issue": {"name": "x", "priority": "zzz"}}), json!({"error": "Invalid priority"})),
            (json!({"issue": {"name": "x", "priority": 3}}), json!({"error": "Invalid priority"})),
            (json!({"issue": null}), json!({"issue": ["This field may not be null."]})),
            (json!({"issue": "x"}), json!({"issue": ["Expected an object."]})),
        ] {
            assert_eq!(read(body, true).unwrap_err().body, refused);
        }
        assert!(read(json!({"status": 9}), false).unwrap_err().body["status"].is_array());
    }

    #[test]
    fn nothing_that_is_said_lists_the_item() {
        let body = json!({"issue": {"name": "x", "priority": "high", "start_date": "2026-01-01", "is_draft": true,
            "state": "00000000-0000-4000-8000-000000000001", "archived_at": "2026-01-01", "completed_at": "2026-01-01T00:00:00Z"}});
        let issue = read(body, true).unwrap().issue.unwrap();
        assert!(issue.state.is_none() && issue.is_draft.is_none() && issue.archived_at.is_none() && issue.completed_at.is_none());
        assert!(issue.start_date.is_some());
        let described = described(issue.clone());
        assert!(described.name.is_some() && described.priority.is_some() && described.start_date.is_none());
        assert!(worded(issue).priority.is_none());
    }
}
