//! A note, as asked for, as stored and as shown.

use aileron_db::Set;
use aileron_kernel::{Fields, Refusal, Time, Uuid, fields::NAME, limits::STICKY_TEXT};
use aileron_platform::html::{self, Cleaned};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{projects::fields::object, work_items::fields::binary};

/// The longest text of a note, in bytes.
pub const LONGEST: usize = STICKY_TEXT.most;

/// The longest name, in characters.
const LONGEST_NAME: usize = aileron_kernel::limits::STICKY_NAME.most;

/// The text of a note that has none.
pub(super) const NO_TEXT: &str = "<p></p>";

aileron_db::row! {
    /// A note as stored.
    #[derive(Clone, Debug)]
    pub struct Sticky {
        /// Its id.
        pub id: Uuid,
        /// The workspace.
        pub workspace_id: Uuid,
        /// Whose it is.
        pub owner_id: Uuid,
        /// Its name.
        pub name: Option<String>,
        /// The text as the client's editor keeps it.
        pub description: Value,
        /// The text, cleaned.
        pub description_html: String,
        /// The same as plain text.
        pub description_text: String,
        /// The text as the client's editor keeps it, in bytes.
        pub description_binary: Option<Vec<u8>>,
        /// Its picture.
        pub logo_props: Value,
        /// Its colour, as sent.
        pub color: Option<String>,
        /// The colour behind it, as sent.
        pub background_color: Option<String>,
        /// Its place: the highest comes first.
        pub sort_order: f64,
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

/// What a request says of a note. Absent fields stay as they are.
#[derive(Clone, Debug, Default)]
pub struct StickyFields {
    /// Its name.
    pub name: Option<Option<String>>,
    /// The text as the client's editor keeps it.
    pub description: Option<Value>,
    /// The text, cleaned.
    pub text: Option<Cleaned>,
    /// The text as the client's editor keeps it, in bytes.
    pub description_binary: Option<Option<Vec<u8>>>,
    /// Its picture.
    pub logo_props: Option<Value>,
    /// Its colour.
    pub color: Option<Option<String>>,
    /// The colour behind it.
    pub background_color: Option<Option<String>>,
    /// Its place.
    pub sort_order: Option<f64>,
}

impl StickyFields {
    /// Reads a body. Every field may be absent.
    pub fn read(mut fields: Fields) -> Result<Self, Refusal> {
        let description = fields.json("description");
        if description.as_ref().is_some_and(|json| !json.is_object() || json.to_string().len() > LONGEST) {
            fields.reject("description", format!("Expected a JSON object of at most {} kB.", LONGEST >> 10));
        }
        let binary = binary(&mut fields, STICKY_TEXT);
        let html = fields.bounded_text("description_html", LONGEST);
        let read = Self {
            name: fields.nullable_text("name", LONGEST_NAME),
            description,
            text: None,
            description_binary: binary,
            logo_props: object(&mut fields, "logo_props"),
            color: fields.nullable_text("color", NAME),
            background_color: fields.nullable_text("background_color", NAME),
            sort_order: fields.number("sort_order"),
        };
        fields.finish()?;
        Ok(Self { text: html.map(|html| said(&html)), ..read })
    }

    /// The columns of the fields that another note than `before` would have, by the names on the wire.
    pub(super) fn changed(self, before: &Sticky) -> Vec<(&'static str, Vec<Set>)> {
        let mut changed: Vec<(&'static str, Vec<Set>)> = Vec::new();
        let mut note = |field: &'static str, columns: Option<Vec<Set>>| changed.extend(columns.map(|columns| (field, columns)));
        note("name", self.name.filter(|name| *name != before.name).map(|name| vec![("name", name.into())]));
        note("description", self.description.filter(|json| *json != before.description).map(|json| vec![("description", json.into())]));
        let text = self.text.filter(|text| text.html != before.description_html);
        note("description_html", text.map(|text| vec![("description_html", text.html.into()), ("description_text", text.text.into())]));
        let binary = self.description_binary.filter(|bytes| *bytes != before.description_binary);
        note("description_binary", binary.map(|bytes| vec![("description_binary", bytes.into())]));
        note("logo_props", self.logo_props.filter(|json| *json != before.logo_props).map(|json| vec![("logo_props", json.into())]));
        note("color", self.color.filter(|color| *color != before.color).map(|color| vec![("color", color.into())]));
        let behind = self.background_color.filter(|color| *color != before.background_color);
        note("background_color", behind.map(|color| vec![("background_color", color.into())]));
        let place = self.sort_order.filter(|place| place.to_bits() != before.sort_order.to_bits());
        note("sort_order", place.map(|place| vec![("sort_order", place.into())]));
        changed
    }
}

fn said(markup: &str) -> Cleaned {
    let cleaned = html::clean_document(markup);
    if cleaned.html.is_empty() { Cleaned { html: NO_TEXT.to_owned(), text: String::new() } } else { cleaned }
}

/// A note on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Sticky)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct StickyView {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    pub name: Option<String>,
    #[schema(value_type = Object)]
    pub description: Value,
    #[schema(example = "<p>Ask Ada about the release.</p>")]
    pub description_html: String,
    /// The same as plain text.
    pub description_stripped: String,
    /// Base64.
    pub description_binary: Option<String>,
    #[schema(value_type = Object)]
    pub logo_props: Value,
    #[schema(example = "#ffcc00")]
    pub color: Option<String>,
    pub background_color: Option<String>,
    pub sort_order: f64,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub workspace: Uuid,
    pub owner: Uuid,
}

impl From<Sticky> for StickyView {
    fn from(sticky: Sticky) -> Self {
        Self {
            id: sticky.id,
            created_at: sticky.created_at,
            updated_at: sticky.updated_at,
            deleted_at: None,
            name: sticky.name,
            description: sticky.description,
            description_html: sticky.description_html,
            description_stripped: sticky.description_text,
            description_binary: sticky.description_binary.map(|bytes| BASE64_STANDARD.encode(bytes)),
            logo_props: sticky.logo_props,
            color: sticky.color,
            background_color: sticky.background_color,
            sort_order: sticky.sort_order,
            created_by: sticky.created_by,
            updated_by: sticky.updated_by,
            workspace: sticky.workspace_id,
            owner: sticky.owner_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: Value) -> Result<StickyFields, Refusal> {
        StickyFields::read(Fields::of(body).unwrap())
    }

    #[test]
    fn texts_are_cleaned_and_have_an_end() {
        let text = read(json!({"description_html": "<script>x</script><p>b</p>"})).unwrap().text.unwrap();
        assert_eq!((text.html.as_str(), text.text.as_str()), ("<p>b</p>", "b"));
        assert_eq!(read(json!({"description_html": "<script>x</script>"})).unwrap().text.unwrap().html, NO_TEXT);
        let (long, deep) = ("x".repeat(LONGEST + 1), json!({"x": "y".repeat(LONGEST)}));
        let refused = read(json!({"description_html": long, "description": deep, "logo_props": [], "color": 1.5, "sort_order": "x"}));
        let named: Vec<String> = refused.unwrap_err().body.as_object().unwrap().keys().cloned().collect();
        assert_eq!(named, ["description", "description_html", "logo_props", "sort_order"]);
    }
}
