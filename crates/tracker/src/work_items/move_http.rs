//! Routes of work items that move to another project, or are copied.

use std::collections::HashMap;

use aileron_db::{self as db, ExprTrait as _, Order, ProjectScope, Tx, id_in, schema::EVENTS};
use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Change, Refusal, Uuid, text};
use aileron_platform::web::{ApiError, Body, Json, PathOf};
use axum::{http::StatusCode, response::Response};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands::{self, Below, CopyFields, Departed},
    model::WorkItemView,
    queries,
};
use crate::wire;

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(move_one)).routes(routes!(bulk_move)).routes(routes!(duplicate))
}

/// Where to.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct MoveBody {
    /// Another project of the workspace, in which the caller may make work items.
    #[schema(example = "0190f2a4-0000-7000-8000-000000000001")]
    target_project_id: Uuid,
    /// What becomes of the items below: `move` (they move too) or `detach` (they stay, below nothing).
    #[schema(example = "move", default = "move")]
    sub_items: Option<String>,
}

/// What, and where to.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct BulkMoveBody {
    /// 1 to 100 items of the project.
    #[schema(example = json!(["0190f2a4-0000-7000-8000-000000000001"]), max_items = 100)]
    work_item_ids: Vec<Uuid>,
    /// Another project of the workspace, in which the caller may make work items.
    #[schema(example = "0190f2a4-0000-7000-8000-000000000001")]
    target_project_id: Uuid,
    /// What becomes of the items below: `move` (they move too) or `detach` (they stay, below nothing).
    #[schema(default = "move")]
    sub_items: Option<String>,
}

/// What a copy takes along.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct CopyBody {
    /// Its name, if another one.
    #[schema(example = "A copy", max_length = 255)]
    name: Option<String>,
    #[schema(default = true)]
    assignees: Option<bool>,
    #[schema(default = true)]
    labels: Option<bool>,
    #[schema(default = true)]
    links: Option<bool>,
    /// Both items then name the same stored files.
    #[schema(default = true)]
    attachments: Option<bool>,
    /// Whether the items below are copied too, 500 at most.
    #[schema(default = false)]
    sub_items: Option<bool>,
}

/// Items that moved.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MoveResult)]
struct MovedView {
    work_items: Vec<MovedItemView>,
}

/// An item that moved, and what it left behind.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MovedWorkItem)]
struct MovedItemView {
    id: Uuid,
    project: Uuid,
    #[schema(example = "ENG-42")]
    old_identifier: Value,
    #[schema(example = "OPS-7")]
    new_identifier: Value,
    /// What had no counterpart in the new project: the field and what it was.
    dropped: Vec<DroppedView>,
}

/// Something that stayed behind.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DroppedValue)]
struct DroppedView {
    #[schema(example = "labels")]
    field: String,
    id: Option<Uuid>,
    name: Value,
}

impl MovedItemView {
    fn new(id: Uuid, mut changes: Vec<Change>, taken_out: &[Change]) -> Self {
        let place = changes.iter().position(|change| change.field == "project").map(|at| changes.remove(at)).unwrap_or_default();
        let key = |value: &Value| value.as_str().map(text::key);
        // A label that goes and one of the same name that comes are the same to people.
        let comes_again =
            |lost: &Change| changes.iter().any(|new| new.field == lost.field && new.old_id.is_none() && key(&new.new) == key(&lost.old));
        let is_kept = |lost: &Change| lost.new_id.is_some() || comes_again(lost);
        let lost = changes.iter().chain(taken_out).filter(|change| change.old_id.is_some() && !is_kept(change));
        let dropped = lost.map(|lost| DroppedView { field: lost.field.clone(), id: lost.old_id, name: lost.old.clone() });
        let dropped = dropped.collect();
        Self { id, project: place.new_id.unwrap_or_default(), old_identifier: place.old, new_identifier: place.new, dropped }
    }
}

/// How items left the project: as the command told it or, to a request that is sent again, as the log has it.
fn moved(tx: &mut Tx<'_, ProjectScope>, ids: &[Uuid], told: Option<Vec<Departed>>) -> db::Result<Json> {
    let departed = match told {
        Some(departed) => departed,
        None => last(tx, ids)?,
    };
    let views = departed.into_iter().map(|item| MovedItemView::new(item.id, item.changes, &item.places));
    Json::of(&MovedView { work_items: views.collect() })
}

/// How items left the project last.
fn last(tx: &mut Tx<'_, ProjectScope>, ids: &[Uuid]) -> db::Result<Vec<Departed>> {
    let of = |column| EVENTS.col(column);
    let about = id_in(EVENTS, "subject_id", ids).and(of("project_id").eq(tx.project_id()));
    let left = of("entity").eq("work_item").and(of("verb").eq("moved"));
    let out = of("entity").is_in(["cycle_item", "module_item"]).and(of("verb").eq("deleted"));
    let select = tx.from(EVENTS).filter(about.and(left.or(out))).expr(of("subject_id")).expr(of("verb")).expr(of("request_id"));
    let select = select.expr(of("changes")).order(of("seq"), Order::Desc).limit(LOOKED_AT);
    let mut last: HashMap<Uuid, (String, Departed)> = HashMap::new();
    for (id, verb, request, changes) in tx.all::<(Uuid, String, String, Value)>(&select)? {
        let changes: Vec<Change> = serde_json::from_value(changes).map_err(|error| db::Error::Inconsistent(error.to_string()))?;
        match (verb.as_str(), last.get_mut(&id)) {
            ("moved", None) => drop(last.insert(id, (request, Departed { id, changes, places: Vec::new() }))),
            // A long change is told in parts, of which the last is met first.
            ("moved", Some((of, departed))) if *of == request => drop(departed.changes.splice(0..0, changes)),
            ("deleted", Some((of, departed))) if *of == request => departed.places.extend(changes),
            _ => {}
        }
    }
    Ok(ids.iter().filter_map(|id| last.remove(id)).map(|(_, departed)| departed).collect())
}

/// How many events about the items are looked at.
const LOOKED_AT: i64 = 10_000;

/// Reads the project and what becomes of the items below.
fn target(body: &Body) -> Result<(Uuid, Below), Refusal> {
    let mut fields = body.fields()?;
    fields.require(commands::TARGET);
    let target = fields.id(commands::TARGET);
    let below = fields.choice("sub_items", Below::parse).unwrap_or(Below::Move);
    fields.finish()?;
    Ok((target.unwrap_or_default(), below))
}

/// Moves a work item to another project. It gets a number there, and is found under the old one still. States, labels and estimates become
/// those of the same name; what has no counterpart there is left behind, and the answer says what. Cycles and modules are left.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/move/", operation_id = "move_work_item",
    tag = "Work items", params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item")), request_body = MoveBody,
    extensions(("x-action" = json!(["work_items.update", "work_items.create"]))),
    responses((status = 200, description = "The item that moved", body = MovedView), wire::WriteErrors))]
async fn move_one(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::WorkItemsUpdate)
        .make(
            StatusCode::OK,
            body,
            move |tx, body| {
                let (target, below) = target(body)?;
                // Of an item in the address, 404 says that it is not there.
                commands::check_one(tx, id)?;
                Ok((id, commands::move_many(tx, &[id], target, below)?))
            },
            |tx, id, told| moved(tx, &[id], told),
        )
        .await
}

/// Moves many work items to another project, all or none.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/bulk-move/", operation_id = "bulk_move_work_items",
    tag = "Work items", params(wire::ProjectPath), request_body = BulkMoveBody,
    extensions(("x-action" = json!(["work_items.update", "work_items.create"]))),
    responses((status = 200, description = "The items that moved", body = MovedView), wire::WriteErrors))]
async fn bulk_move(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    let sent = body.clone();
    call.project(slug, project, Action::WorkItemsUpdate)
        .make(
            StatusCode::OK,
            body,
            |tx, body| {
                let mut fields = body.fields()?;
                let ids = commands::wanted_ids(&mut fields).unwrap_or_default();
                fields.finish()?;
                let (target, below) = target(body)?;
                Ok((Uuid::nil(), commands::move_many(tx, &ids, target, below)?))
            },
            move |tx, _, told| moved(tx, &commands::wanted_ids(&mut sent.fields()?).unwrap_or_default(), told),
        )
        .await
}

/// Makes a copy of a work item, of the caller's own: with its text, dates, people, labels, links and files, and if wanted with the items
/// below it.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/duplicate/",
    operation_id = "duplicate_work_item", tag = "Work items",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item")), request_body = CopyBody,
    extensions(("x-action" = json!("work_items.create"))),
    responses((status = 201, description = "The copy", body = WorkItemView), wire::WriteErrors))]
async fn duplicate(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::WorkItemsCreate)
        .write(
            StatusCode::CREATED,
            body,
            move |tx, body| commands::duplicate(tx, id, &CopyFields::read(body.fields()?)?),
            |tx, id| Json::of(&queries::view(tx, id)?),
        )
        .await
}
