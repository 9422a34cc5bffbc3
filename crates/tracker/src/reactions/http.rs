//! Routes of reactions.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    model::{ReactionView, Target, emoji},
    queries,
};
use crate::{
    expand::{self, COMMON, Field, Kind},
    wire,
};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(delete))
        .routes(routes!(list_of_comment, create_on_comment))
        .routes(routes!(delete_of_comment))
}

/// A reaction in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct ReactionBody {
    /// An emoji or its code, at most 64 characters.
    #[schema(example = "128077", max_length = 64)]
    reaction: String,
}

/// The fields in which `expand=` puts objects in the place of ids.
fn fields() -> Vec<Field> {
    COMMON.into_iter().chain([("actor", Kind::People), ("issue", Kind::Item)]).collect()
}

async fn listed(call: Call, slug: String, project: Uuid, target: Target, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::ReactionsRead)
        .read(move |tx| {
            let page = queries::list(tx, target, query.page(1000)?)?;
            expand::page(tx, page, &query.shape(), &fields())
        })
        .await
}

async fn react(call: Call, slug: String, project: Uuid, target: Target, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::ReactionsCreate)
        .write(
            StatusCode::CREATED,
            body,
            move |tx, body| commands::create(tx, target, &emoji(body.fields()?)?),
            move |tx, id| Json::of(&ReactionView::from(queries::get(tx, target, id)?)),
        )
        .await
}

async fn take_back(call: Call, slug: String, project: Uuid, (target, id): (Target, Uuid), body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::ReactionsDelete).run(body, move |tx, _| commands::delete(tx, target, id)).await
}

/// The reactions to a work item, the oldest first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/reactions/",
    operation_id = "list_reactions", tag = "Reactions",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"), wire::PageQuery, wire::ShapeQuery),
    extensions(("x-action" = json!("reactions.read"))),
    responses((status = 200, description = "One page of reactions", body = wire::PageOf<ReactionView>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Json, ApiError> {
    listed(call, slug, project, Target { item, comment: None }, query).await
}

/// Reacts to a work item. A reaction that is there stays as it is.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/reactions/",
    operation_id = "create_reaction", tag = "Reactions",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item")), request_body = ReactionBody,
    extensions(("x-action" = json!("reactions.create"))),
    responses((status = 201, description = "The reaction", body = ReactionView), wire::WriteErrors))]
async fn create(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    react(call, slug, project, Target { item, comment: None }, body).await
}

/// Takes one's own reaction back.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/reactions/{reaction_id}/",
    operation_id = "delete_reaction", tag = "Reactions",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"),
        ("reaction_id" = Uuid, Path, description = "The reaction")), extensions(("x-action" = json!("reactions.delete"))),
    responses((status = 204, description = "Taken back"), wire::WriteErrors))]
async fn delete(
    call: Call,
    PathOf((slug, project, item, id)): PathOf<(String, Uuid, Uuid, Uuid)>,
    body: Body,
) -> Result<Response, ApiError> {
    take_back(call, slug, project, (Target { item, comment: None }, id), body).await
}

/// The reactions to a comment, the oldest first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/comments/{comment_id}/reactions/",
    operation_id = "list_comment_reactions", tag = "Reactions",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"),
        ("comment_id" = Uuid, Path, description = "The comment"), wire::PageQuery, wire::ShapeQuery),
    extensions(("x-action" = json!("reactions.read"))),
    responses((status = 200, description = "One page of reactions", body = wire::PageOf<ReactionView>), wire::ReadErrors))]
async fn list_of_comment(
    call: Call,
    PathOf((slug, project, item, comment)): PathOf<(String, Uuid, Uuid, Uuid)>,
    query: Query,
) -> Result<Json, ApiError> {
    listed(call, slug, project, Target { item, comment: Some(comment) }, query).await
}

/// Reacts to a comment. A reaction that is there stays as it is.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/comments/{comment_id}/reactions/",
    operation_id = "create_comment_reaction", tag = "Reactions",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"),
        ("comment_id" = Uuid, Path, description = "The comment")), request_body = ReactionBody,
    extensions(("x-action" = json!("reactions.create"))),
    responses((status = 201, description = "The reaction", body = ReactionView), wire::WriteErrors))]
async fn create_on_comment(
    call: Call,
    PathOf((slug, project, item, comment)): PathOf<(String, Uuid, Uuid, Uuid)>,
    body: Body,
) -> Result<Response, ApiError> {
    react(call, slug, project, Target { item, comment: Some(comment) }, body).await
}

/// Takes one's own reaction to a comment back.
#[utoipa::path(delete,
    path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/comments/{comment_id}/reactions/{comment_reaction_id}/",
    operation_id = "delete_comment_reaction", tag = "Reactions",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"),
        ("comment_id" = Uuid, Path, description = "The comment"), ("comment_reaction_id" = Uuid, Path, description = "The reaction")),
    extensions(("x-action" = json!("reactions.delete"))),
    responses((status = 204, description = "Taken back"), wire::WriteErrors))]
async fn delete_of_comment(
    call: Call,
    PathOf((slug, project, item, comment, id)): PathOf<(String, Uuid, Uuid, Uuid, Uuid)>,
    body: Body,
) -> Result<Response, ApiError> {
    take_back(call, slug, project, (Target { item, comment: Some(comment) }, id), body).await
}
