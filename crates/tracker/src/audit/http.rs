//! Routes of the audit log.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Json, PathOf, Query, in_parts};
use axum::{
    http::{HeaderValue, header},
    response::Response,
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    model::{EntryView, Wanted},
    queries,
};
use crate::{
    expand::{self, Field, Kind},
    wire,
};

/// The fields in which `expand=` puts objects in the place of ids.
const FIELDS: &[Field] = &[("actor", Kind::People), ("project", Kind::Project)];

/// Which entries.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documentation only")]
struct AuditQuery {
    /// Who did it.
    actor: Option<Uuid>,
    /// Nouns, separated by commas: `workspace`, `workspace_member`, `invitation`, `project`, `project_member`, `state`, `label`, `estimate`,
    /// `estimate_point`, `work_item_type`, `intake`, `cycle_settings`, `view`, `webhook`, `export`, `calendar_feed`, `import`, `api_token`.
    #[param(example = "workspace_member,invitation")]
    entity: Option<String>,
    /// What happened: created, updated, deleted ...
    #[param(example = "updated")]
    verb: Option<String>,
    /// In which project.
    project: Option<Uuid>,
    /// A date or an instant, included.
    #[param(example = "2026-01-01")]
    from: Option<String>,
    /// A date, included, or an instant, not included.
    #[param(example = "2026-01-31")]
    to: Option<String>,
}

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(table))
}

/// Who changed what in the settings of the workspace, its projects and its people, the newest first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/audit-log/", operation_id = "list_audit_log", tag = "Audit log",
    params(wire::WorkspacePath, AuditQuery, wire::PageQuery, wire::ShapeQuery), extensions(("x-action" = json!("audit_log.read"))),
    responses((status = 200, description = "One page of entries", body = wire::PageOf<EntryView>), wire::ReadErrors))]
async fn list(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::AuditLogRead)
        .read(move |tx| {
            let page = queries::list(tx, &Wanted::read(&query)?, query.page(100)?)?;
            expand::page(tx, page, &query.shape(), FIELDS)
        })
        .await
}

/// All of these entries as a table (CSV). What a spreadsheet would take for a formula begins with an apostrophe.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/audit-log/csv/", operation_id = "export_audit_log", tag = "Audit log",
    params(wire::WorkspacePath, AuditQuery), extensions(("x-action" = json!("audit_log.read"))),
    responses((status = 200, description = "The table", content_type = "text/csv", body = String), wire::ReadErrors))]
async fn table(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Response, ApiError> {
    let (again, place) = (call.clone(), slug.clone());
    let asked = query.clone();
    let first = call.workspace(slug, Action::AuditLogRead).read(move |tx| queries::table(tx, &Wanted::read(&asked)?, None)).await?;
    let mut response = in_parts("text/csv; charset=utf-8", first, move |next| {
        let (call, slug, query) = (again.clone(), place.clone(), query.clone());
        call.workspace(slug, Action::AuditLogRead).read(move |tx| queries::table(tx, &Wanted::read(&query)?, Some(next)))
    });
    let saved = HeaderValue::from_static("attachment; filename=\"audit-log.csv\"");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, saved);
    Ok(response)
}
