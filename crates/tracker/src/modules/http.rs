//! Routes of modules.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid, fields::NAME};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    docs::{ModuleBody, ModulePath},
    fields::ModuleFields,
    model::{ModuleLite, ModuleView},
    queries,
};
use crate::{
    collections::{
        MODULE,
        standing::{self, BurnDownView, StandingView},
    },
    expand::{self, COMMON, Field, Kind},
    versions::{IfMatch, tagged},
    wire,
};

/// The fields in which `expand=` puts objects in the place of ids.
fn fields() -> Vec<Field> {
    COMMON.into_iter().chain([("lead", Kind::People), ("members", Kind::People)]).collect()
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

/// The modules of a project that are not archived, the newest first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/modules/", operation_id = "list_modules", tag = "Modules",
    params(wire::ProjectPath, wire::PageQuery, wire::ShapeQuery), extensions(("x-action" = json!("modules.read"))),
    responses((status = 200, description = "One page of modules", body = wire::PageOf<ModuleView>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::ModulesRead)
        .read(move |tx| {
            let page = queries::list(tx, query.page(1000)?)?;
            expand::page(tx, page, &query.shape(), &fields())
        })
        .await
}

/// The same modules in few words, to choose from.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/modules-lite/", operation_id = "list_modules_lite", tag = "Modules",
    params(wire::ProjectPath, wire::PageQuery), extensions(("x-action" = json!("modules.read"))),
    responses((status = 200, description = "One page of modules", body = wire::PageOf<ModuleLite>), wire::ReadErrors))]
async fn list_lite(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::ModulesRead).read(move |tx| Json::of(&queries::list_lite(tx, query.page(1000)?)?)).await
}

/// Makes a module.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/modules/", operation_id = "create_module", tag = "Modules",
    params(wire::ProjectPath), request_body = ModuleBody, extensions(("x-action" = json!("modules.write"))),
    responses((status = 201, description = "The new module", body = ModuleView), wire::WriteErrors))]
async fn create(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::ModulesWrite)
        .write_read(
            StatusCode::CREATED,
            body,
            |body| ModuleFields::read(body.fields()?, true),
            commands::create,
            |tx, id| {
                let module = queries::find(tx, id)?;
                Json::of(&queries::view(tx, module)?)
            },
        )
        .await
}

/// One module that is not archived. Its version is the `ETag`, which a later change can send as `If-Match`.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/modules/{module_id}/", operation_id = "get_module", tag = "Modules",
    params(ModulePath, wire::ShapeQuery), extensions(("x-action" = json!("modules.read"))),
    responses((status = 200, description = "The module", body = ModuleView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Response, ApiError> {
    let read = call.project(slug, project, Action::ModulesRead).read(move |tx| {
        let module = queries::get(tx, id)?;
        let version = module.version;
        let view = queries::view(tx, module)?;
        Ok((version, expand::one(tx, &view, &query.shape(), &fields())?))
    });
    Ok(tagged(read.await?))
}

/// Changes a module. The members that are sent replace those that were there. With `If-Match`, only if it has not changed since it was read.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/modules/{module_id}/", operation_id = "update_module", tag = "Modules",
    params(ModulePath, wire::IfMatchHeader), request_body = ModuleBody, extensions(("x-action" = json!("modules.write"))),
    responses((status = 200, description = "The module as it is now", body = ModuleView), wire::Changed, wire::WriteErrors))]
async fn update(
    call: Call,
    PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>,
    if_match: IfMatch,
    body: Body,
) -> Result<Response, ApiError> {
    call.project(slug, project, Action::ModulesWrite)
        .write_read(
            StatusCode::OK,
            body,
            |body| ModuleFields::read(body.fields()?, false),
            move |tx, fields| commands::update(tx, id, fields, &if_match).map(|()| id),
            |tx, id| {
                let module = queries::find(tx, id)?;
                Json::of(&queries::view(tx, module)?)
            },
        )
        .await
}

/// Deletes a module. Its items stay. For admins, and who made it.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/modules/{module_id}/", operation_id = "delete_module", tag = "Modules",
    params(ModulePath), extensions(("x-action" = json!("modules.delete"))),
    responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::ModulesDelete).run(body, move |tx, _| commands::delete(tx, id)).await
}

/// Archives a module that is completed or cancelled.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/modules/{module_id}/archive/", operation_id = "archive_module", tag = "Modules",
    params(ModulePath), extensions(("x-action" = json!("modules.write"))),
    responses((status = 204, description = "Archived"), wire::WriteErrors))]
async fn archive(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::ModulesWrite).run(body, move |tx, _| commands::archive(tx, id, true)).await
}

/// The archived modules of a project, the newest first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/archived-modules/", operation_id = "list_archived_modules", tag = "Modules",
    params(wire::ProjectPath, wire::PageQuery, wire::ShapeQuery), extensions(("x-action" = json!("modules.read"))),
    responses((status = 200, description = "One page of modules", body = wire::PageOf<ModuleView>), wire::ReadErrors))]
async fn list_archived(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::ModulesRead)
        .read(move |tx| {
            let page = queries::list_archived(tx, query.page(1000)?)?;
            expand::page(tx, page, &query.shape(), &fields())
        })
        .await
}

/// Takes a module back from the archive.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/archived-modules/{module_id}/unarchive/",
    operation_id = "unarchive_module", tag = "Modules", params(ModulePath), extensions(("x-action" = json!("modules.write"))),
    responses((status = 204, description = "No longer archived"), wire::WriteErrors))]
async fn unarchive(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::ModulesWrite).run(body, move |tx, _| commands::archive(tx, id, false)).await
}

/// How a module stands now, by state, by people and by labels, in items and in points.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/modules/{module_id}/progress/", operation_id = "get_module_progress",
    tag = "Modules", params(ModulePath), extensions(("x-action" = json!("modules.read"))),
    responses((status = 200, description = "How it stands", body = StandingView), wire::ReadErrors))]
async fn progress(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>) -> Result<Json, ApiError> {
    call.project(slug, project, Action::ModulesRead)
        .read(move |tx| {
            let module = queries::find(tx, id)?;
            Json::of(&standing::of(tx, MODULE, module.id)?)
        })
        .await
}

/// How a module stood at the end of each day from its first to its last, in items and in points, computed from the log. It needs
/// both dates.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/modules/{module_id}/burn-down/", operation_id = "get_module_burn_down",
    tag = "Modules", params(ModulePath), extensions(("x-action" = json!("modules.read"))),
    responses((status = 200, description = "Day by day", body = BurnDownView), wire::ReadErrors))]
async fn burn_down(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>) -> Result<Json, ApiError> {
    call.project(slug, project, Action::ModulesRead)
        .read(move |tx| {
            let module = queries::find(tx, id)?;
            Json::of(&queries::burn_down(tx, &module)?)
        })
        .await
}

/// Brings a deleted module back with its links and items. Where its name is taken meanwhile it can have another: `name`.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/modules/{module_id}/restore/", operation_id = "restore_module",
    tag = "Trash", params(ModulePath), request_body = wire::RestoreBody, extensions(("x-action" = json!("modules.delete"))),
    responses((status = 200, description = "The module as it is now", body = ModuleView), wire::WriteErrors))]
async fn restore(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::ModulesDelete)
        .write(
            StatusCode::OK,
            body,
            move |tx, body| {
                let mut fields = body.fields()?;
                let name = fields.text("name", NAME);
                fields.finish()?;
                commands::restore(tx, id, name).map(|()| id)
            },
            |tx, id| {
                let module = queries::find(tx, id)?;
                Json::of(&queries::view(tx, module)?)
            },
        )
        .await
}
