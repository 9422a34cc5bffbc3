//! Events: what changed, who changed it, from where. One row of the log each.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{Time, words::words};

words! {
    /// What kind of member acts.
    ActorKind {
        /// A person.
        User = "user",
        /// An agent.
        Agent = "agent",
        /// A rule of the workspace.
        Automation = "automation",
        /// A connected service.
        Integration = "integration",
        /// An import.
        Import = "import",
    }
}

words! {
    /// From where a change came.
    Origin {
        /// The web app.
        Web = "web",
        /// The REST API with a token.
        Api = "api",
        /// The Model Context Protocol.
        Mcp = "mcp",
        /// The command line.
        Cli = "cli",
        /// A rule of the workspace.
        Automation = "automation",
        /// An import.
        Import = "import",
    }
}

/// Who acts in a transaction, and how it came about. Copied into each event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The user, agent or service.
    pub id: Uuid,
    /// What it is.
    pub kind: ActorKind,
    /// From where.
    pub origin: Origin,
    /// The idempotency key of the request, if one was sent.
    pub mutation_id: Option<String>,
    /// The request (or job) whose trace this belongs to.
    pub request_id: String,
}

/// The rule that acts, where it is a rule that does. Told with each event that follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The rule.
    pub automation: Uuid,
    /// Which time it acts: the key by which all of it is taken back. None: somebody takes back what it did, under a key of his own.
    pub run: Option<Uuid>,
    /// How many rules followed on each other until here; 1, where this one follows from what somebody did.
    pub depth: i64,
}

/// One changed field. `old_id` and `new_id` name rows where the values are names of rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The field's name on the wire.
    pub field: String,
    /// The value before.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub old: Value,
    /// The value after.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub new: Value,
    /// The row named by the old value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_id: Option<Uuid>,
    /// The row named by the new value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_id: Option<Uuid>,
    /// Whether the values are only how the true ones begin: these were too long for the log, and nothing is made of them again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_cut: bool,
}

impl Change {
    /// A change of a plain value.
    pub fn value(field: &str, old: impl Into<Value>, new: impl Into<Value>) -> Self {
        Self { field: field.to_owned(), old: old.into(), new: new.into(), ..Self::default() }
    }

    /// A change of a reference: names and ids.
    pub fn reference(field: &str, old: Option<(Uuid, String)>, new: Option<(Uuid, String)>) -> Self {
        let (old_id, old) = old.unzip();
        let (new_id, new) = new.unzip();
        Self { field: field.to_owned(), old: old.into(), new: new.into(), old_id, new_id, is_cut: false }
    }
}

/// An event as a command records it; the log adds seq, id, actor and origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The project that it happened in, if any.
    pub project_id: Option<Uuid>,
    /// The noun: `work_item`, `state`, `comment` ...
    pub entity: &'static str,
    /// The row that changed.
    pub entity_id: Uuid,
    /// The work item that the row belongs to (a comment's or link's item; the item itself for items).
    pub subject_id: Option<Uuid>,
    /// `created`, `updated`, `deleted`, `restored` ...
    pub verb: &'static str,
    /// What changed. Long text is a version id here, never the text.
    pub changes: Vec<Change>,
    /// When, if not now: imports keep original times.
    pub at: Option<Time>,
}

impl Event {
    /// An event about a row.
    pub fn new(entity: &'static str, verb: &'static str, entity_id: Uuid) -> Self {
        Self { project_id: None, entity, entity_id, subject_id: None, verb, changes: Vec::new(), at: None }
    }

    /// In this project.
    #[must_use]
    pub fn in_project(mut self, project_id: Uuid) -> Self {
        self.project_id = Some(project_id);
        self
    }

    /// About a part of this work item.
    #[must_use]
    pub fn about(mut self, subject_id: Uuid) -> Self {
        self.subject_id = Some(subject_id);
        self
    }

    /// With these changes.
    #[must_use]
    pub fn with(mut self, changes: Vec<Change>) -> Self {
        self.changes = changes;
        self
    }
}
