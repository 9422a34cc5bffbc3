//! Routes of the trash.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Json, PathOf, Query};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{model::TrashedView, queries};
use crate::wire;

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(list_of_workspace))
}

/// What was deleted in a project, the last first, with who deleted it and when: what the caller could delete himself, and can restore.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/trash/", operation_id = "list_project_trash", tag = "Trash",
    params(wire::ProjectPath, wire::PageQuery), extensions(("x-action" = json!("trash.read"))),
    responses((status = 200, description = "One page of what was deleted", body = wire::PageOf<TrashedView>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::TrashRead).read(move |tx| Json::of(&queries::of_project(tx, query.page(100)?)?)).await
}

/// The same of all projects that the caller is in, and of projects themselves.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/trash/", operation_id = "list_trash", tag = "Trash",
    params(wire::WorkspacePath, wire::PageQuery), extensions(("x-action" = json!("workspace_trash.read"))),
    responses((status = 200, description = "One page of what was deleted", body = wire::PageOf<TrashedView>), wire::ReadErrors))]
async fn list_of_workspace(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::WorkspaceTrashRead).read(move |tx| Json::of(&queries::of_workspace(tx, query.page(100)?)?)).await
}
