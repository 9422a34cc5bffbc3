//! When a change can be taken back, and what its opposite says: pure functions.

use std::collections::HashSet;

use aileron_kernel::{Change, Refusal, Time, Uuid, refusal::Kind};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// An event, as far as it matters here.
#[derive(Clone, Debug)]
pub struct Happened {
    /// Its number.
    pub seq: i64,
    /// When.
    pub at: Time,
    /// Who.
    pub actor: Option<Uuid>,
    /// Where.
    pub project: Option<Uuid>,
    /// The noun.
    pub entity: String,
    /// The row.
    pub id: Uuid,
    /// The item that the row belongs to.
    pub subject: Option<Uuid>,
    /// What.
    pub verb: String,
    /// The changed fields.
    pub changes: Vec<Change>,
    /// The automation that did it.
    pub automation: Option<Uuid>,
    /// Whether it followed by itself from what somebody did.
    pub is_automatic: bool,
}

impl Happened {
    /// Whether it is this noun and verb.
    pub fn is(&self, entity: &str, verb: &str) -> bool {
        self.entity == entity && self.verb == verb
    }

    /// Whether it takes nothing from anybody, whatever row it is about: looking a page up for its title and announcing a file change nothing
    /// that somebody said, and who is told of an item without having asked for it has not taken it up.
    fn is_aside(&self) -> bool {
        let is_told = self.entity == "subscription" && self.is_automatic;
        is_told || matches!(self.verb.as_str(), "previewed" | "requested" | "awaited")
    }

    /// Whether the row came to be by it.
    pub(super) fn is_making(&self) -> bool {
        matches!(self.verb.as_str(), "created" | "restored")
    }

    /// What it touches: the row, the field, and the element where the field is a list.
    fn touches(&self) -> Vec<(Uuid, &str, Option<Uuid>)> {
        let element = |change: &Change| change.new_id.or(change.old_id);
        match (self.entity.as_str(), self.subject) {
            ("cycle_item", Some(item)) => vec![(item, "cycles", None)],
            ("module_item", Some(item)) => vec![(item, "modules", Some(self.id))],
            _ if matches!(self.verb.as_str(), "created" | "deleted" | "restored") => vec![(self.id, "deleted_at", None)],
            _ if matches!(self.verb.as_str(), "archived" | "unarchived") => vec![(self.id, "archived_at", None)],
            _ => {
                let is_list = |field: &str| matches!(field, "assignees" | "labels" | "members");
                let told = self.changes.iter().filter(|change| change.field != "updated_by");
                told.map(|change| (self.id, change.field.as_str(), element(change).filter(|_| is_list(&change.field)))).collect()
            }
        }
    }
}

/// Something that was touched since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// The noun.
    pub entity: String,
    /// The row.
    pub id: Uuid,
    /// The field.
    pub field: String,
    /// Who touched it.
    pub actor: Option<Uuid>,
    /// When.
    pub at: String,
}

/// The most of what was touched that a refusal names.
const NAMED: usize = 50;

/// What was touched since a change that concerns the same fields. What was made by the change is touched by whatever happened to it or to
/// what belongs to it.
pub fn conflicts(mine: &[Happened], later: &[Happened]) -> Vec<Conflict> {
    let made: HashSet<Uuid> = mine.iter().filter(|event| event.is_making()).map(|event| event.id).collect();
    let touched: HashSet<(Uuid, &str, Option<Uuid>)> = mine.iter().flat_map(Happened::touches).collect();
    let rows: HashSet<Uuid> = mine.iter().map(|event| event.id).collect();
    let mut conflicts = Vec::new();
    for event in later.iter().filter(|event| !event.is_aside()) {
        let is_about_made = [Some(event.id), event.subject, event.project].into_iter().flatten().any(|id| made.contains(&id));
        let is_end = event.verb == "deleted" && rows.contains(&event.id);
        for (id, field, element) in event.touches() {
            if is_about_made || is_end || touched.contains(&(id, field, element)) {
                conflicts.push(Conflict {
                    entity: event.entity.clone(),
                    id,
                    field: field.to_owned(),
                    actor: event.actor,
                    at: event.at.to_string(),
                });
            }
        }
    }
    conflicts
}

/// The refusal of a change that others touched since.
pub fn refuse(mut conflicts: Vec<Conflict>) -> Refusal {
    let all = conflicts.len();
    conflicts.truncate(NAMED);
    let message = "The same fields were changed since.";
    Refusal::new(Kind::Conflict, json!({ "error": message, "conflicts": conflicts, "conflicts_count": all }))
}

/// Whether this made a state the default in the place of another one, which becomes it again: with that this one is it no longer.
pub fn default_goes_back(event: &Happened, mine: &[Happened]) -> bool {
    let is = |event: &Happened, was: bool| {
        event.is("state", "updated") && event.changes.iter().any(|change| change.field == "default" && change.old == json!(was))
    };
    is(event, false) && mine.iter().any(|other| other.project == event.project && is(other, true))
}

/// The refusal of what has no opposite.
pub fn no_way_back(event: &Happened) -> Refusal {
    let message = "This change cannot be undone.";
    Refusal::new(Kind::Invalid, json!({ "error": message, "entity": event.entity, "verb": event.verb, "id": event.id }))
}

/// The body of the request that brings the old values back: fields of lists and long texts, whose events do not hold the values, left out.
/// None: there is a field whose old value nobody kept.
pub fn old_values(changes: &[Change]) -> Option<Map<String, Value>> {
    let mut body = Map::new();
    for change in changes.iter().filter(|change| !is_apart(&change.field)) {
        let is_reference = change.old_id.is_some() || change.new_id.is_some();
        let is_untold = !is_reference && change.old.is_null() && change.new.is_null();
        if is_untold {
            return None;
        }
        let value = if is_reference { json!(change.old_id) } else { change.old.clone() };
        body.insert(change.field.clone(), value);
    }
    Some(body)
}

/// Whether a field is brought back in another way.
fn is_apart(field: &str) -> bool {
    matches!(
        field,
        "updated_by"
            | "project"
            | "started_at"
            | "assignees"
            | "labels"
            | "members"
            | "description"
            | "description_binary"
            | "comment_html"
            | "comment_json"
    )
}

/// A list of ids as it was before.
pub fn old_list(field: &str, changes: &[Change], mut now: Vec<Uuid>) -> Option<Vec<Uuid>> {
    let mine: Vec<&Change> = changes.iter().filter(|change| change.field == field).collect();
    if mine.is_empty() {
        return None;
    }
    now.retain(|id| !mine.iter().any(|change| change.new_id == Some(*id)));
    now.extend(mine.iter().filter_map(|change| change.old_id));
    Some(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn updated(row: u128, changes: Vec<Change>) -> Happened {
        Happened {
            seq: 1,
            at: Time::from_micros(0),
            actor: None,
            project: None,
            entity: "work_item".to_owned(),
            id: id(row),
            subject: Some(id(row)),
            verb: "updated".to_owned(),
            changes,
            automation: None,
            is_automatic: false,
        }
    }

    fn verb(row: u128, verb: &str) -> Happened {
        Happened { verb: verb.to_owned(), ..updated(row, vec![]) }
    }

    fn element(field: &str, old: Option<u128>, new: Option<u128>) -> Change {
        let named = |number: u128| (id(number), "x".to_owned());
        Change::reference(field, old.map(named), new.map(named))
    }

    #[test]
    fn only_the_same_field_of_the_same_row_is_in_the_way() {
        let mine = [updated(1, vec![Change::value("priority", "low", "high"), element("labels", None, Some(7))])];
        for (later, count) in [
            (updated(1, vec![Change::value("name", "a", "b")]), 0),
            (updated(2, vec![Change::value("priority", "low", "none")]), 0),
            (updated(1, vec![Change::value("priority", "high", "none")]), 1),
            (updated(1, vec![element("labels", None, Some(8))]), 0),
            (updated(1, vec![element("labels", Some(7), None)]), 1),
            (verb(1, "deleted"), 1),
        ] {
            assert_eq!(conflicts(&mine, std::slice::from_ref(&later)).len(), count, "{later:?}");
        }
    }

    #[test]
    fn what_was_made_is_touched_by_whatever_happened_to_it() {
        let mine = [verb(1, "created")];
        let comment = Happened { entity: "comment".to_owned(), id: id(9), ..verb(1, "created") };
        assert_eq!(conflicts(&mine, &[comment]).len(), 1);
        let preview = Happened { verb: "previewed".to_owned(), ..updated(1, vec![]) };
        assert!(conflicts(&mine, &[preview]).is_empty());
        let subscribed = Happened { entity: "subscription".to_owned(), id: id(8), ..verb(1, "created") };
        assert!(conflicts(&mine, &[Happened { is_automatic: true, ..subscribed.clone() }]).is_empty());
        assert_eq!(conflicts(&mine, &[subscribed]).len(), 1, "somebody did that");
        assert!(conflicts(&[verb(1, "deleted")], &[verb(1, "restored")]).len() == 1);
    }

    #[test]
    fn old_values_are_those_of_the_changes() {
        let changes = [Change::value("priority", "low", "high"), element("state", Some(3), Some(4)), element("parent", None, Some(5))];
        let body = old_values(&changes).unwrap();
        assert_eq!(Value::Object(body), json!({"priority": "low", "state": id(3), "parent": null}));
        let untold = Change { field: "external_id".to_owned(), ..Change::default() };
        assert_eq!(old_values(&[untold]), None);
        let changes = [element("labels", Some(1), None), element("labels", None, Some(2))];
        assert_eq!(old_list("labels", &changes, vec![id(2), id(3)]), Some(vec![id(3), id(1)]));
        assert_eq!(old_list("assignees", &changes, vec![id(2)]), None);
    }
}
