//! Routes of work item types.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Json, PathOf, Query};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::WorkItemType;
use crate::{
    expand::{self, COMMON},
    wire,
};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get))
}

/// The types that a project uses, by name: a plain list, as clients expect it.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-item-types/", operation_id = "list_work_item_types",
    tag = "Work item types", params(wire::ProjectPath, wire::ShapeQuery),
    extensions(("x-action" = json!("work_item_types.read"))),
    responses((status = 200, description = "The types", body = Vec<WorkItemType>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::WorkItemTypesRead)
        .read(move |tx| {
            let shape = query.shape();
            let mut rows = super::list(tx)?.iter().map(wire::value).collect::<Result<Vec<_>, _>>()?;
            expand::fill(tx, &mut rows, &shape, &COMMON)?;
            Json::of(&rows.into_iter().map(|row| shape.cut(row)).collect::<Vec<_>>())
        })
        .await
}

/// One type that the project uses.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-item-types/{type_id}/",
    operation_id = "get_work_item_type", tag = "Work item types",
    params(wire::ProjectPath, ("type_id" = Uuid, Path, description = "The type"), wire::ShapeQuery),
    extensions(("x-action" = json!("work_item_types.read"))),
    responses((status = 200, description = "The type", body = WorkItemType), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::WorkItemTypesRead)
        .read(move |tx| {
            let view = super::get(tx, id)?;
            expand::one(tx, &view, &query.shape(), &COMMON)
        })
        .await
}
