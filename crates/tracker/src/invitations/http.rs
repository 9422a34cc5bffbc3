//! Routes of invitations.

use aileron_db::Unscoped;
use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Refusal, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf};
use axum::{http::StatusCode, response::Response, routing::put};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands, join,
    model::{self, Invitation, InvitationLink},
};
use crate::{
    wire,
    workspaces::model::{self as workspaces, WorkspaceView},
};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, delete))
        .routes(routes!(make_link))
        .routes(routes!(accept))
        .route("/api/v1/workspaces/{slug}/invitations/{invitation_id}/", put(replace))
}

/// The token of an invitation in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct InvitationTokenBody {
    /// As the link of the invitation has it.
    #[schema(example = "inv_9f2c...")]
    token: String,
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

/// Invites an address. A server that sends mail sends it a link.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/invitations/", operation_id = "create_invitation", tag = "Invitations",
    params(wire::WorkspacePath), request_body = wire::InvitationBody, extensions(("x-action" = json!("invitations.manage"))),
    responses((status = 201, description = "The new invitation", body = Invitation), wire::WriteErrors))]
async fn create(call: Call, PathOf(slug): PathOf<String>, body: Body) -> Result<Response, ApiError> {
    let outbox = call.context().outbox.clone();
    call.workspace(slug, Action::InvitationsManage)
        .write(
            StatusCode::CREATED,
            body,
            move |tx, body| commands::create(tx, body.fields()?, &outbox),
            |tx, id| Json::of(&model::get(tx, id)?),
        )
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

/// Makes the link of an invitation. Its token is in this answer and never again; one that was made so before is no longer good, one that
/// was mailed is.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/invitations/{invitation_id}/link/", operation_id = "create_invitation_link",
    tag = "Invitations", params(wire::WorkspacePath, ("invitation_id" = Uuid, Path, description = "The invitation")),
    extensions(("x-action" = json!("invitations.manage"))),
    responses((status = 201, description = "The link", body = InvitationLink), wire::WriteErrors))]
async fn make_link(call: Call, PathOf((slug, invitation)): PathOf<(String, String)>, body: Body) -> Result<Response, ApiError> {
    let base = call.context().base_url.clone().unwrap_or_default();
    call.workspace(slug, Action::InvitationsManage)
        .make(
            StatusCode::CREATED,
            body,
            move |tx, _| join::make_token(tx, id(&invitation)?),
            move |tx, id, token| {
                let expires_at = model::get(tx, id)?.expires_at;
                let link = token.as_ref().map(|token| format!("{base}/invite#{token}"));
                Json::of(&InvitationLink { token, link, expires_at })
            },
        )
        .await
}

/// Joins the workspace of an invitation. The account's address must be the invited one and verified, which it is by a token that was mailed there. A token that is wrong, missing,
/// past its time, taken back or for somebody else is answered with the same 404; one that the caller joined with, like the first time.
#[utoipa::path(post, path = "/api/v1/invitations/accept/", operation_id = "accept_invitation", tag = "Invitations",
    request_body = InvitationTokenBody, extensions(("x-action" = json!("invitations.accept"))),
    responses((status = 200, description = "The workspace", body = WorkspaceView), wire::WriteErrors))]
async fn accept(call: Call, body: Body) -> Result<Response, ApiError> {
    call.account(Action::InvitationsAccept)
        .make(
            StatusCode::OK,
            body,
            |session, principal, body| {
                let token = body.json()?.get("token").and_then(Value::as_str).unwrap_or_default().to_owned();
                Ok((join::accept(session, principal, &token)?, ()))
            },
            |session, principal, id, _| {
                let slug = workspaces::slug_of(&mut session.unscoped(Unscoped::Operator)?, id)?;
                Json::of(&workspaces::view(&mut session.workspace(principal, &slug, Action::WorkspaceRead)?)?)
            },
        )
        .await
}
