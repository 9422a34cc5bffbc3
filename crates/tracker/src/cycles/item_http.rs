//! Routes of the items of cycles.

use aileron_db::{self as db, ProjectScope, Tx};
use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Fields, Refusal, Uuid, filter::Reference, refusal::Kind};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    docs::{CycleItemPath, CyclePath, TransferBody},
    item_commands,
    model::CycleItemView,
    queries,
};
use crate::{
    collections::{CYCLE, rows},
    expand::{self, COMMON, Field, Kind as Expanded},
    wire::{self, ItemsBody},
    work_items::{list::Wanted, model::WorkItemView},
};

/// The fields in which `expand=` puts objects in the place of ids.
fn fields() -> Vec<Field> {
    COMMON.into_iter().chain([("issue", Expanded::Item), ("cycle", Expanded::Cycle)]).collect()
}

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(get, remove)).routes(routes!(transfer))
}

/// The work items of a cycle, the oldest first unless `order_by` says otherwise.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/cycles/{cycle_id}/cycle-issues/", operation_id = "list_cycle_items",
    tag = "Cycles", params(CyclePath, wire::PageQuery, wire::ShapeQuery,
        ("order_by" = Option<String>, Query, description = "As in the list of work items; filters of that list work too")),
    extensions(("x-action" = json!(["cycles.read", "work_items.read"]))),
    responses((status = 200, description = "One page of work items", body = wire::PageOf<WorkItemView>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::CyclesRead)
        .read(move |tx| {
            let query = query.clone().checked()?;
            queries::find(tx, id)?;
            let mut tx = tx.enter(project, Action::WorkItemsRead)?.ok_or_else(Refusal::forbidden)?;
            Wanted::of(&query, tx.now(), (Reference::Cycle, id))?.answer(&mut tx, &query.shape())
        })
        .await
}

/// Puts work items into a cycle that is not over; those that are in another are moved. Answers all rows of the cycle, the newest
/// first.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/cycles/{cycle_id}/cycle-issues/", operation_id = "add_cycle_items",
    tag = "Cycles", params(CyclePath), request_body = ItemsBody, extensions(("x-action" = json!("cycles.write"))),
    responses((status = 200, description = "All rows of the cycle", body = Vec<CycleItemView>), wire::WriteErrors))]
async fn add(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::CyclesWrite)
        .write_read(
            StatusCode::OK,
            body,
            |body| wanted(body.fields()?),
            move |tx, items| item_commands::add(tx, id, &items).map(|()| id),
            |tx, id| {
                let place = (tx.workspace_id(), tx.project_id());
                let rows = rows::list(tx, CYCLE, id)?;
                Json::of(&rows.iter().map(|row| CycleItemView::new(row, place)).collect::<Vec<_>>())
            },
        )
        .await
}

fn wanted(fields: Fields) -> Result<Vec<Uuid>, Refusal> {
    let body = json!({ "error": "Work items are required", "code": "MISSING_WORK_ITEMS", "issues": ["This field is required."] });
    rows::wanted(fields, Refusal::new(Kind::Invalid, body))
}

/// That a work item is in a cycle.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/cycles/{cycle_id}/cycle-issues/{work_item_id}/",
    operation_id = "get_cycle_item", tag = "Cycles", params(CycleItemPath, wire::ShapeQuery), extensions(("x-action" = json!("cycles.read"))),
    responses((status = 200, description = "The row", body = CycleItemView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, project, id, item)): PathOf<(String, Uuid, Uuid, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::CyclesRead)
        .read(move |tx| {
            let view = row(tx, id, item)?;
            expand::one(tx, &view, &query.shape(), &fields())
        })
        .await
}

fn row(tx: &mut Tx<'_, ProjectScope>, id: Uuid, item: Uuid) -> db::Result<CycleItemView> {
    let place = (tx.workspace_id(), tx.project_id());
    queries::find(tx, id)?;
    Ok(CycleItemView::new(&rows::one(tx, CYCLE, id, item)?, place))
}

/// Takes a work item out of a cycle.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/cycles/{cycle_id}/cycle-issues/{work_item_id}/",
    operation_id = "remove_cycle_item", tag = "Cycles", params(CycleItemPath), extensions(("x-action" = json!("cycles.write"))),
    responses((status = 204, description = "No longer in it"), wire::WriteErrors))]
async fn remove(
    call: Call,
    PathOf((slug, project, id, item)): PathOf<(String, Uuid, Uuid, Uuid)>,
    body: Body,
) -> Result<Response, ApiError> {
    call.project(slug, project, Action::CyclesWrite).run(body, move |tx, _| item_commands::remove(tx, id, item)).await
}

/// Moves what is left undone in a cycle that is over to one that is not. How the first stood is kept in its `progress_snapshot`.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/cycles/{cycle_id}/transfer-issues/", operation_id = "transfer_cycle_items",
    tag = "Cycles", params(CyclePath), request_body = TransferBody, extensions(("x-action" = json!("cycles.write"))),
    responses((status = 200, description = "Done", body = Object), wire::WriteErrors))]
async fn transfer(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::CyclesWrite)
        .write(
            StatusCode::OK,
            body,
            move |tx, body| {
                let mut fields = body.fields()?;
                let to = fields.nullable_id("new_cycle_id").flatten();
                fields.finish()?;
                let to = to.ok_or_else(|| Refusal::error("New Cycle Id is required"))?;
                item_commands::transfer(tx, id, to).map(|()| id)
            },
            |_, _| Json::of(&json!({ "message": "Success" })),
        )
        .await
}
