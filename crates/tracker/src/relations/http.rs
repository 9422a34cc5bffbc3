//! Routes of relations.

use aileron_db::{self as db, ProjectScope, Tx, WriteTx};
use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid, work::RelationKind};
use aileron_platform::web::{ApiError, Body, Json, PathOf};
use axum::{http::StatusCode, response::Response};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    model::{Dependencies, RelatedItem, RelationFields, Relations, is_offered},
    queries,
};
use crate::wire;

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(remove))
        .routes(routes!(list_dependencies, create_dependencies))
        .routes(routes!(remove_dependencies))
}

/// New relations in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct RelationBody {
    /// `blocking`, `blocked_by`, `duplicate`, `relates_to`, `start_before`, `start_after`, `finish_before` or `finish_after`, read
    /// from the item of the address.
    #[schema(example = "blocking")]
    relation_type: String,
    /// 1 to 1000 work items of this project or of others that the caller sees. One that is unknown refuses all.
    #[schema(example = json!(["0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d10"]))]
    issues: Vec<Uuid>,
}

/// An end of relations in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct EndedRelationBody {
    /// The other work item.
    #[schema(example = "0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d10")]
    related_issue: Uuid,
    /// Only the relation of this kind; without it: all between the two.
    #[schema(example = "blocking")]
    relation_type: Option<String>,
}

/// New dependencies in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct DependencyBody {
    /// `blocking`, `blocked_by`, `start_before`, `start_after`, `finish_before` or `finish_after`, read from the item of the address.
    #[schema(example = "start_after")]
    relation_type: String,
    /// 1 to 1000 work items of this project or of others that the caller sees. One that is unknown refuses all.
    #[schema(example = json!(["0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d10"]))]
    work_item_ids: Vec<Uuid>,
}

/// The items that a work item has to do with, by kind, as far as the caller sees them.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/relations/",
    operation_id = "list_relations", tag = "Relations",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item")),
    extensions(("x-action" = json!("relations.read"))),
    responses((status = 200, description = "The items by kind", body = Relations), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>) -> Result<Json, ApiError> {
    call.project(slug, project, Action::RelationsRead).read(move |tx| Json::of(&Relations::of(&queries::list(tx, item)?))).await
}

/// Relates a work item to others. A relation that is there stays as it is.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/relations/",
    operation_id = "create_relations", tag = "Relations",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item")), request_body = RelationBody,
    extensions(("x-action" = json!("relations.write"))),
    responses((status = 201, description = "The items that it is related to", body = Vec<RelatedItem>), wire::WriteErrors))]
async fn create(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    let read = |body: &Body| RelationFields::read(body.fields()?, "issues", is_offered);
    let sent = body.clone();
    call.project(slug, project, Action::RelationsWrite)
        .write(StatusCode::CREATED, body, move |tx, body| relate(tx, item, &read(body)?), move |tx, id| shown(tx, id, &read(&sent)?))
        .await
}

/// Ends the relations of a work item to another one.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/relations/remove/",
    operation_id = "remove_relations", tag = "Relations",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item")), request_body = EndedRelationBody,
    extensions(("x-action" = json!("relations.write"))), responses((status = 204, description = "Ended"), wire::WriteErrors))]
async fn remove(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::RelationsWrite)
        .run(body, move |tx, body| {
            let mut fields = body.fields()?;
            fields.require("related_issue");
            let other = fields.id("related_issue");
            let kind = fields.choice("relation_type", RelationKind::parse);
            fields.finish()?;
            commands::remove(tx, item, other.unwrap_or_default(), |found| kind.is_none_or(|kind| kind == found))
        })
        .await
}

/// The items before or after which a work item is worked on, by kind, as far as the caller sees them.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/dependencies/",
    operation_id = "list_dependencies", tag = "Relations",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item")),
    extensions(("x-action" = json!("relations.read"))),
    responses((status = 200, description = "The items by kind", body = Dependencies), wire::ReadErrors))]
async fn list_dependencies(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>) -> Result<Json, ApiError> {
    call.project(slug, project, Action::RelationsRead).read(move |tx| Json::of(&Dependencies::of(&queries::list(tx, item)?))).await
}

/// Says before or after which others a work item is worked on. A dependency that is there stays as it is.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/dependencies/",
    operation_id = "create_dependencies", tag = "Relations",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item")), request_body = DependencyBody,
    extensions(("x-action" = json!("relations.write"))),
    responses((status = 201, description = "The items that it is related to", body = Vec<RelatedItem>), wire::WriteErrors))]
async fn create_dependencies(
    call: Call,
    PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>,
    body: Body,
) -> Result<Response, ApiError> {
    let read = |body: &Body| RelationFields::read(body.fields()?, "work_item_ids", RelationKind::is_dependency);
    let sent = body.clone();
    call.project(slug, project, Action::RelationsWrite)
        .write(StatusCode::CREATED, body, move |tx, body| relate(tx, item, &read(body)?), move |tx, id| shown(tx, id, &read(&sent)?))
        .await
}

/// Ends the dependencies between two work items. Other relations of theirs stay.
#[utoipa::path(delete,
    path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/dependencies/{related_work_item_id}/",
    operation_id = "remove_dependencies", tag = "Relations",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"),
        ("related_work_item_id" = Uuid, Path, description = "The other work item")),
    extensions(("x-action" = json!("relations.write"))), responses((status = 204, description = "Ended"), wire::WriteErrors))]
async fn remove_dependencies(
    call: Call,
    PathOf((slug, project, item, other)): PathOf<(String, Uuid, Uuid, Uuid)>,
    body: Body,
) -> Result<Response, ApiError> {
    call.project(slug, project, Action::RelationsWrite)
        .run(body, move |tx, _| commands::remove(tx, item, other, RelationKind::is_dependency))
        .await
}

fn relate(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, fields: &RelationFields) -> db::Result<Uuid> {
    commands::create(tx, item, fields)?;
    Ok(item)
}

fn shown(tx: &mut Tx<'_, ProjectScope>, item: Uuid, fields: &RelationFields) -> db::Result<Json> {
    Json::of(&queries::related(tx, item, fields.kind, &fields.items)?)
}
