//! Routes of home preferences.

use aileron_identity::{Call, Context};
use aileron_kernel::Action;
use aileron_platform::web::{ApiError, Body, Json, PathOf};
use axum::{http::StatusCode, response::Response};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    model::{PartFields, PartView},
    queries,
};
use crate::wire;

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list, update))
}

/// A part of the home page in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct HomePreferenceBody {
    /// `quick_links`, `recents` or `my_stickies`.
    #[schema(example = "recents")]
    key: String,
    #[schema(example = false)]
    is_enabled: Option<bool>,
    /// The highest comes first.
    sort_order: Option<f64>,
}

/// The parts of one's home page in a workspace, the highest place first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/home-preferences/", operation_id = "list_home_preferences", tag = "Home preferences",
    params(wire::WorkspacePath), extensions(("x-action" = json!("home_preferences.read"))),
    responses((status = 200, description = "All parts", body = Vec<PartView>), wire::ReadErrors))]
async fn list(call: Call, PathOf(slug): PathOf<String>) -> Result<Json, ApiError> {
    call.workspace(slug, Action::HomePreferencesRead).read(|tx| Json::of(&queries::list(tx)?)).await
}

/// Shows or hides a part of one's home page, or puts it elsewhere. Answers all of them.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/home-preferences/", operation_id = "update_home_preference", tag = "Home preferences",
    params(wire::WorkspacePath), request_body = HomePreferenceBody, extensions(("x-action" = json!("home_preferences.write"))),
    responses((status = 200, description = "All parts as they are now", body = Vec<PartView>), wire::WriteErrors))]
async fn update(call: Call, PathOf(slug): PathOf<String>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::HomePreferencesWrite)
        .write(
            StatusCode::OK,
            body,
            |tx, body| commands::update(tx, PartFields::read(body.fields()?)?),
            |tx, _| Json::of(&queries::list(tx)?),
        )
        .await
}
