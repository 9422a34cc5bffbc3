//! Routes of what members want to be told of.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf};
use axum::{http::StatusCode, response::Response};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::preferences::{self, PreferenceFields, PreferencesView};
use crate::wire;

/// The routes with their documentation.
pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(get, update)).routes(routes!(get_in_project, update_in_project))
}

/// What changes of them: by channel, `property_change`, `state_change`, `comment`, `mention`, `issue_completed`, each true, false or null.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct NotificationPreferencesBody {
    /// In the app.
    #[schema(value_type = Option<Object>)]
    in_app: Option<serde_json::Value>,
    /// By mail.
    #[schema(value_type = Option<Object>)]
    email: Option<serde_json::Value>,
}

/// What one wants to be told of in the workspace, and how.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/notification-preferences/", operation_id = "get_notification_preferences",
    tag = "Notifications", params(wire::WorkspacePath), extensions(("x-action" = json!("notifications.read"))),
    responses((status = 200, description = "The preferences", body = PreferencesView), wire::ReadErrors))]
async fn get(call: Call, PathOf(slug): PathOf<String>) -> Result<Json, ApiError> {
    call.workspace(slug, Action::NotificationsRead).read(|tx| Json::of(&preferences::view(tx, None)?)).await
}

/// Changes what one wants to be told of in the workspace, and how.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/notification-preferences/", operation_id = "update_notification_preferences",
    tag = "Notifications", params(wire::WorkspacePath),
    request_body(content = NotificationPreferencesBody, example = json!({ "in_app": { "state_change": false, "comment": null } })),
    extensions(("x-action" = json!("notifications.write"))),
    responses((status = 200, description = "The preferences as they are now", body = PreferencesView), wire::WriteErrors))]
async fn update(call: Call, PathOf(slug): PathOf<String>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::NotificationsWrite)
        .write(
            StatusCode::OK,
            body,
            |tx, body| {
                preferences::update(tx, None, PreferenceFields::read(body.fields()?)?)?;
                Ok(tx.user_id())
            },
            |tx, _| Json::of(&preferences::view(tx, None)?),
        )
        .await
}

/// What one wants to be told of in a project, as far as it is not as in the workspace.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/notification-preferences/",
    operation_id = "get_project_notification_preferences", tag = "Notifications", params(wire::ProjectPath),
    extensions(("x-action" = json!("notification_preferences.read"))),
    responses((status = 200, description = "The preferences", body = PreferencesView), wire::ReadErrors))]
async fn get_in_project(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>) -> Result<Json, ApiError> {
    call.project(slug, project, Action::NotificationPreferencesRead).read(move |tx| Json::of(&preferences::view(tx, Some(project))?)).await
}

/// Changes what one wants to be told of in a project; null is as in the workspace.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/notification-preferences/",
    operation_id = "update_project_notification_preferences", tag = "Notifications", params(wire::ProjectPath),
    request_body(content = NotificationPreferencesBody, example = json!({ "in_app": { "state_change": false, "comment": null } })),
    extensions(("x-action" = json!("notification_preferences.write"))),
    responses((status = 200, description = "The preferences as they are now", body = PreferencesView), wire::WriteErrors))]
async fn update_in_project(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::NotificationPreferencesWrite)
        .write(
            StatusCode::OK,
            body,
            move |tx, body| preferences::update(tx, Some(project), PreferenceFields::read(body.fields()?)?).map(|()| project),
            move |tx, _| Json::of(&preferences::view(tx, Some(project))?),
        )
        .await
}
