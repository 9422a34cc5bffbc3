//! Routes of subscriptions.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    queries::{self, SubscriberView, Subscription},
};
use crate::{
    expand::{self, Field, Kind},
    wire,
};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(remove)).routes(routes!(get, subscribe, unsubscribe))
}

/// The fields in which `expand=` puts objects in the place of ids.
const FIELDS: [Field; 4] =
    [("subscriber", Kind::People), ("issue", Kind::Item), ("project", Kind::Project), ("workspace", Kind::Workspace)];

/// Those who want to hear of a work item, in the order in which they said so.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/subscribers/",
    operation_id = "list_subscribers", tag = "Subscriptions",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"), wire::PageQuery, wire::ShapeQuery),
    extensions(("x-action" = json!("subscriptions.read"))),
    responses((status = 200, description = "One page of subscribers", body = wire::PageOf<SubscriberView>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::SubscriptionsRead)
        .read(move |tx| {
            let page = queries::list(tx, item, query.page(1000)?)?;
            expand::page(tx, page, &query.shape(), &FIELDS)
        })
        .await
}

/// Ends the subscription of a member.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/subscribers/{subscriber_id}/",
    operation_id = "remove_subscriber", tag = "Subscriptions",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"),
        ("subscriber_id" = Uuid, Path, description = "The account")), extensions(("x-action" = json!("subscriptions.remove"))),
    responses((status = 204, description = "Ended"), wire::WriteErrors))]
async fn remove(
    call: Call,
    PathOf((slug, project, item, member)): PathOf<(String, Uuid, Uuid, Uuid)>,
    body: Body,
) -> Result<Response, ApiError> {
    call.project(slug, project, Action::SubscriptionsRemove).run(body, move |tx, _| commands::remove(tx, item, member)).await
}

/// Whether one hears of a work item.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/subscribe/",
    operation_id = "get_subscription", tag = "Subscriptions",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item")),
    extensions(("x-action" = json!("subscriptions.read"))),
    responses((status = 200, description = "Whether one does", body = Subscription), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>) -> Result<Json, ApiError> {
    call.project(slug, project, Action::SubscriptionsRead)
        .read(move |tx| {
            let me = tx.user_id();
            Json::of(&Subscription { subscribed: queries::is_subscribed(tx, item, me)? })
        })
        .await
}

/// Hears of a work item from now on.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/subscribe/",
    operation_id = "subscribe", tag = "Subscriptions",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item")),
    extensions(("x-action" = json!("subscriptions.write"))),
    responses((status = 201, description = "Subscribed", body = Subscription), wire::WriteErrors))]
async fn subscribe(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::SubscriptionsWrite)
        .write(
            StatusCode::CREATED,
            body,
            move |tx, _| commands::subscribe(tx, item).map(|()| item),
            |_, _| Json::of(&Subscription { subscribed: true }),
        )
        .await
}

/// Hears no more of a work item.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/subscribe/",
    operation_id = "unsubscribe", tag = "Subscriptions",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item")),
    extensions(("x-action" = json!("subscriptions.write"))),
    responses((status = 204, description = "No longer subscribed"), wire::WriteErrors))]
async fn unsubscribe(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::SubscriptionsWrite).run(body, move |tx, _| commands::unsubscribe(tx, item)).await
}
