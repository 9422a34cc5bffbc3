//! What a request says of a page.

use aileron_kernel::{
    Fields, Refusal, Uuid,
    fields::NAME,
    limits::{PAGE_NAME, PAGE_TEXT},
    text,
};
use aileron_platform::html::{self, Cleaned};
use aileron_tracker::{projects::fields::object, work_items::fields::binary};
use serde_json::Value;

use crate::model::NO_TEXT;

/// The longest name, in characters.
pub const LONGEST_NAME: usize = PAGE_NAME.most;

/// The longest text, in bytes, of each of its forms.
pub const LONGEST: usize = PAGE_TEXT.most;

/// How many characters of a text the search of a list knows.
const SEARCHED: usize = 20_000;

/// Absent fields stay as they are; `Some(None)` is an explicit null. Ids are not looked up yet.
#[derive(Clone, Debug, Default)]
pub struct PageFields {
    /// Its name; it may be empty.
    pub name: Option<String>,
    /// Its text, cleaned.
    pub text: Option<Cleaned>,
    /// An editor's document.
    pub json: Option<Value>,
    /// The same in bytes.
    pub binary: Option<Option<Vec<u8>>>,
    /// Whether it is its owner's alone.
    pub is_private: Option<bool>,
    /// Whether nobody changes it, for new pages.
    pub is_locked: Option<bool>,
    /// Its colour.
    pub color: Option<String>,
    /// How clients show it.
    pub view_props: Option<Value>,
    /// Its picture.
    pub logo_props: Option<Value>,
    /// The page above it.
    pub parent: Option<Option<Uuid>>,
    /// All its labels.
    pub labels: Option<Vec<Uuid>>,
    /// Its place in manual order.
    pub sort_order: Option<f64>,
    /// Where it came from.
    pub external_source: Option<Option<String>>,
    /// What it is called there.
    pub external_id: Option<Option<String>>,
    /// Whether its text is an earlier one that is put back.
    pub is_restored: bool,
}

impl PageFields {
    /// Reads a body; a new page needs a name. Takes its time for a long text.
    pub fn read(mut fields: Fields, is_new: bool) -> Result<Self, Refusal> {
        if is_new {
            fields.require("name");
        }
        let html = fields.bounded_text("description_html", LONGEST);
        let parent = if fields.has("parent_id") { "parent_id" } else { "parent" };
        let read = Self {
            name: fields.text_or_blank("name", LONGEST_NAME),
            text: None,
            json: document(&mut fields),
            binary: binary(&mut fields, PAGE_TEXT),
            is_private: fields.integer("access", 0..=1).map(|access| access == 1),
            is_locked: if is_new { fields.flag("is_locked") } else { None },
            color: fields.text_or_blank("color", NAME),
            view_props: object(&mut fields, "view_props"),
            logo_props: object(&mut fields, "logo_props"),
            parent: fields.nullable_id(parent),
            labels: fields.ids("labels"),
            sort_order: fields.number("sort_order"),
            external_source: fields.nullable_text("external_source", NAME),
            external_id: fields.nullable_text("external_id", NAME),
            is_restored: false,
        };
        fields.finish()?;
        Ok(Self { text: html.map(|html| said(&html)), ..read })
    }
}

/// A text as it is stored.
fn said(markup: &str) -> Cleaned {
    let cleaned = html::clean(markup);
    if cleaned.html.is_empty() { blank() } else { cleaned }
}

/// The text of a page that has none.
pub fn blank() -> Cleaned {
    Cleaned { html: NO_TEXT.to_owned(), text: String::new() }
}

/// What the search of a list looks into.
pub(crate) fn text_key(name: &str, plain: &str) -> String {
    text::key(&format!("{name}\n{}", text::beginning(plain, SEARCHED)))
}

fn document(fields: &mut Fields) -> Option<Value> {
    let value = fields.json("description_json")?;
    if value.is_object() && value.to_string().len() <= LONGEST {
        return Some(value);
    }
    fields.reject("description_json", format!("Expected a JSON object of at most {LONGEST} bytes."));
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn wrong_fields_are_named() {
        for (body, named) in [
            (json!({}), "name"),
            (json!({"name": "x", "access": 2}), "access"),
            (json!({"name": "x", "description_html": "x".repeat(LONGEST + 1)}), "description_html"),
            (json!({"name": "x", "description_json": []}), "description_json"),
            (json!({"name": "x", "description_binary": "%"}), "description_binary"),
            (json!({"name": "x", "labels": ["bug"]}), "labels"),
            (json!({"name": "x", "parent_id": "x"}), "parent_id"),
            (json!({"name": "x", "parent": "x"}), "parent"),
            (json!({"name": "x".repeat(LONGEST_NAME + 1)}), "name"),
            (json!({"name": "x", "view_props": 1}), "view_props"),
        ] {
            let refused = PageFields::read(Fields::of(body).unwrap(), true).unwrap_err();
            assert_eq!(refused.body.as_object().unwrap().keys().collect::<Vec<_>>(), [named]);
        }
    }

    #[test]
    fn texts_are_cleaned() {
        let read = |html: &str| PageFields::read(Fields::of(json!({"description_html": html})).unwrap(), false).unwrap().text.unwrap();
        assert_eq!(read("<p>a</p><script>b</script><p>c</p>").html, "<p>a</p><p>c</p>");
        assert_eq!((read("<script>b</script>"), read("")), (blank(), blank()));
        assert_eq!(text_key("Plan", "Über"), text::key("plan\nüber"));
    }
}
