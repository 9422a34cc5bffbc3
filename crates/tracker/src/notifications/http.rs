//! Routes of notifications.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands::{self, Mark},
    model::{NotificationView, Unread, Which},
    queries,
};
use crate::wire;

/// The routes with their documentation.
pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(unread))
        .routes(routes!(mark_all_read))
        .routes(routes!(get, snooze))
        .routes(routes!(mark_read, mark_unread))
        .routes(routes!(archive, unarchive))
}

/// Which notifications are listed.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documentation only")]
struct WhichQuery {
    /// Only those with one of these reasons: mentioned, assigned, created, subscribed, with commas between them.
    r#type: Option<String>,
    /// Only read ones, or only unread ones.
    read: Option<bool>,
    /// Those put away, instead of those that are not.
    archived: Option<bool>,
    /// Those put off, instead of those that are not.
    snoozed: Option<bool>,
    /// Only those about items of this project.
    project: Option<Uuid>,
}

/// Which notifications are marked, as lists are asked for them.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct MarkAllReadBody {
    /// Only those with one of these reasons: mentioned, assigned, created, subscribed, with commas between them.
    #[schema(example = "mentioned,assigned")]
    r#type: Option<String>,
    /// Those put away, instead of those that are not.
    archived: Option<bool>,
    /// Those put off, instead of those that are not.
    snoozed: Option<bool>,
    /// Only those about items of this project.
    project: Option<Uuid>,
}

/// Until when a notification is put off.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct SnoozeBody {
    /// A time to come; null: not at all.
    #[schema(value_type = Option<String>, format = DateTime, example = "2099-01-04T08:00:00Z")]
    snoozed_till: Option<String>,
}

/// One's own notifications, the newest first: those about items that one still sees.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/notifications/", operation_id = "list_notifications", tag = "Notifications",
    params(wire::WorkspacePath, wire::PageQuery, WhichQuery), extensions(("x-action" = json!("notifications.read"))),
    responses((status = 200, description = "One page of notifications", body = wire::PageOf<NotificationView>), wire::ReadErrors))]
async fn list(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::NotificationsRead)
        .read(move |tx| {
            let which = Which::of_query(|name| query.filled(name))?;
            Json::of(&queries::list(tx, query.page(100)?, &which)?)
        })
        .await
}

/// How many of one's own notifications wait to be read, without those put away or put off.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/notifications/unread/", operation_id = "count_unread_notifications",
    tag = "Notifications", params(wire::WorkspacePath), extensions(("x-action" = json!("notifications.read"))),
    responses((status = 200, description = "The numbers", body = Unread), wire::ReadErrors))]
async fn unread(call: Call, PathOf(slug): PathOf<String>) -> Result<Json, ApiError> {
    call.workspace(slug, Action::NotificationsRead).read(|tx| Json::of(&queries::unread(tx)?)).await
}

/// Marks one's own notifications read, all or some.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/notifications/mark-all-read/", operation_id = "mark_all_notifications_read",
    tag = "Notifications", params(wire::WorkspacePath), request_body = MarkAllReadBody,
    extensions(("x-action" = json!("notifications.write"))),
    responses((status = 204, description = "Marked"), wire::WriteErrors))]
async fn mark_all_read(call: Call, PathOf(slug): PathOf<String>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::NotificationsWrite)
        .run(body, |tx, body| commands::mark_all_read(tx, &Which::of_body(body.fields()?)?))
        .await
}

/// One notification.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/notifications/{notification_id}/", operation_id = "get_notification",
    tag = "Notifications", params(wire::WorkspacePath, ("notification_id" = Uuid, Path, description = "The notification")),
    extensions(("x-action" = json!("notifications.read"))),
    responses((status = 200, description = "The notification", body = NotificationView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>) -> Result<Json, ApiError> {
    call.workspace(slug, Action::NotificationsRead).read(move |tx| Json::of(&queries::view(tx, id)?)).await
}

/// Puts a notification off until a time to come, or takes that back.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/notifications/{notification_id}/", operation_id = "snooze_notification",
    tag = "Notifications", params(wire::WorkspacePath, ("notification_id" = Uuid, Path, description = "The notification")),
    request_body = SnoozeBody, extensions(("x-action" = json!("notifications.write"))),
    responses((status = 200, description = "The notification as it is now", body = NotificationView), wire::WriteErrors))]
async fn snooze(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::NotificationsWrite)
        .write(
            StatusCode::OK,
            body,
            move |tx, body| {
                let mut fields = body.fields()?;
                let till = fields.nullable_time("snoozed_till");
                fields.finish()?;
                till.map_or(Ok(()), |till| commands::mark(tx, id, Mark::Snoozed(till))).map(|()| id)
            },
            |tx, id| Json::of(&queries::view(tx, id)?),
        )
        .await
}

/// Marks a notification read.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/notifications/{notification_id}/read/", operation_id = "mark_notification_read",
    tag = "Notifications", params(wire::WorkspacePath, ("notification_id" = Uuid, Path, description = "The notification")),
    extensions(("x-action" = json!("notifications.write"))),
    responses((status = 200, description = "The notification as it is now", body = NotificationView), wire::WriteErrors))]
async fn mark_read(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    marked(call, slug, id, body, Mark::Read(true)).await
}

/// Marks a notification unread.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/notifications/{notification_id}/read/",
    operation_id = "mark_notification_unread", tag = "Notifications",
    params(wire::WorkspacePath, ("notification_id" = Uuid, Path, description = "The notification")),
    extensions(("x-action" = json!("notifications.write"))),
    responses((status = 200, description = "The notification as it is now", body = NotificationView), wire::WriteErrors))]
async fn mark_unread(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    marked(call, slug, id, body, Mark::Read(false)).await
}

/// Puts a notification away.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/notifications/{notification_id}/archive/",
    operation_id = "archive_notification", tag = "Notifications",
    params(wire::WorkspacePath, ("notification_id" = Uuid, Path, description = "The notification")),
    extensions(("x-action" = json!("notifications.write"))),
    responses((status = 200, description = "The notification as it is now", body = NotificationView), wire::WriteErrors))]
async fn archive(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    marked(call, slug, id, body, Mark::Archived(true)).await
}

/// Takes a notification out again that was put away.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/notifications/{notification_id}/archive/",
    operation_id = "unarchive_notification", tag = "Notifications",
    params(wire::WorkspacePath, ("notification_id" = Uuid, Path, description = "The notification")),
    extensions(("x-action" = json!("notifications.write"))),
    responses((status = 200, description = "The notification as it is now", body = NotificationView), wire::WriteErrors))]
async fn unarchive(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    marked(call, slug, id, body, Mark::Archived(false)).await
}

async fn marked(call: Call, slug: String, id: Uuid, body: Body, mark: Mark) -> Result<Response, ApiError> {
    call.workspace(slug, Action::NotificationsWrite)
        .write(StatusCode::OK, body, move |tx, _| commands::mark(tx, id, mark).map(|()| id), |tx, id| Json::of(&queries::view(tx, id)?))
        .await
}
