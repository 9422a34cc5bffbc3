//! What the documentation of the routes says of parameters and bodies.
#![allow(dead_code, reason = "documentation only")]

use aileron_kernel::Uuid;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// Which page of a project.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct PagePath {
    /// The workspace's name in addresses.
    slug: String,
    /// The project.
    project_id: Uuid,
    /// The page.
    page_id: Uuid,
}

/// Which text of which page of a project.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct PageVersionPath {
    /// The workspace's name in addresses.
    slug: String,
    /// The project.
    project_id: Uuid,
    /// The page.
    page_id: Uuid,
    /// The text that it had.
    version_id: Uuid,
}

/// Which page of a workspace.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct WorkspacePagePath {
    /// The workspace's name in addresses.
    slug: String,
    /// The page.
    page_id: Uuid,
}

/// Which text of which page of a workspace.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct WorkspacePageVersionPath {
    /// The workspace's name in addresses.
    slug: String,
    /// The page.
    page_id: Uuid,
    /// The text that it had.
    version_id: Uuid,
}

/// Which pages, in which order.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// `sort_order`, `name`, `created_at` or `updated_at`; a `-` before it turns the order round.
    #[param(example = "name")]
    order_by: Option<String>,
    /// Only pages with this text in their name or in the first 20,000 characters of their text.
    search: Option<String>,
    /// 0: only public ones, 1: only private ones.
    access: Option<String>,
    /// Only those right below this page; `null`: below none.
    parent: Option<String>,
}

/// The fields of a page in a request. Absent fields stay as they are.
#[derive(ToSchema)]
pub(crate) struct PageBody {
    /// At most 1000 characters; it may be empty. A new page needs one.
    #[schema(example = "How we release", max_length = 1000)]
    name: Option<String>,
    /// HTML of up to 2097152 bytes; what could run is removed.
    #[schema(example = "<p>Every second Tuesday.</p>")]
    description_html: Option<String>,
    /// An editor's document, of up to 2097152 bytes.
    #[schema(value_type = Option<Object>)]
    description_json: Option<Value>,
    /// The same in base64.
    description_binary: Option<String>,
    /// 0: for everybody in its place, 1: its owner's alone. Only its owner changes it.
    #[schema(minimum = 0, maximum = 1)]
    access: Option<i64>,
    /// Whether nobody changes it. New pages only.
    is_locked: Option<bool>,
    #[schema(max_length = 255)]
    color: Option<String>,
    #[schema(value_type = Option<Object>)]
    view_props: Option<Value>,
    #[schema(value_type = Option<Object>)]
    logo_props: Option<Value>,
    /// The page above it, of the same place; also `parent_id`.
    parent: Option<Uuid>,
    /// All its labels: those of its project or of the workspace.
    labels: Option<Vec<Uuid>>,
    sort_order: Option<f64>,
    external_source: Option<String>,
    /// Unique in the place together with `external_source`.
    external_id: Option<String>,
}

/// Where a page goes.
#[derive(ToSchema)]
pub(crate) struct MovePageBody {
    /// A project in which one makes pages.
    #[schema(example = "0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d10")]
    project_id: Uuid,
}
