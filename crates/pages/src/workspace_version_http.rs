//! Routes of the texts that the pages of workspaces themselves had.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use aileron_tracker::wire;
use axum::{http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    docs::{WorkspacePagePath, WorkspacePageVersionPath},
    model::{ListedPageVersion, PageVersionView, PageView},
    queries, versions,
};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get)).routes(routes!(restore))
}

/// The texts that a page had before, the last one first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/pages/{page_id}/versions/", operation_id = "list_workspace_page_versions",
    tag = "Pages", params(WorkspacePagePath, wire::PageQuery), extensions(("x-action" = json!("workspace_pages.read"))),
    responses((status = 200, description = "One page of versions", body = wire::PageOf<ListedPageVersion>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::WorkspacePagesRead).read(move |tx| Json::of(&versions::list(tx, id, query.page(1000)?)?)).await
}

/// A text that a page had.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/pages/{page_id}/versions/{version_id}/",
    operation_id = "get_workspace_page_version", tag = "Pages", params(WorkspacePageVersionPath), extensions(("x-action" = json!("workspace_pages.read"))),
    responses((status = 200, description = "The version", body = PageVersionView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, id, version)): PathOf<(String, Uuid, Uuid)>) -> Result<Json, ApiError> {
    call.workspace(slug, Action::WorkspacePagesRead).read(move |tx| Json::of(&versions::get(tx, id, version)?)).await
}

/// Makes a text that a page had its text again. The one that it replaces is kept too.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/pages/{page_id}/versions/{version_id}/restore/",
    operation_id = "restore_workspace_page_version", tag = "Pages", params(WorkspacePageVersionPath), extensions(("x-action" = json!("workspace_pages.write"))),
    responses((status = 200, description = "The page as it is now", body = PageView), wire::WriteErrors))]
async fn restore(call: Call, PathOf((slug, id, version)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::WorkspacePagesWrite)
        .write(
            StatusCode::OK,
            body,
            move |tx, _| versions::restore(tx, id, version).map(|()| id),
            |tx, id| Json::of(&queries::view_of(tx, id)?),
        )
        .await
}
