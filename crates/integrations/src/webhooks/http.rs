//! Routes of webhooks.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use aileron_tracker::wire;
use axum::{http::StatusCode, response::Response};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    model::{self, WebhookFields, WebhookView},
    queries,
};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete)).routes(routes!(rotate))
}

/// The fields of a webhook in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct WebhookBody {
    /// An address of http or https, at most 1024 characters, unique in the workspace. Addresses of inner networks are refused unless the
    /// server is set up to allow them.
    #[schema(example = "https://hooks.example.com/aileron", max_length = 1024)]
    url: Option<String>,
    is_active: Option<bool>,
    /// Whether it is told of projects.
    project: Option<bool>,
    /// Whether it is told of work items.
    #[schema(example = true)]
    issue: Option<bool>,
    module: Option<bool>,
    cycle: Option<bool>,
    issue_comment: Option<bool>,
    /// What else it is told of: at most 100 patterns of a noun and a verb, each of which may be `*`.
    #[schema(example = json!(["cycle.archived"]))]
    events: Option<Vec<String>>,
    /// `compatible` (one delivery a changed key) or `change` (one a change).
    #[schema(example = "compatible")]
    delivery_mode: Option<String>,
}

/// How a secret is changed.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct RotationBody {
    /// For how many hours deliveries are signed with the old secret too, 0 to 168. 0 where it has become known to others.
    #[schema(example = 24, minimum = 0, maximum = 168)]
    overlap_hours: Option<i64>,
}

/// The webhooks of the workspace, the newest first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/webhooks/", operation_id = "list_webhooks", tag = "Webhooks",
    params(wire::WorkspacePath, wire::PageQuery), extensions(("x-action" = json!("webhooks.read"))),
    responses((status = 200, description = "One page of webhooks", body = wire::PageOf<WebhookView>), wire::ReadErrors))]
async fn list(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::WebhooksRead).read(move |tx| Json::of(&queries::list(tx, query.page(1000)?)?)).await
}

/// Makes a webhook. Its secret is in this answer and never again.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/webhooks/", operation_id = "create_webhook", tag = "Webhooks",
    params(wire::WorkspacePath), request_body = WebhookBody, extensions(("x-action" = json!("webhooks.write"))),
    responses((status = 201, description = "The new webhook with its secret", body = WebhookView), wire::WriteErrors))]
async fn create(call: Call, PathOf(slug): PathOf<String>, body: Body) -> Result<Response, ApiError> {
    let (sealer, rules) = (call.context().sealer.clone(), call.context().outgoing_rules.clone());
    call.workspace(slug, Action::WebhooksWrite)
        .make(
            StatusCode::CREATED,
            body,
            move |tx, body| commands::create(tx, WebhookFields::read(body.fields()?, true, &rules)?, &sealer),
            |tx, id, secret| Json::of(&WebhookView::new(queries::get(tx, id)?, secret, tx.now())),
        )
        .await
}

/// One webhook.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/webhooks/{webhook_id}/", operation_id = "get_webhook", tag = "Webhooks",
    params(wire::WorkspacePath, ("webhook_id" = Uuid, Path, description = "The webhook")),
    extensions(("x-action" = json!("webhooks.read"))),
    responses((status = 200, description = "The webhook", body = WebhookView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>) -> Result<Json, ApiError> {
    call.workspace(slug, Action::WebhooksRead).read(move |tx| Json::of(&WebhookView::new(queries::get(tx, id)?, None, tx.now()))).await
}

/// Changes a webhook. Switched on again, it is sent what waits for it.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/webhooks/{webhook_id}/", operation_id = "update_webhook", tag = "Webhooks",
    params(wire::WorkspacePath, ("webhook_id" = Uuid, Path, description = "The webhook")), request_body = WebhookBody,
    extensions(("x-action" = json!("webhooks.write"))),
    responses((status = 200, description = "The webhook as it is now", body = WebhookView), wire::WriteErrors))]
async fn update(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    let rules = call.context().outgoing_rules.clone();
    call.workspace(slug, Action::WebhooksWrite)
        .write(
            StatusCode::OK,
            body,
            move |tx, body| commands::update(tx, id, WebhookFields::read(body.fields()?, false, &rules)?).map(|()| id),
            |tx, id| Json::of(&WebhookView::new(queries::get(tx, id)?, None, tx.now())),
        )
        .await
}

/// Deletes a webhook. What waits for it is not sent any more.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/webhooks/{webhook_id}/", operation_id = "delete_webhook", tag = "Webhooks",
    params(wire::WorkspacePath, ("webhook_id" = Uuid, Path, description = "The webhook")),
    extensions(("x-action" = json!("webhooks.write"))), responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::WebhooksWrite).run(body, move |tx, _| commands::delete(tx, id)).await
}

/// Makes a new secret, which is in this answer and never again.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/webhooks/{webhook_id}/rotate-secret/", operation_id = "rotate_webhook_secret",
    tag = "Webhooks", params(wire::WorkspacePath, ("webhook_id" = Uuid, Path, description = "The webhook")), request_body = RotationBody,
    extensions(("x-action" = json!("webhooks.write"))),
    responses((status = 200, description = "The webhook with its new secret", body = WebhookView), wire::WriteErrors))]
async fn rotate(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    let sealer = call.context().sealer.clone();
    call.workspace(slug, Action::WebhooksWrite)
        .make(
            StatusCode::OK,
            body,
            move |tx, body| commands::rotate(tx, id, model::overlap(body.fields()?)?, &sealer),
            |tx, id, secret| Json::of(&WebhookView::new(queries::get(tx, id)?, secret, tx.now())),
        )
        .await
}
