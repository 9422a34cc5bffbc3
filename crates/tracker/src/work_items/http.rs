//! Routes of work items.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Refusal, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{alias::with_old_address, commands, docs, expand, fields::ItemFields, list::Wanted, model::WorkItemView, queries, rules};
use crate::{
    history,
    versions::{IfMatch, tagged},
    wire,
};

/// The routes with their documentation, under both addresses.
pub fn routes() -> OpenApiRouter<Context> {
    let router = with_old_address(OpenApiRouter::new(), routes!(list, create));
    let router = with_old_address(router, routes!(get, update, delete));
    let router = with_old_address(router, routes!(by_identifier));
    router.routes(routes!(list_of_workspace))
}

/// The work items of a project that are no drafts, not archived and not in triage; or one item by its external id; or, with `as_of`,
/// the items as they stood then, each with `cycle_id`, `module_ids` and `history_from`.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/", operation_id = "list_work_items", tag = "Work items",
    params(wire::ProjectPath, wire::PageQuery, wire::ShapeQuery, docs::SortQuery, docs::ExternalQuery, docs::FilterQuery, docs::PastQuery),
    extensions(("x-action" = json!("work_items.read"))),
    responses((status = 200, description = "One page of work items", body = wire::PageOf<WorkItemView>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::WorkItemsRead)
        .read(move |tx| {
            let (query, shape) = (query.clone().checked()?, query.shape());
            if let (Some(source), Some(id)) = (query.filled("external_source"), query.filled("external_id")) {
                let item = queries::by_external_id(tx, source, id)?;
                let view = queries::one(tx, item)?;
                return expand::one(tx, &view, &shape);
            }
            if let Some(at) = history::model::read(&query, tx.now())? {
                let page = history::queries::list(tx, history::model::Wanted::read(&query, at, tx.now())?)?;
                return crate::expand::page(tx, page, &shape, &expand::fields());
            }
            Wanted::read(&query, tx.now())?.answer(tx, &shape)
        })
        .await
}

/// The work items of all projects of the caller, with the filters and the order of the list of one project.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/work-items/", operation_id = "list_workspace_work_items", tag = "Work items",
    params(wire::WorkspacePath, wire::PageQuery, wire::ShapeQuery, docs::SortQuery, docs::FilterQuery),
    extensions(("x-action" = json!("work_items.search"))),
    responses((status = 200, description = "One page of work items", body = wire::PageOf<WorkItemView>), wire::ReadErrors))]
async fn list_of_workspace(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::WorkItemsSearch)
        .read(move |tx| {
            let query = query.clone().checked()?;
            Wanted::read(&query, tx.now())?.answer_in_workspace(tx, &query.shape())
        })
        .await
}

/// Makes a work item.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/", operation_id = "create_work_item", tag = "Work items",
    params(wire::ProjectPath), request_body = docs::WorkItemBody, extensions(("x-action" = json!("work_items.create"))),
    responses((status = 201, description = "The new work item", body = WorkItemView), wire::WriteErrors))]
async fn create(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::WorkItemsCreate)
        .write_read(
            StatusCode::CREATED,
            body,
            |body| ItemFields::read(body.fields()?, true),
            commands::create,
            |tx, id| Json::of(&queries::view(tx, id)?),
        )
        .await
}

/// One work item. Its version is the `ETag`, which a later change can send as `If-Match`. With `as_of`, as it stood then, with
/// `cycle_id`, `module_ids` and `history_from`, and without a version.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/", operation_id = "get_work_item", tag = "Work items",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"), wire::ShapeQuery, docs::PastQuery),
    extensions(("x-action" = json!("work_items.read"))),
    responses((status = 200, description = "The work item", body = WorkItemView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Response, ApiError> {
    let read = call.project(slug, project, Action::WorkItemsRead).read(move |tx| {
        if let Some(at) = history::model::read(&query, tx.now())? {
            let view = history::queries::get(tx, id, at)?;
            return Ok((None, crate::expand::one(tx, &view, &query.shape(), &expand::fields())?));
        }
        let item = queries::get(tx, id)?;
        let version = Some(item.version);
        let view = queries::one(tx, item)?;
        Ok((version, expand::one(tx, &view, &query.shape())?))
    });
    Ok(match read.await? {
        (Some(version), json) => tagged((version, json)),
        (None, json) => json.into_response(),
    })
}

/// Changes a work item. With `If-Match`, only if it has not changed since it was read.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/", operation_id = "update_work_item", tag = "Work items",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"), wire::IfMatchHeader),
    request_body = docs::WorkItemBody, extensions(("x-action" = json!("work_items.update"))),
    responses((status = 200, description = "The work item as it is now", body = WorkItemView), wire::Changed, wire::WriteErrors))]
async fn update(
    call: Call,
    PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>,
    if_match: IfMatch,
    body: Body,
) -> Result<Response, ApiError> {
    call.project(slug, project, Action::WorkItemsUpdate)
        .write_read(
            StatusCode::OK,
            body,
            |body| ItemFields::read(body.fields()?, false),
            move |tx, fields| commands::update(tx, id, fields, &if_match).map(|()| id),
            |tx, id| Json::of(&queries::view(tx, id)?),
        )
        .await
}

/// Deletes a work item and the items below it, 5,000 at most. Who is no admin deletes them only if he made all of them.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/", operation_id = "delete_work_item", tag = "Work items",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item")), extensions(("x-action" = json!("work_items.delete"))),
    responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::WorkItemsDelete).run(body, move |tx, _| commands::delete(tx, id)).await
}

/// One work item by the letters of its project and its number, also by those that it had before it moved to another project.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/work-items/{identifier}/", operation_id = "get_work_item_by_identifier", tag = "Work items",
    params(wire::WorkspacePath, ("identifier" = String, Path, description = "Letters and number, in capitals or not", example = "ENG-42"), wire::ShapeQuery, docs::PastQuery),
    extensions(("x-action" = json!(["work_items.search", "work_items.read"]))),
    responses((status = 200, description = "The work item", body = WorkItemView), wire::ReadErrors))]
async fn by_identifier(call: Call, PathOf((slug, name)): PathOf<(String, String)>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::WorkItemsSearch)
        .read(move |tx| {
            let (letters, number) = rules::split_identifier(&name).ok_or_else(Refusal::page_not_found)?;
            if let Some(at) = history::model::read(&query, tx.now())? {
                let (project, item) = history::queries::by_identifier(tx, (letters, number))?;
                let mut tx = tx.enter(project, Action::WorkItemsRead)?.ok_or_else(Refusal::forbidden)?;
                let view = history::queries::get_anywhere(&mut tx, item, at)?;
                return crate::expand::one(&mut tx, &view, &query.shape(), &expand::fields());
            }
            let (project, item) = queries::by_identifier(tx, (letters, number))?;
            let mut tx = tx.enter(project, Action::WorkItemsRead)?.ok_or_else(Refusal::forbidden)?;
            let view = queries::one(&mut tx, item)?;
            expand::one(&mut tx, &view, &query.shape())
        })
        .await
}
