//! What a request says of a view.

use aileron_kernel::{Fields, Refusal, fields::NAME};
use serde_json::Value;

use crate::projects::fields::object;

/// The longest description, in characters.
pub const LONGEST_DESCRIPTION: usize = aileron_kernel::limits::SHORT_DESCRIPTION.most;

/// The most bytes of one of the objects.
pub const MOST: usize = aileron_kernel::limits::VIEW_SETTINGS.most;

/// Absent fields stay as they are. Filters are not read yet, and ids in them not looked up.
#[derive(Clone, Debug, Default)]
pub struct ViewFields {
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Which items, in the older form.
    pub filters: Option<Value>,
    /// Which items, as a tree.
    pub rich_filters: Option<Value>,
    /// In which layout, groups and order.
    pub display_filters: Option<Value>,
    /// Which properties of items.
    pub display_properties: Option<Value>,
    /// Its picture.
    pub logo_props: Option<Value>,
    /// Whether it is its owner's alone.
    pub is_private: Option<bool>,
    /// Whether only its owner and admins change it.
    pub is_locked: Option<bool>,
    /// Its place in manual order.
    pub sort_order: Option<f64>,
}

impl ViewFields {
    /// Reads a body; a new view needs a name.
    pub fn read(mut fields: Fields, is_new: bool) -> Result<Self, Refusal> {
        if is_new {
            fields.require("name");
        }
        let read = Self {
            name: fields.text("name", NAME),
            description: fields.text_or_blank("description", LONGEST_DESCRIPTION),
            filters: bounded(&mut fields, "filters"),
            rich_filters: bounded(&mut fields, "rich_filters"),
            display_filters: bounded(&mut fields, "display_filters"),
            display_properties: bounded(&mut fields, "display_properties"),
            logo_props: object(&mut fields, "logo_props"),
            is_private: fields.integer("access", 0..=1).map(|access| access == 0),
            is_locked: fields.flag("is_locked"),
            sort_order: fields.number("sort_order"),
        };
        fields.finish()?;
        Ok(read)
    }
}

fn bounded(fields: &mut Fields, name: &str) -> Option<Value> {
    let value = fields.json(name)?;
    if value.is_object() && value.to_string().len() <= MOST {
        return Some(value);
    }
    fields.reject(name, format!("Expected a JSON object of at most {MOST} bytes."));
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
            (json!({"name": "x", "is_locked": "perhaps"}), "is_locked"),
            (json!({"name": "x", "rich_filters": []}), "rich_filters"),
            (json!({"name": "x", "filters": {"x": "y".repeat(MOST)}}), "filters"),
            (json!({"name": "x", "display_filters": null}), "display_filters"),
            (json!({"name": "x", "display_properties": 1}), "display_properties"),
            (json!({"name": "x", "sort_order": "first"}), "sort_order"),
        ] {
            let refused = ViewFields::read(Fields::of(body).unwrap(), true).unwrap_err();
            assert_eq!(refused.body.as_object().unwrap().keys().collect::<Vec<_>>(), [named]);
        }
        assert_eq!(ViewFields::read(Fields::of(json!({"access": 0})).unwrap(), false).unwrap().is_private, Some(true));
    }
}
