//! Routes of the views of projects.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Refusal, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    docs::{ListQuery, ViewBody, ViewPath},
    fields::ViewFields,
    model::ViewView,
    queries,
};
use crate::{
    expand::{self, COMMON, Field, Kind},
    homes::Sort,
    versions::{IfMatch, tagged},
    wire,
    work_items::model::WorkItemView,
};

/// The fields in which `expand=` puts objects in the place of ids.
pub(super) fn fields() -> Vec<Field> {
    COMMON.into_iter().chain([("owned_by", Kind::People)]).collect()
}

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete)).routes(routes!(items))
}

/// The views of a project that one sees.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/views/", operation_id = "list_views", tag = "Views",
    params(wire::ProjectPath, wire::PageQuery, wire::ShapeQuery, ListQuery), extensions(("x-action" = json!("views.read"))),
    responses((status = 200, description = "One page of views", body = wire::PageOf<ViewView>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::ViewsRead)
        .read(move |tx| {
            let page = queries::list(tx, query.page(1000)?, Sort::parse(query.get("order_by"))?)?;
            expand::page(tx, page, &query.shape(), &fields())
        })
        .await
}

/// Makes a view in a project.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/views/", operation_id = "create_view", tag = "Views",
    params(wire::ProjectPath), request_body = ViewBody, extensions(("x-action" = json!("views.write"))),
    responses((status = 201, description = "The new view", body = ViewView), wire::WriteErrors))]
async fn create(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::ViewsWrite)
        .write_read(
            StatusCode::CREATED,
            body,
            |body| ViewFields::read(body.fields()?, true),
            commands::create,
            |tx, id| Json::of(&ViewView::from(queries::get(tx, id)?)),
        )
        .await
}

/// One view. Its version is the `ETag`, which a later change can send as `If-Match`.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/views/{view_id}/", operation_id = "get_view", tag = "Views",
    params(ViewPath, wire::ShapeQuery), extensions(("x-action" = json!("views.read"))),
    responses((status = 200, description = "The view", body = ViewView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Response, ApiError> {
    let read = call.project(slug, project, Action::ViewsRead).read(move |tx| {
        let view = queries::get(tx, id)?;
        let version = view.version;
        Ok((version, expand::one(tx, &ViewView::from(view), &query.shape(), &fields())?))
    });
    Ok(tagged(read.await?))
}

/// Changes a view. A locked one is changed by its owner and by admins. With `If-Match`, only if it has not changed since it was read.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/views/{view_id}/", operation_id = "update_view", tag = "Views",
    params(ViewPath, wire::IfMatchHeader), request_body = ViewBody, extensions(("x-action" = json!("views.write"))),
    responses((status = 200, description = "The view as it is now", body = ViewView), wire::Changed, wire::WriteErrors))]
async fn update(
    call: Call,
    PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>,
    if_match: IfMatch,
    body: Body,
) -> Result<Response, ApiError> {
    call.project(slug, project, Action::ViewsWrite)
        .write_read(
            StatusCode::OK,
            body,
            |body| ViewFields::read(body.fields()?, false),
            move |tx, fields| commands::update(tx, id, fields, &if_match).map(|()| id),
            |tx, id| Json::of(&ViewView::from(queries::get(tx, id)?)),
        )
        .await
}

/// Deletes a view. For admins, and its owner.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/views/{view_id}/", operation_id = "delete_view", tag = "Views",
    params(ViewPath), extensions(("x-action" = json!("views.delete"))),
    responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::ViewsDelete).run(body, move |tx, _| commands::delete(tx, id)).await
}

/// The work items that a view shows and that one sees, in the order of the view unless `order_by` says otherwise.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/views/{view_id}/work-items/", operation_id = "list_view_items",
    tag = "Views", params(ViewPath, wire::PageQuery, wire::ShapeQuery,
        ("order_by" = Option<String>, Query, description = "As in the list of work items; filters of that list work too")),
    extensions(("x-action" = json!(["views.read", "work_items.read"]))),
    responses((status = 200, description = "One page of work items", body = wire::PageOf<WorkItemView>), wire::ReadErrors))]
async fn items(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::ViewsRead)
        .read(move |tx| {
            let query = query.clone().checked()?;
            let wanted = queries::wanted(tx, id, &query)?;
            let mut tx = tx.enter(project, Action::WorkItemsRead)?.ok_or_else(Refusal::forbidden)?;
            wanted.answer(&mut tx, &query.shape())
        })
        .await
}
