//! Routes of comments.

use aileron_db::{self as db, ProjectScope, Tx};
use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query, Shape};
use axum::{http::StatusCode, response::Response};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    model::{CommentFields, CommentView},
    queries,
};
use crate::{
    expand::{self, COMMON, Field, Kind},
    wire,
    work_items::alias::with_old_address,
};

/// The fields in which `expand=` puts objects in the place of ids.
fn fields() -> Vec<Field> {
    COMMON.into_iter().chain([("actor", Kind::People), ("issue", Kind::Item)]).collect()
}

/// The routes with their documentation, under both addresses.
pub fn routes() -> OpenApiRouter<Context> {
    let router = with_old_address(OpenApiRouter::new(), routes!(list, create));
    with_old_address(router, routes!(get, update, delete))
}

/// The fields of a comment in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct CommentBody {
    /// The text, up to 262144 bytes; what is not safe to show is taken out.
    #[schema(example = "<p>Seen on Firefox too.</p>")]
    comment_html: Option<String>,
    /// The same as the client's editor keeps it.
    #[schema(value_type = Option<Object>)]
    comment_json: Option<serde_json::Value>,
    /// INTERNAL or EXTERNAL.
    #[schema(example = "INTERNAL", default = "INTERNAL")]
    access: Option<String>,
    /// The comment of the same item that this one answers, shown as `parent`. New comments only. (`parent` itself is not read, as recorded.)
    reply_to: Option<Uuid>,
    external_source: Option<String>,
    external_id: Option<String>,
    /// For admins who bring comments from elsewhere. New comments only.
    #[schema(value_type = Option<String>, format = DateTime)]
    created_at: Option<String>,
    /// For admins who bring comments from elsewhere. New comments only.
    created_by: Option<Uuid>,
}

/// The comments on a work item, the newest first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/comments/",
    operation_id = "list_comments", tag = "Comments",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"), wire::PageQuery, wire::ShapeQuery),
    extensions(("x-action" = json!("comments.read"))),
    responses((status = 200, description = "One page of comments", body = wire::PageOf<CommentView>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::CommentsRead)
        .read(move |tx| {
            let page = queries::list(tx, item, query.page(1000)?)?;
            expand::page(tx, page, &query.shape(), &fields())
        })
        .await
}

/// Comments on a work item.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/comments/",
    operation_id = "create_comment", tag = "Comments",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item")), request_body = CommentBody,
    extensions(("x-action" = json!("comments.create"))),
    responses((status = 201, description = "The new comment", body = CommentView), wire::WriteErrors))]
async fn create(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::CommentsCreate)
        .write_read(
            StatusCode::CREATED,
            body,
            |body| CommentFields::read(body.fields()?, true),
            move |tx, fields| commands::create(tx, item, fields),
            move |tx, id| shown(tx, item, id, &Shape::default()),
        )
        .await
}

/// One comment.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/comments/{comment_id}/",
    operation_id = "get_comment", tag = "Comments",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"),
        ("comment_id" = Uuid, Path, description = "The comment"), wire::ShapeQuery),
    extensions(("x-action" = json!("comments.read"))),
    responses((status = 200, description = "The comment", body = CommentView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, project, item, id)): PathOf<(String, Uuid, Uuid, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::CommentsRead).read(move |tx| shown(tx, item, id, &query.shape())).await
}

/// Changes one's own comment; the text before is kept.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/comments/{comment_id}/",
    operation_id = "update_comment", tag = "Comments",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"),
        ("comment_id" = Uuid, Path, description = "The comment")), request_body = CommentBody,
    extensions(("x-action" = json!("comments.update"))),
    responses((status = 200, description = "The comment as it is now", body = CommentView), wire::WriteErrors))]
async fn update(
    call: Call,
    PathOf((slug, project, item, id)): PathOf<(String, Uuid, Uuid, Uuid)>,
    body: Body,
) -> Result<Response, ApiError> {
    call.project(slug, project, Action::CommentsUpdate)
        .write_read(
            StatusCode::OK,
            body,
            |body| CommentFields::read(body.fields()?, false),
            move |tx, fields| commands::update(tx, item, id, fields).map(|()| id),
            move |tx, id| shown(tx, item, id, &Shape::default()),
        )
        .await
}

/// Deletes a comment: one's own, or as an admin of the project.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/comments/{comment_id}/",
    operation_id = "delete_comment", tag = "Comments",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"),
        ("comment_id" = Uuid, Path, description = "The comment")),
    extensions(("x-action" = json!("comments.delete"))),
    responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete(
    call: Call,
    PathOf((slug, project, item, id)): PathOf<(String, Uuid, Uuid, Uuid)>,
    body: Body,
) -> Result<Response, ApiError> {
    call.project(slug, project, Action::CommentsDelete).run(body, move |tx, _| commands::delete(tx, item, id)).await
}

fn shown(tx: &mut Tx<'_, ProjectScope>, item: Uuid, id: Uuid, shape: &Shape) -> db::Result<Json> {
    let view = CommentView::from(queries::get(tx, item, id)?);
    expand::one(tx, &view, shape, &fields())
}
