//! What the documentation of the routes says of parameters and bodies.
#![allow(dead_code, reason = "documentation only")]

use aileron_kernel::Uuid;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// Which cycle.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct CyclePath {
    /// The workspace's name in addresses.
    slug: String,
    /// The project.
    project_id: Uuid,
    /// The cycle.
    cycle_id: Uuid,
}

/// Which item of which cycle.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct CycleItemPath {
    /// The workspace's name in addresses.
    slug: String,
    /// The project.
    project_id: Uuid,
    /// The cycle.
    cycle_id: Uuid,
    /// The work item.
    work_item_id: Uuid,
}

/// Which cycles.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// all, current, upcoming, completed, draft or incomplete. `current` answers a plain list.
    #[param(example = "upcoming")]
    cycle_view: Option<String>,
    /// The same under its newer name, which goes first.
    status: Option<String>,
}

/// The fields of a cycle in a request. Absent fields stay as they are.
#[derive(ToSchema)]
pub(super) struct CycleBody {
    /// At most 255 characters. A new cycle needs one.
    #[schema(example = "Sprint 12", max_length = 255)]
    name: Option<String>,
    /// The project of the address once more; needed for a new cycle.
    #[schema(example = "0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d10")]
    project_id: Option<Uuid>,
    #[schema(max_length = 10_000)]
    description: Option<String>,
    /// Its first day, also as an instant on that day. Both dates or neither.
    #[schema(example = "2027-01-04")]
    start_date: Option<String>,
    /// Its last day, at most 1096 days in all.
    #[schema(example = "2027-01-17")]
    end_date: Option<String>,
    /// The zone in which its days begin; that of the project if it is not given.
    timezone: Option<String>,
    /// A member of the project; the caller if it is not given.
    owned_by: Option<Uuid>,
    sort_order: Option<f64>,
    #[schema(value_type = Object)]
    view_props: Option<Value>,
    #[schema(value_type = Object)]
    logo_props: Option<Value>,
    external_source: Option<String>,
    /// Unique in the project together with `external_source`.
    external_id: Option<String>,
}

/// Where to in a request.
#[derive(ToSchema)]
pub(super) struct TransferBody {
    /// A cycle that is not over.
    #[schema(example = "0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d10")]
    new_cycle_id: Uuid,
}

/// Days in a request.
#[derive(ToSchema)]
pub(super) struct DateCheckBody {
    #[schema(example = "2027-01-04")]
    start_date: String,
    #[schema(example = "2027-01-17")]
    end_date: String,
    /// The cycle that they are for, if it is there already.
    cycle_id: Option<Uuid>,
}

/// What a project says of its cycles, in a request. Absent fields stay as they are.
#[derive(ToSchema)]
pub(super) struct SettingsBody {
    /// Whether cycles may have days in common.
    #[schema(example = false)]
    allow_parallel: Option<bool>,
    /// Whether cycles are made by themselves.
    #[schema(example = true)]
    cadence_enabled: Option<bool>,
    /// How many days one lasts: 1 to 365.
    #[schema(example = 14, minimum = 1, maximum = 365)]
    cadence_length: Option<i64>,
    /// How many days lie between two: 0 to 90.
    #[schema(example = 0, minimum = 0, maximum = 90)]
    cadence_cooldown: Option<i64>,
    /// How many are made ahead: 1 to 10.
    #[schema(example = 1, minimum = 1, maximum = 10)]
    cadence_ahead: Option<i64>,
    /// Whether what is left undone is moved to the next.
    #[schema(example = true)]
    cadence_roll_over: Option<bool>,
    /// The first day of the first; null: the day on which the cadence is switched on.
    #[schema(format = Date)]
    cadence_start: Option<String>,
    /// What they are called, a number behind it.
    #[schema(example = "Sprint", max_length = 200)]
    cadence_name: Option<String>,
}
