//! Routes of one's own calendar feeds.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use aileron_tracker::wire;
use axum::{
    http::{HeaderMap, StatusCode},
    response::Response,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    model::{FeedFields, FeedView},
    queries,
};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(revoke)).routes(routes!(rotate))
}

/// A new calendar feed.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct FeedBody {
    /// For which program or device, in one's own words.
    #[schema(max_length = 255)]
    name: Option<String>,
    /// A project in which one sees items; none: what one works on, wherever it is.
    project_id: Option<Uuid>,
}

/// One's own calendar feeds, the newest first, without their addresses.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/calendar-feeds/", operation_id = "list_calendar_feeds", tag = "Calendar feeds",
    params(wire::WorkspacePath, wire::PageQuery), extensions(("x-action" = json!("calendar_feeds.read"))),
    responses((status = 200, description = "One page of feeds", body = wire::PageOf<FeedView>), wire::ReadErrors))]
async fn list(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::CalendarFeedsRead).read(move |tx| Json::of(&queries::list(tx, query.page(1000)?)?)).await
}

/// Makes a calendar feed. Its address, which is a secret, is in this answer and never again.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/calendar-feeds/", operation_id = "create_calendar_feed", tag = "Calendar feeds",
    params(wire::WorkspacePath), request_body(content = FeedBody, example = json!({ "name": "Phone" })),
    extensions(("x-action" = json!("calendar_feeds.write"))),
    responses((status = 201, description = "The new feed with its address", body = FeedView), wire::WriteErrors))]
async fn create(call: Call, PathOf(slug): PathOf<String>, headers: HeaderMap, body: Body) -> Result<Response, ApiError> {
    let base = call.context().address(&headers);
    call.workspace(slug, Action::CalendarFeedsWrite)
        .make(
            StatusCode::CREATED,
            body,
            |tx, body| commands::create(tx, FeedFields::read(body.fields()?)?),
            move |tx, id, token| Json::of(&FeedView::new(queries::get(tx, id)?, token, &base)),
        )
        .await
}

/// Gives a calendar feed of one's own another address, which is in this answer and never again.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/calendar-feeds/{calendar_feed_id}/rotate/", operation_id = "rotate_calendar_feed",
    tag = "Calendar feeds", params(wire::WorkspacePath, ("calendar_feed_id" = Uuid, Path, description = "The feed")),
    extensions(("x-action" = json!("calendar_feeds.write"))),
    responses((status = 200, description = "The feed with its new address", body = FeedView), wire::WriteErrors))]
async fn rotate(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, headers: HeaderMap, body: Body) -> Result<Response, ApiError> {
    let base = call.context().address(&headers);
    call.workspace(slug, Action::CalendarFeedsWrite)
        .make(
            StatusCode::OK,
            body,
            move |tx, _| commands::rotate(tx, id),
            move |tx, id, token| Json::of(&FeedView::new(queries::get(tx, id)?, token, &base)),
        )
        .await
}

/// Revokes a calendar feed of one's own, at once.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/calendar-feeds/{calendar_feed_id}/", operation_id = "revoke_calendar_feed",
    tag = "Calendar feeds", params(wire::WorkspacePath, ("calendar_feed_id" = Uuid, Path, description = "The feed")),
    extensions(("x-action" = json!("calendar_feeds.write"))),
    responses((status = 204, description = "Revoked"), wire::WriteErrors))]
async fn revoke(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::CalendarFeedsWrite).run(body, move |tx, _| commands::revoke(tx, id)).await
}
