//! Routes of the rules of projects.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    docs::{AutomationBody, AutomationPath, DryRunBody},
    dry_run::{self, DryRunView},
    fields::AutomationFields,
    model::{AutomationView, RunView},
    queries,
};
use crate::{
    expand::{self, COMMON},
    versions::{IfMatch, tagged},
    wire,
};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete)).routes(routes!(runs)).routes(routes!(try_out))
}

/// The automations of a project in the order in which they act.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/automations/", operation_id = "list_automations", tag = "Automations",
    params(wire::ProjectPath, wire::PageQuery, wire::ShapeQuery), extensions(("x-action" = json!("automations.read"))),
    responses((status = 200, description = "One page of automations", body = wire::PageOf<AutomationView>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::AutomationsRead)
        .read(move |tx| {
            let page = queries::list(tx, query.page(1000)?)?;
            expand::page(tx, page, &query.shape(), &COMMON)
        })
        .await
}

/// Makes an automation: when something happens, and if the work item fits, something is done. It acts with the rights of the project and
/// on nothing else.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/automations/", operation_id = "create_automation", tag = "Automations",
    params(wire::ProjectPath), request_body = AutomationBody, extensions(("x-action" = json!(["automations.write", "work_items.archive"]))),
    responses((status = 201, description = "The new automation", body = AutomationView), wire::WriteErrors))]
async fn create(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::AutomationsWrite)
        .write_read(
            StatusCode::CREATED,
            body,
            |body| AutomationFields::read(body.fields()?, true),
            commands::create,
            |tx, id| Json::of(&AutomationView::from(queries::get(tx, id)?)),
        )
        .await
}

/// One automation. Its version is the `ETag`, which a later change can send as `If-Match`.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/automations/{automation_id}/", operation_id = "get_automation",
    tag = "Automations", params(AutomationPath, wire::ShapeQuery), extensions(("x-action" = json!("automations.read"))),
    responses((status = 200, description = "The automation", body = AutomationView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Response, ApiError> {
    let read = call.project(slug, project, Action::AutomationsRead).read(move |tx| {
        let stored = queries::get(tx, id)?;
        let version = stored.version;
        Ok((version, expand::one(tx, &AutomationView::from(stored), &query.shape(), &COMMON)?))
    });
    Ok(tagged(read.await?))
}

/// Changes an automation. One that carries out a setting of the project is changed there. With `If-Match`, only if it has not changed since
/// it was read.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/automations/{automation_id}/", operation_id = "update_automation",
    tag = "Automations", params(AutomationPath, wire::IfMatchHeader), request_body = AutomationBody,
    extensions(("x-action" = json!(["automations.write", "work_items.archive"]))),
    responses((status = 200, description = "The automation as it is now", body = AutomationView), wire::Changed, wire::WriteErrors))]
async fn update(
    call: Call,
    PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>,
    if_match: IfMatch,
    body: Body,
) -> Result<Response, ApiError> {
    call.project(slug, project, Action::AutomationsWrite)
        .write_read(
            StatusCode::OK,
            body,
            |body| AutomationFields::read(body.fields()?, false),
            move |tx, fields| commands::update(tx, id, fields, &if_match).map(|()| id),
            |tx, id| Json::of(&AutomationView::from(queries::get(tx, id)?)),
        )
        .await
}

/// Deletes an automation. What it did stays.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/automations/{automation_id}/", operation_id = "delete_automation",
    tag = "Automations", params(AutomationPath), extensions(("x-action" = json!("automations.write"))),
    responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::AutomationsWrite).run(body, move |tx, _| commands::delete(tx, id)).await
}

/// What an automation did within the last 60 days, the newest first, and why not.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/automations/{automation_id}/runs/",
    operation_id = "list_automation_runs", tag = "Automations", params(AutomationPath, wire::PageQuery),
    extensions(("x-action" = json!("automations.read"))),
    responses((status = 200, description = "One page of runs", body = wire::PageOf<RunView>), wire::ReadErrors))]
async fn runs(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::AutomationsRead).read(move |tx| Json::of(&queries::runs(tx, id, query.page(1000)?)?)).await
}

/// Tries an automation out on what happened: which work items it would have acted on, and what it would have done, as they stood then.
/// Nothing is written. What the answer cannot know it says (`unknown`).
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/automations/dry-run/", operation_id = "dry_run_automation",
    tag = "Automations", params(wire::ProjectPath), request_body = DryRunBody, extensions(("x-action" = json!(["automations.write", "work_items.archive"]))),
    responses((status = 200, description = "What it would have done", body = DryRunView), wire::WriteErrors))]
async fn try_out(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Json, ApiError> {
    call.project(slug, project, Action::AutomationsWrite)
        .read(move |tx| Json::of(&dry_run::dry_run(tx, dry_run::Wanted::read(body.fields()?)?)?))
        .await
}
