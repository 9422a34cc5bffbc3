//! Reading triggers and actions from bodies: what is wrong is named, and so is what is unknown.

use aileron_kernel::{Fields, Refusal, Uuid};

use super::MOST_DAYS;

/// The most people or labels that one action names.
const MOST_NAMED: usize = 50;

pub(super) fn kind(fields: &mut Fields) -> Option<String> {
    fields.require("kind");
    fields.text("kind", 40)
}

pub(super) fn wrong(fields: Fields) -> Refusal {
    fields.finish().err().unwrap_or_else(|| Refusal::field("kind", "Not a valid string."))
}

/// What was read, if all of it was right and there was nothing else. None: nothing of that kind is known.
pub(super) fn finished<T>(mut fields: Fields, read: Option<(T, &[&str])>) -> Result<T, Refusal> {
    let Some((read, known)) = read else {
        fields.reject("kind", "This is not a valid choice.");
        return Err(wrong(fields));
    };
    fields.only(known);
    fields.finish().map(|()| read)
}

pub(super) fn id(fields: &mut Fields, name: &str) -> Uuid {
    fields.require(name);
    fields.id(name).unwrap_or_default()
}

pub(super) fn days(fields: &mut Fields) -> Option<i64> {
    fields.require("days");
    fields.nullable_integer("days", 0..=MOST_DAYS).flatten()
}

/// A list of ids that is not empty.
pub(super) fn named(fields: &mut Fields, name: &str) -> Vec<Uuid> {
    fields.require(name);
    let ids = fields.ids(name).unwrap_or_default();
    if fields.has(name) && (ids.is_empty() || ids.len() > MOST_NAMED) {
        fields.reject(name, format!("Expected 1 to {MOST_NAMED} ids."));
    }
    ids
}

/// A list of words, each once.
pub(super) fn words<T: PartialEq>(fields: &mut Fields, name: &str, parse: fn(&str) -> Option<T>) -> Vec<T> {
    let Some(value) = fields.json(name) else { return Vec::new() };
    let mut read = Vec::new();
    for word in value.as_array().into_iter().flatten() {
        match word.as_str().and_then(parse) {
            Some(word) if read.contains(&word) => {}
            Some(word) => read.push(word),
            None => {
                fields.reject(name, "Holds what is not a valid choice.");
                return read;
            }
        }
    }
    if !value.is_array() {
        fields.reject(name, "Expected a list of words.");
    }
    read
}
