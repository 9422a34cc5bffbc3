//! What the documentation of the routes says of parameters and bodies.
#![allow(dead_code, reason = "documentation only")]

use aileron_kernel::Uuid;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// Which rule of a project.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct AutomationPath {
    /// The workspace's name in addresses.
    slug: String,
    /// The project.
    project_id: Uuid,
    /// The automation.
    automation_id: Uuid,
}

/// The fields of a rule in a request. Absent fields stay as they are.
#[derive(ToSchema)]
#[schema(example = json!({"name": "Bugs are urgent", "trigger": {"kind": "item_created"}, "filters": {"priority__in": ["none", "low"]}, "actions": [{"kind": "set_priority", "priority": "high"}]}))]
pub(super) struct AutomationBody {
    /// At most 255 characters. A new automation needs one.
    #[schema(max_length = 255)]
    name: Option<String>,
    is_enabled: Option<bool>,
    /// When it acts: `{"kind": "item_created"}`, `{"kind": "item_changed", "fields": ["state"]}` (without fields: any),
    /// `{"kind": "comment_added"}`, `{"kind": "schedule", "hour": 9, "idle_days": 30}` or `{"kind": "due_soon", "days": 3, "hour": 9}`; hours
    /// are those of the project.
    #[schema(value_type = Object)]
    trigger: Option<Value>,
    /// On which items: the tree that lists take as `filters`, without `search` and `subscriber_id`. Ids are those of the project.
    #[schema(value_type = Object)]
    filters: Option<Value>,
    /// What it does, 1 to 10 actions: first what they make of the item's own fields, then the rest in their order. `set_state`, `close`, `set_priority`, `set_start_date` and `set_target_date` (`days` after the
    /// day of the run, or null), `set_estimate`, `add_labels`, `remove_labels`, `add_assignees`, `remove_assignees`, `assign` (`policy`
    /// `default_assignee`, `round_robin` or `least_loaded` among `members`), `add_to_cycle`, `add_to_module`, `add_comment`, `notify` (`to`
    /// assignees, subscribers, creator; `members`; `message`), `archive`, which comes last.
    #[schema(value_type = Vec<Object>)]
    actions: Option<Vec<Value>>,
}

/// What is to be tried out.
#[derive(ToSchema)]
#[schema(example = json!({"trigger": {"kind": "item_created"}, "filters": {"priority__in": ["none", "low"]}, "actions": [{"kind": "set_priority", "priority": "high"}]}))]
pub(super) struct DryRunBody {
    #[schema(value_type = Object)]
    trigger: Value,
    #[schema(value_type = Object)]
    filters: Option<Value>,
    #[schema(value_type = Vec<Object>)]
    actions: Vec<Value>,
    /// An automation of the project that this stands for: what it did itself is left out.
    automation: Option<Uuid>,
    /// An instant; a week before the end, if none is given.
    from: Option<String>,
    /// An instant; now at the latest.
    to: Option<String>,
}
