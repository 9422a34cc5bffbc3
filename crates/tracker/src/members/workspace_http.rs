//! Routes of the members of workspaces.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf};
use axum::{http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{model::MemberView, queries, workspace_commands as commands};
use crate::wire;

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(update, remove))
}

/// Who is in the workspace, the newest first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/members/", operation_id = "list_workspace_members", tag = "Members",
    params(wire::WorkspacePath), extensions(("x-action" = json!("workspace_members.read"))),
    responses((status = 200, description = "All members", body = Vec<MemberView>), wire::ReadErrors))]
async fn list(call: Call, PathOf(slug): PathOf<String>) -> Result<Json, ApiError> {
    call.workspace(slug, Action::WorkspaceMembersRead).read(|tx| Json::of(&queries::list_of_workspace(tx)?)).await
}

/// Gives a member of the workspace another role, not above one's own. Who becomes a guest becomes one in every project.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/members/{membership_id}/", operation_id = "update_workspace_member", tag = "Members",
    params(wire::WorkspacePath, ("membership_id" = Uuid, Path, description = "The membership")), request_body = wire::RoleBody,
    extensions(("x-action" = json!("workspace_members.write"))),
    responses((status = 200, description = "The member as he is now", body = MemberView), wire::WriteErrors))]
async fn update(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::WorkspaceMembersWrite)
        .write(
            StatusCode::OK,
            body,
            move |tx, body| commands::change_role(tx, id, body.fields()?),
            |tx, id| Json::of(&queries::one_of_workspace(tx, id)?),
        )
        .await
}

/// Takes a member out of the workspace and all its projects. The last admin stays, and the owner unless he goes himself.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/members/{membership_id}/", operation_id = "remove_workspace_member", tag = "Members",
    params(wire::WorkspacePath, ("membership_id" = Uuid, Path, description = "The membership")),
    extensions(("x-action" = json!("workspace_members.write"))),
    responses((status = 204, description = "Removed"), wire::WriteErrors))]
async fn remove(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::WorkspaceMembersWrite).run(body, move |tx, _| commands::remove(tx, id)).await
}
