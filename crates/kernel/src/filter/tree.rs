//! The filter as a JSON tree: `{"and": [...]}`, `{"or": [...]}`, `{"not": {...}}`, or a leaf such as
//! `{"priority__in": ["high", "urgent"]}`. The fields of one leaf must all hold.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{
    Condition, Filter, MAX_DEPTH, MAX_NODES, MAX_TEXTS, Reference,
    dates::{Comparison, Moment},
    values::Listed,
};
use crate::{Refusal, fields::NAME, refusal::Kind, text};

/// The longest tree, in bytes.
const MAX_BYTES: usize = 256 * 1024;

/// What is wrong with a tree, in the words of the compatible API.
#[derive(Clone, Copy, Debug, Serialize)]
enum Code {
    /// It is no JSON.
    #[serde(rename = "invalid_json")]
    Json,
    /// It is no object.
    #[serde(rename = "invalid_filter_type")]
    Type,
    /// There is no such field or comparison.
    #[serde(rename = "invalid_filter_field")]
    Field,
    /// It is nested too deeply.
    #[serde(rename = "max_depth_exceeded")]
    Depth,
    /// An object with two of and, or, not.
    #[serde(rename = "multiple_logical_operators")]
    Operators,
    /// An object with one of them and a field.
    #[serde(rename = "mixed_operator_and_fields")]
    Mixed,
    /// An object with nothing.
    #[serde(rename = "empty_filter_object")]
    Empty,
    /// What is below `and` or `or` is no list of objects, or an empty one.
    #[serde(rename = "invalid_operator_children")]
    Children,
    /// What is below `not` is no object.
    #[serde(rename = "invalid_not_child")]
    Not,
    /// A value has a type that no field has.
    #[serde(rename = "invalid_leaf")]
    Leaf,
    /// A value is not one that its field has.
    #[serde(rename = "invalid_filterset")]
    Values,
}

impl Filter {
    /// Reads the text of the `filters` parameter.
    pub fn of_json(written: &str) -> Result<Self, Refusal> {
        if written.len() > MAX_BYTES {
            return Err(refusal(Code::Values, "The filter is too long."));
        }
        let value = serde_json::from_str(written).map_err(|_| refusal(Code::Json, "The filter is not valid JSON."))?;
        Self::of_value(&value)
    }

    /// Reads a tree that is JSON already, as saved views hold it.
    pub fn of_value(value: &Value) -> Result<Self, Refusal> {
        let Value::Object(node) = value else {
            return Err(refusal(Code::Type, "The filter must be an object."));
        };
        let filter = Reader { nodes: 0 }.node(node, 1)?;
        let texts = filter.conditions().into_iter().filter(|condition| matches!(condition, Condition::Name(_) | Condition::Search(_)));
        if texts.count() > MAX_TEXTS {
            return Err(refusal(Code::Values, format!("The filter asks for more than {MAX_TEXTS} texts.")));
        }
        Ok(filter)
    }
}

struct Reader {
    nodes: usize,
}

impl Reader {
    fn node(&mut self, node: &Map<String, Value>, depth: usize) -> Result<Filter, Refusal> {
        if depth > MAX_DEPTH {
            return Err(refusal(Code::Depth, format!("The filter is nested more than {MAX_DEPTH} levels deep.")));
        }
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(refusal(Code::Values, format!("The filter has more than {MAX_NODES} parts.")));
        }
        let logical: Vec<_> = node.iter().filter(|(key, _)| is_logical(key)).collect();
        match logical.as_slice() {
            [] if node.is_empty() => Err(refusal(Code::Empty, "A filter object may not be empty.")),
            [] => leaf(node),
            [(key, child)] if node.len() == 1 => self.operator(&key.to_ascii_lowercase(), child, depth),
            [_] => Err(refusal(Code::Mixed, "An object holds either one of and, or, not, or fields.")),
            _ => Err(refusal(Code::Operators, "An object may hold only one of and, or, not.")),
        }
    }

    fn operator(&mut self, key: &str, child: &Value, depth: usize) -> Result<Filter, Refusal> {
        if key == "not" {
            let Value::Object(child) = child else {
                return Err(refusal(Code::Not, "\"not\" takes an object."));
            };
            return Ok(Filter::Not(Box::new(self.node(child, depth + 1)?)));
        }
        let wrong = || refusal(Code::Children, format!("\"{key}\" takes a list of objects that is not empty."));
        let children = child.as_array().filter(|children| !children.is_empty()).ok_or_else(wrong)?;
        let parts =
            children.iter().map(|child| self.node(child.as_object().ok_or_else(wrong)?, depth + 1)).collect::<Result<Vec<_>, _>>()?;
        Ok(if key == "and" { Filter::And(parts) } else { Filter::Or(parts) })
    }
}

fn is_logical(key: &str) -> bool {
    ["and", "or", "not"].iter().any(|word| key.eq_ignore_ascii_case(word))
}

fn leaf(node: &Map<String, Value>) -> Result<Filter, Refusal> {
    let mut parts = node.iter().map(|(name, value)| condition(name, value).map(Filter::Leaf)).collect::<Result<Vec<_>, _>>()?;
    Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::And(parts) })
}

fn condition(name: &str, value: &Value) -> Result<Condition, Refusal> {
    let (field, lookup) = name.split_once("__").unwrap_or((name, "exact"));
    let unknown = || refusal(Code::Field, format!("\"{}\" is not a field of the filter.", text::shortened(name, 80)));
    let bad = |message: String| refusal(Code::Values, format!("{name}: {message}"));
    if let Some(listed) = listed(field) {
        if lookup == "isnull" && matches!(listed, Listed::Reference(_)) {
            return listed.any_of(&[None]).map_err(bad).and_then(|empty| is_empty(name, value, empty));
        }
        let values = match lookup {
            "exact" => vec![single(name, value)?],
            "in" => list(name, value)?,
            _ => return Err(unknown()),
        };
        return listed.any_of(&values).map_err(bad);
    }
    if let Some(moment) = Moment::of_name(field) {
        return match (lookup, Comparison::of_suffix(lookup)) {
            ("isnull", _) => is_empty(name, value, moment.empty()),
            ("exact", _) if value.is_null() => Ok(moment.empty()),
            ("exact", _) => moment.compared(Comparison::Is, text_of(name, value)?).map_err(bad),
            ("range", _) => match list(name, value)?.as_slice() {
                [Some(from), Some(to)] => moment.between(from, to).map_err(bad),
                _ => Err(refusal(Code::Leaf, format!("{name}: Expected two dates."))),
            },
            (_, Some(comparison)) => moment.compared(comparison, text_of(name, value)?).map_err(bad),
            _ => Err(unknown()),
        };
    }
    match name {
        "search" => Ok(Condition::Search(words_of(name, value)?)),
        _ => Err(unknown()),
    }
}

fn listed(field: &str) -> Option<Listed> {
    Some(match field {
        "state_id" => Listed::Reference(Reference::State),
        "assignee_id" => Listed::Reference(Reference::Assignee),
        "label_id" => Listed::Reference(Reference::Label),
        "created_by_id" => Listed::Reference(Reference::CreatedBy),
        "type_id" => Listed::Reference(Reference::Type),
        "parent_id" => Listed::Reference(Reference::Parent),
        "project_id" => Listed::Reference(Reference::Project),
        "cycle_id" => Listed::Reference(Reference::Cycle),
        "module_id" => Listed::Reference(Reference::Module),
        "state_group" => Listed::StateGroup,
        "priority" => Listed::Priority,
        _ => return None,
    })
}

/// A list, or the same in one text with commas.
fn list<'a>(name: &str, value: &'a Value) -> Result<Vec<Option<&'a str>>, Refusal> {
    let values = match value {
        Value::Array(values) => values.iter().map(|value| single(name, value)).collect::<Result<Vec<_>, _>>()?,
        Value::String(text) => text.split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(Some).collect(),
        _ => return Err(refusal(Code::Leaf, format!("{name}: Expected a list."))),
    };
    if values.is_empty() {
        return Err(refusal(Code::Leaf, format!("{name}: This list may not be empty.")));
    }
    Ok(values)
}

/// One value; null and "None" stand for an empty field.
fn single<'a>(name: &str, value: &'a Value) -> Result<Option<&'a str>, Refusal> {
    match value {
        Value::Null => Ok(None),
        value => text_of(name, value).map(|text| Some(text).filter(|text| *text != "None")),
    }
}

fn text_of<'a>(name: &str, value: &'a Value) -> Result<&'a str, Refusal> {
    value.as_str().map(str::trim).ok_or_else(|| refusal(Code::Leaf, format!("{name}: Expected a text.")))
}

fn words_of(name: &str, value: &Value) -> Result<String, Refusal> {
    let words = text_of(name, value)?;
    if words.is_empty() || words.contains('\0') || words.chars().count() > NAME {
        return Err(refusal(Code::Values, format!("{name}: Expected 1 to {NAME} characters.")));
    }
    Ok(words.to_owned())
}

/// `"target_date__isnull": false` cannot be a condition of its own: it is written with `not`.
fn is_empty(name: &str, value: &Value, empty: Condition) -> Result<Condition, Refusal> {
    match value {
        Value::Bool(true) => Ok(empty),
        _ => Err(refusal(Code::Leaf, format!("{name}: Expected true. Write \"not\" around it for the opposite."))),
    }
}

fn refusal(code: Code, message: impl Into<String>) -> Refusal {
    let message = message.into();
    Refusal::new(Kind::Invalid, json!({ "error": message, "error_code": code, "filters": [message] }))
}
