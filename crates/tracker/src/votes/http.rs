//! Routes of votes.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    model::{VoteView, vote},
    queries,
};
use crate::{
    expand::{self, COMMON, Field, Kind},
    wire,
};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list, cast, take_back))
}

/// A vote in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct VoteBody {
    /// 1: for the item, -1: against it. Without it: 1.
    #[schema(example = 1)]
    vote: Option<i64>,
}

/// The fields in which `expand=` puts objects in the place of ids.
fn fields() -> Vec<Field> {
    COMMON.into_iter().chain([("actor", Kind::People), ("issue", Kind::Item)]).collect()
}

/// The votes about a work item, the newest first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/votes/",
    operation_id = "list_votes", tag = "Votes",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"), wire::PageQuery, wire::ShapeQuery),
    extensions(("x-action" = json!("votes.read"))),
    responses((status = 200, description = "One page of votes", body = wire::PageOf<VoteView>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::VotesRead)
        .read(move |tx| {
            let page = queries::list(tx, item, query.page(1000)?)?;
            expand::page(tx, page, &query.shape(), &fields())
        })
        .await
}

/// Votes about a work item; the vote that one has becomes this one.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/votes/",
    operation_id = "cast_vote", tag = "Votes",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item")), request_body = VoteBody,
    extensions(("x-action" = json!("votes.write"))),
    responses((status = 201, description = "One's vote", body = VoteView), wire::WriteErrors))]
async fn cast(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::VotesWrite)
        .write(
            StatusCode::CREATED,
            body,
            move |tx, body| commands::cast(tx, item, vote(body.fields()?)?),
            |tx, id| Json::of(&VoteView::from(queries::get(tx, id)?)),
        )
        .await
}

/// Takes one's vote back, if there is one.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/votes/",
    operation_id = "take_back_vote", tag = "Votes",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item")), extensions(("x-action" = json!("votes.write"))),
    responses((status = 204, description = "Taken back"), wire::WriteErrors))]
async fn take_back(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::VotesWrite).run(body, move |tx, _| commands::take_back(tx, item)).await
}
