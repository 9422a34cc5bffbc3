//! Routes of projects.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Refusal, Uuid, refusal::Kind};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands, expand,
    fields::ProjectFields,
    model::{IdentifierCheck, ProjectLite, ProjectView},
    queries::{self, Sort},
    rules,
    summary::{self, Summary},
};
use crate::{
    versions::{IfMatch, tagged},
    wire,
};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(list_lite))
        .routes(routes!(check_identifier))
        .routes(routes!(get, update, delete))
        .routes(routes!(archive, unarchive))
        .routes(routes!(restore))
        .routes(routes!(summarise))
}

/// The projects that the caller may find, archived ones included, in his own order unless `order_by` says otherwise.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/", operation_id = "list_projects", tag = "Projects",
    params(wire::WorkspacePath, wire::PageQuery, wire::ShapeQuery,
        ("order_by" = Option<String>, Query, description = "sort_order, name, identifier, created_at, updated_at or network; with - before it: the other direction")),
    extensions(("x-action" = json!("projects.list"))),
    responses((status = 200, description = "One page of projects", body = wire::PageOf<ProjectView>), wire::ReadErrors))]
async fn list(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::ProjectsList)
        .read(move |tx| {
            let sort = Sort::parse(query.filled("order_by"))?;
            let page = queries::list(tx, query.page(1000)?, sort)?;
            expand::page(tx, page, &query.shape())
        })
        .await
}

/// The same projects in few words, to choose from; archived ones only with `include_archived=true`.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects-lite/", operation_id = "list_projects_lite", tag = "Projects",
    params(wire::WorkspacePath, wire::PageQuery,
        ("order_by" = Option<String>, Query, description = "sort_order, name, identifier, created_at, updated_at or network; with - before it: the other direction"),
        ("include_archived" = Option<bool>, Query, description = "Whether archived projects are listed too")),
    extensions(("x-action" = json!("projects.list"))),
    responses((status = 200, description = "One page of projects", body = wire::PageOf<ProjectLite>), wire::ReadErrors))]
async fn list_lite(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::ProjectsList)
        .read(move |tx| {
            let sort = Sort::parse(query.filled("order_by"))?;
            // The clients' languages write it True or true.
            let archived = query.filled("include_archived").is_some_and(|value| value.eq_ignore_ascii_case("true"));
            Json::of(&queries::list_lite(tx, query.page(1000)?, sort, archived)?)
        })
        .await
}

/// Whether letters can be those before the numbers of a new project's items: they are well formed, and no project has them.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/project-identifiers/", operation_id = "check_project_identifier", tag = "Projects",
    params(wire::WorkspacePath, ("name" = String, Query, description = "The letters", example = "ENG")),
    extensions(("x-action" = json!("projects.create"))),
    responses((status = 200, description = "Whether they can be had", body = IdentifierCheck), wire::ReadErrors))]
async fn check_identifier(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::ProjectCreate)
        .read(move |tx| {
            let identifier = rules::checked_identifier(query.get("name").unwrap_or_default())?;
            let exists = queries::has_identifier(tx, &identifier)?;
            Json::of(&IdentifierCheck { is_available: !exists, exists: i64::from(exists), identifier })
        })
        .await
}

/// Makes a project with six states. Its maker and its lead become its admins.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/", operation_id = "create_project", tag = "Projects",
    params(wire::WorkspacePath), request_body = wire::ProjectBody, extensions(("x-action" = json!("projects.create"))),
    responses((status = 201, description = "The new project", body = ProjectView), wire::WriteErrors))]
async fn create(call: Call, PathOf(slug): PathOf<String>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::ProjectCreate)
        .write(
            StatusCode::CREATED,
            body,
            |tx, body| commands::create(tx, &ProjectFields::of(body, true)?),
            |tx, id| Json::of(&queries::view(tx, id)?),
        )
        .await
}

/// One project. Its version is the `ETag`, which a later change can send as `If-Match`.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/", operation_id = "get_project", tag = "Projects",
    params(wire::ProjectPath, wire::ShapeQuery), extensions(("x-action" = json!("projects.read"))),
    responses((status = 200, description = "The project", body = ProjectView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, query: Query) -> Result<Response, ApiError> {
    let call = call.project(slug, project, Action::ProjectRead).or_if_missing(Refusal::not_found());
    let read = call.read(move |tx| {
        let version = queries::get(tx, project)?.version;
        let view = queries::view(tx, project)?;
        Ok((version, expand::one(tx, &view, &query.shape())?))
    });
    Ok(tagged(read.await?))
}

/// Changes a project. `network` is left alone; `visibility` makes it public or secret. With `If-Match`, only if it
/// has not changed since it was read.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/", operation_id = "update_project", tag = "Projects",
    params(wire::ProjectPath, wire::IfMatchHeader), request_body = wire::ProjectBody, extensions(("x-action" = json!("projects.update"))),
    responses((status = 200, description = "The project as it is now", body = ProjectView), wire::Changed, wire::WriteErrors))]
async fn update(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, if_match: IfMatch, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::ProjectUpdate)
        .or_if_missing(Refusal::not_found())
        .write_read(
            StatusCode::OK,
            body,
            |body| ProjectFields::of(body, false),
            move |tx, fields| commands::update(tx, &fields, &if_match).map(|()| project),
            |tx, id| Json::of(&queries::view(tx, id)?),
        )
        .await
}

/// Deletes a project.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/", operation_id = "delete_project", tag = "Projects",
    params(wire::ProjectPath), extensions(("x-action" = json!("projects.delete"))),
    responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::ProjectDelete).run(body, |tx, _| commands::delete(tx)).await
}

/// Archives a project: it is still read, and no longer changed.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/archive/", operation_id = "archive_project", tag = "Projects",
    params(wire::ProjectPath), extensions(("x-action" = json!("projects.archive"))),
    responses((status = 204, description = "Archived"), wire::WriteErrors))]
async fn archive(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    let call = call.project(slug, project, Action::ProjectArchive).or_if_missing(Refusal::not_found());
    call.run(body, |tx, _| commands::archive(tx, true)).await
}

/// Takes a project back from the archive.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/archive/", operation_id = "unarchive_project", tag = "Projects",
    params(wire::ProjectPath), extensions(("x-action" = json!("projects.archive"))),
    responses((status = 204, description = "No longer archived"), wire::WriteErrors))]
async fn unarchive(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    let call = call.project(slug, project, Action::ProjectArchive).or_if_missing(Refusal::not_found());
    call.run(body, |tx, _| commands::archive(tx, false)).await
}

/// What a project that comes back is to be called, where its name or identifier is taken meanwhile.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct RestoreProjectBody {
    #[schema(example = "Engineering again", max_length = 255)]
    name: Option<String>,
    #[schema(example = "AGN", max_length = 12)]
    identifier: Option<String>,
}

/// Brings a deleted project back with all that is in it. Where its name or identifier is taken meanwhile it can have another one.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/restore/", operation_id = "restore_project", tag = "Trash",
    params(wire::ProjectPath), request_body = RestoreProjectBody, extensions(("x-action" = json!(["projects.list", "projects.restore"]))),
    responses((status = 200, description = "The project as it is now", body = ProjectView), wire::WriteErrors))]
async fn restore(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::ProjectsList)
        .write(
            StatusCode::OK,
            body,
            move |tx, body| commands::restore(tx, project, || ProjectFields::of(body, false)).map(|()| project),
            |tx, id| Json::of(&queries::view(tx, id)?),
        )
        .await
}

/// How much is in a project. For members of the workspace, not for its guests.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/summary/", operation_id = "get_project_summary", tag = "Projects",
    params(wire::ProjectPath, ("fields" = Option<String>, Query, description = "Only these counts, separated by commas: members, states, labels, cycles, modules, issues, intakes, pages")),
    extensions(("x-action" = json!(["projects.summary", "projects.read"]))),
    responses((status = 200, description = "The counts", body = Summary), wire::ReadErrors))]
async fn summarise(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::ProjectSummary)
        .read(move |tx| {
            let missing = || Refusal::new(Kind::NotFound, serde_json::json!({ "error": "Project not found" }));
            let mut inside = tx.enter(project, Action::ProjectRead)?.ok_or_else(missing)?;
            Json::of(&summary::summary(&mut inside, query.filled("fields"))?)
        })
        .await
}
