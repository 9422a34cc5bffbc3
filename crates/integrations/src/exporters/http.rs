//! Routes of exports.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Refusal, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use aileron_tracker::{assets::signed::failed, wire};
use axum::{
    http::{HeaderMap, StatusCode},
    response::Response,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    model::{ExportFields, ExportView},
    queries,
};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get)).routes(routes!(fetch))
}

/// A new export.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct ExportBody {
    /// csv, xlsx or json.
    #[schema(example = "csv")]
    provider: String,
    /// Projects in which one sees work items; none: all of them that are not archived.
    projects: Option<Vec<Uuid>>,
    /// What of each item, in this order; none: everything. `identifier`, `name`, `project`, `state`, `state_group`, `priority`, `type`,
    /// `assignees`, `labels`, `cycle`, `modules`, `parent`, `start_date`, `target_date`, `estimate`, `point`, `created_by`, `created_at`,
    /// `updated_at`, `completed_at`, `description`, `relations`, `links`, `comments`, `external_source`, `external_id`, `id`.
    #[schema(example = json!(["identifier", "name", "state"]))]
    columns: Option<Vec<String>>,
    /// Which items: a tree, as the parameter `filters` of lists takes it.
    #[schema(value_type = Option<Object>, example = json!({"priority__in": ["high", "urgent"]}))]
    filters: Option<serde_json::Value>,
}

/// One's own exports, the newest first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/exports/", operation_id = "list_exports", tag = "Exports",
    params(wire::WorkspacePath, wire::PageQuery), extensions(("x-action" = json!("exports.read"))),
    responses((status = 200, description = "One page of exports", body = wire::PageOf<ExportView>), wire::ReadErrors))]
async fn list(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::ExportsRead).read(move |tx| Json::of(&queries::list(tx, query.page(100)?)?)).await
}

/// Has work items written into a file: those that one sees in lists, with the rights that one has when it is written. A token with the scope
/// `exports:write` can have everything exported that its owner sees.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/exports/", operation_id = "create_export", tag = "Exports",
    params(wire::WorkspacePath), request_body = ExportBody, extensions(("x-action" = json!("exports.create"))),
    responses((status = 202, description = "The export, which is made soon", body = ExportView), wire::WriteErrors))]
async fn create(call: Call, PathOf(slug): PathOf<String>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::ExportsCreate)
        .write(
            StatusCode::ACCEPTED,
            body,
            |tx, body| commands::create(tx, ExportFields::read(body.fields()?)?),
            |tx, id| Json::of(&queries::view(tx, id)?),
        )
        .await
}

/// One export of one's own.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/exports/{export_id}/", operation_id = "get_export", tag = "Exports",
    params(wire::WorkspacePath, ("export_id" = Uuid, Path, description = "The export")),
    extensions(("x-action" = json!("exports.read"))),
    responses((status = 200, description = "The export", body = ExportView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>) -> Result<Json, ApiError> {
    call.workspace(slug, Action::ExportsRead).read(move |tx| Json::of(&queries::view(tx, id)?)).await
}

/// The file of an export of one's own, for seven days after it was made. Understands `Range`.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/exports/{export_id}/file/", operation_id = "fetch_export", tag = "Exports",
    params(wire::WorkspacePath, ("export_id" = Uuid, Path, description = "The export")),
    extensions(("x-action" = json!("exports.read"))),
    responses((status = 200, description = "The file", content_type = "*/*"),
        (status = 206, description = "The part that was asked for", content_type = "*/*"),
        (status = 416, description = "There is no such part"), wire::ReadErrors))]
async fn fetch(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, headers: HeaderMap) -> Result<Response, ApiError> {
    let files = call.context().files.clone();
    let download = call.workspace(slug, Action::ExportsRead).read(move |tx| {
        let now = tx.now();
        Ok(queries::get(tx, id)?.download(now).ok_or_else(Refusal::not_found)?)
    });
    download.await?.send(&files.blobs, &headers).await.map_err(failed)
}
