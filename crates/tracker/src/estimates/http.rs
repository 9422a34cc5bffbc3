//! Routes of estimates and their values.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf};
use axum::{http::StatusCode, response::Response};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    model::{EstimateFields, EstimateView, PointFields, PointView},
    points, queries,
};
use crate::wire;

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(get, create, update, delete))
        .routes(routes!(list_points, create_points))
        .routes(routes!(update_point, delete_point))
}

/// The fields of an estimate in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct EstimateBody {
    /// At most 255 characters.
    #[schema(example = "Story points", max_length = 255)]
    name: Option<String>,
    description: Option<String>,
    /// categories, points or time; the values of the last two are numbers. New estimates only; without it: categories.
    #[schema(rename = "type", example = "points")]
    r#type: Option<String>,
    /// New estimates only.
    last_used: Option<bool>,
    external_source: Option<String>,
    external_id: Option<String>,
}

/// A value of an estimate in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct EstimatePointBody {
    /// Its place in the scale; of a new value without it: after the last.
    #[schema(example = 9)]
    key: Option<i64>,
    /// At most 20 characters, unique in the estimate.
    #[schema(example = "8", max_length = 20)]
    value: Option<String>,
    description: Option<String>,
    external_source: Option<String>,
    external_id: Option<String>,
}

/// Values of an estimate in a request; the list alone is read too.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
#[schema(example = json!({"estimate_points": [{"key": 1, "value": "1"}, {"key": 2, "value": "2"}]}))]
struct EstimatePointsBody {
    /// 1 to 100 of them.
    estimate_points: Vec<EstimatePointBody>,
}

/// What is to become of items that have a value which goes.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct ReplacementBody {
    /// The value of the same estimate that they get; without it: none.
    #[schema(example = "0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d10")]
    replacement: Option<Uuid>,
}

/// The estimate of a project, in use or not.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/estimates/", operation_id = "get_estimate", tag = "Estimates",
    params(wire::ProjectPath), extensions(("x-action" = json!("estimates.read"))),
    responses((status = 200, description = "The estimate", body = EstimateView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>) -> Result<Json, ApiError> {
    call.project(slug, project, Action::EstimatesRead).read(|tx| Json::of(&EstimateView::from(queries::of_project(tx)?))).await
}

/// Makes the estimate of a project and puts it to use. A project has one; `estimate` of the project switches it off and on.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/estimates/", operation_id = "create_estimate", tag = "Estimates",
    params(wire::ProjectPath), request_body = EstimateBody, extensions(("x-action" = json!("estimates.write"))),
    responses((status = 201, description = "The new estimate", body = EstimateView), wire::WriteErrors))]
async fn create(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::EstimatesWrite)
        .write(
            StatusCode::CREATED,
            body,
            |tx, body| commands::create(tx, EstimateFields::read(body.fields()?, true)?),
            |tx, id| Json::of(&EstimateView::from(queries::get(tx, id)?)),
        )
        .await
}

/// Changes the name and the description of the project's estimate.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/estimates/", operation_id = "update_estimate", tag = "Estimates",
    params(wire::ProjectPath), request_body = EstimateBody, extensions(("x-action" = json!("estimates.write"))),
    responses((status = 200, description = "The estimate as it is now", body = EstimateView), wire::WriteErrors))]
async fn update(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::EstimatesWrite)
        .write(
            StatusCode::OK,
            body,
            |tx, body| commands::update(tx, EstimateFields::read(body.fields()?, false)?),
            |tx, id| Json::of(&EstimateView::from(queries::get(tx, id)?)),
        )
        .await
}

/// Deletes the project's estimate with its values; items that have one have none from then on.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/estimates/", operation_id = "delete_estimate", tag = "Estimates",
    params(wire::ProjectPath), extensions(("x-action" = json!("estimates.write"))),
    responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::EstimatesWrite).run(body, |tx, _| commands::delete(tx)).await
}

/// The values of an estimate in their order, 100 at most.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/estimates/{estimate_id}/estimate-points/",
    operation_id = "list_estimate_points", tag = "Estimates",
    params(wire::ProjectPath, ("estimate_id" = Uuid, Path, description = "The estimate")),
    extensions(("x-action" = json!("estimates.read"))),
    responses((status = 200, description = "The values", body = Vec<PointView>), wire::ReadErrors))]
async fn list_points(call: Call, PathOf((slug, project, estimate)): PathOf<(String, Uuid, Uuid)>) -> Result<Json, ApiError> {
    call.project(slug, project, Action::EstimatesRead)
        .read(move |tx| {
            queries::get(tx, estimate)?;
            let views: Vec<PointView> = queries::points(tx, estimate)?.into_iter().map(PointView::from).collect();
            Json::of(&views)
        })
        .await
}

/// Adds values to an estimate.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/estimates/{estimate_id}/estimate-points/",
    operation_id = "create_estimate_points", tag = "Estimates",
    params(wire::ProjectPath, ("estimate_id" = Uuid, Path, description = "The estimate")), request_body = EstimatePointsBody,
    extensions(("x-action" = json!("estimates.write"))),
    responses((status = 201, description = "The new values", body = Vec<PointView>), wire::WriteErrors))]
async fn create_points(
    call: Call,
    PathOf((slug, project, estimate)): PathOf<(String, Uuid, Uuid)>,
    body: Body,
) -> Result<Response, ApiError> {
    let sent = body.clone();
    call.project(slug, project, Action::EstimatesWrite)
        .write(
            StatusCode::CREATED,
            body,
            move |tx, body| points::create(tx, estimate, PointFields::read_list(body.json()?)?).map(|()| estimate),
            move |tx, id| {
                let new: Vec<String> = PointFields::read_list(sent.json()?)?.into_iter().filter_map(|point| point.value).collect();
                let all = queries::points(tx, id)?;
                let views: Vec<PointView> = all.into_iter().filter(|point| new.contains(&point.value)).map(PointView::from).collect();
                Json::of(&views)
            },
        )
        .await
}

/// Changes a value of an estimate.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/estimates/{estimate_id}/estimate-points/{estimate_point_id}/",
    operation_id = "update_estimate_point", tag = "Estimates",
    params(wire::ProjectPath, ("estimate_id" = Uuid, Path, description = "The estimate"),
        ("estimate_point_id" = Uuid, Path, description = "The value")), request_body = EstimatePointBody,
    extensions(("x-action" = json!("estimates.write"))),
    responses((status = 200, description = "The value as it is now", body = PointView), wire::WriteErrors))]
async fn update_point(
    call: Call,
    PathOf((slug, project, estimate, id)): PathOf<(String, Uuid, Uuid, Uuid)>,
    body: Body,
) -> Result<Response, ApiError> {
    call.project(slug, project, Action::EstimatesWrite)
        .write(
            StatusCode::OK,
            body,
            move |tx, body| points::update(tx, estimate, id, PointFields::read(body.fields()?, false)?).map(|()| id),
            move |tx, id| Json::of(&PointView::from(queries::point(tx, estimate, id)?)),
        )
        .await
}

/// Deletes a value of an estimate; items that have it get its replacement, or none.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/estimates/{estimate_id}/estimate-points/{estimate_point_id}/",
    operation_id = "delete_estimate_point", tag = "Estimates",
    params(wire::ProjectPath, ("estimate_id" = Uuid, Path, description = "The estimate"),
        ("estimate_point_id" = Uuid, Path, description = "The value")), request_body = ReplacementBody,
    extensions(("x-action" = json!("estimates.write"))),
    responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete_point(
    call: Call,
    PathOf((slug, project, estimate, id)): PathOf<(String, Uuid, Uuid, Uuid)>,
    body: Body,
) -> Result<Response, ApiError> {
    call.project(slug, project, Action::EstimatesWrite)
        .run(body, move |tx, body| {
            let mut fields = body.fields()?;
            let replacement = fields.nullable_id("replacement").flatten();
            fields.finish()?;
            points::delete(tx, estimate, id, replacement)
        })
        .await
}
