//! What a request says of a work item.

use aileron_kernel::{
    Fields, Priority, Refusal, Time, Uuid,
    fields::NAME,
    limits::{EDITOR_STATE, Limit},
    text,
};
use aileron_platform::html::{self, Cleaned};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::civil::Date;

/// The description of an item that has none, as the compatible API writes it.
pub const NO_DESCRIPTION: &str = "<p></p>";

/// The longest description, in bytes.
pub const LONGEST_DESCRIPTION: usize = aileron_kernel::limits::DESCRIPTION.most;

/// How many characters of a description the search knows.
const SEARCHED: usize = 100_000;

/// Absent fields stay as they are; `Some(None)` is an explicit null. Ids are not looked up yet.
#[derive(Clone, Debug, Default)]
pub struct ItemFields {
    /// Its name.
    pub name: Option<String>,
    /// The description, as [`description`] makes it.
    pub description: Option<Cleaned>,
    /// The description as an editor's document.
    pub description_binary: Option<Option<Vec<u8>>>,
    /// Its priority.
    pub priority: Option<Priority>,
    /// Its state; null: the one in which new items start.
    pub state: Option<Option<Uuid>>,
    /// The item above it.
    pub parent: Option<Option<Uuid>>,
    /// Its type.
    pub type_id: Option<Option<Uuid>>,
    /// How much work it is.
    pub point: Option<Option<i64>>,
    /// How much work it is, by the estimate of the project.
    pub estimate_point: Option<Option<Uuid>>,
    /// When work is to begin.
    pub start_date: Option<Option<Date>>,
    /// When it is due.
    pub target_date: Option<Option<Date>>,
    /// Its place in manual order.
    pub sort_order: Option<f64>,
    /// Whether it is a draft.
    pub is_draft: Option<bool>,
    /// Since which day it is archived.
    pub archived_at: Option<Option<Date>>,
    /// When it was completed. Counts only where its state says that it is.
    pub completed_at: Option<Option<Time>>,
    /// When work on it first began, where an earlier time comes back. No request sets it.
    pub started_at: Option<Option<Time>>,
    /// Where it came from.
    pub external_source: Option<Option<String>>,
    /// What it is called there.
    pub external_id: Option<Option<String>>,
    /// All who work on it.
    pub assignees: Option<Vec<Uuid>>,
    /// All its labels.
    pub labels: Option<Vec<Uuid>>,
    /// When it was made, for new items.
    pub created_at: Option<Time>,
    /// Who made it, for new items.
    pub created_by: Option<Uuid>,
    /// When it was changed, for imports. No request sets it.
    pub updated_at: Option<Time>,
    /// The version that the description is taken from, where an earlier one comes back. No request sets it.
    pub restored_from: Option<Uuid>,
}

impl ItemFields {
    /// Reads a body; a new item needs a name. The number, the project and who made an existing item when are not read:
    /// they never change, and clients that send back what they got are not refused for it.
    pub fn read(mut fields: Fields, is_new: bool) -> Result<Self, Refusal> {
        if is_new {
            fields.require("name");
        }
        let type_name = if fields.has("type_id") { "type_id" } else { "type" };
        let read = Self {
            name: fields.text("name", NAME),
            description: None,
            description_binary: binary(&mut fields, EDITOR_STATE),
            priority: fields.choice("priority", Priority::parse),
            state: fields.nullable_id("state"),
            parent: fields.nullable_id("parent"),
            type_id: fields.nullable_id(type_name),
            point: fields.nullable_integer("point", 0..=12),
            estimate_point: fields.nullable_id("estimate_point"),
            start_date: fields.nullable_date("start_date"),
            target_date: fields.nullable_date("target_date"),
            sort_order: fields.number("sort_order"),
            is_draft: fields.flag("is_draft"),
            archived_at: fields.nullable_date("archived_at"),
            completed_at: fields.nullable_time("completed_at"),
            started_at: None,
            external_source: fields.nullable_text("external_source", NAME),
            external_id: fields.nullable_text("external_id", NAME),
            assignees: fields.ids("assignees"),
            labels: fields.ids("labels"),
            created_at: if is_new { fields.nullable_time("created_at").flatten() } else { None },
            created_by: if is_new { fields.nullable_id("created_by").flatten() } else { None },
            updated_at: None,
            restored_from: None,
        };
        let sent = fields.bounded_text("description_html", LONGEST_DESCRIPTION);
        fields.finish()?;
        if sent.as_ref().is_some_and(|sent| sent.trim().is_empty()) {
            return Err(Refusal::non_field("Invalid HTML passed"));
        }
        Ok(Self { description: sent.map(|html| description(&html)), ..read })
    }
}

/// A description as it is stored: cleaned, and as much of its text as the search knows. Takes its time for a long one.
pub fn description(markup: &str) -> Cleaned {
    let cleaned = html::clean_document(markup);
    if cleaned.html.is_empty() {
        return no_description();
    }
    Cleaned { html: cleaned.html, text: searched(&cleaned.text) }
}

/// As much of the text of a description as the search knows.
pub(crate) fn searched(text: &str) -> String {
    text::beginning(text, SEARCHED).to_owned()
}

/// A description that was cleaned before, as it is stored.
pub fn kept_description(html: String) -> Cleaned {
    Cleaned { text: text::beginning(&html::text_of(&html), SEARCHED).to_owned(), html }
}

/// The description of an item that has none.
pub fn no_description() -> Cleaned {
    Cleaned { html: NO_DESCRIPTION.to_owned(), text: String::new() }
}

/// What a client's editor keeps of a text, as base64 of at most so many bytes.
pub fn binary(fields: &mut Fields, limit: Limit) -> Option<Option<Vec<u8>>> {
    if fields.raw("description_binary")?.is_null() {
        return Some(None);
    }
    let text = fields.long_text("description_binary")?;
    match BASE64_STANDARD.decode(text.trim()) {
        Ok(bytes) if bytes.len() <= limit.most => Some(Some(bytes)),
        Ok(_) => {
            fields.reject("description_binary", format!("Ensure this field has no more than {} bytes.", limit.most));
            None
        }
        Err(_) => {
            fields.reject("description_binary", "Not valid base64.");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(body: Value, is_new: bool) -> Result<ItemFields, Refusal> {
        ItemFields::read(Fields::of(body)?, is_new)
    }

    #[test]
    fn absent_null_and_given_are_told_apart() {
        let fields = read(json!({"start_date": null, "target_date": "2026-02-01", "point": 12}), false).unwrap();
        assert_eq!(fields.start_date, Some(None));
        assert_eq!(fields.target_date, Some(Some(jiff::civil::date(2026, 2, 1))));
        assert_eq!((fields.point, fields.parent), (Some(Some(12)), None));
    }

    #[test]
    fn what_never_changes_is_not_read_of_existing_items() {
        let body = json!({"created_at": "2001-01-01T00:00:00Z", "created_by": Uuid::nil(), "name": "x", "sequence_id": 7});
        let fields = read(body.clone(), false).unwrap();
        assert_eq!((fields.created_at, fields.created_by), (None, None));
        assert!(read(body, true).unwrap().created_at.is_some());
    }

    #[test]
    fn descriptions_are_cleaned_and_binaries_decoded() {
        let fields = read(json!({"description_html": "<p>a</p><script>b</script>", "description_binary": "aGk="}), false).unwrap();
        assert_eq!(fields.description, Some(Cleaned { html: "<p>a</p>".to_owned(), text: "a".to_owned() }));
        assert_eq!(fields.description_binary, Some(Some(b"hi".to_vec())));
        assert!(read(json!({"description_html": " "}), false).is_err());
        assert!(read(json!({"description_binary": "%"}), false).is_err());
        let only_script = read(json!({"description_html": "<script>b</script>"}), false).unwrap();
        assert_eq!(only_script.description, Some(no_description()));
    }

    #[test]
    fn a_description_and_what_is_searched_of_it_have_an_end() {
        let longest = "x ".repeat(LONGEST_DESCRIPTION / 2);
        let fields = read(json!({"description_html": longest}), false).unwrap();
        assert_eq!(fields.description.unwrap().text.len(), SEARCHED);
        let refused = read(json!({"description_html": format!("{longest}x")}), false).unwrap_err();
        assert_eq!(refused.body, json!({"description_html": ["Ensure this field has no more than 1048576 bytes."]}));
        let state = |bytes: usize| json!({"description_binary": BASE64_STANDARD.encode(vec![7; bytes])});
        assert!(read(state(EDITOR_STATE.most), false).is_ok());
        let refused = read(state(EDITOR_STATE.most + 1), false).unwrap_err();
        assert_eq!(refused.body, json!({"description_binary": ["Ensure this field has no more than 2097152 bytes."]}));
    }
}
