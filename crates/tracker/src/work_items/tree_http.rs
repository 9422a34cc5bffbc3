//! Routes of what is below a work item.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Refusal, Uuid, limits::TREE_DEPTH};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    tree::{self, TreeView},
};
use crate::wire;

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list, put))
}

/// Which items.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct SubItemsBody {
    /// 1 to 100 items of the project, none of which is above the one that they are put below.
    #[schema(example = json!(["0190f2a4-0000-7000-8000-000000000001"]), max_items = 100)]
    work_item_ids: Vec<Uuid>,
}

/// The items below a work item, level by level, siblings in their manual order, and how far they are by group of states.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/sub-items/", operation_id = "list_sub_items",
    tag = "Work items", params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"),
        ("depth" = Option<i64>, Query, description = "How many levels, 1 to 10", minimum = 1, maximum = 10)),
    extensions(("x-action" = json!("work_items.read"))),
    responses((status = 200, description = "What is below it", body = TreeView), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::WorkItemsRead)
        .read(move |tx| {
            let levels = levels(&query)?;
            Json::of(&tree::below(tx, id, levels)?)
        })
        .await
}

/// Puts items of the project below a work item, wherever they were before.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/sub-items/", operation_id = "put_sub_items",
    tag = "Work items", params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item")), request_body = SubItemsBody,
    extensions(("x-action" = json!("work_items.update"))),
    responses((status = 200, description = "What is right below it now", body = TreeView), wire::WriteErrors))]
async fn put(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::WorkItemsUpdate)
        .write(
            StatusCode::OK,
            body,
            move |tx, body| {
                let mut fields = body.fields()?;
                let ids = commands::wanted_ids(&mut fields).unwrap_or_default();
                fields.finish()?;
                commands::check_one(tx, id)?;
                commands::set_parent_of_all(tx, ids, Some(id)).map(|()| id)
            },
            |tx, id| Json::of(&tree::below(tx, id, 1)?),
        )
        .await
}

fn levels(query: &Query) -> Result<i64, Refusal> {
    let Some(text) = query.filled("depth") else { return Ok(TREE_DEPTH.count()) };
    let levels = text.trim().parse().ok().filter(|levels| (1..=TREE_DEPTH.count()).contains(levels));
    levels.ok_or_else(|| Refusal::field("depth", format!("Must be a number from 1 to {}.", TREE_DEPTH.most)))
}
