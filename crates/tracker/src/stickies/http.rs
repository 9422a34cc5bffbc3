//! Routes of stickies.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Refusal, Uuid, refusal::Kind};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    model::{StickyFields, StickyView},
    queries,
};
use crate::{
    expand::{self, COMMON},
    wire,
};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, replace, update, delete))
}

/// The fields of a note in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct StickyBody {
    /// At most 1000 characters.
    #[schema(example = "Release", max_length = 1000)]
    name: Option<String>,
    /// The text as the client's editor keeps it.
    #[schema(value_type = Option<Object>)]
    description: Option<serde_json::Value>,
    /// The text, up to 65536 bytes; what is not safe to show is taken out.
    #[schema(example = "<p>Ask Ada about the release.</p>")]
    description_html: Option<String>,
    /// Base64.
    description_binary: Option<String>,
    #[schema(value_type = Option<Object>)]
    logo_props: Option<serde_json::Value>,
    #[schema(example = "#ffcc00", max_length = 255)]
    color: Option<String>,
    #[schema(max_length = 255)]
    background_color: Option<String>,
    /// The highest comes first.
    sort_order: Option<f64>,
}

/// An id that is none is answered in words of its own here.
fn id(text: &str) -> Result<Uuid, Refusal> {
    Uuid::try_parse(text).map_err(|_| Refusal::new(Kind::NotFound, serde_json::json!({ "detail": "Not found." })))
}

/// One's own notes, the highest place first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/stickies/", operation_id = "list_stickies", tag = "Stickies",
    params(wire::WorkspacePath, wire::ShapeQuery,
        ("per_page" = Option<i64>, Query, description = "Rows a page, 1 to 1000; without it: 20"),
        ("cursor" = Option<String>, Query, description = "`value:page:is_prev` as given by the page before, for instance `20:1:0`"),
        ("query" = Option<String>, Query, description = "Only notes with this text in their name or text")),
    extensions(("x-action" = json!("stickies.read"))),
    responses((status = 200, description = "One page of notes", body = wire::PageOf<StickyView>), wire::ReadErrors))]
async fn list(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::StickiesRead)
        .read(move |tx| {
            let query = query.clone().checked()?;
            let page = queries::list(tx, query.page(20)?, query.words("query")?)?;
            expand::page(tx, page, &query.shape(), &COMMON)
        })
        .await
}

/// Makes a note.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/stickies/", operation_id = "create_sticky", tag = "Stickies",
    params(wire::WorkspacePath), request_body = StickyBody, extensions(("x-action" = json!("stickies.write"))),
    responses((status = 201, description = "The new note", body = StickyView), wire::WriteErrors))]
async fn create(call: Call, PathOf(slug): PathOf<String>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::StickiesWrite)
        .write(
            StatusCode::CREATED,
            body,
            |tx, body| commands::create(tx, StickyFields::read(body.fields()?)?),
            |tx, id| Json::of(&StickyView::from(queries::get(tx, id)?)),
        )
        .await
}

/// One note of one's own.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/stickies/{sticky_id}/", operation_id = "get_sticky", tag = "Stickies",
    params(wire::WorkspacePath, ("sticky_id" = Uuid, Path, description = "The note"), wire::ShapeQuery),
    extensions(("x-action" = json!("stickies.read"))),
    responses((status = 200, description = "The note", body = StickyView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, sticky)): PathOf<(String, String)>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::StickiesRead)
        .read(move |tx| {
            let view = StickyView::from(queries::get(tx, id(&sticky)?)?);
            expand::one(tx, &view, &query.shape(), &COMMON)
        })
        .await
}

/// The same as changing it: fields that are not sent stay as they are.
#[utoipa::path(put, path = "/api/v1/workspaces/{slug}/stickies/{sticky_id}/", operation_id = "replace_sticky", tag = "Stickies",
    params(wire::WorkspacePath, ("sticky_id" = Uuid, Path, description = "The note")), request_body = StickyBody,
    extensions(("x-action" = json!("stickies.write"))),
    responses((status = 200, description = "The note as it is now", body = StickyView), wire::WriteErrors))]
async fn replace(call: Call, path: PathOf<(String, String)>, body: Body) -> Result<Response, ApiError> {
    change(call, path, body).await
}

/// Changes a note of one's own.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/stickies/{sticky_id}/", operation_id = "update_sticky", tag = "Stickies",
    params(wire::WorkspacePath, ("sticky_id" = Uuid, Path, description = "The note")), request_body = StickyBody,
    extensions(("x-action" = json!("stickies.write"))),
    responses((status = 200, description = "The note as it is now", body = StickyView), wire::WriteErrors))]
async fn update(call: Call, path: PathOf<(String, String)>, body: Body) -> Result<Response, ApiError> {
    change(call, path, body).await
}

async fn change(call: Call, PathOf((slug, sticky)): PathOf<(String, String)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::StickiesWrite)
        .write(
            StatusCode::OK,
            body,
            move |tx, body| commands::update(tx, id(&sticky)?, StickyFields::read(body.fields()?)?),
            |tx, id| Json::of(&StickyView::from(queries::get(tx, id)?)),
        )
        .await
}

/// Deletes a note of one's own.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/stickies/{sticky_id}/", operation_id = "delete_sticky", tag = "Stickies",
    params(wire::WorkspacePath, ("sticky_id" = Uuid, Path, description = "The note")), extensions(("x-action" = json!("stickies.write"))),
    responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete(call: Call, PathOf((slug, sticky)): PathOf<(String, String)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::StickiesWrite).run(body, move |tx, _| commands::delete(tx, id(&sticky)?)).await
}
