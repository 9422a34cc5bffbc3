//! Routes of states.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Page, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands::{self, StateFields},
    model::StateView,
    queries,
};
use crate::{
    expand::{self, COMMON},
    versions::{IfMatch, tagged},
    wire,
};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete)).routes(routes!(list_of_workspace))
}

/// The states of a project in their order.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/states/", operation_id = "list_states", tag = "States",
    params(wire::ProjectPath, wire::PageQuery, wire::ShapeQuery), extensions(("x-action" = json!("states.read"))),
    responses((status = 200, description = "One page of states", body = wire::PageOf<StateView>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::StatesRead)
        .read(move |tx| {
            let page: Page<StateView> = queries::list(tx, query.page(1000)?)?;
            expand::page(tx, page, &query.shape(), &COMMON)
        })
        .await
}

/// The states of all projects of the caller in their order.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/states/", operation_id = "list_workspace_states", tag = "States",
    params(wire::WorkspacePath, wire::PageQuery, wire::ShapeQuery), extensions(("x-action" = json!("workspace_states.read"))),
    responses((status = 200, description = "One page of states", body = wire::PageOf<StateView>), wire::ReadErrors))]
async fn list_of_workspace(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::WorkspaceStatesRead)
        .read(move |tx| {
            let page = queries::list_of_workspace(tx, query.page(1000)?)?;
            expand::page(tx, page, &query.shape(), &COMMON)
        })
        .await
}

/// Makes a state. Answers 200, as the compatible API does.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/states/", operation_id = "create_state", tag = "States",
    params(wire::ProjectPath), request_body = wire::StateBody, extensions(("x-action" = json!("states.write"))),
    responses((status = 200, description = "The new state", body = StateView), wire::WriteErrors))]
async fn create(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::StatesWrite)
        .write_read(
            StatusCode::OK,
            body,
            |body| StateFields::read(body.fields()?, true),
            commands::create,
            |tx, id| Json::of(&StateView::from(queries::get(tx, id)?)),
        )
        .await
}

/// One state. Its version is the `ETag`, which a later change can send as `If-Match`.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/states/{state_id}/", operation_id = "get_state", tag = "States",
    params(wire::ProjectPath, ("state_id" = Uuid, Path, description = "The state"), wire::ShapeQuery),
    extensions(("x-action" = json!("states.read"))),
    responses((status = 200, description = "The state", body = StateView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Response, ApiError> {
    let read = call.project(slug, project, Action::StatesRead).read(move |tx| {
        let state = queries::get(tx, id)?;
        let version = state.version;
        let view = StateView::from(state);
        Ok((version, expand::one(tx, &view, &query.shape(), &COMMON)?))
    });
    Ok(tagged(read.await?))
}

/// Changes a state. With `If-Match`, only if it has not changed since it was read.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/states/{state_id}/", operation_id = "update_state", tag = "States",
    params(wire::ProjectPath, ("state_id" = Uuid, Path, description = "The state"), wire::IfMatchHeader), request_body = wire::StateBody,
    extensions(("x-action" = json!("states.write"))),
    responses((status = 200, description = "The state as it is now", body = StateView), wire::Changed, wire::WriteErrors))]
async fn update(
    call: Call,
    PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>,
    if_match: IfMatch,
    body: Body,
) -> Result<Response, ApiError> {
    call.project(slug, project, Action::StatesWrite)
        .write_read(
            StatusCode::OK,
            body,
            |body| StateFields::read(body.fields()?, false),
            move |tx, fields| commands::update(tx, id, fields, &if_match).map(|()| id),
            |tx, id| Json::of(&StateView::from(queries::get(tx, id)?)),
        )
        .await
}

/// Deletes a state that no item is in.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/states/{state_id}/", operation_id = "delete_state", tag = "States",
    params(wire::ProjectPath, ("state_id" = Uuid, Path, description = "The state")), extensions(("x-action" = json!("states.write"))),
    responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::StatesWrite).run(body, move |tx, _| commands::delete(tx, id)).await
}
