//! A part of the home page, as asked for, as stored and as shown.

use aileron_kernel::{Fields, Refusal, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

/// The parts of the home page, in the order that holds without a word of the member.
pub const KEYS: [&str; 3] = ["quick_links", "recents", "my_stickies"];

aileron_db::row! {
    /// What a member says of a part, as stored.
    #[derive(Clone, Debug)]
    pub struct Kept {
        /// The id of the row.
        pub id: Uuid,
        /// Which part.
        pub key: String,
        /// Whether it is shown.
        pub is_enabled: bool,
        /// Its place: the highest comes first.
        pub sort_order: f64,
    }
}

/// What a request says of a part. Absent fields stay as they are.
#[derive(Clone, Copy, Debug)]
pub struct PartFields {
    /// Which part.
    pub key: &'static str,
    /// Whether it is shown.
    pub is_enabled: Option<bool>,
    /// Its place.
    pub sort_order: Option<f64>,
}

impl PartFields {
    /// Reads a body.
    pub fn read(mut fields: Fields) -> Result<Self, Refusal> {
        fields.require("key");
        let key = fields.choice("key", |word| KEYS.into_iter().find(|key| *key == word));
        let read = Self { key: key.unwrap_or_default(), is_enabled: fields.flag("is_enabled"), sort_order: fields.number("sort_order") };
        fields.finish()?;
        Ok(read)
    }
}

/// A part of the home page on the wire.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = HomePreference)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct PartView {
    /// `quick_links`, `recents` or `my_stickies`.
    #[schema(example = "recents")]
    pub key: &'static str,
    pub is_enabled: bool,
    /// The highest comes first.
    pub sort_order: f64,
}

impl PartView {
    /// What holds of a part without a word of the member.
    pub fn default_of(key: &'static str) -> Self {
        let place = KEYS.into_iter().zip(0_u32..).find(|(other, _)| *other == key).map_or(0, |(_, place)| place);
        Self { key, is_enabled: true, sort_order: 1_000.0 - f64::from(place) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_part_is_one_that_there_is() {
        let read = |body| PartFields::read(Fields::of(body).unwrap());
        for (body, named) in [
            (json!({}), "key"),
            (json!({"key": "weather"}), "key"),
            (json!({"key": null}), "key"),
            (json!({"key": "recents", "is_enabled": "perhaps"}), "is_enabled"),
            (json!({"key": "recents", "sort_order": "first"}), "sort_order"),
        ] {
            assert_eq!(read(body).unwrap_err().body.as_object().unwrap().keys().collect::<Vec<_>>(), [named]);
        }
        assert_eq!(read(json!({"key": "recents", "is_enabled": false})).unwrap().is_enabled, Some(false));
        assert!(PartView::default_of("quick_links").sort_order > PartView::default_of("recents").sort_order);
    }
}
