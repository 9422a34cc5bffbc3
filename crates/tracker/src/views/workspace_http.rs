//! Routes of the views of workspaces.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Refusal, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    docs::{ListQuery, ViewBody, WorkspaceViewPath},
    fields::ViewFields,
    http::fields,
    model::ViewView,
    queries,
};
use crate::{
    expand,
    homes::Sort,
    versions::{IfMatch, tagged},
    wire,
    work_items::model::WorkItemView,
};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete)).routes(routes!(items))
}

/// The views of a workspace itself that one sees. Guests: their own.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/views/", operation_id = "list_workspace_views", tag = "Views",
    params(wire::WorkspacePath, wire::PageQuery, wire::ShapeQuery, ListQuery), extensions(("x-action" = json!("workspace_views.read"))),
    responses((status = 200, description = "One page of views", body = wire::PageOf<ViewView>), wire::ReadErrors))]
async fn list(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::WorkspaceViewsRead)
        .read(move |tx| {
            let page = queries::list(tx, query.page(1000)?, Sort::parse(query.get("order_by"))?)?;
            expand::page(tx, page, &query.shape(), &fields())
        })
        .await
}

/// Makes a view in a workspace itself.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/views/", operation_id = "create_workspace_view", tag = "Views",
    params(wire::WorkspacePath), request_body = ViewBody, extensions(("x-action" = json!("workspace_views.write"))),
    responses((status = 201, description = "The new view", body = ViewView), wire::WriteErrors))]
async fn create(call: Call, PathOf(slug): PathOf<String>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::WorkspaceViewsWrite)
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
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/views/{view_id}/", operation_id = "get_workspace_view", tag = "Views",
    params(WorkspaceViewPath, wire::ShapeQuery), extensions(("x-action" = json!("workspace_views.read"))),
    responses((status = 200, description = "The view", body = ViewView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, query: Query) -> Result<Response, ApiError> {
    let read = call.workspace(slug, Action::WorkspaceViewsRead).read(move |tx| {
        let view = queries::get(tx, id)?;
        let version = view.version;
        Ok((version, expand::one(tx, &ViewView::from(view), &query.shape(), &fields())?))
    });
    Ok(tagged(read.await?))
}

/// Changes a view. A locked one is changed by its owner and by admins. With `If-Match`, only if it has not changed since it was read.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/views/{view_id}/", operation_id = "update_workspace_view", tag = "Views",
    params(WorkspaceViewPath, wire::IfMatchHeader), request_body = ViewBody, extensions(("x-action" = json!("workspace_views.write"))),
    responses((status = 200, description = "The view as it is now", body = ViewView), wire::Changed, wire::WriteErrors))]
async fn update(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, if_match: IfMatch, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::WorkspaceViewsWrite)
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
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/views/{view_id}/", operation_id = "delete_workspace_view", tag = "Views",
    params(WorkspaceViewPath), extensions(("x-action" = json!("workspace_views.write"))),
    responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::WorkspaceViewsWrite).run(body, move |tx, _| commands::delete(tx, id)).await
}

/// The work items of all projects that a view shows and that one sees, in the order of the view unless `order_by` says otherwise.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/views/{view_id}/work-items/", operation_id = "list_workspace_view_items",
    tag = "Views", params(WorkspaceViewPath, wire::PageQuery, wire::ShapeQuery,
        ("order_by" = Option<String>, Query, description = "As in the list of work items; filters of that list work too")),
    extensions(("x-action" = json!(["workspace_views.read", "work_items.search"]))),
    responses((status = 200, description = "One page of work items", body = wire::PageOf<WorkItemView>), wire::ReadErrors))]
async fn items(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::WorkspaceViewsRead)
        .read(move |tx| {
            let query = query.clone().checked()?;
            // Who is in a project reads its items, but his token may be one for other things.
            if !tx.scope().token_allows(Action::WorkItemsRead) {
                return Err(Refusal::forbidden().into());
            }
            queries::wanted(tx, id, &query)?.answer_in_workspace(tx, &query.shape())
        })
        .await
}
