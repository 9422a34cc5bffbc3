//! Comparing an answer with the recorded one.

use serde_json::{Map, Value};

use super::ids::{Ids, is_id};

/// Fields whose values no two servers share: only that they are there counts.
const VOLATILE: [&str; 15] = [
    "logo_props",
    "sort_order",
    "random_order",
    "color",
    "url",
    "fields",
    "asset_url",
    "asset",
    "upload_data",
    "background_color",
    "cover_image",
    "cover_image_url",
    "storage_metadata",
    "epoch",
    "metadata",
];

/// What kind of difference a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Another status.
    Status,
    /// A missing field, or a value of another type.
    Shape,
    /// Another value of the same type.
    Value,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) kind: Kind,
    pub(crate) text: String,
}

impl Note {
    pub(crate) fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }
}

/// The differences between the recorded body and the found one. Fields that we have in addition are none.
pub(crate) fn compare(recorded: &Value, found: &Value, ids: &mut Ids) -> Vec<Note> {
    let mut comparison = Comparison { ids, notes: Vec::new() };
    comparison.values(recorded, found, &Place::root());
    comparison.notes
}

/// Where in the body we are: the path for people, and the name of the field.
struct Place<'a> {
    path: String,
    field: &'a str,
}

impl<'a> Place<'a> {
    fn root() -> Self {
        Self { path: "body".to_owned(), field: "" }
    }

    fn field(&self, name: &'a str) -> Self {
        Self { path: format!("{}.{name}", self.path), field: name }
    }

    fn element(&self, index: usize) -> Self {
        Self { path: format!("{}[{index}]", self.path), field: self.field }
    }

    fn is_volatile(&self) -> bool {
        VOLATILE.contains(&self.field)
    }
}

struct Comparison<'a> {
    ids: &'a mut Ids,
    notes: Vec<Note>,
}

impl Comparison<'_> {
    fn note(&mut self, kind: Kind, text: String) {
        self.notes.push(Note::new(kind, text));
    }

    fn values(&mut self, recorded: &Value, found: &Value, place: &Place<'_>) {
        match (recorded, found) {
            (Value::Object(recorded), Value::Object(found)) => self.objects(recorded, found, place),
            (Value::Array(recorded), Value::Array(found)) => self.lists(recorded, found, place),
            (Value::String(recorded), Value::String(found)) => self.texts(recorded, found, place),
            _ if place.is_volatile() => {}
            _ if std::mem::discriminant(recorded) != std::mem::discriminant(found) => {
                let text = format!("{} is {} in the recording, {} found", place.path, short(recorded), short(found));
                self.note(Kind::Shape, text);
            }
            _ if !are_equal(recorded, found) => {
                self.note(Kind::Value, format!("{} is {recorded} in the recording, {found} found", place.path));
            }
            _ => {}
        }
    }

    fn objects(&mut self, recorded: &Map<String, Value>, found: &Map<String, Value>, place: &Place<'_>) {
        if place.is_volatile() {
            return;
        }
        for (name, value) in recorded {
            let inner = place.field(name);
            match found.get(name) {
                Some(found) => self.values(value, found, &inner),
                None => self.note(Kind::Shape, format!("{} is missing", inner.path)),
            }
        }
    }

    fn lists(&mut self, recorded: &[Value], found: &[Value], place: &Place<'_>) {
        if recorded.len() != found.len() {
            let text = format!("{} has {} elements in the recording, {} found", place.path, recorded.len(), found.len());
            self.note(Kind::Value, text);
        }
        for (index, (recorded, found)) in recorded.iter().zip(found).enumerate() {
            self.values(recorded, found, &place.element(index));
        }
    }

    fn texts(&mut self, recorded: &str, found: &str, place: &Place<'_>) {
        if is_id(recorded) && is_id(found) {
            if !self.ids.learn(recorded, found) {
                self.note(Kind::Value, format!("{} is another object than in the recording", place.path));
            }
            return;
        }
        let may_differ = place.is_volatile() || (is_instant(recorded) && is_instant(found));
        if !may_differ && self.ids.translate(recorded) != found {
            let cut = |text: &str| text.chars().take(120).collect::<String>();
            self.note(Kind::Value, format!("{} is {:?} in the recording, {:?} found", place.path, cut(recorded), cut(found)));
        }
    }
}

/// Equal as values: 1 and 1.0 are the same number.
fn are_equal(recorded: &Value, found: &Value) -> bool {
    recorded == found || matches!((recorded.as_f64(), found.as_f64()), (Some(a), Some(b)) if a.to_bits() == b.to_bits())
}

/// Whether the text begins like `2026-11-22T17:53`.
fn is_instant(text: &str) -> bool {
    text.len() >= 16
        && text.bytes().take(16).enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            10 => byte == b'T',
            13 => byte == b':',
            _ => byte.is_ascii_digit(),
        })
}

/// The beginning of a value, for people.
pub(crate) fn short(value: &Value) -> String {
    value.to_string().chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const A: &str = "896406e0-9977-40fd-ac5f-55a084baf164";
    const B: &str = "c6d037a0-8fd2-4055-b398-589c59c20ee6";

    fn kinds(recorded: &Value, found: &Value) -> Vec<Kind> {
        compare(recorded, found, &mut Ids::default()).iter().map(|note| note.kind).collect()
    }

    #[test]
    fn equal_bodies_have_no_notes() {
        let body = json!({"a": [1, "two", null, {"b": true}]});
        assert!(kinds(&body, &body).is_empty());
        assert!(kinds(&json!({"n": 1}), &json!({"n": 1.0, "more": 2})).is_empty());
    }

    #[test]
    fn missing_fields_and_other_types_are_of_the_shape() {
        assert_eq!(kinds(&json!({"a": 1}), &json!({})), [Kind::Shape]);
        assert_eq!(kinds(&json!({"a": 1}), &json!({"a": "1"})), [Kind::Shape]);
        assert_eq!(kinds(&json!([true]), &json!([1])), [Kind::Shape]);
        assert_eq!(kinds(&json!(null), &json!({})), [Kind::Shape]);
    }

    #[test]
    fn other_values_and_lengths_are_values() {
        assert_eq!(kinds(&json!({"a": 1, "b": "x"}), &json!({"a": 2, "b": "y"})), [Kind::Value, Kind::Value]);
        assert_eq!(kinds(&json!([1, 2]), &json!([1])), [Kind::Value]);
        assert_eq!(kinds(&json!(true), &json!(false)), [Kind::Value]);
    }

    #[test]
    fn the_place_is_named() {
        let notes = compare(&json!({"rows": [{"a": 1}, {"a": 1}]}), &json!({"rows": [{"a": 1}, {"a": 2}]}), &mut Ids::default());
        assert_eq!(notes, [Note::new(Kind::Value, "body.rows[1].a is 1 in the recording, 2 found")]);
    }

    #[test]
    fn ids_are_paired_once_and_followed_inside_texts() {
        let recorded = json!({"id": A, "parent": A, "path": format!("/x/{A}/")});
        assert!(kinds(&recorded, &json!({"id": B, "parent": B, "path": format!("/x/{B}/")})).is_empty());
        assert_eq!(kinds(&recorded, &json!({"id": B, "parent": A, "path": format!("/x/{B}/")})), [Kind::Value]);
        assert_eq!(kinds(&json!(A), &json!("none")), [Kind::Value]);
    }

    #[test]
    fn instants_and_volatile_fields_may_differ() {
        assert!(kinds(&json!("2026-11-22T17:53:14Z"), &json!("2027-01-01T00:00:00.5Z")).is_empty());
        assert_eq!(kinds(&json!("2026-11-22"), &json!("2026-11-23")), [Kind::Value]);
        assert!(kinds(&json!({"color": "#fff", "sort_order": 1}), &json!({"color": null, "sort_order": "2"})).is_empty());
        assert_eq!(kinds(&json!({"color": "#fff"}), &json!({})), [Kind::Shape]);
    }
}
