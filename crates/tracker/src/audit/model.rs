//! What is asked of the audit log, and its entries as they are shown.

use std::collections::BTreeMap;

use aileron_kernel::{Change, Refusal, Time, Uuid, text};
use aileron_platform::web::Query;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// The nouns whose events are part of it.
pub const ENTITIES: [&str; 19] = [
    "workspace",
    "workspace_member",
    "invitation",
    "project",
    "project_member",
    "state",
    "label",
    "estimate",
    "estimate_point",
    "work_item_type",
    "intake",
    "cycle_settings",
    "automation",
    "view",
    "webhook",
    "export",
    "calendar_feed",
    "import",
    TOKEN,
];

/// The noun of tokens, whose events stand in the log of the instance.
pub(super) const TOKEN: &str = "api_token";

/// The field of a membership that says where its owner wants a project among his: his own business.
pub(super) const OWN_PLACE: &str = "sort_order";

/// The longest word that is asked for.
const LONGEST: usize = 60;

/// Which entries are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of whom.
    pub actor: Option<Uuid>,
    /// About which nouns; all where there are none.
    pub entities: Vec<&'static str>,
    /// About what happened.
    pub verb: Option<String>,
    /// In which project.
    pub project: Option<Uuid>,
    /// Since when.
    pub from: Option<Time>,
    /// Until before when.
    pub before: Option<Time>,
}

impl Wanted {
    /// Reads the parameters `actor`, `entity`, `verb`, `project`, `from` and `to`.
    pub fn read(query: &Query) -> Result<Self, Refusal> {
        let mut errors = BTreeMap::new();
        let mut wrong = |name: &str, message: String| drop(errors.insert(name.to_owned(), vec![message]));
        let mut id = |name: &str| {
            let read = query.filled(name).map(Uuid::try_parse).transpose();
            read.unwrap_or_else(|_| {
                wrong(name, "Must be a valid UUID.".to_owned());
                None
            })
        };
        let (actor, project) = (id("actor"), id("project"));
        let mut time = |name: &str| {
            let text = query.filled(name).map(|text| text.replace(' ', "+"))?;
            let read = Time::parse(&text);
            if read.is_none() {
                wrong(name, "Must be a date or an instant.".to_owned());
            }
            read.map(|time| (time, text.len() <= "2026-01-31".len()))
        };
        let from = time("from").map(|(time, _)| time);
        // A plain date means the whole day.
        let before = time("to").map(|(time, is_date)| if is_date { time.plus_seconds(24 * 60 * 60) } else { time });
        let mut entities = Vec::new();
        for word in query.filled("entity").unwrap_or_default().split(',').map(str::trim).filter(|word| !word.is_empty()) {
            match ENTITIES.iter().find(|entity| **entity == word) {
                Some(entity) => entities.push(*entity),
                None => wrong("entity", format!("\"{}\" is not a valid choice.", text::shortened(word, LONGEST))),
            }
        }
        let verb = query.filled("verb").map(ToOwned::to_owned);
        if verb.as_ref().is_some_and(|verb| verb.len() > LONGEST || verb.contains('\0')) {
            wrong("verb", format!("Ensure this field has no more than {LONGEST} characters."));
        }
        if errors.is_empty() { Ok(Self { actor, entities, verb, project, from, before }) } else { Err(Refusal::fields(errors)) }
    }
}

/// An entry as stored.
pub(super) type Stored = (Uuid, Time, Option<Uuid>, String, (String, String, Uuid, String), Option<Uuid>, Value);

/// An entry on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct EntryView {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    pub actor: Option<Uuid>,
    /// user, agent, automation, integration or import.
    #[schema(example = "user")]
    pub actor_kind: String,
    /// web, api, mcp, cli, automation or import.
    #[schema(example = "web")]
    pub origin: String,
    #[schema(example = "workspace_member")]
    pub entity: String,
    pub entity_id: Uuid,
    #[schema(example = "updated")]
    pub verb: String,
    pub project: Option<Uuid>,
    pub changes: Vec<ChangeView>,
}

/// One changed field on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AuditChange)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct ChangeView {
    #[schema(example = "role")]
    pub field: String,
    pub old: Value,
    pub new: Value,
    pub old_id: Option<Uuid>,
    pub new_id: Option<Uuid>,
}

impl From<Change> for ChangeView {
    fn from(change: Change) -> Self {
        Self { field: change.field, old: change.old, new: change.new, old_id: change.old_id, new_id: change.new_id }
    }
}

impl EntryView {
    pub(super) fn new((id, created_at, actor, actor_kind, what, project, changes): Stored) -> Self {
        let (origin, entity, entity_id, verb) = what;
        let told = entity != TOKEN;
        let changes: Vec<Change> = if told { serde_json::from_value(changes).unwrap_or_default() } else { Vec::new() };
        let changes = changes.into_iter().map(ChangeView::from).collect();
        Self { id, created_at, actor, actor_kind, origin, entity, entity_id, verb, project, changes }
    }

    /// The cells of a table, in the order of [`COLUMNS`].
    pub(super) fn cells(&self) -> [String; COLUMNS.len()] {
        let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        let told = |change: &ChangeView| format!("{}: {} -> {}", change.field, shown(&change.old), shown(&change.new));
        let changes = self.changes.iter().map(told).collect::<Vec<_>>().join("; ");
        [
            self.created_at.to_string(),
            id(self.actor),
            self.actor_kind.clone(),
            self.origin.clone(),
            self.entity.clone(),
            self.entity_id.to_string(),
            self.verb.clone(),
            id(self.project),
            changes,
        ]
    }
}

/// The head of the table.
pub(super) const COLUMNS: [&str; 9] = ["created_at", "actor", "actor_kind", "origin", "entity", "entity_id", "verb", "project", "changes"];

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_parameters_are_named_all_at_once() {
        let query = "actor=x&entity=work_item,project&project=1&from=never&to=2026-02-30";
        let body = Wanted::read(&Query::parse(query)).unwrap_err().body;
        let named: Vec<&String> = body.as_object().unwrap().keys().collect();
        assert_eq!(named, ["actor", "entity", "from", "project", "to"]);
    }

    #[test]
    fn the_last_day_is_whole() {
        let wanted = Wanted::read(&Query::parse("from=2026-01-01&to=2026-01-01&entity=project,label")).unwrap();
        assert_eq!(wanted.before.unwrap().micros() - wanted.from.unwrap().micros(), 24 * 3_600 * 1_000_000);
        assert_eq!(wanted.entities, ["project", "label"]);
        let exact = Wanted::read(&Query::parse("to=2026-01-01T10:00:00Z")).unwrap();
        assert_eq!(exact.before, Time::parse("2026-01-01T10:00:00Z"));
    }
}
