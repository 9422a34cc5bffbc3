//! Undoing what the log tells of an item: pure functions.

use std::collections::BTreeSet;

use aileron_kernel::{Change, Time, Uuid};
use serde_json::Value;

use crate::{
    collections::{CYCLE, MODULE},
    work_items::{model::WorkItem, rules::split_identifier},
};

/// An item with what stands beside its row.
#[derive(Clone, Debug)]
pub(crate) struct Past {
    /// Its row.
    pub(crate) item: WorkItem,
    /// Who works on it.
    pub(crate) assignees: BTreeSet<Uuid>,
    /// Its labels.
    pub(crate) labels: BTreeSet<Uuid>,
    /// The cycle that it is in.
    pub(crate) cycle: Option<Uuid>,
    /// The modules that it is in.
    pub(crate) modules: BTreeSet<Uuid>,
    /// Whether there is such an item.
    pub(crate) is_there: bool,
    /// The version that holds its description; none: its row does.
    pub(crate) text: Option<Uuid>,
    /// The version that holds the editor's document; none: its row does, `Some(None)`: there was none.
    pub(crate) document: Option<Option<Uuid>>,
}

/// An event about an item.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// Its noun.
    pub(crate) entity: String,
    /// What happened.
    pub(crate) verb: String,
    /// What changed.
    pub(crate) changes: Vec<Change>,
}

/// Takes an event back. Events are taken back from the newest to the oldest.
pub(crate) fn undo(past: &mut Past, told: &Told) {
    match (told.entity.as_str(), told.verb.as_str()) {
        ("work_item", "created" | "restored") => past.is_there = false,
        ("work_item", "deleted") => past.is_there = true,
        ("work_item", _) => told.changes.iter().rev().for_each(|change| undo_change(past, change)),
        (entity, _) if entity == CYCLE.entity => {
            let change = told.changes.iter().find(|change| change.field == CYCLE.field);
            past.cycle = change.map_or(past.cycle, |change| change.old_id);
        }
        (entity, _) if entity == MODULE.entity => {
            told.changes.iter().filter(|change| change.field == MODULE.field).for_each(|change| swap(&mut past.modules, change));
        }
        _ => {}
    }
}

fn undo_change(past: &mut Past, change: &Change) {
    let (item, old) = (&mut past.item, &change.old);
    match change.field.as_str() {
        "project" => {
            item.project_id = change.old_id.unwrap_or(item.project_id);
            // What it was called there: `ENG-42`.
            let number = old.as_str().and_then(split_identifier);
            item.sequence_id = number.map_or(item.sequence_id, |(_, number)| number);
        }
        "name" => item.name = text(old).unwrap_or_default(),
        "priority" => item.priority = text(old).unwrap_or_default(),
        "state" => item.state_id = change.old_id.unwrap_or(item.state_id),
        "parent" => item.parent_id = change.old_id,
        "type" => item.type_id = change.old_id,
        "point" => item.point = old.as_i64(),
        "estimate_point" => item.estimate_point_id = change.old_id,
        "start_date" => item.start_date = parsed(old),
        "target_date" => item.target_date = parsed(old),
        "archived_at" => item.archived_at = parsed(old),
        "sort_order" => item.sort_order = old.as_f64().unwrap_or(item.sort_order),
        "is_draft" => item.is_draft = old.as_bool().unwrap_or(false),
        "completed_at" => item.completed_at = old.as_str().and_then(Time::parse),
        "started_at" => item.started_at = old.as_str().and_then(Time::parse),
        "external_source" => item.external_source = text(old),
        "external_id" => item.external_id = text(old),
        "assignees" => swap(&mut past.assignees, change),
        "labels" => swap(&mut past.labels, change),
        "description" => past.text = change.old_id,
        "description_binary" => past.document = Some(change.old_id),
        _ => {}
    }
}

/// Takes out what came in and puts in what went.
fn swap(ids: &mut BTreeSet<Uuid>, change: &Change) {
    if let Some(came) = change.new_id {
        ids.remove(&came);
    }
    ids.extend(change.old_id);
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(ToOwned::to_owned)
}

fn parsed<T: std::str::FromStr>(value: &Value) -> Option<T> {
    value.as_str().and_then(|text| text.parse().ok())
}

/// When the row of an id was made: the first 48 bits of ids of version 7 are milliseconds.
pub(crate) fn made_at(id: Uuid) -> Time {
    let millis = i64::try_from(id.as_u128() >> 80).unwrap_or(0);
    Time::from_micros(millis.saturating_mul(1_000))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    fn past() -> Past {
        let item = WorkItem {
            id: Uuid::from_u128(1),
            type_id: None,
            created_at: Time::from_micros(0),
            updated_at: Time::from_micros(0),
            point: Some(5),
            name: "new".to_owned(),
            description_html: "<p>new</p>".to_owned(),
            description_binary: None,
            priority: "high".to_owned(),
            start_date: None,
            target_date: None,
            sequence_id: 1,
            sort_order: 1.0,
            completed_at: None,
            started_at: None,
            archived_at: Some(date(2026, 2, 1)),
            is_draft: false,
            external_source: None,
            external_id: None,
            created_by: None,
            updated_by: None,
            project_id: Uuid::from_u128(2),
            workspace_id: Uuid::from_u128(3),
            parent_id: None,
            state_id: Uuid::from_u128(4),
            estimate_point_id: None,
            version: 1,
        };
        let sets = || BTreeSet::from([Uuid::from_u128(10)]);
        Past { item, assignees: sets(), labels: sets(), cycle: None, modules: sets(), is_there: true, text: None, document: None }
    }

    fn told(entity: &str, verb: &str, changes: Vec<Change>) -> Told {
        Told { entity: entity.to_owned(), verb: verb.to_owned(), changes }
    }

    #[test]
    fn every_field_goes_back() {
        let mut past = past();
        let (one, ten, eleven) = (Uuid::from_u128(9), Uuid::from_u128(10), Uuid::from_u128(11));
        let named = |id: Uuid| Some((id, "x".to_owned()));
        let changes = vec![
            Change::value("name", "old", "new"),
            Change::value("point", Value::Null, 5),
            Change::value("archived_at", Value::Null, "2026-02-01"),
            Change::value("target_date", "2026-01-31", Value::Null),
            Change::value("completed_at", "2026-01-02T03:04:05.000006Z", Value::Null),
            Change::reference("state", named(one), named(Uuid::from_u128(4))),
            Change::value("started_at", "2026-01-02T03:04:05.000006Z", Value::Null),
            Change::reference("project", Some((one, "OPS-7".to_owned())), Some((Uuid::from_u128(2), "ENG-1".to_owned()))),
            Change::reference("assignees", None, named(ten)),
            Change::reference("assignees", named(eleven), None),
            Change { field: "description".to_owned(), old_id: Some(one), ..Change::default() },
        ];
        undo(&mut past, &told("work_item", "updated", changes));
        assert_eq!((past.item.name.as_str(), past.item.point, past.item.archived_at, past.item.state_id), ("old", None, None, one));
        assert_eq!((past.item.project_id, past.item.sequence_id, past.item.started_at), (one, 7, past.item.completed_at));
        assert_eq!((past.item.target_date, past.text), (Some(date(2026, 1, 31)), Some(one)));
        assert_eq!(past.item.completed_at.unwrap().to_string(), "2026-01-02T03:04:05.000006Z");
        assert_eq!(past.assignees, BTreeSet::from([eleven]));
    }

    #[test]
    fn places_go_back_and_what_was_not_made_is_not_there() {
        let mut past = past();
        let (a, b) = (Uuid::from_u128(20), Uuid::from_u128(21));
        let named = |id: Uuid| Some((id, "x".to_owned()));
        undo(&mut past, &told("cycle_item", "updated", vec![Change::reference("cycles", named(a), named(b))]));
        assert_eq!(past.cycle, Some(a));
        undo(&mut past, &told("cycle_item", "created", vec![Change::reference("cycles", None, named(a))]));
        undo(&mut past, &told("module_item", "created", vec![Change::reference("modules", None, named(Uuid::from_u128(10)))]));
        assert_eq!((past.cycle, past.modules.len()), (None, 0));
        undo(&mut past, &told("comment", "created", vec![Change::value("name", "never", "new")]));
        assert_eq!(past.item.name, "new");
        undo(&mut past, &told("work_item", "deleted", vec![Change::value("name", "new", Value::Null)]));
        assert!(past.is_there);
        undo(&mut past, &told("work_item", "created", vec![Change::value("name", Value::Null, "new")]));
        assert!(!past.is_there && past.item.name == "new");
    }

    #[test]
    fn an_id_tells_when_it_was_made() {
        let id = uuid::Builder::from_unix_timestamp_millis(1_767_268_800_123, &[7; 10]).into_uuid();
        assert_eq!(made_at(id).micros(), 1_767_268_800_123_000);
        assert_eq!(json!(made_at(Uuid::nil())), json!("1970-01-01T00:00:00.000000Z"));
    }
}
