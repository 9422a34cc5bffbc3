//! Values of Jira's JSON: texts, times, keys.

use aileron_kernel::Time;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::Text;

/// Jira writes `2012-05-16T07:56:13.000+0000`, whose offset has no colon.
pub fn time(text: &str) -> Option<Time> {
    let text = text.trim();
    let (head, offset) = text.split_at_checked(text.len().checked_sub(5)?)?;
    let digits = offset.get(1..).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    if text.contains('T') && offset.starts_with(['+', '-']) && digits {
        let (hours, minutes) = offset.split_at_checked(3)?;
        return Time::parse(&format!("{head}{hours}:{minutes}"));
    }
    Time::parse(text)
}

/// Whether a text is like `ENG-42`.
pub(crate) fn is_key(text: &str) -> bool {
    text.len() <= 255
        && text.rsplit_once('-').is_some_and(|(project, number)| {
            project.starts_with(|c: char| c.is_ascii_alphabetic())
                && project.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                && number.len() <= 10
                && !number.is_empty()
                && number.bytes().all(|byte| byte.is_ascii_digit())
        })
}

/// A text or a number; anything else is nothing.
pub(super) fn lenient<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// A time, or nothing where it is not one.
pub(super) fn maybe_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Time>, D::Error> {
    Ok(lenient(deserializer)?.as_deref().and_then(time))
}

/// Whether there is anything.
pub(super) fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(!Value::deserialize(deserializer)?.is_null())
}

/// Wiki markup as it is; a document tree as its words.
pub(super) fn body<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(Text::default()),
        Value::String(text) => Ok(Text { text, flattened: false }),
        Value::Object(node) if node.get("type").and_then(Value::as_str) == Some("doc") => {
            let mut text = String::new();
            flatten(&Value::Object(node), &mut text);
            Ok(Text { text: text.trim().to_owned(), flattened: true })
        }
        _ => Err(serde::de::Error::custom("neither text nor document")),
    }
}

/// The words of a document tree, a line for each block. The tree was parsed, so its depth is bounded by the parser.
fn flatten(node: &Value, text: &mut String) {
    let of = |name: &str| node.get(name).and_then(Value::as_str).unwrap_or_default();
    match of("type") {
        "text" => text.push_str(of("text")),
        "hardBreak" => text.push('\n'),
        "mention" | "emoji" | "inlineCard" => {
            let attribute = |name: &str| node.pointer(name).and_then(Value::as_str);
            text.push_str(attribute("/attrs/text").or_else(|| attribute("/attrs/url")).unwrap_or_default());
        }
        kind => {
            for child in node.get("content").and_then(Value::as_array).into_iter().flatten() {
                flatten(child, text);
            }
            if matches!(kind, "paragraph" | "heading" | "codeBlock" | "tableRow" | "rule") {
                text.push_str("\n\n");
            }
        }
    }
}
