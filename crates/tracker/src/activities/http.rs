//! Routes of activities.

use aileron_db as db;
use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Json, PathOf, Query};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{model::ActivityView, queries};
use crate::{people, wire, work_items::alias::with_old_address};

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
            let shape = query.shape();
            if shape.is_plain() {
                return Json::of(&page);
            }
            let mut rows = page.results.iter().map(wire::value).collect::<db::Result<Vec<_>>>()?;
            people::expand(tx, &shape, &["actor"], &mut rows)?;
            wire::page(page.with(rows), &shape)
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
            let shape = query.shape();
            let mut rows = vec![wire::value(&queries::get(tx, item, id)?)?];
            people::expand(tx, &shape, &["actor"], &mut rows)?;
            wire::one(&rows.into_iter().next(), &shape)
        })
        .await
}
