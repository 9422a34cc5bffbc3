//! The route of signed addresses, where files on disk are fetched from.

use aileron_db::Unscoped;
use aileron_identity::{Context, Visitor};
use aileron_kernel::{Refusal, Uuid, refusal::Kind};
use aileron_platform::web::{ApiError, PathOf, Query};
use axum::{http::HeaderMap, response::Response};
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    queries,
    signed::{self, Place, failed},
};
use crate::wire;

/// The route with its documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(fetch))
}

/// Sends a file, to anybody who has the signed address: to be saved, never to be shown in a page. Understands `Range`.
#[utoipa::path(get, path = "/api/v1/assets/files/{workspace_id}/{asset_id}/", operation_id = "fetch_file", tag = "Assets", security(()),
    params(("workspace_id" = Uuid, Path, description = "The workspace"), ("asset_id" = Uuid, Path, description = "The file"),
        ("expires" = String, Query, description = "Until when the address is good, in seconds since 1970"),
        ("signature" = String, Query, description = "The proof that the address is ours")),
    extensions(("x-action" = json!("public"))),
    responses((status = 200, description = "The file", content_type = "*/*"),
        (status = 206, description = "The part that was asked for", content_type = "*/*"),
        (status = 416, description = "There is no such part"), wire::ReadErrors))]
async fn fetch(
    visitor: Visitor,
    PathOf((workspace, id)): PathOf<(Uuid, Uuid)>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let context = visitor.context();
    let (expires, signature) = (query.get("expires").unwrap_or_default(), query.get("signature").unwrap_or_default());
    let place = Place::Workspace { workspace, id };
    if !signed::opens(&context.files, place, expires, signature, context.clock.now()) {
        let body = json!({ "error": "This address is not valid or no longer good." });
        return Err(Refusal::new(Kind::Forbidden, body).into());
    }
    let found = context.db.read(move |session| queries::signed_for(&mut session.unscoped(Unscoped::Job)?, workspace, id)).await?;
    let download = found.and_then(|asset| asset.download()).ok_or_else(Refusal::not_found)?;
    download.send(&context.files.blobs, &headers).await.map_err(failed)
}
