//! Routes of members.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf};
use axum::{http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{commands, model::MembershipView, queries};
use crate::wire;

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(add)).routes(routes!(add_by_alias))
}

/// Puts a member of the workspace into the project.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/members/", operation_id = "add_project_member",
    tag = "Members", params(wire::ProjectPath), request_body = wire::ProjectMemberBody,
    extensions(("x-action" = json!("project_members.write"))),
    responses((status = 201, description = "The membership", body = MembershipView), wire::WriteErrors))]
async fn add(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    add_to(call, slug, project, body).await
}

/// The same under its other address.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/project-members/", operation_id = "add_project_member_alias",
    tag = "Members", params(wire::ProjectPath), request_body = wire::ProjectMemberBody,
    extensions(("x-action" = json!("project_members.write"))),
    responses((status = 201, description = "The membership", body = MembershipView), wire::WriteErrors))]
async fn add_by_alias(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    add_to(call, slug, project, body).await
}

async fn add_to(call: Call, slug: String, project: Uuid, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::ProjectMembersWrite)
        .write(
            StatusCode::CREATED,
            body,
            |tx, body| commands::add(tx, body.fields()?),
            |tx, id| Json::of(&MembershipView::from(queries::in_project(tx, id)?)),
        )
        .await
}
