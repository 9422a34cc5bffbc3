//! Routes of invitations.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Refusal, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf};
use axum::{http::StatusCode, response::Response, routing::put};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    model::{self, Invitation},
};
use crate::wire;

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, delete))
        .route("/api/v1/workspaces/{slug}/invitations/{invitation_id}/", put(replace))
}

/// An id that is none is answered in words of its own here.
fn id(text: &str) -> Result<Uuid, Refusal> {
    Uuid::try_parse(text).map_err(|_| Refusal::error("Please provide valid detail"))
}

/// All invitations of the workspace, the newest first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/invitations/", operation_id = "list_invitations", tag = "Invitations",
    params(wire::WorkspacePath), extensions(("x-action" = json!("invitations.manage"))),
    responses((status = 200, description = "All invitations", body = Vec<Invitation>), wire::ReadErrors))]
async fn list(call: Call, PathOf(slug): PathOf<String>) -> Result<Json, ApiError> {
    call.workspace(slug, Action::InvitationsManage).read(|tx| Json::of(&model::list(tx)?)).await
}

/// Invites an address.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/invitations/", operation_id = "create_invitation", tag = "Invitations",
    params(wire::WorkspacePath), request_body = wire::InvitationBody, extensions(("x-action" = json!("invitations.manage"))),
    responses((status = 201, description = "The new invitation", body = Invitation), wire::WriteErrors))]
async fn create(call: Call, PathOf(slug): PathOf<String>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::InvitationsManage)
        .write(StatusCode::CREATED, body, |tx, body| commands::create(tx, body.fields()?), |tx, id| Json::of(&model::get(tx, id)?))
        .await
}

/// One invitation.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/invitations/{invitation_id}/", operation_id = "get_invitation", tag = "Invitations",
    params(wire::WorkspacePath, ("invitation_id" = Uuid, Path, description = "The invitation")),
    extensions(("x-action" = json!("invitations.manage"))),
    responses((status = 200, description = "The invitation", body = Invitation), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, invitation)): PathOf<(String, String)>) -> Result<Json, ApiError> {
    call.workspace(slug, Action::InvitationsManage).read(move |tx| Json::of(&model::get(tx, id(&invitation)?)?)).await
}

/// Changes the role that is offered.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/invitations/{invitation_id}/", operation_id = "update_invitation", tag = "Invitations",
    params(wire::WorkspacePath, ("invitation_id" = Uuid, Path, description = "The invitation")),
    request_body(content = wire::InvitationBody, example = json!({ "role": 15 })),
    extensions(("x-action" = json!("invitations.manage"))),
    responses((status = 200, description = "The invitation as it is now", body = Invitation), wire::WriteErrors))]
async fn update(call: Call, PathOf((slug, invitation)): PathOf<(String, String)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::InvitationsManage)
        .write(
            StatusCode::OK,
            body,
            move |tx, body| commands::update(tx, id(&invitation)?, body.fields()?),
            |tx, id| Json::of(&model::get(tx, id)?),
        )
        .await
}

/// Always refused, and so not documented: clients of the compatible API get 400 here, not 405.
async fn replace(call: Call, PathOf((slug, _)): PathOf<(String, String)>) -> Result<Json, ApiError> {
    let refused = || Refusal::error("An invitation cannot be replaced. Change its role with PATCH.").into();
    call.workspace(slug, Action::InvitationsManage).read(move |_| Err(refused())).await
}

/// Takes an invitation back.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/invitations/{invitation_id}/", operation_id = "delete_invitation", tag = "Invitations",
    params(wire::WorkspacePath, ("invitation_id" = Uuid, Path, description = "The invitation")),
    extensions(("x-action" = json!("invitations.manage"))),
    responses((status = 204, description = "Taken back"), wire::WriteErrors))]
async fn delete(call: Call, PathOf((slug, invitation)): PathOf<(String, String)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::InvitationsManage).run(body, move |tx, _| commands::delete(tx, id(&invitation)?)).await
}
