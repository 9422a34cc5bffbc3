//! Routes of cycles.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Refusal, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    docs::{self, CycleBody, CyclePath},
    fields::CycleFields,
    model::{CycleLite, CycleView},
    queries,
    rules::{Status, View},
};
use crate::{
    collections::{
        CYCLE,
        standing::{self, BurnDownView, StandingView},
    },
    expand::{self, COMMON, Field, Kind},
    versions::{IfMatch, tagged},
    wire,
};

/// The fields in which `expand=` puts objects in the place of ids.
fn fields() -> Vec<Field> {
    COMMON.into_iter().chain([("owned_by", Kind::People)]).collect()
}

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(list_lite))
        .routes(routes!(get, update, delete))
        .routes(routes!(archive))
        .routes(routes!(list_archived))
        .routes(routes!(unarchive))
        .routes(routes!(restore))
        .routes(routes!(progress))
        .routes(routes!(burn_down))
}

/// The cycles of a project that are not archived, the newest first. With `cycle_view=current` a plain list, else a page.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/cycles/", operation_id = "list_cycles", tag = "Cycles",
    params(wire::ProjectPath, docs::ListQuery, wire::PageQuery, wire::ShapeQuery), extensions(("x-action" = json!("cycles.read"))),
    responses((status = 200, description = "One page of cycles", body = wire::PageOf<CycleView>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::CyclesRead)
        .read(move |tx| {
            let (view, page, shape) = (wanted(&query)?, query.page(1000)?, query.shape());
            if view == View::Only(Status::Current) {
                let mut rows = queries::current(tx)?.iter().map(wire::value).collect::<Result<Vec<_>, _>>()?;
                expand::fill(tx, &mut rows, &shape, &fields())?;
                return Json::of(&rows.into_iter().map(|row| shape.cut(row)).collect::<Vec<_>>());
            }
            let page = queries::list(tx, view, page)?;
            expand::page(tx, page, &shape, &fields())
        })
        .await
}

/// The same cycles in few words, to choose from, always as a page.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/cycles-lite/", operation_id = "list_cycles_lite", tag = "Cycles",
    params(wire::ProjectPath, docs::ListQuery, wire::PageQuery), extensions(("x-action" = json!("cycles.read"))),
    responses((status = 200, description = "One page of cycles", body = wire::PageOf<CycleLite>), wire::ReadErrors))]
async fn list_lite(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::CyclesRead)
        .read(move |tx| Json::of(&queries::list_lite(tx, wanted(&query)?, query.page(1000)?)?))
        .await
}

/// Which cycles: `status`, as newer clients say it, or `cycle_view`.
fn wanted(query: &Query) -> Result<View, Refusal> {
    let name = if query.filled("status").is_some() { "status" } else { "cycle_view" };
    View::parse(name, query.filled(name))
}

/// Makes a cycle. Its dates become whole days in its time zone; they may be those of others.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/cycles/", operation_id = "create_cycle", tag = "Cycles",
    params(wire::ProjectPath), request_body = CycleBody, extensions(("x-action" = json!("cycles.write"))),
    responses((status = 201, description = "The new cycle", body = CycleView), wire::WriteErrors))]
async fn create(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::CyclesWrite)
        .write_read(
            StatusCode::CREATED,
            body,
            |body| CycleFields::read(body.fields()?, true),
            commands::create,
            |tx, id| {
                let cycle = queries::find(tx, id)?;
                Json::of(&queries::view(tx, cycle)?)
            },
        )
        .await
}

/// One cycle that is not archived. Its version is the `ETag`, which a later change can send as `If-Match`.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/cycles/{cycle_id}/", operation_id = "get_cycle", tag = "Cycles",
    params(CyclePath, wire::ShapeQuery), extensions(("x-action" = json!("cycles.read"))),
    responses((status = 200, description = "The cycle", body = CycleView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Response, ApiError> {
    let read = call.project(slug, project, Action::CyclesRead).read(move |tx| {
        let cycle = queries::get(tx, id)?;
        let version = cycle.version;
        let view = queries::view(tx, cycle)?;
        Ok((version, expand::one(tx, &view, &query.shape(), &fields())?))
    });
    Ok(tagged(read.await?))
}

/// Changes a cycle. One that is over changes only `sort_order`, and that alone. With `If-Match`, only if it has not changed since it was read.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/cycles/{cycle_id}/", operation_id = "update_cycle", tag = "Cycles",
    params(CyclePath, wire::IfMatchHeader), request_body = CycleBody, extensions(("x-action" = json!("cycles.write"))),
    responses((status = 200, description = "The cycle as it is now", body = CycleView), wire::Changed, wire::WriteErrors))]
async fn update(
    call: Call,
    PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>,
    if_match: IfMatch,
    body: Body,
) -> Result<Response, ApiError> {
    call.project(slug, project, Action::CyclesWrite)
        .write_read(
            StatusCode::OK,
            body,
            |body| CycleFields::read(body.fields()?, false),
            move |tx, fields| commands::update(tx, id, fields, &if_match).map(|()| id),
            |tx, id| {
                let cycle = queries::find(tx, id)?;
                Json::of(&queries::view(tx, cycle)?)
            },
        )
        .await
}

/// Deletes a cycle. Its items stay. For admins, and its owner.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/cycles/{cycle_id}/", operation_id = "delete_cycle", tag = "Cycles",
    params(CyclePath), extensions(("x-action" = json!("cycles.delete"))),
    responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::CyclesDelete).run(body, move |tx, _| commands::delete(tx, id)).await
}

/// Archives a cycle that is over.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/cycles/{cycle_id}/archive/", operation_id = "archive_cycle", tag = "Cycles",
    params(CyclePath), extensions(("x-action" = json!("cycles.write"))),
    responses((status = 204, description = "Archived"), wire::WriteErrors))]
async fn archive(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::CyclesWrite).run(body, move |tx, _| commands::archive(tx, id, true)).await
}

/// The archived cycles of a project, the newest first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/archived-cycles/", operation_id = "list_archived_cycles", tag = "Cycles",
    params(wire::ProjectPath, wire::PageQuery, wire::ShapeQuery), extensions(("x-action" = json!("cycles.read"))),
    responses((status = 200, description = "One page of cycles", body = wire::PageOf<CycleView>), wire::ReadErrors))]
async fn list_archived(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::CyclesRead)
        .read(move |tx| {
            let page = queries::list_archived(tx, query.page(1000)?)?;
            expand::page(tx, page, &query.shape(), &fields())
        })
        .await
}

/// Takes a cycle back from the archive.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/archived-cycles/{cycle_id}/unarchive/",
    operation_id = "unarchive_cycle", tag = "Cycles", params(CyclePath), extensions(("x-action" = json!("cycles.write"))),
    responses((status = 204, description = "No longer archived"), wire::WriteErrors))]
async fn unarchive(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::CyclesWrite).run(body, move |tx, _| commands::archive(tx, id, false)).await
}

/// Brings a deleted cycle back, with its items but for those that are in another cycle by now.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/cycles/{cycle_id}/restore/", operation_id = "restore_cycle",
    tag = "Trash", params(CyclePath), extensions(("x-action" = json!("cycles.delete"))),
    responses((status = 200, description = "The cycle as it is now", body = CycleView), wire::WriteErrors))]
async fn restore(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::CyclesDelete)
        .write(
            StatusCode::OK,
            body,
            move |tx, _| commands::restore(tx, id).map(|()| id),
            |tx, id| {
                let cycle = queries::find(tx, id)?;
                Json::of(&queries::view(tx, cycle)?)
            },
        )
        .await
}

/// How a cycle stands now, by state, by people and by labels, in items and in points.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/cycles/{cycle_id}/progress/", operation_id = "get_cycle_progress",
    tag = "Cycles", params(CyclePath), extensions(("x-action" = json!("cycles.read"))),
    responses((status = 200, description = "How it stands", body = StandingView), wire::ReadErrors))]
async fn progress(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>) -> Result<Json, ApiError> {
    call.project(slug, project, Action::CyclesRead)
        .read(move |tx| {
            let cycle = queries::find(tx, id)?;
            Json::of(&standing::of(tx, CYCLE, cycle.id)?)
        })
        .await
}

/// How a cycle stood at the end of each of its days, in items and in points, computed from the log: what was moved, estimated
/// anew or archived later stands as it did on that day.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/cycles/{cycle_id}/burn-down/", operation_id = "get_cycle_burn_down",
    tag = "Cycles", params(CyclePath), extensions(("x-action" = json!("cycles.read"))),
    responses((status = 200, description = "Day by day", body = BurnDownView), wire::ReadErrors))]
async fn burn_down(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>) -> Result<Json, ApiError> {
    call.project(slug, project, Action::CyclesRead)
        .read(move |tx| {
            let cycle = queries::find(tx, id)?;
            Json::of(&queries::burn_down(tx, &cycle)?)
        })
        .await
}
