//! Routes of the pages of projects.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use aileron_tracker::{
    expand::{self, COMMON, Field, Kind},
    versions::{IfMatch, tagged},
    wire,
};
use axum::{http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    commands,
    docs::{ListQuery, PageBody, PagePath},
    fields::PageFields,
    model::{ListedPage, PageView},
    queries::{self, Wanted},
    tree,
};

/// The fields in which `expand=` puts objects in the place of ids.
pub(crate) fn fields() -> Vec<Field> {
    COMMON.into_iter().chain([("owned_by", Kind::People), ("labels", Kind::Labels)]).collect()
}

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, replace, update, delete))
        .routes(routes!(archived))
        .routes(routes!(deleted))
}

/// The pages of a project that one sees and that are not archived, without their texts.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/pages/", operation_id = "list_pages", tag = "Pages",
    params(wire::ProjectPath, wire::PageQuery, wire::ShapeQuery, ListQuery), extensions(("x-action" = json!("pages.read"))),
    responses((status = 200, description = "One page of pages", body = wire::PageOf<ListedPage>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::PagesRead)
        .read(move |tx| {
            let page = queries::list(tx, &Wanted::read(&query)?, false)?;
            expand::page(tx, page, &query.shape(), &fields())
        })
        .await
}

/// Makes a page in a project.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/pages/", operation_id = "create_page", tag = "Pages",
    params(wire::ProjectPath), request_body = PageBody, extensions(("x-action" = json!("pages.write"))),
    responses((status = 201, description = "The new page", body = PageView), wire::WriteErrors))]
async fn create(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::PagesWrite)
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
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/pages/{page_id}/", operation_id = "get_page", tag = "Pages",
    params(PagePath, wire::ShapeQuery), extensions(("x-action" = json!("pages.read"))),
    responses((status = 200, description = "The page", body = PageView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Response, ApiError> {
    let read = call.project(slug, project, Action::PagesRead).read(move |tx| {
        let page = queries::get(tx, id)?;
        let version = page.version;
        let view = queries::view(tx, page)?;
        Ok((version, expand::one(tx, &view, &query.shape(), &fields())?))
    });
    Ok(tagged(read.await?))
}

/// The same as changing it, as SDKs do it: fields that are not sent stay as they are.
#[utoipa::path(put, path = "/api/v1/workspaces/{slug}/projects/{project_id}/pages/{page_id}/", operation_id = "replace_page", tag = "Pages",
    params(PagePath, wire::IfMatchHeader), request_body = PageBody, extensions(("x-action" = json!("pages.write"))),
    responses((status = 200, description = "The page as it is now", body = PageView), wire::Changed, wire::WriteErrors))]
async fn replace(call: Call, path: PathOf<(String, Uuid, Uuid)>, if_match: IfMatch, body: Body) -> Result<Response, ApiError> {
    change(call, path, if_match, body).await
}

/// Changes a page that is neither locked nor archived. A text that is replaced is kept as a version. With `If-Match`, only if the page has
/// not changed since it was read.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/pages/{page_id}/", operation_id = "update_page", tag = "Pages",
    params(PagePath, wire::IfMatchHeader), request_body = PageBody, extensions(("x-action" = json!("pages.write"))),
    responses((status = 200, description = "The page as it is now", body = PageView), wire::Changed, wire::WriteErrors))]
async fn update(call: Call, path: PathOf<(String, Uuid, Uuid)>, if_match: IfMatch, body: Body) -> Result<Response, ApiError> {
    change(call, path, if_match, body).await
}

async fn change(
    call: Call,
    PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>,
    if_match: IfMatch,
    body: Body,
) -> Result<Response, ApiError> {
    call.project(slug, project, Action::PagesWrite)
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
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/pages/{page_id}/", operation_id = "delete_page", tag = "Pages",
    params(PagePath), extensions(("x-action" = json!("pages.manage"))),
    responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::PagesManage).run(body, move |tx, _| tree::delete(tx, id)).await
}

/// The archived pages of a project that one sees, without their texts.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/archived-pages/", operation_id = "list_archived_pages", tag = "Pages",
    params(wire::ProjectPath, wire::PageQuery, wire::ShapeQuery, ListQuery), extensions(("x-action" = json!("pages.read"))),
    responses((status = 200, description = "One page of pages", body = wire::PageOf<ListedPage>), wire::ReadErrors))]
async fn archived(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::PagesRead)
        .read(move |tx| {
            let page = queries::list(tx, &Wanted::read(&query)?, true)?;
            expand::page(tx, page, &query.shape(), &fields())
        })
        .await
}

/// The deleted pages of a project that one saw, the last one deleted first, without their texts.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/deleted-pages/", operation_id = "list_deleted_pages", tag = "Pages",
    params(wire::ProjectPath, wire::PageQuery, wire::ShapeQuery), extensions(("x-action" = json!("pages.read"))),
    responses((status = 200, description = "One page of pages", body = wire::PageOf<ListedPage>), wire::ReadErrors))]
async fn deleted(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::PagesRead)
        .read(move |tx| {
            let page = queries::list_deleted(tx, query.page(1000)?)?;
            expand::page(tx, page, &query.shape(), &fields())
        })
        .await
}
