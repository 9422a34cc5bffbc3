//! Routes of workspaces.

use aileron_db::Unscoped;
use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Refusal, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands::{self, WorkspaceFields},
    model::{self, WorkspaceView},
};
use crate::wire;

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(check_slug)).routes(routes!(get, update)).routes(routes!(transfer))
}

/// The workspaces that the caller is in, by name.
#[utoipa::path(get, path = "/api/v1/workspaces/", operation_id = "list_workspaces", tag = "Workspaces",
    params(wire::PageQuery, wire::ShapeQuery), extensions(("x-action" = json!("workspaces.own"))),
    responses((status = 200, description = "One page of workspaces", body = wire::PageOf<WorkspaceView>), wire::ReadErrors))]
async fn list(call: Call, query: Query) -> Result<Json, ApiError> {
    call.account(Action::WorkspacesOwn)
        .read(move |tx, principal| wire::page(model::list(tx, principal, query.page(1000)?)?, &query.shape()))
        .await
}

/// Makes a workspace. The caller owns it.
#[utoipa::path(post, path = "/api/v1/workspaces/", operation_id = "create_workspace", tag = "Workspaces",
    request_body = wire::WorkspaceBody, extensions(("x-action" = json!("workspaces.create"))),
    responses((status = 201, description = "The new workspace", body = WorkspaceView), wire::WriteErrors))]
async fn create(call: Call, body: Body) -> Result<Response, ApiError> {
    call.account(Action::WorkspaceCreate)
        .make(
            StatusCode::CREATED,
            body,
            |session, principal, body| {
                let fields = WorkspaceFields::read(body.fields()?, true)?;
                Ok((commands::make(session, principal, &fields)?, ()))
            },
            // Who is not in it any more is not shown it again.
            |session, principal, id, _| {
                let slug = model::slug_of(&mut session.unscoped(Unscoped::Operator)?, id)?;
                Json::of(&model::view(&mut session.workspace(principal, &slug, Action::WorkspaceRead)?)?)
            },
        )
        .await
}

/// Whether a workspace can have this name in addresses.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are those of the wire")]
struct SlugCheck {
    /// Whether it can be had.
    status: bool,
    /// Why not.
    #[schema(example = "The workspace with the slug already exists")]
    reason: Option<String>,
}

/// Whether a new workspace can have this name in addresses.
#[utoipa::path(get, path = "/api/v1/workspace-slug-check/", operation_id = "check_workspace_slug", tag = "Workspaces",
    params(("slug" = String, Query, description = "The name in addresses", example = "acme")), extensions(("x-action" = json!("workspaces.create"))),
    responses((status = 200, description = "Whether it can be had", body = SlugCheck), wire::ReadErrors))]
async fn check_slug(call: Call, query: Query) -> Result<Json, ApiError> {
    call.account(Action::WorkspaceCreate)
        .read_anywhere(move |session, _| {
            let slug = query.filled("slug").ok_or_else(|| Refusal::field("slug", "This field is required."))?;
            let reason = commands::why_not(&mut session.unscoped(Unscoped::Operator)?, slug)?;
            Json::of(&SlugCheck { status: reason.is_none(), reason })
        })
        .await
}

/// One workspace.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/", operation_id = "get_workspace", tag = "Workspaces",
    params(wire::WorkspacePath, wire::ShapeQuery), extensions(("x-action" = json!("workspaces.read"))),
    responses((status = 200, description = "The workspace", body = WorkspaceView), wire::ReadErrors))]
async fn get(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::WorkspaceRead).read(move |tx| wire::one(&model::view(tx)?, &query.shape())).await
}

/// Changes a workspace. Its slug stays.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/", operation_id = "update_workspace", tag = "Workspaces",
    params(wire::WorkspacePath),
    request_body(content = wire::WorkspaceBody, example = json!({ "name": "Acme", "timezone": "Europe/Berlin" })), extensions(("x-action" = json!("workspaces.update"))),
    responses((status = 200, description = "The workspace as it is now", body = WorkspaceView), wire::WriteErrors))]
async fn update(call: Call, PathOf(slug): PathOf<String>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::WorkspaceUpdate)
        .write(
            StatusCode::OK,
            body,
            |tx, body| commands::update(tx, &WorkspaceFields::read(body.fields()?, false)?),
            |tx, _| Json::of(&model::view(tx)?),
        )
        .await
}

/// Whom a workspace is to belong to.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct NewOwnerBody {
    /// The account of another admin of the workspace.
    #[schema(example = "0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d10")]
    new_owner: Uuid,
}

/// Gives the workspace to another admin of it. Its owner alone may do that, and stays as an admin.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/transfer-ownership/", operation_id = "transfer_workspace", tag = "Workspaces",
    params(wire::WorkspacePath), request_body = NewOwnerBody, extensions(("x-action" = json!("workspaces.transfer"))),
    responses((status = 200, description = "The workspace as it is now", body = WorkspaceView), wire::WriteErrors))]
async fn transfer(call: Call, PathOf(slug): PathOf<String>, body: Body) -> Result<Response, ApiError> {
    // Sent again with its key by who gave it away, the request is refused as any other of his: the workspace is no longer his.
    call.workspace(slug, Action::WorkspaceTransfer)
        .write(StatusCode::OK, body, |tx, body| commands::transfer(tx, body.fields()?), |tx, _| Json::of(&model::view(tx)?))
        .await
}
