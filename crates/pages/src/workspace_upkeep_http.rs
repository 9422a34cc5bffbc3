//! Routes for locking, archiving, copying, moving and restoring the pages of workspaces themselves.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf};
use aileron_tracker::wire;
use axum::{http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    commands,
    docs::{MovePageBody, WorkspacePagePath},
    model::PageView,
    queries, tree,
};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(lock, unlock))
        .routes(routes!(archive, unarchive))
        .routes(routes!(duplicate))
        .routes(routes!(relocate))
        .routes(routes!(restore))
}

/// Locks a page: nobody changes it until it is unlocked.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/pages/{page_id}/lock/", operation_id = "lock_workspace_page", tag = "Pages",
    params(WorkspacePagePath), extensions(("x-action" = json!("workspace_pages.write"))),
    responses((status = 204, description = "Locked"), wire::WriteErrors))]
async fn lock(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::WorkspacePagesWrite).run(body, move |tx, _| tree::lock(tx, id, true)).await
}

/// Unlocks a page. For admins, and its owner.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/pages/{page_id}/lock/", operation_id = "unlock_workspace_page", tag = "Pages",
    params(WorkspacePagePath), extensions(("x-action" = json!("workspace_pages.write"))),
    responses((status = 204, description = "Unlocked"), wire::WriteErrors))]
async fn unlock(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::WorkspacePagesWrite).run(body, move |tx, _| tree::lock(tx, id, false)).await
}

/// Archives a page with what is below it and one's own; admins: with all below it that they see. For admins, and its owner.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/pages/{page_id}/archive/", operation_id = "archive_workspace_page", tag = "Pages",
    params(WorkspacePagePath), extensions(("x-action" = json!("workspace_pages.write"))),
    responses((status = 204, description = "Archived"), wire::WriteErrors))]
async fn archive(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::WorkspacePagesWrite).run(body, move |tx, _| tree::archive(tx, id, true)).await
}

/// Takes a page back from the archive, with what was archived with it and is one's own; admins: all of it that they see. For admins, and its
/// owner.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/pages/{page_id}/archive/", operation_id = "unarchive_workspace_page", tag = "Pages",
    params(WorkspacePagePath), extensions(("x-action" = json!("workspace_pages.write"))),
    responses((status = 204, description = "No longer archived"), wire::WriteErrors))]
async fn unarchive(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::WorkspacePagesWrite).run(body, move |tx, _| tree::archive(tx, id, false)).await
}

/// Copies a page with its text and labels. The copy is one's own.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/pages/{page_id}/duplicate/", operation_id = "duplicate_workspace_page", tag = "Pages",
    params(WorkspacePagePath), extensions(("x-action" = json!("workspace_pages.write"))),
    responses((status = 201, description = "The copy", body = PageView), wire::WriteErrors))]
async fn duplicate(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::WorkspacePagesWrite)
        .write(StatusCode::CREATED, body, move |tx, _| commands::duplicate(tx, id), |tx, id| Json::of(&queries::view_of(tx, id)?))
        .await
}

/// Moves a page into a project, with what is below it and one's own; admins: with all below it that they see. For admins, and its owner.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/pages/{page_id}/move/", operation_id = "move_workspace_page", tag = "Pages",
    params(WorkspacePagePath), request_body = MovePageBody, extensions(("x-action" = json!(["workspace_pages.write", "pages.write"]))),
    responses((status = 204, description = "Moved"), wire::WriteErrors))]
async fn relocate(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::WorkspacePagesWrite).run(body, move |tx, body| tree::relocate(tx, id, tree::target(body.fields()?)?)).await
}

/// Takes a deleted page back. For admins, and its owner.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/deleted-pages/{page_id}/restore/", operation_id = "restore_workspace_page",
    tag = "Pages", params(WorkspacePagePath), extensions(("x-action" = json!("workspace_pages.write"))),
    responses((status = 200, description = "The page", body = PageView), wire::WriteErrors))]
async fn restore(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::WorkspacePagesWrite)
        .write(StatusCode::OK, body, move |tx, _| tree::restore(tx, id).map(|()| id), |tx, id| Json::of(&queries::view_of(tx, id)?))
        .await
}
