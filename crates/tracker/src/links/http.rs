//! Routes of links.

use aileron_db::{self as db, ProjectScope, Tx};
use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query, Shape};
use axum::{http::StatusCode, response::Response};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    model::{LinkFields, LinkView},
    queries,
};
use crate::{
    expand::{self, COMMON, Field, Kind},
    wire,
    work_items::alias::with_old_address,
};

/// The fields in which `expand=` puts objects in the place of ids.
fn fields() -> Vec<Field> {
    COMMON.into_iter().chain([("issue", Kind::Item)]).collect()
}

/// The routes with their documentation, under both addresses.
pub fn routes() -> OpenApiRouter<Context> {
    let router = with_old_address(OpenApiRouter::new(), routes!(list, create));
    with_old_address(router, routes!(get, update, delete))
}

/// The fields of a link in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct LinkBody {
    /// An http or https address of up to 4096 characters, once an item.
    #[schema(example = "https://example.org/design", max_length = 4096)]
    url: Option<String>,
    /// At most 255 characters. Without one, that of the page is taken a moment later.
    #[schema(example = "The design", max_length = 255)]
    title: Option<String>,
    /// What is known of the page, up to 65536 bytes.
    #[schema(value_type = Object)]
    metadata: Option<serde_json::Value>,
    /// For admins who bring links from elsewhere. New links only.
    created_by: Option<Uuid>,
}

/// The links of a work item, the newest first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/links/",
    operation_id = "list_links", tag = "Links",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"), wire::PageQuery, wire::ShapeQuery),
    extensions(("x-action" = json!("links.read"))),
    responses((status = 200, description = "One page of links", body = wire::PageOf<LinkView>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::LinksRead)
        .read(move |tx| {
            let page = queries::list(tx, item, query.page(1000)?)?;
            expand::page(tx, page, &query.shape(), &fields())
        })
        .await
}

/// Links a work item to an address. The title of the page is asked for in the background, where none is given.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/links/",
    operation_id = "create_link", tag = "Links",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item")), request_body = LinkBody,
    extensions(("x-action" = json!("links.write"))),
    responses((status = 201, description = "The new link", body = LinkView), wire::WriteErrors))]
async fn create(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::LinksWrite)
        .write(
            StatusCode::CREATED,
            body,
            move |tx, body| commands::create(tx, item, LinkFields::read(body.fields()?, true)?),
            move |tx, id| shown(tx, item, id, &Shape::default()),
        )
        .await
}

/// One link.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/links/{link_id}/",
    operation_id = "get_link", tag = "Links",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"),
        ("link_id" = Uuid, Path, description = "The link"), wire::ShapeQuery),
    extensions(("x-action" = json!("links.read"))),
    responses((status = 200, description = "The link", body = LinkView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, project, item, id)): PathOf<(String, Uuid, Uuid, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::LinksRead).read(move |tx| shown(tx, item, id, &query.shape())).await
}

/// Changes a link. Another address is asked for its title in the background.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/links/{link_id}/",
    operation_id = "update_link", tag = "Links",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"),
        ("link_id" = Uuid, Path, description = "The link")), request_body = LinkBody,
    extensions(("x-action" = json!("links.write"))),
    responses((status = 200, description = "The link as it is now", body = LinkView), wire::WriteErrors))]
async fn update(
    call: Call,
    PathOf((slug, project, item, id)): PathOf<(String, Uuid, Uuid, Uuid)>,
    body: Body,
) -> Result<Response, ApiError> {
    call.project(slug, project, Action::LinksWrite)
        .write(
            StatusCode::OK,
            body,
            move |tx, body| commands::update(tx, item, id, LinkFields::read(body.fields()?, false)?).map(|()| id),
            move |tx, id| shown(tx, item, id, &Shape::default()),
        )
        .await
}

/// Deletes a link.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/links/{link_id}/",
    operation_id = "delete_link", tag = "Links",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"),
        ("link_id" = Uuid, Path, description = "The link")),
    extensions(("x-action" = json!("links.write"))),
    responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete(
    call: Call,
    PathOf((slug, project, item, id)): PathOf<(String, Uuid, Uuid, Uuid)>,
    body: Body,
) -> Result<Response, ApiError> {
    call.project(slug, project, Action::LinksWrite).run(body, move |tx, _| commands::delete(tx, item, id)).await
}

fn shown(tx: &mut Tx<'_, ProjectScope>, item: Uuid, id: Uuid, shape: &Shape) -> db::Result<Json> {
    let view = LinkView::from(queries::get(tx, item, id)?);
    expand::one(tx, &view, shape, &fields())
}
