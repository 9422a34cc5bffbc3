//! Routes of display preferences.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf};
use axum::{http::StatusCode, response::Response};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    model::{PreferenceFields, PreferencesView},
    queries,
};
use crate::wire;

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(get, update))
}

/// Display preferences in a request: each is a JSON object of up to 16384 bytes that replaces the one that was there.
#[derive(ToSchema)]
#[schema(example = json!({"display_filters": {"layout": "kanban", "group_by": "state"}}))]
#[allow(dead_code, reason = "documentation only")]
struct PreferencesBody {
    #[schema(value_type = Option<Object>)]
    filters: Option<Value>,
    #[schema(value_type = Option<Object>)]
    rich_filters: Option<Value>,
    #[schema(value_type = Option<Object>)]
    display_filters: Option<Value>,
    #[schema(value_type = Option<Object>)]
    display_properties: Option<Value>,
    #[schema(value_type = Option<Object>)]
    preferences: Option<Value>,
    /// The place of the project among one's own.
    sort_order: Option<f64>,
}

/// How one wants the items of a project shown.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/user-properties/", operation_id = "get_display_preferences", tag = "Display preferences",
    params(wire::ProjectPath), extensions(("x-action" = json!("display_preferences.read"))),
    responses((status = 200, description = "One's preferences, or the defaults", body = PreferencesView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>) -> Result<Json, ApiError> {
    call.project(slug, project, Action::DisplayPreferencesRead).read(|tx| Json::of(&queries::view(tx)?)).await
}

/// Changes how one wants the items of a project shown.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/user-properties/", operation_id = "update_display_preferences", tag = "Display preferences",
    params(wire::ProjectPath), request_body = PreferencesBody, extensions(("x-action" = json!("display_preferences.write"))),
    responses((status = 200, description = "One's preferences as they are now", body = PreferencesView), wire::WriteErrors))]
async fn update(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::DisplayPreferencesWrite)
        .write(
            StatusCode::OK,
            body,
            |tx, body| commands::update(tx, PreferenceFields::read(body.fields()?)?),
            |tx, _| Json::of(&queries::view(tx)?),
        )
        .await
}
