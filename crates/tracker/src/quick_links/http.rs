//! Routes of quick links.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    model::{QuickLinkFields, QuickLinkView},
    queries,
};
use crate::wire;

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete))
}

/// The fields of a quick link in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct QuickLinkBody {
    #[schema(example = "The design", max_length = 255)]
    title: Option<String>,
    /// An address of http or https, unique among one's own; without a scheme it is one of http.
    #[schema(example = "https://example.org/design")]
    url: Option<String>,
}

/// One's own quick links, the newest first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/quick-links/", operation_id = "list_quick_links", tag = "Quick links",
    params(wire::WorkspacePath, wire::PageQuery), extensions(("x-action" = json!("quick_links.read"))),
    responses((status = 200, description = "One page of quick links", body = wire::PageOf<QuickLinkView>), wire::ReadErrors))]
async fn list(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::QuickLinksRead).read(move |tx| Json::of(&queries::list(tx, query.page(1000)?)?)).await
}

/// Makes a quick link.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/quick-links/", operation_id = "create_quick_link", tag = "Quick links",
    params(wire::WorkspacePath), request_body = QuickLinkBody, extensions(("x-action" = json!("quick_links.write"))),
    responses((status = 201, description = "The new quick link", body = QuickLinkView), wire::WriteErrors))]
async fn create(call: Call, PathOf(slug): PathOf<String>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::QuickLinksWrite)
        .write(
            StatusCode::CREATED,
            body,
            |tx, body| commands::create(tx, QuickLinkFields::read(body.fields()?, true)?),
            |tx, id| Json::of(&QuickLinkView::from(queries::get(tx, id)?)),
        )
        .await
}

/// One quick link of one's own.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/quick-links/{quick_link_id}/", operation_id = "get_quick_link", tag = "Quick links",
    params(wire::WorkspacePath, ("quick_link_id" = Uuid, Path, description = "The quick link")),
    extensions(("x-action" = json!("quick_links.read"))),
    responses((status = 200, description = "The quick link", body = QuickLinkView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>) -> Result<Json, ApiError> {
    call.workspace(slug, Action::QuickLinksRead).read(move |tx| Json::of(&QuickLinkView::from(queries::get(tx, id)?))).await
}

/// Changes a quick link of one's own.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/quick-links/{quick_link_id}/", operation_id = "update_quick_link", tag = "Quick links",
    params(wire::WorkspacePath, ("quick_link_id" = Uuid, Path, description = "The quick link")), request_body = QuickLinkBody,
    extensions(("x-action" = json!("quick_links.write"))),
    responses((status = 200, description = "The quick link as it is now", body = QuickLinkView), wire::WriteErrors))]
async fn update(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::QuickLinksWrite)
        .write(
            StatusCode::OK,
            body,
            move |tx, body| commands::update(tx, id, QuickLinkFields::read(body.fields()?, false)?).map(|()| id),
            |tx, id| Json::of(&QuickLinkView::from(queries::get(tx, id)?)),
        )
        .await
}

/// Deletes a quick link of one's own.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/quick-links/{quick_link_id}/", operation_id = "delete_quick_link", tag = "Quick links",
    params(wire::WorkspacePath, ("quick_link_id" = Uuid, Path, description = "The quick link")),
    extensions(("x-action" = json!("quick_links.write"))), responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::QuickLinksWrite).run(body, move |tx, _| commands::delete(tx, id)).await
}
