//! What the documentation of the routes says of parameters and bodies.
#![allow(dead_code, reason = "documentation only")]

use aileron_kernel::Uuid;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// Which view of a project.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ViewPath {
    /// The workspace's name in addresses.
    slug: String,
    /// The project.
    project_id: Uuid,
    /// The view.
    view_id: Uuid,
}

/// Which view of a workspace.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct WorkspaceViewPath {
    /// The workspace's name in addresses.
    slug: String,
    /// The view.
    view_id: Uuid,
}

/// In which order.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// `sort_order`, `name`, `created_at` or `updated_at`; a `-` before it turns the order round.
    #[param(example = "name")]
    order_by: Option<String>,
}

/// The fields of a view in a request. Absent fields stay as they are.
#[derive(ToSchema)]
pub(super) struct ViewBody {
    /// At most 255 characters. A new view needs one.
    #[schema(example = "Urgent and mine", max_length = 255)]
    name: Option<String>,
    #[schema(max_length = 10_000)]
    description: Option<String>,
    /// Which items: the tree that lists take as `filters`. Ids are those of the place of the view.
    #[schema(value_type = Object, example = json!({"priority__in": ["urgent", "high"]}))]
    rich_filters: Option<Value>,
    /// The same in the older form, the parameters of a list as fields. What both let through is shown.
    #[schema(value_type = Object)]
    filters: Option<Value>,
    /// Layout, groups and order; kept as it is.
    #[schema(value_type = Object)]
    display_filters: Option<Value>,
    /// Which properties of items; kept as it is.
    #[schema(value_type = Object)]
    display_properties: Option<Value>,
    #[schema(value_type = Object)]
    logo_props: Option<Value>,
    /// 0: its owner's alone, 1: for everybody in its place. Only its owner changes it.
    #[schema(minimum = 0, maximum = 1)]
    access: Option<i64>,
    /// Whether only its owner and admins change it.
    is_locked: Option<bool>,
    sort_order: Option<f64>,
}
