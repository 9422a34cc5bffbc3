//! What the documentation of the routes shares, of this crate and of those above it: parameters, errors, pages.

use aileron_db as db;
pub use aileron_identity::wire::{PageOf, PageQuery, Refused};
use aileron_kernel::{Page, Uuid};
use aileron_platform::web::{Json, Shape};
use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, IntoResponses, ToSchema};

/// The address of a project.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "documentation only")]
pub struct ProjectPath {
    /// The workspace's name in addresses.
    slug: String,
    /// The project.
    project_id: Uuid,
}

/// The address of a workspace.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "documentation only")]
pub struct WorkspacePath {
    /// The workspace's name in addresses.
    slug: String,
}

/// The form of the answer.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documentation only")]
pub struct ShapeQuery {
    /// Only these fields, separated by commas.
    fields: Option<String>,
    /// Ids to be replaced by objects, separated by commas.
    expand: Option<String>,
}

/// Which version a change is meant for.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "documentation only")]
pub struct IfMatchHeader {
    /// The `ETag` that the row had when it was read.
    #[param(rename = "If-Match")]
    if_match: Option<String>,
}

/// What a change with `If-Match` may also be refused with.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "documentation only")]
pub enum Changed {
    /// The row has changed since it was read.
    #[response(status = 412)]
    PreconditionFailed(#[to_schema] Refused),
}

/// What a read may be refused with.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "documentation only")]
pub enum ReadErrors {
    /// A parameter is not valid.
    #[response(status = 400)]
    Invalid(#[to_schema] Refused),
    /// No credentials.
    #[response(status = 401)]
    Unauthenticated(#[to_schema] Refused),
    /// Not allowed, or no such place.
    #[response(status = 403)]
    Forbidden(#[to_schema] Refused),
    /// Not there.
    #[response(status = 404)]
    NotFound(#[to_schema] Refused),
    /// Over the rate limit.
    #[response(status = 429)]
    Limited(#[to_schema] Refused),
    /// The database cannot be reached or is full.
    #[response(status = 503)]
    Unavailable(#[to_schema] Refused),
}

/// What a write may be refused with.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "documentation only")]
pub enum WriteErrors {
    /// A field is not valid; each wrong field is named.
    #[response(status = 400)]
    Invalid(#[to_schema] Refused),
    /// No credentials.
    #[response(status = 401)]
    Unauthenticated(#[to_schema] Refused),
    /// Not allowed, or no such place.
    #[response(status = 403)]
    Forbidden(#[to_schema] Refused),
    /// Not there.
    #[response(status = 404)]
    NotFound(#[to_schema] Refused),
    /// The body did not arrive in time.
    #[response(status = 408)]
    TimedOut(#[to_schema] Refused),
    /// In conflict with what is stored.
    #[response(status = 409)]
    Conflict(#[to_schema] Refused),
    /// The body is over the limit.
    #[response(status = 413)]
    TooLarge(#[to_schema] Refused),
    /// Not JSON.
    #[response(status = 415)]
    UnsupportedMediaType(#[to_schema] Refused),
    /// The idempotency key was used for another request.
    #[response(status = 422)]
    KeyReused(#[to_schema] Refused),
    /// Over the rate limit.
    #[response(status = 429)]
    Limited(#[to_schema] Refused),
    /// The database cannot be reached or is full.
    #[response(status = 503)]
    Unavailable(#[to_schema] Refused),
}

/// The fields of a state in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
pub(crate) struct StateBody {
    /// At most 255 characters, unique in the project.
    #[schema(example = "In review", max_length = 255)]
    name: Option<String>,
    /// Any text; clients send `#rrggbb`.
    #[schema(example = "#8844ff")]
    color: Option<String>,
    /// backlog, unstarted, started, completed or cancelled.
    #[schema(example = "started")]
    group: Option<String>,
    description: Option<String>,
    sequence: Option<f64>,
    /// Whether new items start here; the state that was the default no longer is.
    default: Option<bool>,
    external_source: Option<String>,
    external_id: Option<String>,
}

/// What a row that comes back from the trash is to be called, where its name is taken meanwhile.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
pub(crate) struct RestoreBody {
    #[schema(example = "Billing again", max_length = 255)]
    name: Option<String>,
}

/// The fields of a project in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
pub(crate) struct ProjectBody {
    /// At most 255 characters, unique in the workspace, without special characters.
    #[schema(example = "Engineering", max_length = 255)]
    name: Option<String>,
    /// At most 12 letters and digits, unique in the workspace; stored in capitals.
    #[schema(example = "ENG", max_length = 12)]
    identifier: Option<String>,
    description: Option<String>,
    /// 2: public, 0: secret. New projects only.
    network: Option<i64>,
    /// public or secret.
    #[schema(example = "public")]
    visibility: Option<String>,
    emoji: Option<String>,
    icon_prop: Option<Value>,
    logo_props: Option<Value>,
    cover_image: Option<String>,
    module_view: Option<bool>,
    cycle_view: Option<bool>,
    issue_views_view: Option<bool>,
    page_view: Option<bool>,
    intake_view: Option<bool>,
    is_time_tracking_enabled: Option<bool>,
    is_issue_type_enabled: Option<bool>,
    guest_view_all_features: Option<bool>,
    /// Months, 0 to 12.
    archive_in: Option<i64>,
    /// Months, 0 to 12.
    close_in: Option<i64>,
    #[schema(example = "Europe/Berlin")]
    timezone: Option<String>,
    project_lead: Option<Uuid>,
    default_assignee: Option<Uuid>,
    default_state: Option<Uuid>,
    /// The estimate in use; null: none. Existing projects only.
    estimate: Option<Uuid>,
    external_source: Option<String>,
    external_id: Option<String>,
}

/// A member of a project in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
pub(crate) struct ProjectMemberBody {
    /// The account: a member of the workspace.
    #[schema(example = "0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d10")]
    member: Option<Uuid>,
    /// 5 guest, 10 viewer, 15 member, 20 admin. Without it: 5.
    #[schema(example = 15)]
    role: Option<i64>,
}

/// A role in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
pub(crate) struct RoleBody {
    /// 5 guest, 10 viewer (projects only), 15 member, 20 admin.
    #[schema(example = 15)]
    role: Option<i64>,
}

/// An invitation in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
pub(crate) struct InvitationBody {
    /// Whom to invite. Cannot be changed later.
    #[schema(example = "new@example.org")]
    email: Option<String>,
    /// 5 guest, 15 member, 20 admin. Without it: 5.
    #[schema(example = 15)]
    role: Option<i64>,
}

/// The fields of a label in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
pub(crate) struct LabelBody {
    /// At most 255 characters, unique in the project.
    #[schema(example = "bug", max_length = 255)]
    name: Option<String>,
    /// Any text; clients send `#rrggbb`.
    #[schema(example = "#ff0000")]
    color: Option<String>,
    description: Option<String>,
    sort_order: Option<f64>,
    /// The label above it, of the same project.
    parent: Option<Uuid>,
    external_source: Option<String>,
    external_id: Option<String>,
}

/// Work items in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
pub(crate) struct ItemsBody {
    /// 1 to 1000 items of the project. One that is not there refuses all of them.
    #[schema(example = json!(["0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d10"]))]
    issues: Vec<Uuid>,
}

/// The fields of a workspace in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
pub(crate) struct WorkspaceBody {
    /// At most 80 characters.
    #[schema(example = "Acme", max_length = 80)]
    name: Option<String>,
    /// Its name in addresses: at most 48 letters, digits, hyphens and underscores. New workspaces only.
    #[schema(example = "acme", max_length = 48)]
    slug: Option<String>,
    /// The address of a picture.
    logo: Option<String>,
    #[schema(example = "11-50", max_length = 20)]
    organization_size: Option<String>,
    #[schema(example = "Europe/Berlin")]
    timezone: Option<String>,
}

/// One object in the form that the caller asked for.
pub(crate) fn one<T: Serialize>(view: &T, shape: &Shape) -> db::Result<Json> {
    if shape.is_plain() { Json::of(view) } else { Json::of(&shape.cut(value(view)?)) }
}

/// One page in the form that the caller asked for.
pub(crate) fn page<T: Serialize>(page: Page<T>, shape: &Shape) -> db::Result<Json> {
    if shape.is_plain() {
        return Json::of(&page);
    }
    let results = page.results.iter().map(|view| Ok(shape.cut(value(view)?))).collect::<db::Result<Vec<Value>>>()?;
    Json::of(&page.with(results))
}

/// A view as a JSON value.
pub(crate) fn value<T: Serialize>(view: &T) -> db::Result<Value> {
    serde_json::to_value(view).map_err(|error| db::Error::Inconsistent(error.to_string()))
}
