//! Routes of favourites.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Refusal, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    model::{FavoriteFields, FavoriteView},
    queries,
};
use crate::wire;

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(update, delete))
}

/// The fields of a favourite in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct FavoriteBody {
    /// folder, project, cycle, module, view or page. New ones only.
    #[schema(example = "project")]
    entity_type: Option<String>,
    /// Which one. New ones only.
    #[schema(example = "0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d10")]
    entity_identifier: Option<Uuid>,
    /// The folder's name, or another one than the thing's own.
    #[schema(max_length = 255)]
    name: Option<String>,
    /// The folder that it is in; null: none. Folders are in none.
    parent: Option<Uuid>,
    /// The highest comes first.
    sequence: Option<f64>,
}

/// What changes of a favourite.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct ChangedFavoriteBody {
    #[schema(example = "At hand", max_length = 255)]
    name: Option<String>,
    /// The folder that it is in; null: none. Folders are in none.
    parent: Option<Uuid>,
    /// The highest comes first.
    sequence: Option<f64>,
}

/// Which folder is asked for: `null` for what is in none.
fn folder(query: &Query) -> Result<Option<Option<Uuid>>, Refusal> {
    match query.filled("parent") {
        None => Ok(None),
        Some("null") => Ok(Some(None)),
        Some(text) => Uuid::try_parse(text).map(|id| Some(Some(id))).map_err(|_| Refusal::field("parent", "Must be a valid UUID.")),
    }
}

/// One's own favourites, the highest place first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/user-favorites/", operation_id = "list_favorites", tag = "Favorites",
    params(wire::WorkspacePath, wire::PageQuery,
        ("parent" = Option<String>, Query, description = "Only those of this folder; `null`: of none")),
    extensions(("x-action" = json!("favorites.read"))),
    responses((status = 200, description = "One page of favourites", body = wire::PageOf<FavoriteView>), wire::ReadErrors))]
async fn list(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::FavoritesRead).read(move |tx| Json::of(&queries::list(tx, query.page(1000)?, folder(&query)?)?)).await
}

/// Makes a favourite, or a folder for some. What is one already stays as it is.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/user-favorites/", operation_id = "create_favorite", tag = "Favorites",
    params(wire::WorkspacePath), request_body = FavoriteBody, extensions(("x-action" = json!("favorites.write"))),
    responses((status = 201, description = "The favourite", body = FavoriteView), wire::WriteErrors))]
async fn create(call: Call, PathOf(slug): PathOf<String>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::FavoritesWrite)
        .write(
            StatusCode::CREATED,
            body,
            |tx, body| commands::create(tx, FavoriteFields::read(body.fields()?, true)?),
            |tx, id| Json::of(&queries::view(tx, id)?),
        )
        .await
}

/// Changes a favourite of one's own.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/user-favorites/{favorite_id}/", operation_id = "update_favorite", tag = "Favorites",
    params(wire::WorkspacePath, ("favorite_id" = Uuid, Path, description = "The favourite")), request_body = ChangedFavoriteBody,
    extensions(("x-action" = json!("favorites.write"))),
    responses((status = 200, description = "The favourite as it is now", body = FavoriteView), wire::WriteErrors))]
async fn update(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::FavoritesWrite)
        .write(
            StatusCode::OK,
            body,
            move |tx, body| commands::update(tx, id, FavoriteFields::read(body.fields()?, false)?).map(|()| id),
            |tx, id| Json::of(&queries::view(tx, id)?),
        )
        .await
}

/// Deletes a favourite of one's own. What is in a folder stays, outside of it.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/user-favorites/{favorite_id}/", operation_id = "delete_favorite", tag = "Favorites",
    params(wire::WorkspacePath, ("favorite_id" = Uuid, Path, description = "The favourite")),
    extensions(("x-action" = json!("favorites.write"))),
    responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::FavoritesWrite).run(body, move |tx, _| commands::delete(tx, id)).await
}
