//! What mails say of what happened with an item: in plain words, each text bounded.

use std::collections::{BTreeSet, HashMap};

use aileron_db::{self as db, Tx, WorkspaceScope, id_in, schema::USERS};
use aileron_kernel::{Uuid, text};
use aileron_platform::html;
use serde::Serialize;
use serde_json::Value;

use super::model::{ChangeView, NotificationView};

/// How much of a value or a name is shown, in characters.
const LINE: usize = 200;
/// How much of a comment.
const COMMENT: usize = 2_000;
/// The most things that are told of one item.
const ENTRIES: usize = 50;

/// An item with what happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Told {
    #[serde(skip)]
    pub(super) id: Uuid,
    /// `ENG-42`.
    pub(super) key: String,
    pub(super) name: String,
    entries: Vec<Entry>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Entry {
    actor: String,
    what: String,
    changes: Vec<Changed>,
    comment: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Changed {
    field: String,
    old: String,
    new: String,
}

/// Puts into words what happened with each of these items.
pub(super) fn told(tx: &mut Tx<'_, WorkspaceScope>, items: Vec<Vec<NotificationView>>) -> db::Result<Vec<Told>> {
    let actors: BTreeSet<Uuid> = items.iter().flatten().filter_map(|view| view.actor).collect();
    let actors: Vec<Uuid> = actors.into_iter().collect();
    let select = tx.from(USERS).filter(id_in(USERS, "id", &actors)).expr(USERS.col("id")).expr(USERS.col("display_name"));
    let names: HashMap<Uuid, String> = tx.all::<(Uuid, String)>(&select)?.into_iter().collect();
    let item = |views: Vec<NotificationView>| {
        let issue = views.first()?.issue.clone();
        let actor = |view: &NotificationView| view.actor.and_then(|actor| names.get(&actor)).map_or("Aileron", String::as_str);
        let entries = views.iter().take(ENTRIES).map(|view| entry(view, actor(view))).collect();
        let key = format!("{}-{}", issue.project_identifier, issue.sequence_id);
        Some(Told { id: issue.id, key, name: line(&issue.name), entries })
    };
    Ok(items.into_iter().filter_map(item).collect())
}

/// What an automation tells: by its name, in its own words.
fn notice(view: &NotificationView) -> Entry {
    let said = |field: &str| {
        let change = view.changes.iter().find(|change| change.field == field)?;
        change.new_value.as_str().map(ToOwned::to_owned)
    };
    let actor = said("automation").map_or_else(|| "Aileron".to_owned(), |name| line(&name));
    let comment = said("message").map(|message| text::shortened(&message, COMMENT));
    Entry { actor, what: "tells you".to_owned(), changes: Vec::new(), comment }
}

fn entry(view: &NotificationView, actor: &str) -> Entry {
    if view.entity == "automation" {
        return notice(view);
    }
    let comment = view.comment_html.as_deref().map(|markup| text::shortened(html::text(markup).trim(), COMMENT));
    let what = match (view.entity.as_str(), view.verb.as_str()) {
        ("work_item", "created") => "made it",
        ("work_item", "deleted") => "deleted it",
        ("comment", "created") => "commented",
        ("comment", "updated") => "changed a comment",
        ("comment", "deleted") => "deleted a comment",
        ("link", "created") => "added a link",
        ("link", "deleted") => "removed a link",
        ("attachment", "created") => "attached a file",
        ("attachment", "deleted") => "removed a file",
        ("relation", "created") => "related it",
        ("relation", "deleted") => "ended a relation",
        _ if view.changes.is_empty() => "mentioned you",
        _ => "changed it",
    };
    let changes = view.changes.iter().map(changed).collect();
    Entry { actor: line(actor), what: what.to_owned(), changes, comment: comment.filter(|text| !text.is_empty()) }
}

fn changed(change: &ChangeView) -> Changed {
    Changed { field: change.field.replace('_', " "), old: value(&change.old_value), new: value(&change.new_value) }
}

fn value(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) if text.is_empty() => "none".to_owned(),
        Value::String(text) => line(text),
        other => line(&other.to_string()),
    }
}

/// A text in one line.
fn line(words: &str) -> String {
    let words = words.split(|letter: char| letter.is_whitespace() || letter.is_control()).filter(|word| !word.is_empty());
    text::shortened(&words.collect::<Vec<_>>().join(" "), LINE)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_words_in_one_line() {
        assert_eq!([json!(null), json!(""), json!("a\r\nb"), json!(3)].map(|shown| value(&shown)), ["none", "none", "a b", "3"]);
        assert!(value(&json!("x".repeat(10_000))).chars().count() <= LINE);
    }
}
