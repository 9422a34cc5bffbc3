//! Undoing what the log tells of a row: pure functions. Rows are objects with the fields of the wire, which is how changes name them.

use std::collections::BTreeMap;

use aileron_db::events::Logged;
use aileron_kernel::{Change, Origin, Uuid};
use serde_json::{Map, Value, json};

/// A noun whose rows are told whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    /// A project.
    Project,
    /// A work item.
    WorkItem,
    /// A cycle.
    Cycle,
    /// A module.
    Module,
    /// A comment.
    Comment,
    /// A label, as a part of items.
    Label,
    /// A state, as a part of items.
    State,
}

impl Noun {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::Project, Self::WorkItem, Self::Cycle, Self::Module, Self::Comment, Self::Label, Self::State];

    /// The word by which events name it.
    pub const fn entity(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::WorkItem => "work_item",
            Self::Cycle => "cycle",
            Self::Module => "module",
            Self::Comment => "comment",
            Self::Label => "label",
            Self::State => "state",
        }
    }

    /// The noun of that word.
    pub fn parse(entity: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|noun| noun.entity() == entity)
    }

    /// The field of the wire that a change is about, and what it holds.
    pub(super) fn field(self, field: &str) -> (&str, Holds) {
        match (self, field) {
            (Self::WorkItem, "description") => ("description_html", Holds::Text),
            (Self::WorkItem, "description_binary") => (field, Holds::Document),
            (Self::Comment, "comment_html") | (Self::Project | Self::Cycle | Self::Module, "description") => (field, Holds::Text),
            (Self::WorkItem, "assignees" | "labels") | (Self::Module, "members") => (field, Holds::Ids),
            _ => (field, Holds::Value),
        }
    }
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// A value, or the id of a row.
    Value,
    /// Ids.
    Ids,
    /// A long text, which the log has by its version.
    Text,
    /// An editor's document, which lies beside such a text.
    Document,
}

/// A row in the past.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Past {
    /// Its fields.
    pub(super) fields: Map<String, Value>,
    /// The versions in which long texts lie that are others now.
    pub(super) texts: BTreeMap<String, Uuid>,
    /// Whether there was such a row.
    pub(super) is_there: bool,
}

impl Past {
    /// A row as it is now.
    pub(super) const fn new(fields: Map<String, Value>, is_there: bool) -> Self {
        Self { fields, texts: BTreeMap::new(), is_there }
    }

    /// The ids that a field holds.
    pub(super) fn ids(&self, field: &str) -> Vec<Uuid> {
        let list = self.fields.get(field).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(|id| Uuid::try_parse(id.as_str()?).ok()).collect()
    }

    /// Takes an event back. Events are taken back from the newest to the oldest.
    pub(super) fn undo(&mut self, noun: Noun, event: &Logged) {
        match event.verb.as_str() {
            "created" => self.is_there = false,
            "deleted" => self.is_there = true,
            "restored" => {
                self.is_there = false;
                event.changes.iter().filter(|change| !change.old.is_null()).for_each(|change| self.undo_change(noun, change));
            }
            "archived" | "unarchived" => self.set("archived_at", Value::Null),
            "transferred" => self.set("progress_snapshot", json!({})),
            // Told once to each of the two projects; told of what nobody changed.
            "moved" | "completed" => {}
            _ => event.changes.iter().rev().for_each(|change| self.undo_change(noun, change)),
        }
        if noun == Noun::Comment && event.origin == Origin::Web && event.change("comment_html").is_some() {
            self.set("edited_at", Value::Null);
        }
    }

    fn undo_change(&mut self, noun: Noun, change: &Change) {
        let (field, holds) = noun.field(&change.field);
        match holds {
            Holds::Ids => self.swap(field, change),
            Holds::Text => {
                if let Some(version) = change.old_id {
                    self.texts.insert(field.to_owned(), version);
                }
            }
            Holds::Document => {
                if let Some(version) = change.old_id {
                    self.texts.insert(field.to_owned(), version);
                } else {
                    self.texts.remove(field);
                    self.set(field, Value::Null);
                }
            }
            Holds::Value => {
                self.set(field, old(change));
                if noun == Noun::Project && field == "cover_image" {
                    self.set("cover_image_url", change.old.clone());
                }
                if noun == Noun::WorkItem && field == "project" {
                    // Named as it was called there: `ENG-42`.
                    let number = change.old.as_str().and_then(|name| name.rsplit('-').next()?.parse::<i64>().ok());
                    self.set("sequence_id", number.into());
                }
            }
        }
    }

    /// Sets a field that rows of this noun have.
    fn set(&mut self, field: &str, value: Value) {
        if let Some(held) = self.fields.get_mut(field) {
            *held = value;
        }
    }

    /// Takes out what came in and puts in what went.
    fn swap(&mut self, field: &str, change: &Change) {
        let mut ids = self.ids(field);
        ids.retain(|id| Some(*id) != change.new_id);
        if let Some(gone) = change.old_id.filter(|gone| !ids.contains(gone)) {
            ids.push(gone);
            ids.sort_unstable();
        }
        self.set(field, json!(ids));
    }
}

/// The value before a change: an id, where the log has one.
pub(super) fn old(change: &Change) -> Value {
    if change.old_id.is_some() || change.new_id.is_some() { json!(change.old_id) } else { change.old.clone() }
}

/// The value after a change.
pub(super) fn new(change: &Change) -> Value {
    if change.old_id.is_some() || change.new_id.is_some() { json!(change.new_id) } else { change.new.clone() }
}

#[cfg(test)]
mod tests {
    use aileron_kernel::{ActorKind, Time};
    use proptest::prelude::*;

    use super::*;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn event(verb: &str, changes: Vec<Change>) -> Logged {
        Logged {
            seq: 1,
            id: id(1),
            at: Time::from_micros(0),
            actor_id: None,
            actor_kind: ActorKind::User,
            origin: Origin::Api,
            mutation_id: None,
            project_id: None,
            entity: "work_item".to_owned(),
            entity_id: id(2),
            subject_id: None,
            verb: verb.to_owned(),
            changes,
            automation: None,
            depth: 0,
        }
    }

    fn past(fields: Value) -> Past {
        let Value::Object(fields) = fields else { unreachable!() };
        Past::new(fields, true)
    }

    fn refers(field: &str, old: Option<u128>, new: Option<u128>) -> Change {
        Change::reference(field, old.map(|old| (id(old), "old".to_owned())), new.map(|new| (id(new), "new".to_owned())))
    }

    #[test]
    fn values_references_lists_and_texts_go_back() {
        let mut item = past(json!({
            "name": "new", "state": id(11), "assignees": [id(20), id(21)], "description_html": "<p>new</p>", "description_binary": "eA==",
            "project": id(31), "sequence_id": 1, "parent": null,
        }));
        let text = |field: &str, version| Change { field: field.to_owned(), old_id: version, ..Change::default() };
        let told = vec![
            Change::value("name", "old", "new"),
            refers("state", Some(10), Some(11)),
            refers("assignees", None, Some(20)),
            refers("assignees", Some(22), None),
            text("description", Some(id(40))),
            text("description_binary", None),
            Change::reference("project", Some((id(30), "OLD-1-7".to_owned())), Some((id(31), "NEW-1".to_owned()))),
            refers("parent", Some(50), None),
            Change::value("unheard_of", 1, 2),
        ];
        item.undo(Noun::WorkItem, &event("updated", told));
        let wanted = json!({
            "name": "old", "state": id(10), "assignees": [id(21), id(22)], "description_html": "<p>new</p>", "description_binary": null,
            "project": id(30), "sequence_id": 7, "parent": id(50),
        });
        assert_eq!(Value::Object(item.fields), wanted);
        assert_eq!(item.texts, BTreeMap::from([("description_html".to_owned(), id(40))]));
    }

    #[test]
    fn a_text_that_the_log_has_no_version_of_stays() {
        let mut cycle = past(json!({"description": "d"}));
        cycle.undo(Noun::Cycle, &event("updated", vec![Change { field: "description".to_owned(), ..Change::default() }]));
        assert_eq!((Value::Object(cycle.fields), cycle.texts.len()), (json!({"description": "d"}), 0));
    }

    #[test]
    fn rows_come_and_go() {
        let mut label = past(json!({"name": "b", "archived_at": "2026-01-01"}));
        label.undo(Noun::Label, &event("restored", vec![Change::value("name", Value::Null, "b")]));
        assert_eq!((label.is_there, &label.fields["name"]), (false, &json!("b")));
        label.undo(Noun::Label, &event("deleted", vec![Change::value("name", "b", Value::Null)]));
        assert!(label.is_there);
        label.undo(Noun::Label, &event("archived", vec![]));
        assert_eq!(label.fields["archived_at"], Value::Null);
        label.undo(Noun::Label, &event("created", vec![Change::value("name", Value::Null, "b")]));
        assert_eq!((label.is_there, &label.fields["name"]), (false, &json!("b")));
    }

    proptest! {
        /// Whatever happened to a row, undoing it gives what there was.
        #[test]
        fn looking_back_gives_what_was(steps in prop::collection::vec((0..4_u8, 1..5_u128), 0..40)) {
            let mut now = past(json!({"name": "n0", "state": id(1), "labels": [], "target_date": null}));
            let (mut log, mut stood) = (Vec::new(), vec![now.clone()]);
            for (what, number) in steps {
                let change = match what {
                    0 => Change::value("name", now.fields["name"].clone(), format!("n{number}")),
                    1 => refers("state", now.fields["state"].as_str().map(|text| Uuid::parse_str(text).unwrap().as_u128()), Some(number)),
                    2 if now.ids("labels").contains(&id(number)) => refers("labels", Some(number), None),
                    2 => refers("labels", None, Some(number)),
                    _ => Change::value("target_date", now.fields["target_date"].clone(), format!("2026-01-0{number}")),
                };
                if change.field == "labels" {
                    let back = Change { old: change.new.clone(), new: change.old.clone(), old_id: change.new_id, new_id: change.old_id, ..change.clone() };
                    now.swap("labels", &back);
                } else {
                    now.set(&change.field.clone(), new(&change));
                }
                log.push(event("updated", vec![change]));
                stood.push(now.clone());
            }
            for (told, then) in log.iter().zip(&stood).rev() {
                now.undo(Noun::WorkItem, told);
                prop_assert_eq!(&now, then);
            }
        }
    }
}
