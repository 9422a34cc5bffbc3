//! What a webhook is told of an event: the bodies of its deliveries.

use aileron_db::events::Logged;
use aileron_kernel::Uuid;
use aileron_tracker::portraits::{Book, Changed, Standing};
use serde_json::{Map, Value, json};

use super::{model::DeliveryMode, nouns};

/// One delivery in the making.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Said {
    /// The kind of thing, as `X-Plane-Event` has it.
    pub(super) event: String,
    /// What became of it.
    pub(super) action: String,
    /// The body.
    pub(super) payload: String,
}

/// Who is told, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listener {
    pub(super) workspace: Uuid,
    pub(super) webhook: Uuid,
    pub(super) mode: DeliveryMode,
    /// Whether it asked for this very event, and not by a flag for everything of a noun.
    pub(super) is_exact: bool,
}

/// What changes of fields that say nothing by themselves: they follow from others, or only an editor understands them.
const UNTOLD: [&str; 5] = ["updated_by", "started_at", "completed_at", "description_binary", "comment_json"];

/// The deliveries that tell a webhook of an event, in order.
pub(super) fn deliveries(listener: Listener, event: &Logged, book: &Book) -> Vec<Said> {
    let Some(action) = action(listener, event, book) else { return Vec::new() };
    let changes = changes(event, book);
    let is_change = action == "updated";
    if is_change && changes.is_empty() {
        return Vec::new();
    }
    let data = data(event, book);
    let actor = book.actor(event);
    let word = nouns::word(&event.entity);
    let said = |activity: Value, more: Option<Vec<Value>>| {
        let mut body = Map::from_iter([
            ("event".to_owned(), json!(word)),
            ("action".to_owned(), json!(action)),
            ("webhook_id".to_owned(), json!(listener.webhook)),
            ("workspace_id".to_owned(), json!(listener.workspace)),
            ("data".to_owned(), data.clone()),
            ("activity".to_owned(), activity),
        ]);
        if let Some(changes) = more {
            let about =
                [("event_id", json!(event.id)), ("seq", json!(event.seq)), ("occurred_at", json!(event.at)), ("changes", json!(changes))];
            body.extend(about.map(|(name, value)| (name.to_owned(), value)));
        }
        Said { event: word.to_owned(), action: action.to_owned(), payload: Value::Object(body).to_string() }
    };
    match listener.mode {
        DeliveryMode::Compatible if is_change => changes.iter().map(|change| said(activity(Some(change), &actor), None)).collect(),
        DeliveryMode::Compatible => vec![said(activity(None, &actor), None)],
        DeliveryMode::Change => {
            let changes = if is_whole(event, action) { Vec::new() } else { changes.iter().map(changed).collect() };
            vec![said(activity(None, &actor), Some(changes))]
        }
    }
}

/// Whether the row itself says everything that an event does.
fn is_whole(event: &Logged, action: &str) -> bool {
    let is_told_whole = matches!(event.entity.as_str(), "project" | "work_item" | "cycle" | "module" | "comment");
    is_told_whole && event.verb != "updated" && matches!(action, "created" | "deleted")
}

/// What became of the row, in the words of the webhook; none: it is not told of this.
fn action<'e>(listener: Listener, event: &'e Logged, book: &Book) -> Option<&'e str> {
    let is_compatible = listener.mode == DeliveryMode::Compatible;
    let is_item = event.entity == "work_item";
    if is_item || event.subject_id.is_some() {
        match book.standing(event)? {
            // A draft is its maker's alone.
            (_, Standing::Draft) => return None,
            (_, Standing::Triage) if is_item => return None,
            // Clients of the compatible API are not told that a request was accepted.
            (Standing::Triage, Standing::Open) if is_item && event.verb == "updated" && is_compatible => return None,
            (Standing::Triage | Standing::Draft, Standing::Open) if is_item && event.verb == "updated" => return Some("created"),
            _ => {}
        }
    }
    match event.verb.as_str() {
        // Who threw the row away has it again.
        "restored" if is_compatible && !listener.is_exact => Some("created"),
        "created" | "updated" | "deleted" => Some(&event.verb),
        verb => (!is_compatible || listener.is_exact).then_some(verb),
    }
}

/// The row as it stood then. What is gone, or went elsewhere, is named only.
fn data(event: &Logged, book: &Book) -> Value {
    if matches!(event.verb.as_str(), "deleted" | "moved") {
        return json!({ "id": event.entity_id });
    }
    book.after(event).unwrap_or_else(|| {
        let mut named = Map::from_iter([("id".to_owned(), json!(event.entity_id))]);
        named.extend(event.project_id.map(|project| ("project".to_owned(), json!(project))));
        named.extend(event.subject_id.map(|item| ("issue".to_owned(), json!(item))));
        Value::Object(named)
    })
}

/// What of the changes is told.
fn changes(event: &Logged, book: &Book) -> Vec<Changed> {
    let mut changes = book.changes(event);
    changes.retain(|change| !UNTOLD.contains(&change.field.as_str()));
    match (event.entity.as_str(), event.verb.as_str()) {
        // The other item may be in a project that is none of the reader's business: it has no name here.
        ("relation", _) => {
            for change in &mut changes {
                (change.old, change.new) = (Value::Null, Value::Null);
            }
        }
        (_, "moved") => changes.retain(|change| change.field == "project"),
        _ => {}
    }
    changes
}

fn activity(change: Option<&Changed>, actor: &Value) -> Value {
    let mut activity = change.map_or_else(
        || json!({ "field": null, "old_value": null, "new_value": null, "old_identifier": null, "new_identifier": null }),
        changed,
    );
    if let Value::Object(fields) = &mut activity {
        fields.insert("actor".to_owned(), actor.clone());
    }
    activity
}

fn changed(change: &Changed) -> Value {
    json!({
        "field": change.field, "old_value": change.old, "new_value": change.new,
        "old_identifier": change.old_id, "new_identifier": change.new_id,
    })
}
