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
    model::{Of, PreferenceFields, PreferencesView},
    queries,
};
use crate::{
    cycles::{self, docs::CyclePath},
    modules::{self, docs::ModulePath},
    views::{
        self,
        docs::{ViewPath, WorkspaceViewPath},
    },
    wire,
};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(get, update))
        .routes(routes!(get_of_cycle, update_of_cycle))
        .routes(routes!(get_of_module, update_of_module))
        .routes(routes!(get_of_view, update_of_view))
        .routes(routes!(get_of_workspace_view, update_of_workspace_view))
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
    /// The place of the project among one's own. Of projects only.
    sort_order: Option<f64>,
}

/// How one wants the items of a project shown.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/user-properties/", operation_id = "get_display_preferences",
    tag = "Display preferences", params(wire::ProjectPath), extensions(("x-action" = json!("display_preferences.read"))),
    responses((status = 200, description = "One's preferences, or the defaults", body = PreferencesView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>) -> Result<Json, ApiError> {
    call.project(slug, project, Action::DisplayPreferencesRead).read(move |tx| Json::of(&queries::view(tx, Of::Project(project))?)).await
}

/// Changes how one wants the items of a project shown.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/user-properties/", operation_id = "update_display_preferences",
    tag = "Display preferences", params(wire::ProjectPath), request_body = PreferencesBody, extensions(("x-action" = json!("display_preferences.write"))),
    responses((status = 200, description = "One's preferences as they are now", body = PreferencesView), wire::WriteErrors))]
async fn update(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::DisplayPreferencesWrite)
        .write(
            StatusCode::OK,
            body,
            move |tx, body| commands::update(tx, Of::Project(project), PreferenceFields::read(body.fields()?)?),
            move |tx, _| Json::of(&queries::view(tx, Of::Project(project))?),
        )
        .await
}

/// How one wants the items of a cycle shown.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/cycles/{cycle_id}/user-properties/", operation_id = "get_cycle_display_preferences",
    tag = "Display preferences", params(CyclePath), extensions(("x-action" = json!("display_preferences.read"))),
    responses((status = 200, description = "One's preferences, or the defaults", body = PreferencesView), wire::ReadErrors))]
async fn get_of_cycle(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>) -> Result<Json, ApiError> {
    call.project(slug, project, Action::DisplayPreferencesRead)
        .read(move |tx| {
            cycles::queries::find(tx, id)?;
            Json::of(&queries::view(tx, Of::Cycle(id))?)
        })
        .await
}

/// Changes how one wants the items of a cycle shown.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/cycles/{cycle_id}/user-properties/", operation_id = "update_cycle_display_preferences",
    tag = "Display preferences", params(CyclePath), request_body = PreferencesBody, extensions(("x-action" = json!("display_preferences.write"))),
    responses((status = 200, description = "One's preferences as they are now", body = PreferencesView), wire::WriteErrors))]
async fn update_of_cycle(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::DisplayPreferencesWrite)
        .write(
            StatusCode::OK,
            body,
            move |tx, body| {
                cycles::queries::find(tx, id)?;
                commands::update(tx, Of::Cycle(id), PreferenceFields::read(body.fields()?)?)
            },
            move |tx, _| Json::of(&queries::view(tx, Of::Cycle(id))?),
        )
        .await
}

/// How one wants the items of a module shown.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/modules/{module_id}/user-properties/", operation_id = "get_module_display_preferences",
    tag = "Display preferences", params(ModulePath), extensions(("x-action" = json!("display_preferences.read"))),
    responses((status = 200, description = "One's preferences, or the defaults", body = PreferencesView), wire::ReadErrors))]
async fn get_of_module(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>) -> Result<Json, ApiError> {
    call.project(slug, project, Action::DisplayPreferencesRead)
        .read(move |tx| {
            modules::queries::find(tx, id)?;
            Json::of(&queries::view(tx, Of::Module(id))?)
        })
        .await
}

/// Changes how one wants the items of a module shown.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/modules/{module_id}/user-properties/", operation_id = "update_module_display_preferences",
    tag = "Display preferences", params(ModulePath), request_body = PreferencesBody, extensions(("x-action" = json!("display_preferences.write"))),
    responses((status = 200, description = "One's preferences as they are now", body = PreferencesView), wire::WriteErrors))]
async fn update_of_module(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::DisplayPreferencesWrite)
        .write(
            StatusCode::OK,
            body,
            move |tx, body| {
                modules::queries::find(tx, id)?;
                commands::update(tx, Of::Module(id), PreferenceFields::read(body.fields()?)?)
            },
            move |tx, _| Json::of(&queries::view(tx, Of::Module(id))?),
        )
        .await
}

/// How one wants the items of a view shown.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/views/{view_id}/user-properties/", operation_id = "get_view_display_preferences",
    tag = "Display preferences", params(ViewPath), extensions(("x-action" = json!("display_preferences.read"))),
    responses((status = 200, description = "One's preferences, or the defaults", body = PreferencesView), wire::ReadErrors))]
async fn get_of_view(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>) -> Result<Json, ApiError> {
    call.project(slug, project, Action::DisplayPreferencesRead)
        .read(move |tx| {
            views::queries::get(tx, id)?;
            Json::of(&queries::view(tx, Of::View(id))?)
        })
        .await
}

/// Changes how one wants the items of a view shown.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/views/{view_id}/user-properties/", operation_id = "update_view_display_preferences",
    tag = "Display preferences", params(ViewPath), request_body = PreferencesBody, extensions(("x-action" = json!("display_preferences.write"))),
    responses((status = 200, description = "One's preferences as they are now", body = PreferencesView), wire::WriteErrors))]
async fn update_of_view(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::DisplayPreferencesWrite)
        .write(
            StatusCode::OK,
            body,
            move |tx, body| {
                views::queries::get(tx, id)?;
                commands::update(tx, Of::View(id), PreferenceFields::read(body.fields()?)?)
            },
            move |tx, _| Json::of(&queries::view(tx, Of::View(id))?),
        )
        .await
}

/// How one wants the items of a view of the workspace itself shown.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/views/{view_id}/user-properties/", operation_id = "get_workspace_view_display_preferences",
    tag = "Display preferences", params(WorkspaceViewPath), extensions(("x-action" = json!("workspace_views.read"))),
    responses((status = 200, description = "One's preferences, or the defaults", body = PreferencesView), wire::ReadErrors))]
async fn get_of_workspace_view(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>) -> Result<Json, ApiError> {
    call.workspace(slug, Action::WorkspaceViewsRead)
        .read(move |tx| {
            views::queries::get(tx, id)?;
            Json::of(&queries::view(tx, Of::View(id))?)
        })
        .await
}

/// Changes how one wants the items of a view of the workspace itself shown.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/views/{view_id}/user-properties/", operation_id = "update_workspace_view_display_preferences",
    tag = "Display preferences", params(WorkspaceViewPath), request_body = PreferencesBody, extensions(("x-action" = json!("workspace_views.write"))),
    responses((status = 200, description = "One's preferences as they are now", body = PreferencesView), wire::WriteErrors))]
async fn update_of_workspace_view(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::WorkspaceViewsWrite)
        .write(
            StatusCode::OK,
            body,
            move |tx, body| {
                views::queries::get(tx, id)?;
                commands::update(tx, Of::View(id), PreferenceFields::read(body.fields()?)?)
            },
            move |tx, _| Json::of(&queries::view(tx, Of::View(id))?),
        )
        .await
}
