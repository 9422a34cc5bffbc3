//! Routes of the pictures of accounts.

use aileron_db::{self as db, Session, Unscoped};
use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Refusal, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf};
use axum::{
    http::{HeaderMap, StatusCode},
    response::Response,
};
use utoipa::ToSchema;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouter},
    routes,
};

use super::{
    model::NewPicture,
    signed::{Place, Signing, failed},
    user_commands::{self, Picture},
    workspace_http::AssetForm,
};
use crate::{wire, work_items::alias::at};

/// The largest picture as sent, in bytes: each is held in memory while it is written anew.
const LARGEST: u64 = aileron_kernel::limits::PICTURE.most as u64;

/// The routes with their documentation. Those for servers are the same under another address.
pub fn routes() -> OpenApiRouter<Context> {
    let router = for_servers(OpenApiRouter::new(), routes!(create));
    for_servers(router, routes!(confirm, delete)).routes(routes!(show))
}

fn for_servers(router: OpenApiRouter<Context>, routes: UtoipaMethodRouter<Context>) -> OpenApiRouter<Context> {
    let other = at(&routes, |path| format!("{path}server/"), "from_server", None);
    router.routes(routes).routes(other)
}

/// A picture that is to be uploaded.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct PictureBody {
    #[schema(example = "me.png", max_length = 255)]
    name: Option<String>,
    /// image/jpeg, image/png, image/webp or image/gif.
    #[schema(example = "image/png", default = "image/jpeg")]
    r#type: Option<String>,
    /// In bytes, up to 5 MiB. The file may be shorter, but not longer.
    #[schema(example = 2048, minimum = 1)]
    size: Option<i64>,
    /// `USER_AVATAR` or `USER_COVER`.
    #[schema(example = "USER_AVATAR")]
    entity_type: String,
}

/// That a picture is there.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct ConfirmPictureBody {
    /// Clients send the name here; it is not read.
    #[schema(value_type = Option<Object>)]
    attributes: Option<serde_json::Value>,
}

/// Makes a picture of one's own account. The file is then sent with the form of the answer, and the picture confirmed with PATCH. It is
/// written anew: no larger than needed, without place and camera. Answers 200, as the compatible API does.
#[utoipa::path(post, path = "/api/v1/assets/user-assets/", operation_id = "create_user_asset", tag = "Assets", request_body = PictureBody,
    extensions(("x-action" = json!("pictures.write"))),
    responses((status = 200, description = "The picture and the form", body = AssetForm), wire::WriteErrors))]
async fn create(call: Call, headers: HeaderMap, body: Body) -> Result<Response, ApiError> {
    let signing = Signing::new(call.context(), &headers);
    let largest = signing.largest().min(LARGEST);
    call.account(Action::PicturesWrite)
        .make(
            StatusCode::OK,
            body,
            move |session, principal, body| {
                let new = NewPicture::read(body.fields()?, largest)?;
                let id = user_commands::create(&mut session.unscoped_to_write(Unscoped::Instance)?, principal.actor(), new)?;
                Ok((id, ()))
            },
            move |session, principal, id, _| presented(session, &signing, principal.user_id(), id),
        )
        .await
}

/// Confirms that one's picture was uploaded: from now on it is shown.
#[utoipa::path(patch, path = "/api/v1/assets/user-assets/{asset_id}/", operation_id = "confirm_user_asset", tag = "Assets",
    params(("asset_id" = Uuid, Path, description = "The picture")),
    request_body(content = ConfirmPictureBody, example = json!({ "attributes": { "name": "me.png" } })),
    extensions(("x-action" = json!("pictures.write"))), responses((status = 204, description = "Shown"), wire::WriteErrors))]
async fn confirm(call: Call, PathOf(id): PathOf<Uuid>, body: Body) -> Result<Response, ApiError> {
    call.account(Action::PicturesWrite)
        .run(body, move |session, principal, body| {
            body.fields()?;
            user_commands::confirm(&mut session.unscoped_to_write(Unscoped::Instance)?, principal.actor(), id)
        })
        .await
}

/// Deletes one's picture.
#[utoipa::path(delete, path = "/api/v1/assets/user-assets/{asset_id}/", operation_id = "delete_user_asset", tag = "Assets",
    params(("asset_id" = Uuid, Path, description = "The picture")), extensions(("x-action" = json!("pictures.write"))),
    responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete(call: Call, PathOf(id): PathOf<Uuid>, body: Body) -> Result<Response, ApiError> {
    call.account(Action::PicturesWrite)
        .run(body, move |session, principal, _| {
            user_commands::delete(&mut session.unscoped_to_write(Unscoped::Instance)?, principal.actor(), id)
        })
        .await
}

/// Shows a picture of an account, to anybody with an account: its address is known only to who sees the person.
#[utoipa::path(get, path = "/api/v1/assets/static/{asset_id}/", operation_id = "get_picture", tag = "Assets",
    params(("asset_id" = Uuid, Path, description = "The picture")), extensions(("x-action" = json!("pictures.read"))),
    responses((status = 200, description = "The picture", content_type = "image/*"), wire::ReadErrors))]
async fn show(call: Call, PathOf(id): PathOf<Uuid>, headers: HeaderMap) -> Result<Response, ApiError> {
    let files = call.context().files.clone();
    let picture = call.account(Action::PicturesRead).read(move |tx, _| user_commands::any(tx, id)).await?;
    let download = picture.download().ok_or_else(Refusal::not_found)?;
    download.send(&files.blobs, &headers).await.map_err(failed)
}

fn presented(session: &mut Session, signing: &Signing, user: Uuid, id: Uuid) -> db::Result<Json> {
    let mut tx = session.unscoped(Unscoped::Instance)?;
    let picture = user_commands::own(&mut tx, user, id)?;
    Json::of(&AssetForm {
        upload_data: signing.form(Place::User { user, id }, &picture.content_type, picture.size, tx.now()),
        asset_id: id,
        asset_url: Picture::address(id),
    })
}
