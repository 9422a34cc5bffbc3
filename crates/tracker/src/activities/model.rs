//! From changes to the rows of a history.

use std::collections::{BTreeMap, HashMap};

use aileron_kernel::{Change, Time, Uuid};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::automations::queries::NamedRule;

/// The fields whose changes are shown: the name in the event, the name on the wire, and the words about a change.
const FIELDS: &[(&str, &str, Words)] = &[
    ("name", "name", Words::Plain("updated the name to")),
    ("description", "description", Words::Plain("updated the description")),
    ("priority", "priority", Words::Plain("updated the priority to")),
    ("state", "state", Words::Plain("updated the state to")),
    ("parent", "parent", Words::Blank("updated the parent issue to")),
    ("assignees", "assignees", Words::Element("assignee")),
    ("labels", "labels", Words::Element("label")),
    ("start_date", "start_date", Words::Plain("updated the start date to ")),
    ("target_date", "target_date", Words::Plain("updated the target date to ")),
    ("type", "type", Words::Plain("updated the type to ")),
    ("point", "point", Words::Plain("updated the point to ")),
    ("estimate_point", "estimate_point", Words::Plain("updated the estimate point to ")),
    ("archived_at", "archived_at", Words::Archive),
    ("project", "project", Words::Plain("moved the work item to ")),
];

/// What belongs to an item and is told in its history: the entity, and the change that names it, one of each event.
const SIDES: &[(&str, &str, Words)] = &[
    ("link", "link", Words::Link),
    ("attachment", "attachment", Words::Attachment),
    ("intake_item", "status", Words::Plain("updated the intake status to ")),
    ("relation", "blocking", Words::Relation),
    ("relation", "blocked_by", Words::Relation),
    ("relation", "duplicate", Words::Relation),
    ("relation", "relates_to", Words::Relation),
    ("relation", "start_after", Words::Relation),
    ("relation", "start_before", Words::Relation),
    ("relation", "finish_after", Words::Relation),
    ("relation", "finish_before", Words::Relation),
    ("relation", "implements", Words::Relation),
    ("relation", "implemented_by", Words::Relation),
    ("cycle_item", "cycles", Words::Place("cycle")),
    ("module_item", "modules", Words::Place("module")),
];

/// The entity of events about the item itself.
const ITEM: &str = "work_item";

/// How a change is put into words, and how "none" is shown.
#[derive(Clone, Copy, Debug)]
enum Words {
    /// These words; none is null.
    Plain(&'static str),
    /// These words; none is the empty text.
    Blank(&'static str),
    /// One element of a set came or went.
    Element(&'static str),
    /// Into the archive and out of it.
    Archive,
    /// A link came, changed or went.
    Link,
    /// A file was attached or taken away.
    Attachment,
    /// A relation came or went, by the name of its kind.
    Relation,
    /// It came into a cycle or module, or went.
    Place(&'static str),
}

/// The changes that are shown, by entity.
pub(super) fn shown() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut shown = BTreeMap::from([(ITEM, FIELDS.iter().map(|(change, ..)| *change).collect::<Vec<_>>())]);
    for (entity, change, _) in SIDES {
        shown.entry(entity).or_default().push(change);
    }
    shown
}

/// What is known of one activity: its event, and which of its changes. Without a change it is the making of the item.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) event: Uuid,
    pub(super) at: Time,
    pub(super) actor: Option<Uuid>,
    pub(super) entity: String,
    pub(super) verb: String,
    pub(super) index: i64,
    pub(super) change: Option<Change>,
    pub(super) automation: Option<Uuid>,
}

impl Entry {
    /// The automation that did it; none where somebody takes back what one did.
    pub(super) fn rule(&self) -> Option<Uuid> {
        self.automation.filter(|_| self.actor.is_none_or(|actor| actor.is_nil()))
    }
}

/// Where an activity belongs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) workspace: Uuid,
    pub(super) project: Uuid,
    pub(super) item: Uuid,
}

/// An activity on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Activity)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct ActivityView {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    #[schema(example = "updated")]
    pub verb: &'static str,
    #[schema(example = "priority")]
    pub field: Option<&'static str>,
    #[schema(example = "high")]
    pub old_value: Option<String>,
    #[schema(example = "urgent")]
    pub new_value: Option<String>,
    #[schema(example = "updated the priority to")]
    pub comment: String,
    pub attachments: Vec<String>,
    pub old_identifier: Option<Uuid>,
    pub new_identifier: Option<Uuid>,
    /// Seconds since 1970.
    pub epoch: f64,
    pub project: Uuid,
    pub workspace: Uuid,
    pub issue: Uuid,
    pub issue_comment: Option<Uuid>,
    /// Null: nobody; the server or an automation did it.
    pub actor: Option<Uuid>,
    /// The automation that did it, if one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub automation: Option<NamedRule>,
}

/// The id of an activity: the event's, with the number of the change in the last two bytes.
pub(super) fn activity_id(event: Uuid, index: i64) -> Uuid {
    let number = u16::try_from(index).unwrap_or(u16::MAX);
    Uuid::from_u128(event.as_u128() ^ u128::from(number))
}

/// The first and the last id that the event of an activity may have.
pub(super) fn events_of(activity: Uuid) -> (Uuid, Uuid) {
    let last_bytes = u128::from(u16::MAX);
    (Uuid::from_u128(activity.as_u128() & !last_bytes), Uuid::from_u128(activity.as_u128() | last_bytes))
}

impl ActivityView {
    pub(super) fn new(entry: Entry, place: Place, rules: &HashMap<Uuid, NamedRule>) -> Self {
        let actor = entry.actor.filter(|actor| !actor.is_nil());
        let automation = entry.rule().and_then(|rule| rules.get(&rule).cloned());
        let (id, at) = (activity_id(entry.event, entry.index), entry.at);
        let told = entry.change.map_or_else(Told::made, |change| Told::of(&entry.entity, &entry.verb, change));
        #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^52")]
        let epoch = at.seconds() as f64;
        Self {
            id,
            created_at: at,
            updated_at: at,
            deleted_at: None,
            verb: told.verb,
            field: told.field,
            old_value: told.old,
            new_value: told.new,
            comment: told.comment,
            attachments: Vec::new(),
            old_identifier: told.old_id,
            new_identifier: told.new_id,
            epoch,
            project: place.project,
            workspace: place.workspace,
            issue: place.item,
            issue_comment: None,
            actor,
            automation,
        }
    }
}

/// A change in the words of the compatible API.
#[derive(Debug, Default, PartialEq)]
struct Told {
    verb: &'static str,
    field: Option<&'static str>,
    old: Option<String>,
    new: Option<String>,
    old_id: Option<Uuid>,
    new_id: Option<Uuid>,
    comment: String,
}

impl Told {
    fn made() -> Self {
        Self { verb: "created", comment: "created the issue".to_owned(), ..Self::default() }
    }

    fn of(entity: &str, verb: &str, change: Change) -> Self {
        let of_item = FIELDS.iter().filter(|_| entity == ITEM).map(|(name, field, words)| (*name, *field, *words));
        let of_side = SIDES.iter().filter(|(side, ..)| *side == entity).map(|(_, name, words)| (*name, *name, *words));
        let Some((_, field, words)) = of_item.chain(of_side).find(|(name, ..)| *name == change.field) else { return Self::made() };
        let (old, new) = (text(change.old), text(change.new));
        let (old_id, new_id, comment) = (change.old_id, change.new_id, String::new());
        let told = Self { verb: "updated", field: Some(field), old, new, old_id, new_id, comment };
        told.in_words(words, verb)
    }

    /// As recorded: of a change the history tells the address that was sent, which is none where only the title was.
    fn of_link(self, verb: &str) -> Self {
        match verb {
            "created" => Self { verb: "created", new_id: None, comment: "created a link".to_owned(), ..self },
            "deleted" => Self { verb: "deleted", new: Some(String::new()), old_id: None, comment: "deleted the link".to_owned(), ..self },
            _ => {
                let new = if self.new == self.old { Some(String::new()) } else { self.new };
                Self { new, comment: "updated a link".to_owned(), ..self }
            }
        }
    }

    /// The line break and the blanks are those of the compatible API.
    fn of_place(self, noun: &str) -> Self {
        let (verb, comment) = match (&self.old, &self.new) {
            (Some(old), Some(new)) => ("updated", format!("updated {noun} from {old}\n                to {new}")),
            (None, new) => ("created", format!("added {noun} {}", new.as_deref().unwrap_or_default())),
            (Some(old), None) => ("deleted", format!("removed this issue from {old}")),
        };
        Self { verb, comment, ..self.blank() }
    }

    fn in_words(self, words: Words, verb: &str) -> Self {
        match words {
            Words::Plain(comment) => Self { comment: comment.to_owned(), ..self },
            Words::Blank(comment) => Self { comment: comment.to_owned(), ..self.blank() },
            Words::Element(noun) => {
                let verb = if self.new.is_some() { "added" } else { "removed" };
                Self { comment: format!("{verb} {noun} "), ..self.blank() }
            }
            Words::Archive if self.new.is_some() => {
                let comment = "Actor has archived the issue".to_owned();
                Self { old: None, new: Some("manual_archive".to_owned()), comment, ..self }
            }
            Words::Archive => {
                let comment = "has restored the issue".to_owned();
                Self { old: Some("archive".to_owned()), new: Some("restore".to_owned()), comment, ..self }
            }
            Words::Relation => {
                let verb = if self.new.is_some() { "added" } else { "deleted" };
                let comment = format!("{verb} {} relation", self.field.unwrap_or_default());
                // As recorded, the old one names the other item in any case.
                Self { comment, old_id: self.old_id.or(self.new_id), new_id: None, ..self.blank() }
            }
            Words::Link => self.of_link(verb),
            Words::Place(noun) => self.of_place(noun),
            Words::Attachment if verb == "created" => Self { verb: "created", comment: "created an attachment".to_owned(), ..self },
            Words::Attachment => Self { verb: "deleted", comment: "deleted the attachment".to_owned(), ..self },
        }
    }

    /// "None" is the empty text.
    fn blank(self) -> Self {
        Self { old: self.old.or_else(|| Some(String::new())), new: self.new.or_else(|| Some(String::new())), ..self }
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(change: Change) -> (Option<String>, Option<String>, String) {
        let told = Told::of(ITEM, "updated", change);
        (told.old, told.new, told.comment)
    }

    #[test]
    fn changes_are_told_as_recorded() {
        let some = |text: &str| Some(text.to_owned());
        let id = Uuid::from_u128(7);
        assert_eq!(told(Change::value("priority", "high", "urgent")), (some("high"), some("urgent"), "updated the priority to".into()));
        let parent = Change::reference("parent", None, Some((id, "ENG-2".into())));
        assert_eq!(told(parent), (some(""), some("ENG-2"), "updated the parent issue to".into()));
        let gone = Change::reference("assignees", Some((id, "bob".into())), None);
        assert_eq!(told(gone), (some("bob"), some(""), "removed assignee ".into()));
        let label = Change::reference("labels", None, Some((id, "bug".into())));
        assert_eq!(told(label), (some(""), some("bug"), "added label ".into()));
        let archived = Change::value("archived_at", Value::Null, "2026-11-22");
        assert_eq!(told(archived), (None, some("manual_archive"), "Actor has archived the issue".into()));
        let restored = Change::value("archived_at", "2026-11-22", Value::Null);
        assert_eq!(told(restored), (some("archive"), some("restore"), "has restored the issue".into()));
        assert_eq!(told(Change::value("point", 3, Value::Null)), (some("3"), None, "updated the point to ".into()));
    }

    #[test]
    fn links_are_told_as_recorded() {
        let (id, some) = (Uuid::from_u128(7), |text: &str| Some(text.to_owned()));
        let link = |url: &str| Some((id, url.to_owned()));
        let told = |verb: &str, old, new| {
            let told = Told::of("link", verb, Change::reference("link", old, new));
            assert_eq!((told.field, told.verb), (Some("link"), verb));
            (told.old, told.new, told.comment, told.old_id, told.new_id)
        };
        assert_eq!(told("created", None, link("a")), (None, some("a"), "created a link".into(), None, None));
        assert_eq!(told("updated", link("a"), link("a")), (some("a"), some(""), "updated a link".into(), Some(id), Some(id)));
        assert_eq!(told("updated", link("a"), link("b")), (some("a"), some("b"), "updated a link".into(), Some(id), Some(id)));
        assert_eq!(told("deleted", link("a"), None), (some("a"), some(""), "deleted the link".into(), None, None));
    }

    #[test]
    fn attachments_are_told_as_recorded() {
        let (id, some) = (Uuid::from_u128(7), |text: &str| Some(text.to_owned()));
        let attached = Told::of("attachment", "created", Change::reference("attachment", None, Some((id, "a.txt".into()))));
        assert_eq!((attached.verb, attached.old, attached.new), ("created", None, some("a.txt")));
        assert_eq!((attached.new_id, attached.comment.as_str()), (Some(id), "created an attachment"));
        let detached = Told::of("attachment", "deleted", Change::value("attachment", Value::Null, Value::Null));
        assert_eq!((detached.verb, detached.old, detached.new), ("deleted", None, None));
        assert_eq!(detached.comment, "deleted the attachment");
    }

    #[test]
    fn cycles_and_modules_are_told_as_recorded() {
        let (one, other, some) = (Uuid::from_u128(7), Uuid::from_u128(8), |text: &str| Some(text.to_owned()));
        let told = |entity, field, old: Option<(Uuid, &str)>, new: Option<(Uuid, &str)>| {
            let named = |named: Option<(Uuid, &str)>| named.map(|(id, name)| (id, name.to_owned()));
            Told::of(entity, "whatever", Change::reference(field, named(old), named(new)))
        };
        let added = told("cycle_item", "cycles", None, Some((one, "One")));
        assert_eq!((added.verb, added.field, added.old, added.new), ("created", Some("cycles"), some(""), some("One")));
        assert_eq!((added.old_id, added.new_id, added.comment.as_str()), (None, Some(one), "added cycle One"));
        let moved = told("cycle_item", "cycles", Some((one, "One")), Some((other, "Two")));
        assert_eq!((moved.verb, moved.comment.as_str()), ("updated", "updated cycle from One\n                to Two"));
        let gone = told("module_item", "modules", Some((one, "M")), None);
        assert_eq!(
            (gone.verb, gone.new, gone.old_id, gone.comment.as_str()),
            ("deleted", some(""), Some(one), "removed this issue from M")
        );
    }

    #[test]
    fn relations_are_told_as_recorded() {
        let (id, some) = (Uuid::from_u128(7), |text: &str| Some(text.to_owned()));
        let related = Told::of("relation", "created", Change::reference("blocking", None, Some((id, "ENG-2".into()))));
        assert_eq!((related.old_id, related.new_id, related.comment.as_str()), (Some(id), None, "added blocking relation"));
        assert_eq!((related.verb, related.old, related.new), ("updated", some(""), some("ENG-2")));
        let ended = Told::of("relation", "deleted", Change::reference("relates_to", Some((id, "ENG-2".into())), None));
        assert_eq!((ended.old, ended.new, ended.comment.as_str()), (some("ENG-2"), some(""), "deleted relates_to relation"));
    }

    proptest! {
        #[test]
        fn an_activity_leads_back_to_its_event(event in any::<u128>(), index in 0_i64..2_000) {
            let event = Uuid::from_u128(event);
            let (first, last) = events_of(activity_id(event, index));
            prop_assert!(first <= event && event <= last);
            prop_assert_eq!(activity_id(event, index) == event, index == 0);
        }
    }
}
