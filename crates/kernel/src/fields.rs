//! Reading the fields of a request body, with one message per wrong field in the words of the compatible API.
//!
//! Every reader returns `None` where the field is absent *or wrong*; what was wrong is remembered, and
//! [`Fields::finish`] refuses the request with all of it at once. Readers of nullable fields return
//! `Some(None)` for an explicit `null`.

use std::ops::RangeInclusive;

use jiff::civil::Date;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    Refusal, Time,
    limits::{LISTED_IDS, Limit},
    refusal::Kind,
    text,
};

/// The longest name of anything, in characters.
pub const NAME: usize = crate::limits::NAME.most;

/// The fields of a body that is a JSON object.
#[derive(Clone, Debug)]
pub struct Fields {
    values: Map<String, Value>,
    errors: Map<String, Value>,
}

impl Fields {
    /// Of a JSON value, which must be an object.
    pub fn of(value: Value) -> Result<Self, Refusal> {
        match value {
            Value::Object(values) => Ok(Self { values, errors: Map::new() }),
            other => Err(Refusal::non_field(format!("Invalid data. Expected a dictionary, but got {}.", type_name(&other)))),
        }
    }

    /// Refuses the request if any field read so far was wrong.
    pub fn finish(self) -> Result<(), Refusal> {
        if self.errors.is_empty() { Ok(()) } else { Err(Refusal::new(Kind::Invalid, Value::Object(self.errors))) }
    }

    /// Whether the field was sent, be it null.
    pub fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// The field as sent.
    pub fn raw(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// Remembers that a field is wrong.
    pub fn reject(&mut self, name: &str, message: impl Into<String>) {
        let list = self.errors.entry(name).or_insert_with(|| json!([]));
        if let Value::Array(messages) = list {
            messages.push(Value::String(message.into()));
        }
    }

    /// Remembers that a field is wrong, as what is inside of it was refused.
    pub fn reject_inside(&mut self, name: &str, refusal: Refusal) {
        self.errors.insert(name.to_owned(), refusal.body);
    }

    /// Remembers as wrong all fields but these: where a slip in a name would pass unnoticed and mean something else.
    pub fn only(&mut self, known: &[&str]) {
        let others: Vec<String> = self.values.keys().filter(|name| !known.contains(&name.as_str())).cloned().collect();
        for name in others {
            self.reject(&text::shortened(&name, 80), "There is no such field here.");
        }
    }

    /// A field that must be there, whatever reads it afterwards.
    pub fn require(&mut self, name: &str) {
        if !self.has(name) {
            self.reject(name, "This field is required.");
        }
    }

    /// Text of 1 to `max` characters.
    pub fn text(&mut self, name: &str, max: usize) -> Option<String> {
        let text = self.text_or_blank(name, max)?;
        if text.is_empty() {
            self.reject(name, "This field may not be blank.");
            return None;
        }
        Some(text)
    }

    /// Text of up to `max` characters, trimmed.
    pub fn text_or_blank(&mut self, name: &str, max: usize) -> Option<String> {
        let value = self.not_null(name)?;
        self.text_of(name, &value, max)
    }

    /// Text of up to `max` characters, or null.
    pub fn nullable_text(&mut self, name: &str, max: usize) -> Option<Option<String>> {
        self.nullable(name, |fields, value| fields.text_of(name, value, max))
    }

    /// Text taken as it is: not trimmed, no limit but the body's.
    pub fn long_text(&mut self, name: &str) -> Option<String> {
        match self.not_null(name)? {
            Value::String(text) => Some(text::without_nul(&text)),
            _ => self.wrong(name, "Not a valid string."),
        }
    }

    /// The same, of up to `max` bytes.
    pub fn bounded_text(&mut self, name: &str, max: usize) -> Option<String> {
        let text = self.long_text(name)?;
        if text.len() > max {
            return self.wrong(name, format!("Ensure this field has no more than {max} bytes."));
        }
        Some(text)
    }

    /// True or false.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        match self.not_null(name)? {
            Value::Bool(flag) => Some(flag),
            Value::String(text) if matches!(text.as_str(), "true" | "True" | "1") => Some(true),
            Value::String(text) if matches!(text.as_str(), "false" | "False" | "0") => Some(false),
            Value::Number(number) if number.as_i64() == Some(1) => Some(true),
            Value::Number(number) if number.as_i64() == Some(0) => Some(false),
            _ => self.wrong(name, "Must be a valid boolean."),
        }
    }

    /// A whole number within a range.
    pub fn integer(&mut self, name: &str, range: RangeInclusive<i64>) -> Option<i64> {
        let value = self.not_null(name)?;
        self.integer_of(name, &value, range)
    }

    /// A whole number within a range, or null.
    pub fn nullable_integer(&mut self, name: &str, range: RangeInclusive<i64>) -> Option<Option<i64>> {
        self.nullable(name, |fields, value| fields.integer_of(name, value, range.clone()))
    }

    /// A finite number.
    pub fn number(&mut self, name: &str) -> Option<f64> {
        let value = self.not_null(name)?;
        let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()).filter(|number| number.is_finite());
        if number.is_none() {
            self.reject(name, "A valid number is required.");
        }
        number
    }

    /// A civil date `YYYY-MM-DD`, or null.
    pub fn nullable_date(&mut self, name: &str) -> Option<Option<Date>> {
        self.nullable(name, |fields, value| {
            let date = value.as_str().filter(|text| text.len() == 10).and_then(|text| text.parse().ok());
            if date.is_none() {
                fields.reject(name, "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.");
            }
            date
        })
    }

    /// An instant, or null.
    pub fn nullable_time(&mut self, name: &str) -> Option<Option<Time>> {
        self.nullable(name, |fields, value| {
            let time = value.as_str().and_then(Time::parse);
            if time.is_none() {
                fields.reject(
                    name,
                    "Datetime has wrong format. Use one of these formats instead: \
                     YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].",
                );
            }
            time
        })
    }

    /// An id, not null.
    pub fn id(&mut self, name: &str) -> Option<Uuid> {
        let value = self.not_null(name)?;
        self.id_of(name, &value)
    }

    /// An id, or null.
    pub fn nullable_id(&mut self, name: &str) -> Option<Option<Uuid>> {
        self.nullable(name, |fields, value| fields.id_of(name, value))
    }

    /// A list of ids, each once, in the order sent. At most 1,000.
    pub fn ids(&mut self, name: &str) -> Option<Vec<Uuid>> {
        let Value::Array(values) = self.not_null(name)? else {
            let sent = self.raw(name).map_or("null", type_name);
            return self.wrong(name, format!("Expected a list of items but got type \"{sent}\"."));
        };
        if values.len() > LISTED_IDS.most {
            return self.wrong(name, too_many(LISTED_IDS));
        }
        let mut ids = Vec::with_capacity(values.len());
        for value in &values {
            let id = self.id_of(name, value)?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Some(ids)
    }

    /// A list of 1 to 1,000 ids, each once, in the order sent. Each wrong element is named by its place.
    pub fn some_ids(&mut self, name: &str) -> Option<Vec<Uuid>> {
        self.some_ids_within(name, LISTED_IDS)
    }

    /// The same with another limit.
    pub fn some_ids_within(&mut self, name: &str, limit: Limit) -> Option<Vec<Uuid>> {
        let Value::Array(values) = self.not_null(name)? else {
            let sent = self.raw(name).map_or("null", type_name);
            return self.wrong(name, format!("Expected a list of items but got type \"{sent}\"."));
        };
        if values.is_empty() {
            return self.wrong(name, "Ensure this field has at least 1 elements.");
        }
        if values.len() > limit.most {
            return self.wrong(name, too_many(limit));
        }
        let (mut ids, mut wrong) = (Vec::with_capacity(values.len()), Map::new());
        for (index, value) in values.iter().enumerate() {
            match value.as_str().and_then(|text| Uuid::try_parse(text).ok()) {
                Some(id) if ids.contains(&id) => {}
                Some(id) => ids.push(id),
                None => {
                    wrong.insert(index.to_string(), json!(["Must be a valid UUID."]));
                }
            }
        }
        if wrong.is_empty() {
            return Some(ids);
        }
        self.errors.insert(name.to_owned(), Value::Object(wrong));
        None
    }

    /// One of a closed list of words.
    pub fn choice<T>(&mut self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let value = self.not_null(name)?;
        let word = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        let choice = parse(&word);
        if choice.is_none() {
            self.reject(name, format!("\"{word}\" is not a valid choice."));
        }
        choice
    }

    /// Any JSON, or null.
    pub fn json(&mut self, name: &str) -> Option<Value> {
        let value = self.values.get(name)?.clone();
        if has_nul(&value) {
            return self.wrong(name, "Null characters are not allowed.");
        }
        Some(value)
    }

    fn not_null(&mut self, name: &str) -> Option<Value> {
        match self.values.get(name)? {
            Value::Null => self.wrong(name, "This field may not be null."),
            value => Some(value.clone()),
        }
    }

    fn nullable<T>(&mut self, name: &str, read: impl Fn(&mut Self, &Value) -> Option<T>) -> Option<Option<T>> {
        match self.values.get(name)?.clone() {
            Value::Null => Some(None),
            value => read(self, &value).map(Some),
        }
    }

    fn wrong<T>(&mut self, name: &str, message: impl Into<String>) -> Option<T> {
        self.reject(name, message);
        None
    }

    fn text_of(&mut self, name: &str, value: &Value, max: usize) -> Option<String> {
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return self.wrong(name, "Not a valid string."),
        };
        if text.contains('\0') {
            return self.wrong(name, "Null characters are not allowed.");
        }
        if text.chars().count() > max {
            return self.wrong(name, format!("Ensure this field has no more than {max} characters."));
        }
        Some(text)
    }

    fn integer_of(&mut self, name: &str, value: &Value, range: RangeInclusive<i64>) -> Option<i64> {
        let Some(number) = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok()) else {
            return self.wrong(name, "A valid integer is required.");
        };
        if number < *range.start() {
            return self.wrong(name, format!("Ensure this value is greater than or equal to {}.", range.start()));
        }
        if number > *range.end() {
            return self.wrong(name, format!("Ensure this value is less than or equal to {}.", range.end()));
        }
        Some(number)
    }

    fn id_of(&mut self, name: &str, value: &Value) -> Option<Uuid> {
        let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        let id = Uuid::try_parse(&text).ok();
        if id.is_none() {
            self.reject(name, format!("\u{201c}{}\u{201d} is not a valid UUID.", text::shortened(&text, 80)));
        }
        id
    }
}

/// The message about a list that is too long.
fn too_many(limit: Limit) -> String {
    format!("Ensure this field has no more than {} elements.", limit.most)
}

/// The message about an id that names nothing where the caller may look.
pub fn unknown_id(id: Uuid) -> String {
    format!("Invalid pk \"{id}\" - object does not exist.")
}

/// Whether any text in a JSON value holds a NUL character, which PostgreSQL cannot store.
pub fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_nul),
        Value::Object(map) => map.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}

/// The name of a JSON type in the words of the compatible API.
fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(value: Value) -> Fields {
        Fields::of(value).unwrap()
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let mut f = fields(json!({"name": "", "when": "2026-02-30", "parent": "x", "n": 13, "flag": "maybe"}));
        assert_eq!(f.text("name", 255), None);
        assert_eq!(f.nullable_date("when"), None);
        assert_eq!(f.nullable_id("parent"), None);
        assert_eq!(f.integer("n", 0..=12), None);
        assert_eq!(f.flag("flag"), None);
        let Err(refusal) = f.finish() else { panic!("refused") };
        assert_eq!(
            refusal.body,
            json!({
                "name": ["This field may not be blank."],
                "when": ["Date has wrong format. Use one of these formats instead: YYYY-MM-DD."],
                "parent": ["\u{201c}x\u{201d} is not a valid UUID."],
                "n": ["Ensure this value is less than or equal to 12."],
                "flag": ["Must be a valid boolean."],
            })
        );
    }

    #[test]
    fn absent_null_and_value_are_three_things() {
        let mut f = fields(json!({"a": null, "b": "2026-01-05"}));
        assert_eq!(f.nullable_date("a"), Some(None));
        assert!(matches!(f.nullable_date("b"), Some(Some(_))));
        assert_eq!(f.nullable_date("c"), None);
        assert!(f.finish().is_ok());
    }

    #[test]
    fn names_are_counted_in_characters_and_hold_no_nul() {
        let mut f = fields(json!({"long": "ü".repeat(256), "fits": "ü".repeat(255), "nul": "a\u{0}b"}));
        assert_eq!(f.text("long", NAME), None);
        assert!(f.text("fits", NAME).is_some());
        assert_eq!(f.text("nul", NAME), None);
    }

    #[test]
    fn each_wrong_id_of_a_list_is_named_by_its_place() {
        let good = "00000000-0000-4000-8000-000000000001";
        let mut f = fields(json!({"good": [good, good], "none": [], "one": good, "bad": [good, "ENG-2", 3]}));
        assert_eq!(f.some_ids("good").unwrap().len(), 1);
        assert_eq!((f.some_ids("none"), f.some_ids("one"), f.some_ids("bad")), (None, None, None));
        let refused = f.finish().unwrap_err().body;
        assert_eq!(refused["none"], json!(["Ensure this field has at least 1 elements."]));
        assert_eq!(refused["one"], json!(["Expected a list of items but got type \"str\"."]));
        assert_eq!(refused["bad"], json!({"1": ["Must be a valid UUID."], "2": ["Must be a valid UUID."]}));
    }

    #[test]
    fn what_is_inside_and_what_is_unknown_is_named() {
        let mut read = fields(json!({"kind": "x", "staet": 1, "inner": {}}));
        read.only(&["kind", "inner"]);
        read.reject_inside("inner", Refusal::field("name", "Wrong."));
        let body = read.finish().unwrap_err().body;
        assert_eq!(body, json!({"staet": ["There is no such field here."], "inner": {"name": ["Wrong."]}}));
    }

    #[test]
    fn a_list_is_no_object() {
        let refusal = Fields::of(json!([1])).unwrap_err();
        assert_eq!(refusal.body, json!({"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]}));
    }
}
