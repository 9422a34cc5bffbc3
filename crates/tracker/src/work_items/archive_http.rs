//! Routes of the archive of work items, and of bringing deleted ones back.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{commands, docs, expand, list::Wanted, model::WorkItemView, queries};
use crate::{versions::tagged, wire};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(archive))
        .routes(routes!(unarchive))
        .routes(routes!(restore))
}

/// The archived work items of a project, in the same order and with the same filters as the others.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/archived-work-items/", operation_id = "list_archived_work_items",
    tag = "Work items", params(wire::ProjectPath, wire::PageQuery, wire::ShapeQuery, docs::SortQuery, docs::FilterQuery),
    extensions(("x-action" = json!("work_items.read"))),
    responses((status = 200, description = "One page of work items", body = wire::PageOf<WorkItemView>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::WorkItemsRead)
        .read(move |tx| {
            let (query, shape) = (query.clone().checked()?, query.shape());
            Wanted::read(&query, tx.now())?.answer_archived(tx, &shape)
        })
        .await
}

/// One archived work item.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/archived-work-items/{work_item_id}/",
    operation_id = "get_archived_work_item", tag = "Work items",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"), wire::ShapeQuery),
    extensions(("x-action" = json!("work_items.read"))),
    responses((status = 200, description = "The work item", body = WorkItemView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Response, ApiError> {
    let read = call.project(slug, project, Action::WorkItemsRead).read(move |tx| {
        let item = queries::get_archived(tx, id)?;
        let version = item.version;
        let view = queries::one(tx, item)?;
        Ok((version, expand::one(tx, &view, &query.shape())?))
    });
    Ok(tagged(read.await?))
}

/// Archives a work item that is completed or cancelled. It is only read from then on, until it is taken back or deleted.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/archive/",
    operation_id = "archive_work_item", tag = "Work items",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item")),
    extensions(("x-action" = json!("work_items.archive"))),
    responses((status = 204, description = "Archived"), wire::WriteErrors))]
async fn archive(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::WorkItemsArchive).run(body, move |tx, _| commands::archive(tx, id, true)).await
}

/// Takes a work item back from the archive.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/unarchive/",
    operation_id = "unarchive_work_item", tag = "Work items",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item")),
    extensions(("x-action" = json!("work_items.archive"))),
    responses((status = 204, description = "No longer archived"), wire::WriteErrors))]
async fn unarchive(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::WorkItemsArchive).run(body, move |tx, _| commands::archive(tx, id, false)).await
}

/// Brings a deleted work item back, with its number and all that went with it: the items below it, comments, links, files, relations. What
/// was deleted with an item above it comes back with that one (409).
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/restore/",
    operation_id = "restore_work_item", tag = "Trash",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item")),
    extensions(("x-action" = json!("work_items.delete"))),
    responses((status = 200, description = "The work item as it is now", body = WorkItemView), wire::WriteErrors))]
async fn restore(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::WorkItemsDelete)
        .write(StatusCode::OK, body, move |tx, _| commands::restore(tx, id).map(|()| id), |tx, id| Json::of(&queries::view(tx, id)?))
        .await
}
