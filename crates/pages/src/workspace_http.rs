//! Routes of the pages of workspaces themselves.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use aileron_tracker::{
    expand,
    versions::{IfMatch, tagged},
    wire,
};
use axum::{http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    commands,
    docs::{ListQuery, PageBody, WorkspacePagePath},
    fields::PageFields,
    http::fields,
    model::{ListedPage, PageView},
    queries::{self, Wanted},
    tree,
};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, replace, update, delete))
        .routes(routes!(archived))
        .routes(routes!(deleted))
}

/// The pages of a workspace itself that one sees and that are not archived, without their texts.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/pages/", operation_id = "list_workspace_pages", tag = "Pages",
    params(wire::WorkspacePath, wire::PageQuery, wire::ShapeQuery, ListQuery), extensions(("x-action" = json!("workspace_pages.read"))),
    responses((status = 200, description = "One page of pages", body = wire::PageOf<ListedPage>), wire::ReadErrors))]
async fn list(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::WorkspacePagesRead)
        .read(move |tx| {
            let page = queries::list(tx, &Wanted::read(&query)?, false)?;
            expand::page(tx, page, &query.shape(), &fields())
        })
        .await
}

/// Makes a page in a workspace itself.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/pages/", operation_id = "create_workspace_page", tag = "Pages",
    params(wire::WorkspacePath), request_body = PageBody, extensions(("x-action" = json!("workspace_pages.write"))),
    responses((status = 201, description = "The new page", body = PageView), wire::WriteErrors))]
async fn create(call: Call, PathOf(slug): PathOf<String>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::WorkspacePagesWrite)
        .write_read(
            StatusCode::CREATED,
            body,
            |body| PageFields::read(body.fields()?, true),
            commands::create,
            |tx, id| Json::of(&queries::view_of(tx, id)?),
        )
        .await
}

/// One page with its text, archived or not. Its version is the `ETag`, which a later change can send as `If-Match`.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/pages/{page_id}/", operation_id = "get_workspace_page", tag = "Pages",
    params(WorkspacePagePath, wire::ShapeQuery), extensions(("x-action" = json!("workspace_pages.read"))),
    responses((status = 200, description = "The page", body = PageView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, query: Query) -> Result<Response, ApiError> {
    let read = call.workspace(slug, Action::WorkspacePagesRead).read(move |tx| {
        let page = queries::get(tx, id)?;
        let version = page.version;
        let view = queries::view(tx, page)?;
        Ok((version, expand::one(tx, &view, &query.shape(), &fields())?))
    });
    Ok(tagged(read.await?))
}

/// The same as changing it, as SDKs do it: fields that are not sent stay as they are.
#[utoipa::path(put, path = "/api/v1/workspaces/{slug}/pages/{page_id}/", operation_id = "replace_workspace_page", tag = "Pages",
    params(WorkspacePagePath, wire::IfMatchHeader), request_body = PageBody, extensions(("x-action" = json!("workspace_pages.write"))),
    responses((status = 200, description = "The page as it is now", body = PageView), wire::Changed, wire::WriteErrors))]
async fn replace(call: Call, path: PathOf<(String, Uuid)>, if_match: IfMatch, body: Body) -> Result<Response, ApiError> {
    change(call, path, if_match, body).await
}

/// Changes a page that is neither locked nor archived. A text that is replaced is kept as a version. With `If-Match`, only if the page has
/// not changed since it was read.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/pages/{page_id}/", operation_id = "update_workspace_page", tag = "Pages",
    params(WorkspacePagePath, wire::IfMatchHeader), request_body = PageBody, extensions(("x-action" = json!("workspace_pages.write"))),
    responses((status = 200, description = "The page as it is now", body = PageView), wire::Changed, wire::WriteErrors))]
async fn update(call: Call, path: PathOf<(String, Uuid)>, if_match: IfMatch, body: Body) -> Result<Response, ApiError> {
    change(call, path, if_match, body).await
}

async fn change(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, if_match: IfMatch, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::WorkspacePagesWrite)
        .write_read(
            StatusCode::OK,
            body,
            |body| PageFields::read(body.fields()?, false),
            move |tx, fields| commands::update(tx, id, fields, &if_match).map(|()| id),
            |tx, id| Json::of(&queries::view_of(tx, id)?),
        )
        .await
}

/// Deletes a page; it can be restored. What is right below it stays, below nothing. For admins, and its owner.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/pages/{page_id}/", operation_id = "delete_workspace_page", tag = "Pages",
    params(WorkspacePagePath), extensions(("x-action" = json!("workspace_pages.write"))),
    responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::WorkspacePagesWrite).run(body, move |tx, _| tree::delete(tx, id)).await
}

/// The archived pages of a workspace itself that one sees, without their texts.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/archived-pages/", operation_id = "list_workspace_archived_pages", tag = "Pages",
    params(wire::WorkspacePath, wire::PageQuery, wire::ShapeQuery, ListQuery), extensions(("x-action" = json!("workspace_pages.read"))),
    responses((status = 200, description = "One page of pages", body = wire::PageOf<ListedPage>), wire::ReadErrors))]
async fn archived(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::WorkspacePagesRead)
        .read(move |tx| {
            let page = queries::list(tx, &Wanted::read(&query)?, true)?;
            expand::page(tx, page, &query.shape(), &fields())
        })
        .await
}

/// The deleted pages of a workspace itself that one saw, the last one deleted first, without their texts.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/deleted-pages/", operation_id = "list_workspace_deleted_pages", tag = "Pages",
    params(wire::WorkspacePath, wire::PageQuery, wire::ShapeQuery), extensions(("x-action" = json!("workspace_pages.read"))),
    responses((status = 200, description = "One page of pages", body = wire::PageOf<ListedPage>), wire::ReadErrors))]
async fn deleted(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::WorkspacePagesRead)
        .read(move |tx| {
            let page = queries::list_deleted(tx, query.page(1000)?)?;
            expand::page(tx, page, &query.shape(), &fields())
        })
        .await
}
