//! A rule and its runs, as stored and as shown.

use aileron_kernel::{Time, Uuid};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    parts::{Action, Trigger},
    rules,
};
use crate::views;

aileron_db::row! {
    /// A rule as stored.
    #[derive(Clone, Debug)]
    pub struct Stored {
        /// Its id.
        pub id: Uuid,
        /// What it is called.
        pub name: String,
        /// Whether it acts.
        pub is_enabled: bool,
        /// The setting of the project that it carries out.
        pub setting: Option<String>,
        /// When it acts.
        pub trigger_data: Value,
        /// On which items: a tree as lists take it.
        pub filters: Value,
        /// What it does.
        pub actions: Value,
        /// How many turns there were among those whom it assigns by turns.
        pub turn: i64,
        /// When it acts next, if it has a time of its own.
        pub next_at: Option<Time>,
        /// The place in the log from which on it acts.
        pub since: i64,
        /// How often it acted in the hour that began then, or on the day that is due.
        pub acted: i64,
        /// When that hour began.
        pub acted_from: Option<Time>,
        /// When it was switched off because it acted too often.
        pub paused_at: Option<Time>,
        /// When it was made.
        pub created_at: Time,
        /// When it was last changed.
        pub updated_at: Time,
        /// Who made it.
        pub created_by: Option<Uuid>,
        /// Who changed it last.
        pub updated_by: Option<Uuid>,
        /// The project.
        pub project_id: Uuid,
        /// The workspace.
        pub workspace_id: Uuid,
        /// The seq of its last change.
        pub version: i64,
    }
}

/// A rule that can act.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) project: Uuid,
    pub(super) is_of_setting: bool,
    pub(super) trigger: Trigger,
    pub(super) filter: aileron_kernel::Filter,
    pub(super) actions: Vec<Action>,
    pub(super) turn: i64,
    pub(super) next_at: Option<Time>,
    pub(super) since: i64,
    pub(super) acted: i64,
    pub(super) acted_from: Option<Time>,
    pub(super) version: i64,
}

impl Stored {
    /// What it does when. A filter that is no longer one is the defect of who stored it.
    pub(super) fn rule(self) -> aileron_db::Result<Rule> {
        Ok(Rule {
            id: self.id,
            name: self.name,
            project: self.project_id,
            is_of_setting: self.setting.is_some(),
            trigger: read(self.trigger_data)?,
            filter: views::rules::tree_of("filters", &self.filters)?,
            actions: read(self.actions)?,
            turn: self.turn,
            next_at: self.next_at,
            since: self.since,
            acted: self.acted,
            acted_from: self.acted_from,
            version: self.version,
        })
    }
}

/// Reads what was written by us.
pub(super) fn read<T: DeserializeOwned>(value: Value) -> aileron_db::Result<T> {
    serde_json::from_value(value).map_err(|error| aileron_db::Error::Inconsistent(error.to_string()))
}

/// Writes what is read again by us.
pub(super) fn written<T: Serialize>(value: &T) -> aileron_db::Result<Value> {
    serde_json::to_value(value).map_err(|error| aileron_db::Error::Inconsistent(error.to_string()))
}

/// A rule on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Automation)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct AutomationView {
    pub id: Uuid,
    pub name: String,
    pub is_enabled: bool,
    /// The setting of the project that the rule carries out: `archive_in` or `close_in`. It is changed there. Null: people wrote the rule.
    pub setting: Option<String>,
    #[schema(value_type = Object)]
    pub trigger: Value,
    #[schema(value_type = Object)]
    pub filters: Value,
    #[schema(value_type = Vec<Object>)]
    pub actions: Value,
    /// When it acts next, if it has a time of its own.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_at: Option<Time>,
    /// When it was switched off because it acted too often, or could not be read. Who switches it on again takes this away.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub paused_at: Option<Time>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub project: Uuid,
    pub workspace: Uuid,
}

impl From<Stored> for AutomationView {
    fn from(stored: Stored) -> Self {
        Self {
            id: stored.id,
            name: stored.name,
            is_enabled: stored.is_enabled,
            setting: stored.setting,
            trigger: stored.trigger_data,
            filters: stored.filters,
            actions: stored.actions,
            next_at: stored.next_at.filter(|_| stored.is_enabled),
            paused_at: stored.paused_at,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            created_by: stored.created_by,
            updated_by: stored.updated_by,
            project: stored.project_id,
            workspace: stored.workspace_id,
        }
    }
}

/// What became of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AutomationOutcome)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Something changed.
    Done,
    /// There was nothing to change.
    Nothing,
    /// It was refused, and nothing of it stays.
    Failed,
    /// Too many rules followed on each other, or from one event.
    Stopped,
}

impl Outcome {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Nothing => "nothing",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }
}

/// What becomes of one action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AutomationEffectResult)]
#[serde(rename_all = "snake_case")]
pub enum EffectResult {
    /// It changes something.
    Changed,
    /// All is as it wants it already, or it cannot be so.
    Unchanged,
    /// What it names is not there any more.
    Missing,
    /// In a dry run: what it would come to cannot be known.
    Unknown,
}

/// One action of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = AutomationEffect)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Effect {
    /// The kind of the action.
    #[schema(example = "set_priority")]
    pub action: String,
    pub result: EffectResult,
    /// What it sets, adds or takes away: a word, a date, an id, or ids.
    pub value: Value,
}

aileron_db::row! {
    /// A run as stored.
    #[derive(Clone, Debug)]
    pub struct Run {
        /// Its id.
        pub id: Uuid,
        /// The rule.
        pub automation_id: Uuid,
        /// The item.
        pub item_id: Uuid,
        /// What it acted on: an event, or a day.
        pub occasion: String,
        /// What became of it.
        pub outcome: String,
        /// What it did.
        pub effects: Value,
        /// Why it failed or was stopped.
        pub error: Option<String>,
        /// When.
        pub created_at: Time,
    }
}

/// A run on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AutomationRun)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct RunView {
    /// Also the key by which all that it changed is taken back (`POST .../undo/`).
    pub id: Uuid,
    pub automation: Uuid,
    pub issue: Uuid,
    /// The event that it acted on; null, where the rule has a time of its own.
    pub event: Option<Uuid>,
    /// The day, where the rule has a time of its own: on which the run was due, or the item is.
    #[schema(value_type = Option<String>, format = Date)]
    pub day: Option<jiff::civil::Date>,
    #[schema(example = "done")]
    pub outcome: String,
    #[schema(value_type = Vec<Effect>)]
    pub effects: Value,
    /// Why it failed or was stopped.
    pub error: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

impl From<Run> for RunView {
    fn from(run: Run) -> Self {
        Self {
            id: run.id,
            automation: run.automation_id,
            issue: run.item_id,
            event: Uuid::try_parse(&run.occasion).ok(),
            day: rules::day_of_occasion(&run.occasion),
            outcome: run.outcome,
            effects: run.effects,
            error: run.error,
            created_at: run.created_at,
        }
    }
}
