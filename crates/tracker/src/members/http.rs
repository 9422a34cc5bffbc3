//! Routes of the members of projects, each under its two addresses.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf};
use axum::{http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    model::{MemberView, MembershipView},
    queries,
};
use crate::wire;

type Place = PathOf<(String, Uuid)>;
type One = PathOf<(String, Uuid, Uuid)>;

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(get, update, remove))
        .routes(routes!(list_alias, add_alias))
        .routes(routes!(get_alias, update_alias, remove_alias))
}

macro_rules! under_both {
    ($address:literal, $name:literal, $list:ident, $add:ident, $get:ident, $update:ident, $remove:ident) => {
        /// Who is in the project, the newest first. Guests are not given addresses of others.
        #[utoipa::path(get, path = concat!("/api/v1/workspaces/{slug}/projects/{project_id}/", $address, "/"),
                    operation_id = concat!("list_project_members", $name), tag = "Members", params(wire::ProjectPath),
                    extensions(("x-action" = json!("project_members.read"))),
                    responses((status = 200, description = "All members", body = Vec<MemberView>), wire::ReadErrors))]
        async fn $list(call: Call, PathOf((slug, project)): Place) -> Result<Json, ApiError> {
            call.project(slug, project, Action::ProjectMembersRead).read(|tx| Json::of(&queries::list_of_project(tx)?)).await
        }

        /// Puts a member of the workspace into the project, or back into it. A server that sends mail tells him.
        #[utoipa::path(post, path = concat!("/api/v1/workspaces/{slug}/projects/{project_id}/", $address, "/"),
                    operation_id = concat!("add_project_member", $name), tag = "Members", params(wire::ProjectPath),
                    request_body = wire::ProjectMemberBody, extensions(("x-action" = json!("project_members.write"))),
                    responses((status = 201, description = "The membership", body = MembershipView), wire::WriteErrors))]
        async fn $add(call: Call, PathOf((slug, project)): Place, body: Body) -> Result<Response, ApiError> {
            let outbox = call.context().outbox.clone();
            call.project(slug, project, Action::ProjectMembersWrite)
                .write(
                    StatusCode::CREATED,
                    body,
                    move |tx, body| commands::add(tx, body.fields()?, &outbox),
                    |tx, id| Json::of(&MembershipView::from(queries::in_project(tx, id)?)),
                )
                .await
        }

        /// One member by his membership.
        #[utoipa::path(get, path = concat!("/api/v1/workspaces/{slug}/projects/{project_id}/", $address, "/{member_id}/"),
                    operation_id = concat!("get_project_member", $name), tag = "Members",
                    params(wire::ProjectPath, ("member_id" = Uuid, Path, description = "The membership")),
                    extensions(("x-action" = json!("project_members.read"))),
                    responses((status = 200, description = "The member", body = MemberView), wire::ReadErrors))]
        async fn $get(call: Call, PathOf((slug, project, id)): One) -> Result<Json, ApiError> {
            call.project(slug, project, Action::ProjectMembersRead).read(move |tx| Json::of(&queries::one_of_project(tx, id)?)).await
        }

        /// Gives a member another role, not above one's own.
        #[utoipa::path(patch, path = concat!("/api/v1/workspaces/{slug}/projects/{project_id}/", $address, "/{member_id}/"),
                    operation_id = concat!("update_project_member", $name), tag = "Members",
                    params(wire::ProjectPath, ("member_id" = Uuid, Path, description = "The membership")),
                    request_body = wire::RoleBody, extensions(("x-action" = json!("project_members.write"))),
                    responses((status = 200, description = "The membership as it is now", body = MembershipView), wire::WriteErrors))]
        async fn $update(call: Call, PathOf((slug, project, id)): One, body: Body) -> Result<Response, ApiError> {
            call.project(slug, project, Action::ProjectMembersWrite)
                .write(
                    StatusCode::OK,
                    body,
                    move |tx, body| commands::change_role(tx, id, body.fields()?),
                    |tx, id| Json::of(&MembershipView::from(queries::in_project(tx, id)?)),
                )
                .await
        }

        /// Takes a member out of the project. The last admin stays.
        #[utoipa::path(delete, path = concat!("/api/v1/workspaces/{slug}/projects/{project_id}/", $address, "/{member_id}/"),
                    operation_id = concat!("remove_project_member", $name), tag = "Members",
                    params(wire::ProjectPath, ("member_id" = Uuid, Path, description = "The membership")),
                    extensions(("x-action" = json!("project_members.write"))),
                    responses((status = 204, description = "Removed"), wire::WriteErrors))]
        async fn $remove(call: Call, PathOf((slug, project, id)): One, body: Body) -> Result<Response, ApiError> {
            call.project(slug, project, Action::ProjectMembersWrite).run(body, move |tx, _| commands::remove(tx, id)).await
        }
    };
}

under_both!("members", "", list, add, get, update, remove);
under_both!("project-members", "_alias", list_alias, add_alias, get_alias, update_alias, remove_alias);
