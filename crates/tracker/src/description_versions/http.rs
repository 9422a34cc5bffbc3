//! Routes of earlier descriptions.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    model::{VersionDetailView, VersionView},
    queries,
};
use crate::{
    versions::IfMatch,
    wire,
    work_items::{self, model::WorkItemView},
};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get)).routes(routes!(restore))
}

/// The earlier descriptions of a work item, the newest first: the last hundred.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/description-versions/",
    operation_id = "list_description_versions", tag = "Description versions",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"), wire::PageQuery),
    extensions(("x-action" = json!("description_versions.read"))),
    responses((status = 200, description = "One page of versions", body = wire::PageOf<VersionView>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::DescriptionVersionsRead).read(move |tx| Json::of(&queries::list(tx, item, query.page(100)?)?)).await
}

/// One earlier description with its text.
#[utoipa::path(get,
    path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/description-versions/{version_id}/",
    operation_id = "get_description_version", tag = "Description versions",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"),
        ("version_id" = Uuid, Path, description = "The version")),
    extensions(("x-action" = json!("description_versions.read"))),
    responses((status = 200, description = "The version", body = VersionDetailView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, project, item, id)): PathOf<(String, Uuid, Uuid, Uuid)>) -> Result<Json, ApiError> {
    call.project(slug, project, Action::DescriptionVersionsRead).read(move |tx| Json::of(&queries::get(tx, item, id)?)).await
}

/// Makes an earlier description that of the work item again; the one that it takes the place of is kept.
#[utoipa::path(post,
    path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/description-versions/{version_id}/restore/",
    operation_id = "restore_description_version", tag = "Description versions",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"),
        ("version_id" = Uuid, Path, description = "The version"), wire::IfMatchHeader),
    extensions(("x-action" = json!("work_items.update"))),
    responses((status = 200, description = "The work item as it is now", body = WorkItemView), wire::WriteErrors, wire::Changed))]
async fn restore(
    call: Call,
    PathOf((slug, project, item, id)): PathOf<(String, Uuid, Uuid, Uuid)>,
    if_match: IfMatch,
    body: Body,
) -> Result<Response, ApiError> {
    call.project(slug, project, Action::WorkItemsUpdate)
        .write(
            StatusCode::OK,
            body,
            move |tx, _| commands::restore(tx, item, id, &if_match).map(|()| item),
            |tx, item| Json::of(&work_items::queries::view(tx, item)?),
        )
        .await
}
