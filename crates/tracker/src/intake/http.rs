//! Routes of intake. Addresses name the work item, as the compatible API does.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Refusal, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    model::{Decision, IntakeFields},
    queries::{self, Wanted},
    view::IntakeView,
};
use crate::{
    expand::{self, COMMON, Field, Kind},
    wire,
};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete)).routes(routes!(decide))
}

/// The fields in which `expand=` puts objects in the place of ids.
fn fields() -> Vec<Field> {
    COMMON.into_iter().chain([("issue", Kind::Item), ("duplicate_to", Kind::Item)]).collect()
}

/// What is asked for, as a work item. Fields of work items that decide whether one is listed are not read here.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct AskedForBody {
    /// At most 255 characters. A new one needs it.
    #[schema(example = "The lift is stuck", max_length = 255)]
    name: Option<String>,
    /// HTML of up to 1048576 bytes; what could run is removed.
    description_html: Option<String>,
    /// urgent, high, medium, low or none. Guests say it of new ones only.
    priority: Option<String>,
    /// Not read from guests, as all that follows.
    #[schema(format = Date)]
    start_date: Option<String>,
    #[schema(format = Date)]
    target_date: Option<String>,
    assignees: Option<Vec<Uuid>>,
    labels: Option<Vec<Uuid>>,
    parent: Option<Uuid>,
    estimate_point: Option<Uuid>,
}

/// A new intake item in a request.
#[derive(ToSchema)]
#[schema(example = json!({"issue": {"name": "The lift is stuck", "priority": "high"}}))]
#[allow(dead_code, reason = "documentation only")]
struct NewIntakeBody {
    issue: AskedForBody,
}

/// What changes of an intake item. Admins of the project decide; from others these fields are not read.
#[derive(ToSchema)]
#[schema(example = json!({"issue": {"name": "The lift is stuck again"}}))]
#[allow(dead_code, reason = "documentation only")]
struct IntakeBody {
    issue: Option<AskedForBody>,
    /// -2 pending, -1 declined, 0 snoozed, 1 accepted, 2 duplicate.
    status: Option<i64>,
    /// With status 0: a time to come.
    #[schema(format = DateTime)]
    snoozed_till: Option<String>,
    /// With status 2: another work item of the project.
    duplicate_to: Option<Uuid>,
    source: Option<String>,
    source_email: Option<String>,
}

/// A decision on an intake item.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct DecisionBody {
    /// -2 pending, -1 declined, 0 snoozed, 1 accepted, 2 duplicate.
    #[schema(example = -1)]
    status: i64,
    /// With status 0: a time to come.
    #[schema(format = DateTime)]
    snoozed_till: Option<String>,
    /// With status 2: another work item of the project.
    duplicate_to: Option<Uuid>,
}

/// Which intake items.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documentation only")]
struct IntakeQuery {
    /// Statuses, separated by commas. What was snoozed until a time that has come is pending.
    #[param(example = "-2,0")]
    status: Option<String>,
    /// As in the list of work items, as all that follows.
    priority: Option<String>,
    assignees: Option<String>,
    labels: Option<String>,
    created_by: Option<String>,
    created_at: Option<String>,
    updated_at: Option<String>,
    start_date: Option<String>,
    target_date: Option<String>,
    /// Part of the name.
    search: Option<String>,
    filters: Option<String>,
}

/// What people ask of a project, the newest first; guests see their own. None while the project takes none.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/intake-issues/", operation_id = "list_intake_items", tag = "Intake",
    params(wire::ProjectPath, wire::PageQuery, wire::ShapeQuery, IntakeQuery), extensions(("x-action" = json!("intake.read"))),
    responses((status = 200, description = "One page of intake items", body = wire::PageOf<IntakeView>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::IntakeRead)
        .read(move |tx| {
            let query = query.clone().checked()?;
            let page = queries::list(tx, &Wanted::read(&query, tx.now())?)?;
            expand::page(tx, page, &query.shape(), &fields())
        })
        .await
}

/// Asks for a work item. It waits in triage until somebody decides on it.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/intake-issues/", operation_id = "create_intake_item", tag = "Intake",
    params(wire::ProjectPath), request_body = NewIntakeBody, extensions(("x-action" = json!("intake.create"))),
    responses((status = 201, description = "The new intake item", body = IntakeView), wire::WriteErrors))]
async fn create(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::IntakeCreate)
        .write_read(
            StatusCode::CREATED,
            body,
            |body| IntakeFields::read(body.fields()?, true),
            commands::create,
            |tx, item| Json::of(&queries::get(tx, item)?),
        )
        .await
}

/// One intake item.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/intake-issues/{intake_item_id}/",
    operation_id = "get_intake_item", tag = "Intake",
    params(wire::ProjectPath, ("intake_item_id" = Uuid, Path, description = "Its work item"), wire::ShapeQuery),
    extensions(("x-action" = json!("intake.read"))),
    responses((status = 200, description = "The intake item", body = IntakeView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::IntakeRead)
        .read(move |tx| {
            let view = queries::get(tx, item)?;
            expand::one(tx, &view, &query.shape(), &fields())
        })
        .await
}

/// Changes an intake item. Guests word their own (others' are 400, as recorded), members change what it says, admins decide on it.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/intake-issues/{intake_item_id}/",
    operation_id = "update_intake_item", tag = "Intake",
    params(wire::ProjectPath, ("intake_item_id" = Uuid, Path, description = "Its work item")), request_body = IntakeBody,
    extensions(("x-action" = json!("intake.update"))),
    responses((status = 200, description = "The intake item as it is now", body = IntakeView), wire::WriteErrors))]
async fn update(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::IntakeUpdate)
        .write_read(
            StatusCode::OK,
            body,
            |body| IntakeFields::read(body.fields()?, false),
            move |tx, fields| commands::update(tx, item, fields).map(|()| item),
            |tx, item| Json::of(&queries::get(tx, item)?),
        )
        .await
}

/// Decides on an intake item: accepts it into the state in which items start, declines it, puts it off, or calls it a duplicate.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/intake-issues/{intake_item_id}/status/",
    operation_id = "decide_intake_item", tag = "Intake",
    params(wire::ProjectPath, ("intake_item_id" = Uuid, Path, description = "Its work item")), request_body = DecisionBody,
    extensions(("x-action" = json!("intake.decide"))),
    responses((status = 200, description = "The intake item as it is now", body = IntakeView), wire::WriteErrors))]
async fn decide(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    let read = |body: &Body| -> Result<Decision, Refusal> {
        let mut fields = body.fields()?;
        fields.require("status");
        Decision::read(fields)
    };
    call.project(slug, project, Action::IntakeDecide)
        .write(
            StatusCode::OK,
            body,
            move |tx, body| commands::decide(tx, item, read(body)?).map(|()| item),
            |tx, item| Json::of(&queries::get(tx, item)?),
        )
        .await
}

/// Deletes an intake item: one's own, or as an admin. Unless it was accepted, its work item goes with it.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/intake-issues/{intake_item_id}/",
    operation_id = "delete_intake_item", tag = "Intake",
    params(wire::ProjectPath, ("intake_item_id" = Uuid, Path, description = "Its work item")), extensions(("x-action" = json!("intake.delete"))),
    responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::IntakeDelete).run(body, move |tx, _| commands::delete(tx, item)).await
}
