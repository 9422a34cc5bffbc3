//! Routes of the items of modules.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Refusal, Uuid, filter::Reference, refusal::Kind};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    docs::{ModuleItemPath, ModulePath},
    item_commands,
    model::ModuleItemView,
    queries,
};
use crate::{
    collections::{MODULE, rows},
    wire::{self, ItemsBody},
    work_items::{list::Wanted, model::WorkItemView},
};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(remove))
}

/// The work items of a module, the oldest first unless `order_by` says otherwise.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/modules/{module_id}/module-issues/", operation_id = "list_module_items",
    tag = "Modules", params(ModulePath, wire::PageQuery, wire::ShapeQuery,
        ("order_by" = Option<String>, Query, description = "As in the list of work items; filters of that list work too")),
    extensions(("x-action" = json!(["modules.read", "work_items.read"]))),
    responses((status = 200, description = "One page of work items", body = wire::PageOf<WorkItemView>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::ModulesRead)
        .read(move |tx| {
            let query = query.clone().checked()?;
            queries::find(tx, id)?;
            let mut tx = tx.enter(project, Action::WorkItemsRead)?.ok_or_else(Refusal::forbidden)?;
            Wanted::of(&query, tx.now(), (Reference::Module, id))?.answer(&mut tx, &query.shape())
        })
        .await
}

/// Puts work items into a module; they stay in the others that they are in. Answers all rows of the module, the newest first.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/modules/{module_id}/module-issues/", operation_id = "add_module_items",
    tag = "Modules", params(ModulePath), request_body = ItemsBody, extensions(("x-action" = json!("modules.write"))),
    responses((status = 200, description = "All rows of the module", body = Vec<ModuleItemView>), wire::WriteErrors))]
async fn add(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::ModulesWrite)
        .write_read(
            StatusCode::OK,
            body,
            |body| {
                let missing = json!({ "error": "Issues are required", "issues": ["This field is required."] });
                rows::wanted(body.fields()?, Refusal::new(Kind::Invalid, missing))
            },
            move |tx, items| item_commands::add(tx, id, &items).map(|()| id),
            |tx, id| {
                let place = (tx.workspace_id(), tx.project_id());
                let rows = rows::list(tx, MODULE, id)?;
                Json::of(&rows.iter().map(|row| ModuleItemView::new(row, place)).collect::<Vec<_>>())
            },
        )
        .await
}

/// Takes a work item out of a module.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/modules/{module_id}/module-issues/{work_item_id}/",
    operation_id = "remove_module_item", tag = "Modules", params(ModuleItemPath), extensions(("x-action" = json!("modules.write"))),
    responses((status = 204, description = "No longer in it"), wire::WriteErrors))]
async fn remove(
    call: Call,
    PathOf((slug, project, id, item)): PathOf<(String, Uuid, Uuid, Uuid)>,
    body: Body,
) -> Result<Response, ApiError> {
    call.project(slug, project, Action::ModulesWrite).run(body, move |tx, _| item_commands::remove(tx, id, item)).await
}
