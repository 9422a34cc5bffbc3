//! Routes about many work items at once: all of them or none.

use aileron_db::{self as db, ProjectScope, Tx, id_in, schema::WORK_ITEMS};
use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Refusal, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf};
use axum::{http::StatusCode, response::Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::commands::{self, BulkFields};
use crate::wire;

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(update)).routes(routes!(archive)).routes(routes!(delete))
}

/// What all of the items get. Absent fields stay as they are.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct BulkBody {
    /// 1 to 100 items of the project.
    #[schema(example = json!(["0190f2a4-0000-7000-8000-000000000001"]), max_items = 100)]
    work_item_ids: Vec<Uuid>,
    /// A state of the project; null: the one in which new items start.
    state: Option<Uuid>,
    #[schema(example = "high")]
    priority: Option<String>,
    /// An item of the same project that is not below one of these.
    parent: Option<Uuid>,
    type_id: Option<Uuid>,
    estimate_point: Option<Uuid>,
    #[schema(format = Date)]
    start_date: Option<String>,
    /// Not before the start date of any of them.
    #[schema(format = Date)]
    target_date: Option<String>,
    /// Who works on each of them. Guests and people outside of the project are left out.
    assignees: Option<Vec<Uuid>>,
    add_assignees: Option<Vec<Uuid>>,
    remove_assignees: Option<Vec<Uuid>>,
    /// The labels of each of them. Labels of other projects are left out.
    labels: Option<Vec<Uuid>>,
    add_labels: Option<Vec<Uuid>>,
    remove_labels: Option<Vec<Uuid>>,
    /// A cycle that is not over; null: none.
    cycle: Option<Uuid>,
    /// The modules of each of them.
    modules: Option<Vec<Uuid>>,
    add_modules: Option<Vec<Uuid>>,
    remove_modules: Option<Vec<Uuid>>,
}

/// Which items.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct ChosenItemsBody {
    /// 1 to 100 items of the project.
    #[schema(example = json!(["0190f2a4-0000-7000-8000-000000000001"]), max_items = 100)]
    work_item_ids: Vec<Uuid>,
}

/// The items after a change, in the order in which they were named.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = BulkResult)]
pub(super) struct BulkView {
    work_items: Vec<VersionView>,
}

/// An item and its version, which a later change can send as `If-Match`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = WorkItemVersion)]
struct VersionView {
    id: Uuid,
    version: i64,
}

/// The items that a body names, as they are now.
fn present(tx: &mut Tx<'_, ProjectScope>, body: &Body) -> db::Result<Json> {
    let ids = commands::wanted_ids(&mut body.fields()?).unwrap_or_default();
    let of = |column| WORK_ITEMS.col(column);
    let select = tx.from_with_deleted(WORK_ITEMS).filter(id_in(WORK_ITEMS, "id", &ids)).expr(of("id")).expr(of("version"));
    let found = tx.all::<(Uuid, i64)>(&select)?;
    let version = |id: &Uuid| found.iter().find(|row| row.0 == *id).map(|(id, version)| VersionView { id: *id, version: *version });
    Json::of(&BulkView { work_items: ids.iter().filter_map(version).collect() })
}

fn ids(body: &Body) -> Result<Vec<Uuid>, Refusal> {
    let mut fields = body.fields()?;
    let ids = commands::wanted_ids(&mut fields).unwrap_or_default();
    fields.finish().map(|()| ids)
}

/// Changes many work items alike, each by the rules of a single change: all of them, or none where one is refused. Lists are replaced first
/// where that is said, then their elements come and go.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/bulk-update/", operation_id = "bulk_update_work_items",
    tag = "Work items", params(wire::ProjectPath), request_body = BulkBody, extensions(("x-action" = json!("work_items.update"))),
    responses((status = 200, description = "The items with their new versions", body = BulkView), wire::WriteErrors))]
async fn update(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    let sent = body.clone();
    call.project(slug, project, Action::WorkItemsUpdate)
        .write(
            StatusCode::OK,
            body,
            |tx, body| {
                let fields = BulkFields::read(body.fields()?)?;
                commands::update_many(tx, &fields).map(|()| Uuid::nil())
            },
            move |tx, _| present(tx, &sent),
        )
        .await
}

/// Archives many work items, which are completed or cancelled: all of them or none.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/bulk-archive/", operation_id = "bulk_archive_work_items",
    tag = "Work items", params(wire::ProjectPath), request_body = ChosenItemsBody, extensions(("x-action" = json!("work_items.archive"))),
    responses((status = 200, description = "The items with their new versions", body = BulkView), wire::WriteErrors))]
async fn archive(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    let sent = body.clone();
    call.project(slug, project, Action::WorkItemsArchive)
        .write(
            StatusCode::OK,
            body,
            |tx, body| commands::archive_many(tx, &ids(body)?).map(|()| Uuid::nil()),
            move |tx, _| present(tx, &sent),
        )
        .await
}

/// Deletes many work items and what is below them, all or none. Who is no admin deletes them only if he made all of them.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/bulk-delete/", operation_id = "bulk_delete_work_items",
    tag = "Work items", params(wire::ProjectPath), request_body = ChosenItemsBody, extensions(("x-action" = json!("work_items.delete"))),
    responses((status = 200, description = "The items with the versions under which they went", body = BulkView), wire::WriteErrors))]
async fn delete(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    let sent = body.clone();
    call.project(slug, project, Action::WorkItemsDelete)
        .write(
            StatusCode::OK,
            body,
            |tx, body| commands::delete_many(tx, &ids(body)?).map(|()| Uuid::nil()),
            move |tx, _| present(tx, &sent),
        )
        .await
}
