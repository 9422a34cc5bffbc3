//! Routes of files of a workspace that are attached to nothing.

use aileron_db::{self as db, Tx, WorkspaceScope};
use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf};
use axum::{
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    http::{ConfirmBody, check_confirmation},
    model::NewAsset,
    queries,
    signed::{Place, Signing, UploadForm},
};
use crate::wire;

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(get, confirm))
}

/// A file that is to be uploaded.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct AssetBody {
    /// Folders before it are left out.
    #[schema(example = "plan.pdf", max_length = 255)]
    name: String,
    /// Its media type. Programs are refused.
    #[schema(example = "application/pdf")]
    r#type: String,
    /// In bytes. The file may be shorter, but not longer.
    #[schema(example = 2048, minimum = 1)]
    size: i64,
    /// The project that it belongs to: then it is for who is in there.
    project_id: Option<Uuid>,
    external_source: Option<String>,
    external_id: Option<String>,
}

/// A new file and the form to upload it with.
#[derive(Serialize, ToSchema)]
pub(super) struct AssetForm {
    pub(super) upload_data: UploadForm,
    pub(super) asset_id: Uuid,
    /// Where it can be found once it is confirmed.
    pub(super) asset_url: String,
}

/// A file on the wire.
#[derive(Serialize, ToSchema)]
#[schema(as = Asset)]
#[allow(clippy::struct_field_names, reason = "the names are those of the wire")]
struct AssetView {
    asset_id: Uuid,
    /// Where the file is, for an hour and for anybody who has the address.
    asset_url: String,
    #[schema(example = "plan.pdf")]
    asset_name: String,
    #[schema(example = "application/pdf")]
    asset_type: String,
}

/// Makes a file of the workspace. It is then sent with the form of the answer, and confirmed with PATCH. Answers 200, as the compatible
/// API is meant to.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/assets/", operation_id = "create_asset", tag = "Assets",
    params(wire::WorkspacePath), request_body = AssetBody, extensions(("x-action" = json!("assets.write"))),
    responses((status = 200, description = "The file and the form", body = AssetForm), wire::WriteErrors))]
async fn create(call: Call, PathOf(slug): PathOf<String>, headers: HeaderMap, body: Body) -> Result<Response, ApiError> {
    let signing = Signing::new(call.context(), &headers);
    let largest = signing.largest();
    let present = move |tx: &mut Tx<'_, WorkspaceScope>, id| presented(tx, &signing, id);
    call.workspace(slug, Action::AssetsWrite)
        .write(StatusCode::OK, body, move |tx, body| commands::upload(tx, NewAsset::read(body.fields()?, largest)?), present)
        .await
}

/// One file of the workspace, with an address to fetch it from.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/assets/{asset_id}/", operation_id = "get_asset", tag = "Assets",
    params(wire::WorkspacePath, ("asset_id" = Uuid, Path, description = "The file")), extensions(("x-action" = json!("assets.read"))),
    responses((status = 200, description = "The file", body = AssetView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, headers: HeaderMap) -> Result<Json, ApiError> {
    let signing = Signing::new(call.context(), &headers);
    let now = call.context().clock.now();
    let asset = call.workspace(slug, Action::AssetsRead).read(move |tx| queries::of_workspace(tx, id)).await?;
    let asset_url = signing.address(&asset, now).await?;
    Ok(Json::of(&AssetView { asset_id: id, asset_url, asset_name: asset.name, asset_type: asset.content_type })?)
}

/// Confirms that a file of the workspace was uploaded: who made it, and admins.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/assets/{asset_id}/", operation_id = "confirm_asset", tag = "Assets",
    params(wire::WorkspacePath, ("asset_id" = Uuid, Path, description = "The file")), request_body = ConfirmBody,
    extensions(("x-action" = json!("assets.write"))),
    responses((status = 204, description = "Confirmed"), wire::WriteErrors))]
async fn confirm(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::AssetsWrite)
        .run(body, move |tx, body| {
            check_confirmation(body.fields()?)?;
            commands::confirm_upload(tx, id)
        })
        .await
}

fn presented(tx: &mut Tx<'_, WorkspaceScope>, signing: &Signing, id: Uuid) -> db::Result<Json> {
    let asset = queries::of_workspace(tx, id)?;
    let place = Place::Workspace { workspace: asset.workspace_id, id };
    Json::of(&AssetForm {
        upload_data: signing.form(place, &asset.content_type, asset.size, tx.now()),
        asset_id: id,
        asset_url: format!("/api/v1/workspaces/{}/assets/{id}/", tx.scope().slug()),
    })
}
