//! Routes of the links of modules.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    docs::{ModuleLinkBody, ModuleLinkPath, ModulePath},
    link_commands,
    model::ModuleLinkView,
    queries,
};
use crate::{
    expand::{self, COMMON},
    links::model::LinkFields,
    wire,
};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete))
}

/// The links of a module, the newest first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/modules/{module_id}/links/", operation_id = "list_module_links",
    tag = "Modules", params(ModulePath, wire::PageQuery, wire::ShapeQuery), extensions(("x-action" = json!("modules.read"))),
    responses((status = 200, description = "One page of links", body = wire::PageOf<ModuleLinkView>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project, module)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::ModulesRead)
        .read(move |tx| {
            let page = queries::links(tx, module, query.page(1000)?)?;
            expand::page(tx, page, &query.shape(), &COMMON)
        })
        .await
}

/// Links a module to an address.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/modules/{module_id}/links/", operation_id = "create_module_link",
    tag = "Modules", params(ModulePath), request_body = ModuleLinkBody, extensions(("x-action" = json!("modules.write"))),
    responses((status = 201, description = "The new link", body = ModuleLinkView), wire::WriteErrors))]
async fn create(call: Call, PathOf((slug, project, module)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::ModulesWrite)
        .write(
            StatusCode::CREATED,
            body,
            move |tx, body| link_commands::create(tx, module, LinkFields::read(body.fields()?, true)?),
            move |tx, id| Json::of(&ModuleLinkView::from(queries::link(tx, module, id)?)),
        )
        .await
}

/// One link of a module.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/modules/{module_id}/links/{link_id}/", operation_id = "get_module_link",
    tag = "Modules", params(ModuleLinkPath, wire::ShapeQuery), extensions(("x-action" = json!("modules.read"))),
    responses((status = 200, description = "The link", body = ModuleLinkView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, project, module, id)): PathOf<(String, Uuid, Uuid, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::ModulesRead)
        .read(move |tx| {
            let view = ModuleLinkView::from(queries::link(tx, module, id)?);
            expand::one(tx, &view, &query.shape(), &COMMON)
        })
        .await
}

/// Changes a link of a module.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/modules/{module_id}/links/{link_id}/", operation_id = "update_module_link",
    tag = "Modules", params(ModuleLinkPath), request_body = ModuleLinkBody, extensions(("x-action" = json!("modules.write"))),
    responses((status = 200, description = "The link as it is now", body = ModuleLinkView), wire::WriteErrors))]
async fn update(
    call: Call,
    PathOf((slug, project, module, id)): PathOf<(String, Uuid, Uuid, Uuid)>,
    body: Body,
) -> Result<Response, ApiError> {
    call.project(slug, project, Action::ModulesWrite)
        .write(
            StatusCode::OK,
            body,
            move |tx, body| link_commands::update(tx, module, id, LinkFields::read(body.fields()?, false)?).map(|()| id),
            move |tx, id| Json::of(&ModuleLinkView::from(queries::link(tx, module, id)?)),
        )
        .await
}

/// Deletes a link of a module.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/modules/{module_id}/links/{link_id}/", operation_id = "delete_module_link",
    tag = "Modules", params(ModuleLinkPath), extensions(("x-action" = json!("modules.write"))),
    responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete(
    call: Call,
    PathOf((slug, project, module, id)): PathOf<(String, Uuid, Uuid, Uuid)>,
    body: Body,
) -> Result<Response, ApiError> {
    call.project(slug, project, Action::ModulesWrite).run(body, move |tx, _| link_commands::delete(tx, module, id)).await
}
