//! What the documentation of the routes says of parameters and bodies.
#![allow(dead_code, reason = "documentation only")]

use aileron_kernel::Uuid;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// Which module.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ModulePath {
    /// The workspace's name in addresses.
    slug: String,
    /// The project.
    project_id: Uuid,
    /// The module.
    module_id: Uuid,
}

/// Which item of which module.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ModuleItemPath {
    /// The workspace's name in addresses.
    slug: String,
    /// The project.
    project_id: Uuid,
    /// The module.
    module_id: Uuid,
    /// The work item.
    work_item_id: Uuid,
}

/// Which link of which module.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ModuleLinkPath {
    /// The workspace's name in addresses.
    slug: String,
    /// The project.
    project_id: Uuid,
    /// The module.
    module_id: Uuid,
    /// The link.
    link_id: Uuid,
}

/// The fields of a module in a request. Absent fields stay as they are.
#[derive(ToSchema)]
pub(super) struct ModuleBody {
    /// At most 255 characters, unique in the project. A new module needs one.
    #[schema(example = "Payments", max_length = 255)]
    name: Option<String>,
    #[schema(max_length = 10_000)]
    description: Option<String>,
    #[schema(format = Date, example = "2026-01-05")]
    start_date: Option<String>,
    /// Not before `start_date`.
    #[schema(format = Date, example = "2026-02-01")]
    target_date: Option<String>,
    /// backlog, planned, in-progress, paused, completed or cancelled.
    #[schema(example = "in-progress")]
    status: Option<String>,
    /// A member of the project.
    lead: Option<Uuid>,
    /// All who work on it. Who is not in the project is left out.
    members: Option<Vec<Uuid>>,
    sort_order: Option<f64>,
    #[schema(value_type = Object)]
    view_props: Option<Value>,
    #[schema(value_type = Object)]
    logo_props: Option<Value>,
    external_source: Option<String>,
    /// Unique in the project together with `external_source`.
    external_id: Option<String>,
}

/// The fields of a link of a module in a request.
#[derive(ToSchema)]
pub(super) struct ModuleLinkBody {
    /// An http or https address of up to 4096 characters, once a module.
    #[schema(example = "https://example.org/design", max_length = 4096)]
    url: Option<String>,
    /// At most 255 characters.
    #[schema(example = "The design", max_length = 255)]
    title: Option<String>,
    /// What is known of the page, up to 65536 bytes.
    #[schema(value_type = Object)]
    metadata: Option<Value>,
}
