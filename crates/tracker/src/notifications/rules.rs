//! What of an event its followers are told: pure functions.

use std::collections::BTreeSet;

use aileron_db::events::Logged;
use aileron_kernel::{ActorKind, Change, Origin};

use super::model::Kind;

/// The fields of an item whose changes are told. Of a description only whom it mentions is.
const FIELDS: [&str; 13] = [
    "name",
    "parent",
    "priority",
    "state",
    "start_date",
    "target_date",
    "labels",
    "assignees",
    "estimate_point",
    "point",
    "type",
    "archived_at",
    "is_draft",
];

/// What a change is to those who are told of it. None: they are not.
pub fn kind_of(entity: &str, verb: &str, change: &Change) -> Option<Kind> {
    let field = change.field.as_str();
    match (entity, verb) {
        ("work_item", "updated") if field == "state" => Some(Kind::StateChange),
        ("work_item", "updated") if FIELDS.contains(&field) => Some(Kind::PropertyChange),
        ("link" | "attachment" | "relation", "created" | "updated" | "deleted") => Some(Kind::PropertyChange),
        ("intake_item", "accepted" | "declined" | "snoozed" | "marked_duplicate" | "reopened") if field == "status" => {
            Some(Kind::PropertyChange)
        }
        ("comment", "updated") if field == "comment_html" => Some(Kind::Comment),
        ("automation", "notified") if matches!(field, "automation" | "message") => Some(Kind::Mention),
        _ => None,
    }
}

/// What an event is to those who follow its item. Nothing: they are not told of it.
pub fn kinds(event: &Logged) -> BTreeSet<Kind> {
    match (event.entity.as_str(), event.verb.as_str()) {
        ("work_item", "created" | "deleted") => BTreeSet::from([Kind::PropertyChange]),
        ("comment", "created" | "deleted") => BTreeSet::from([Kind::Comment]),
        // It names whom it tells.
        ("automation", _) => BTreeSet::new(),
        (entity, verb) => event.changes.iter().filter_map(|change| kind_of(entity, verb, change)).collect(),
    }
}

/// Whether the event is to be looked at: somebody may be told of it, or mentioned in it. What an import brings is history.
pub fn concerns(event: &Logged) -> bool {
    let is_history = event.actor_kind == ActorKind::Import || event.origin == Origin::Import;
    !is_history && event.subject_id.is_some() && (!kinds(event).is_empty() || is_other_description(event) || is_notice(event))
}

/// Whether an automation tells people something. They are told as if they were mentioned.
pub fn is_notice(event: &Logged) -> bool {
    event.entity == "automation" && event.verb == "notified"
}

/// Whether the event says that the item has another description.
pub fn is_other_description(event: &Logged) -> bool {
    event.entity == "work_item" && event.verb == "updated" && event.change("description").is_some()
}

/// Whether the item is there for others from this event on: it was made, or is a draft no longer.
pub fn is_beginning(event: &Logged) -> bool {
    let is_out = |change: &Change| change.old.as_bool() == Some(true) && change.new.as_bool() == Some(false);
    event.entity == "work_item" && (event.verb == "created" || event.change("is_draft").is_some_and(is_out))
}

/// Whether he who acts follows the item from now on. What a rule of the workspace does is nobody's act.
pub fn actor_follows(event: &Logged) -> bool {
    let is_somebody = matches!(event.actor_kind, ActorKind::User | ActorKind::Agent | ActorKind::Integration);
    let is_deletion = event.entity == "work_item" && event.verb == "deleted";
    is_somebody && !is_deletion && !kinds(event).is_empty()
}

#[cfg(test)]
mod tests {
    use aileron_kernel::{Time, Uuid};

    use super::*;

    fn event(entity: &str, verb: &str, changes: Vec<Change>) -> Logged {
        Logged {
            seq: 1,
            id: Uuid::nil(),
            at: Time::from_micros(0),
            actor_id: Some(Uuid::from_u128(1)),
            actor_kind: ActorKind::User,
            origin: Origin::Api,
            mutation_id: None,
            project_id: None,
            entity: entity.to_owned(),
            entity_id: Uuid::from_u128(2),
            subject_id: Some(Uuid::from_u128(3)),
            verb: verb.to_owned(),
            changes,
            automation: None,
            depth: 0,
        }
    }

    fn changed(field: &str) -> Vec<Change> {
        vec![Change { field: field.to_owned(), ..Change::default() }]
    }

    #[test]
    fn what_is_told_and_what_is_not() {
        use Kind::{Comment, PropertyChange, StateChange};
        for (entity, verb, field, wanted) in [
            ("work_item", "created", "name", vec![PropertyChange]),
            ("work_item", "updated", "priority", vec![PropertyChange]),
            ("work_item", "updated", "state", vec![StateChange]),
            ("work_item", "updated", "description", vec![]),
            ("work_item", "updated", "sort_order", vec![]),
            ("work_item", "deleted", "name", vec![PropertyChange]),
            ("comment", "created", "access", vec![Comment]),
            ("comment", "updated", "comment_html", vec![Comment]),
            ("comment", "updated", "access", vec![]),
            ("link", "created", "link", vec![PropertyChange]),
            ("link", "previewed", "link", vec![]),
            ("attachment", "requested", "attachment", vec![]),
            ("relation", "deleted", "blocking", vec![PropertyChange]),
            ("intake_item", "accepted", "status", vec![PropertyChange]),
            ("intake_item", "created", "status", vec![]),
            ("reaction", "created", "reaction", vec![]),
            ("vote", "created", "vote", vec![]),
            ("cycle_item", "created", "cycles", vec![]),
            ("module_item", "deleted", "modules", vec![]),
            ("subscription", "created", "subscriber", vec![]),
        ] {
            let event = event(entity, verb, changed(field));
            assert_eq!(kinds(&event).into_iter().collect::<Vec<_>>(), wanted, "{entity} {verb} {field}");
            assert_eq!(concerns(&event), !wanted.is_empty() || field == "description", "{entity} {verb} {field}");
        }
    }

    #[test]
    fn imports_are_history_and_rules_are_nobody() {
        let by = |actor_kind, origin| Logged { actor_kind, origin, ..event("work_item", "updated", changed("priority")) };
        assert!(!concerns(&by(ActorKind::Import, Origin::Import)) && !concerns(&by(ActorKind::User, Origin::Import)));
        let rule = by(ActorKind::Automation, Origin::Automation);
        assert!(concerns(&rule) && !actor_follows(&rule));
        assert!(actor_follows(&by(ActorKind::Agent, Origin::Mcp)));
        assert!(!actor_follows(&event("work_item", "deleted", vec![])));
        assert!(!actor_follows(&event("work_item", "updated", changed("description"))));
    }

    #[test]
    fn an_item_begins_when_it_is_made_or_published() {
        let drafted = |old: bool, new: bool| vec![Change::value("is_draft", old, new)];
        assert!(is_beginning(&event("work_item", "created", vec![])));
        assert!(is_beginning(&event("work_item", "updated", drafted(true, false))));
        assert!(!is_beginning(&event("work_item", "updated", drafted(false, true))));
        assert!(!is_beginning(&event("comment", "created", vec![])));
    }
}
