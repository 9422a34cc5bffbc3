//! Routes of what is sent to webhooks.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use aileron_tracker::wire;
use axum::{http::StatusCode, response::Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    deliveries::{self, DeliveryView, WholeDelivery},
    feed::{self, FeedView, Place},
    redelivery::{self, Range},
};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(ping))
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(redeliver))
        .routes(routes!(redeliver_range))
        .routes(routes!(feed))
}

/// Which deliveries are to be sent once more.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct RangeBody {
    /// Those made at this instant or later,
    #[schema(example = "2026-01-01T00:00:00Z")]
    after: String,
    /// and before this one; now, if it is not sent.
    before: Option<String>,
    /// Those that were delivered too, not only those that failed.
    #[schema(example = true)]
    include_delivered: Option<bool>,
}

/// How many deliveries are sent once more.
#[derive(Serialize, ToSchema)]
struct Redelivered {
    webhook: Uuid,
    /// None where the same request was answered before.
    redelivered: Option<usize>,
}

/// Sends a ping, soon and once. How it went is in the log under the id of the answer.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/webhooks/{webhook_id}/ping/", operation_id = "ping_webhook", tag = "Webhooks",
    params(wire::WorkspacePath, ("webhook_id" = Uuid, Path, description = "The webhook")),
    extensions(("x-action" = json!("webhooks.write"))),
    responses((status = 202, description = "The ping, which waits to be sent", body = DeliveryView), wire::WriteErrors))]
async fn ping(call: Call, PathOf((slug, webhook)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::WebhooksWrite)
        .write(
            StatusCode::ACCEPTED,
            body,
            move |tx, _| deliveries::ping(tx, webhook),
            move |tx, id| Json::of(&deliveries::view(tx, webhook, id)?),
        )
        .await
}

/// What was sent to a webhook in the last 30 days and what waits for it, the newest first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/webhooks/{webhook_id}/deliveries/", operation_id = "list_webhook_deliveries",
    tag = "Webhooks", params(wire::WorkspacePath, ("webhook_id" = Uuid, Path, description = "The webhook"), wire::PageQuery,
        ("status" = Option<String>, Query, description = "Only those that got so far: waiting, delivered or failed")),
    extensions(("x-action" = json!("webhooks.read"))),
    responses((status = 200, description = "One page of deliveries", body = wire::PageOf<DeliveryView>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, webhook)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::WebhooksRead).read(move |tx| Json::of(&deliveries::list(tx, webhook, query.page(100)?, &query)?)).await
}

/// One delivery with what was sent and how each try went.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/webhooks/{webhook_id}/deliveries/{delivery_id}/",
    operation_id = "get_webhook_delivery", tag = "Webhooks",
    params(wire::WorkspacePath, ("webhook_id" = Uuid, Path, description = "The webhook"),
        ("delivery_id" = Uuid, Path, description = "The delivery")),
    extensions(("x-action" = json!("webhooks.read"))),
    responses((status = 200, description = "The delivery", body = WholeDelivery), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, webhook, id)): PathOf<(String, Uuid, Uuid)>) -> Result<Json, ApiError> {
    call.workspace(slug, Action::WebhooksRead).read(move |tx| Json::of(&deliveries::whole(tx, webhook, id)?)).await
}

/// Sends a delivery once more: the same body under the same message id, as a delivery of its own.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver/",
    operation_id = "redeliver_webhook_delivery", tag = "Webhooks",
    params(wire::WorkspacePath, ("webhook_id" = Uuid, Path, description = "The webhook"),
        ("delivery_id" = Uuid, Path, description = "The delivery")),
    extensions(("x-action" = json!("webhooks.write"))),
    responses((status = 202, description = "The new delivery, which waits to be sent", body = DeliveryView), wire::WriteErrors))]
async fn redeliver(call: Call, PathOf((slug, webhook, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::WebhooksWrite)
        .write(
            StatusCode::ACCEPTED,
            body,
            move |tx, _| redelivery::one(tx, webhook, id),
            move |tx, id| Json::of(&deliveries::view(tx, webhook, id)?),
        )
        .await
}

/// Sends once more what failed in a range of time, or all of it; at most 200 deliveries.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/webhooks/{webhook_id}/redeliver/", operation_id = "redeliver_webhook",
    tag = "Webhooks", params(wire::WorkspacePath, ("webhook_id" = Uuid, Path, description = "The webhook")), request_body = RangeBody,
    extensions(("x-action" = json!("webhooks.write"))),
    responses((status = 202, description = "How many there are", body = Redelivered), wire::WriteErrors))]
async fn redeliver_range(call: Call, PathOf((slug, webhook)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::WebhooksWrite)
        .make(
            StatusCode::ACCEPTED,
            body,
            move |tx, body| redelivery::range(tx, webhook, Range::read(body.fields()?, tx.now())?),
            move |_, id, redelivered| Json::of(&Redelivered { webhook: id, redelivered }),
        )
        .await
}

/// The same that a webhook is told, in the order of the log, for who would rather fetch it: at most 25 messages behind the place that the
/// answer before named. Kept for 30 days.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/webhooks/{webhook_id}/feed/", operation_id = "read_webhook_feed", tag = "Webhooks",
    params(wire::WorkspacePath, ("webhook_id" = Uuid, Path, description = "The webhook"),
        ("after" = Option<String>, Query, description = "`next` of the answer before; from the beginning without it", example = "812.0")),
    extensions(("x-action" = json!("webhooks.read"))),
    responses((status = 200, description = "What comes then", body = FeedView), wire::ReadErrors))]
async fn feed(call: Call, PathOf((slug, webhook)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::WebhooksRead).read(move |tx| Json::of(&feed::behind(tx, webhook, Place::read(&query)?)?)).await
}
