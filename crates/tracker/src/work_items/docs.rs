//! What the documentation of the routes says of parameters and bodies.
#![allow(dead_code, reason = "documentation only")]

use aileron_kernel::Uuid;
use utoipa::{IntoParams, ToSchema};

/// The fields of a work item in a request. Absent fields stay as they are.
#[derive(ToSchema)]
pub(super) struct WorkItemBody {
    /// At most 255 characters. A new item needs one.
    #[schema(example = "Invoices show the wrong date", max_length = 255)]
    name: Option<String>,
    /// HTML of up to 1048576 bytes; what could run is removed. Empty text is refused, `<p></p>` is not.
    #[schema(example = "<p>Seen in Safari only.</p>")]
    description_html: Option<String>,
    /// An editor's document in base64.
    description_binary: Option<String>,
    /// urgent, high, medium, low or none.
    #[schema(example = "high")]
    priority: Option<String>,
    /// A state of the project; null: the one in which new items start.
    state: Option<Uuid>,
    /// An item of the same project that is not below this one.
    parent: Option<Uuid>,
    /// A type of the workspace.
    type_id: Option<Uuid>,
    #[schema(minimum = 0, maximum = 12)]
    point: Option<i64>,
    /// A value of the estimate that the project uses.
    estimate_point: Option<Uuid>,
    #[schema(format = Date, example = "2026-01-05")]
    start_date: Option<String>,
    /// Not before `start_date`.
    #[schema(format = Date, example = "2026-02-01")]
    target_date: Option<String>,
    sort_order: Option<f64>,
    is_draft: Option<bool>,
    #[schema(format = Date)]
    archived_at: Option<String>,
    /// Counts only where the state is of the group completed.
    #[schema(format = DateTime)]
    completed_at: Option<String>,
    /// All who work on it. Guests and people outside of the project are left out.
    assignees: Option<Vec<Uuid>>,
    /// All its labels. Labels of other projects are left out.
    labels: Option<Vec<Uuid>>,
    external_source: Option<String>,
    /// Unique in the project together with `external_source`.
    external_id: Option<String>,
    /// New items only; admins of the project may say it.
    #[schema(format = DateTime)]
    created_at: Option<String>,
    /// New items only; admins of the project may name others than themselves.
    created_by: Option<Uuid>,
}

/// In which order.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SortQuery {
    /// `created_at`, `updated_at`, `priority` (urgent first), `name`, `sequence_id`, `sort_order`, `start_date`, `target_date`,
    /// `completed_at`, `archived_at`, `point`, `state__name`, `state__group`, `state__sequence`, `labels__name`,
    /// `assignees__first_name`, `cycle__name` or `modules__name`; a `-` before it turns the order round. Without it, the newest come first.
    #[param(example = "-updated_at")]
    order_by: Option<String>,
}

/// As of when.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PastQuery {
    /// An instant that is past: the answer is what it was then. Lists then take `order_by=created_at` or `-created_at` and no filters.
    #[param(format = DateTime, example = "2026-01-01T12:00:00Z")]
    as_of: Option<String>,
}

/// Which single item.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ExternalQuery {
    /// With `external_source`: the one item that came from there, and no page.
    external_id: Option<String>,
    external_source: Option<String>,
}

/// Which items.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FilterQuery {
    /// Ids of projects, separated by commas.
    project: Option<String>,
    /// Ids of states, separated by commas.
    state: Option<String>,
    /// backlog, unstarted, started, completed, cancelled.
    state_group: Option<String>,
    /// urgent, high, medium, low, none.
    priority: Option<String>,
    /// Ids of people; `None`: nobody.
    assignees: Option<String>,
    /// Ids of labels; `None`: no label.
    labels: Option<String>,
    /// Ids of people.
    created_by: Option<String>,
    /// Ids of items; `None`: no parent.
    parent: Option<String>,
    /// Ids of cycles; `None`: in no cycle.
    cycle: Option<String>,
    /// Ids of modules; `None`: in no module.
    module: Option<String>,
    /// Ids of people who subscribed.
    subscriber: Option<String>,
    /// Ids of types, or active or backlog.
    r#type: Option<String>,
    /// `2026-01-31;after`, `2_weeks;before;fromnow`; with the suffixes `__gt`, `__gte`, `__lt` and `__lte` a plain date.
    created_at: Option<String>,
    updated_at: Option<String>,
    start_date: Option<String>,
    target_date: Option<String>,
    completed_at: Option<String>,
    /// Words of the name.
    search: Option<String>,
    /// A JSON tree of `and`, `or`, `not` and conditions such as `{"priority__in": ["high", "urgent"]}`.
    #[param(example = r#"{"and": [{"state_group": "started"}, {"not": {"priority": "none"}}]}"#)]
    filters: Option<String>,
}
