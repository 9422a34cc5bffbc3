//! Routes of activities.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Json, PathOf, Query};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{model::ActivityView, queries};
use crate::{
    expand::{self, Field, Kind},
    wire,
    work_items::alias::with_old_address,
};

/// The fields in which `expand=` puts objects in the place of ids.
const FIELDS: &[Field] = &[("actor", Kind::People), ("issue", Kind::Item), ("project", Kind::Project), ("workspace", Kind::Workspace)];

/// The routes with their documentation, under both addresses.
pub fn routes() -> OpenApiRouter<Context> {
    let router = with_old_address(OpenApiRouter::new(), routes!(list));
    with_old_address(router, routes!(get))
}

/// The history of a work item, the oldest first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/activities/",
    operation_id = "list_activities", tag = "Activities",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"), wire::PageQuery, wire::ShapeQuery,
        ("order_by" = Option<String>, Query, description = "created_at, or -created_at for the newest first")),
    extensions(("x-action" = json!("activities.read"))),
    responses((status = 200, description = "One page of activities", body = wire::PageOf<ActivityView>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::ActivitiesRead)
        .read(move |tx| {
            let newest_first = queries::newest_first(query.filled("order_by"))?;
            let page = queries::list(tx, item, newest_first, query.page(1000)?)?;
            expand::page(tx, page, &query.shape(), FIELDS)
        })
        .await
}

/// One activity.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/activities/{activity_id}/",
    operation_id = "get_activity", tag = "Activities",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"),
        ("activity_id" = Uuid, Path, description = "The activity"), wire::ShapeQuery),
    extensions(("x-action" = json!("activities.read"))),
    responses((status = 200, description = "The activity", body = ActivityView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, project, item, id)): PathOf<(String, Uuid, Uuid, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::ActivitiesRead)
        .read(move |tx| {
            let view = queries::get(tx, item, id)?;
            expand::one(tx, &view, &query.shape(), FIELDS)
        })
        .await
}
