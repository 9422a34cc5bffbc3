//! Routes of the consumers of the log.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    model::{ConsumerView, DeadLetterView},
    queries,
};
use crate::wire;

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(dead_letters)).routes(routes!(delete)).routes(routes!(retry))
}

/// Who follows the log of the workspace, and how far each has got.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/event-consumers/", operation_id = "list_event_consumers", tag = "Event consumers",
    params(wire::WorkspacePath), extensions(("x-action" = json!("event_consumers.read"))),
    responses((status = 200, description = "The consumers", body = Vec<ConsumerView>), wire::ReadErrors))]
async fn list(call: Call, PathOf(slug): PathOf<String>) -> Result<Json, ApiError> {
    call.workspace(slug, Action::EventConsumersRead).read(|tx| Json::of(&queries::list(tx)?)).await
}

/// The events that a consumer could not bear, the newest first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/dead-letters/", operation_id = "list_dead_letters", tag = "Event consumers",
    params(wire::WorkspacePath, wire::PageQuery), extensions(("x-action" = json!("event_consumers.read"))),
    responses((status = 200, description = "One page of events", body = wire::PageOf<DeadLetterView>), wire::ReadErrors))]
async fn dead_letters(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::EventConsumersRead).read(move |tx| Json::of(&queries::dead_letters(tx, query.page(100)?)?)).await
}

/// Gives an event up that a consumer could not bear.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/dead-letters/{dead_letter_id}/", operation_id = "delete_dead_letter",
    tag = "Event consumers", params(wire::WorkspacePath, ("dead_letter_id" = Uuid, Path, description = "The event put aside")),
    extensions(("x-action" = json!("event_consumers.write"))),
    responses((status = 204, description = "Given up"), wire::WriteErrors))]
async fn delete(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::EventConsumersWrite).run(body, move |tx, _| commands::delete(tx, id)).await
}

/// Has an event tried once more that a consumer could not bear.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/dead-letters/{dead_letter_id}/retry/", operation_id = "retry_dead_letter",
    tag = "Event consumers", params(wire::WorkspacePath, ("dead_letter_id" = Uuid, Path, description = "The event put aside")),
    extensions(("x-action" = json!("event_consumers.write"))),
    responses((status = 200, description = "It is tried soon", body = DeadLetterView), wire::WriteErrors))]
async fn retry(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::EventConsumersWrite)
        .write(StatusCode::OK, body, move |tx, _| commands::retry(tx, id).map(|()| id), |tx, id| Json::of(&queries::dead_letter(tx, id)?))
        .await
}
