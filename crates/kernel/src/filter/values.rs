//! Values of conditions, read from text: ids and words.

use uuid::Uuid;

use super::{Condition, MAX_VALUES, Reference};
use crate::{Priority, StateGroup, text};

/// A field that is compared with a list of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listed {
    Reference(Reference),
    StateGroup,
    Priority,
}

impl Listed {
    /// One of these values; [`None`] stands for an empty field.
    pub(super) fn any_of(self, values: &[Option<&str>]) -> Result<Condition, String> {
        if values.is_empty() {
            return Err("This list may not be empty.".to_owned());
        }
        if values.len() > MAX_VALUES {
            return Err(format!("Ensure this field has no more than {MAX_VALUES} elements."));
        }
        Ok(match self {
            Self::Reference(field) => {
                let ids = each(values.iter().copied().flatten(), |value| {
                    Uuid::try_parse(value).map_err(|_| format!("\u{201c}{}\u{201d} is not a valid UUID.", text::shortened(value, 80)))
                })?;
                Condition::References { field, ids, or_empty: values.contains(&None) }
            }
            Self::StateGroup => Condition::StateGroups(each(words(values), |word| StateGroup::parse(word).ok_or_else(|| no_choice(word)))?),
            Self::Priority => Condition::Priorities(each(words(values), |word| Priority::parse(word).ok_or_else(|| no_choice(word)))?),
        })
    }
}

/// "None" is how the compatible API writes an empty field, and "none" is a priority: here they are the same word.
fn words<'a>(values: &'a [Option<&'a str>]) -> impl Iterator<Item = &'a str> {
    values.iter().map(|value| value.unwrap_or("none"))
}

/// Each value once, in the order written.
fn each<'a, T: PartialEq>(values: impl Iterator<Item = &'a str>, read: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    let mut list = Vec::new();
    for value in values {
        let value = read(value)?;
        if !list.contains(&value) {
            list.push(value);
        }
    }
    Ok(list)
}

fn no_choice(word: &str) -> String {
    format!("\"{}\" is not a valid choice.", text::shortened(word, 80))
}
