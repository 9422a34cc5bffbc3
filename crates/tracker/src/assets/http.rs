//! Routes of attachments.

use aileron_db::{self as db, ProjectScope, Tx};
use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Fields, Refusal, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf};
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Deprecated};
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouter},
    routes,
};

use super::{
    commands,
    model::{AttachmentView, NewAsset},
    queries,
    signed::{Place, Signing, UploadForm},
};
use crate::{wire, work_items::alias::at};

/// The routes with their documentation, under both addresses.
pub fn routes() -> OpenApiRouter<Context> {
    let router = with_both_addresses(OpenApiRouter::new(), routes!(list, create));
    with_both_addresses(router, routes!(fetch, confirm, delete))
}

fn with_both_addresses(router: OpenApiRouter<Context>, routes: UtoipaMethodRouter<Context>) -> OpenApiRouter<Context> {
    // As recorded, the old address differs in both words.
    let rename = |path: &str| path.replace("/work-items/", "/issues/").replace("/attachments/", "/issue-attachments/");
    let old = at(&routes, rename, "by_old_address", Some(Deprecated::True));
    router.routes(routes).routes(old)
}

/// A file that is to be attached.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct AttachmentBody {
    /// Folders before it are left out.
    #[schema(example = "notes.txt", max_length = 255)]
    name: String,
    /// Its media type. Programs are refused.
    #[schema(example = "text/plain")]
    r#type: String,
    /// In bytes. The file may be shorter, but not longer.
    #[schema(example = 12, minimum = 1)]
    size: i64,
    external_source: Option<String>,
    external_id: Option<String>,
}

/// That a file is there.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
pub(super) struct ConfirmBody {
    /// True, or left out.
    #[schema(example = true)]
    is_uploaded: Option<bool>,
}

/// A new attachment and the form to upload its file with.
#[derive(Serialize, ToSchema)]
struct AttachmentForm {
    upload_data: UploadForm,
    asset_id: Uuid,
    attachment: AttachmentView,
    /// Where the file can be fetched once it is confirmed.
    asset_url: String,
}

/// The attachments of a work item whose files are there, the newest first; at most 1000.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/attachments/",
    operation_id = "list_attachments", tag = "Attachments",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item")),
    extensions(("x-action" = json!("attachments.read"))),
    responses((status = 200, description = "The attachments", body = Vec<AttachmentView>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>) -> Result<Json, ApiError> {
    call.project(slug, project, Action::AttachmentsRead).read(move |tx| Json::of(&queries::list(tx, item)?)).await
}

/// Makes an attachment. The file is then sent with the form of the answer to the form's `url` (as the field `file`, the last one), and
/// the attachment confirmed with PATCH. Answers 200, as the compatible API does.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/attachments/",
    operation_id = "create_attachment", tag = "Attachments",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item")), request_body = AttachmentBody,
    extensions(("x-action" = json!("attachments.create"))),
    responses((status = 200, description = "The attachment and the form", body = AttachmentForm), wire::WriteErrors))]
async fn create(
    call: Call,
    PathOf((slug, project, item)): PathOf<(String, Uuid, Uuid)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let signing = Signing::new(call.context(), &headers);
    let largest = signing.largest();
    let present = move |tx: &mut Tx<'_, ProjectScope>, id| presented(tx, &signing, item, id);
    call.project(slug, project, Action::AttachmentsCreate)
        .write(StatusCode::OK, body, move |tx, body| commands::attach(tx, item, NewAsset::read(body.fields()?, largest)?), present)
        .await
}

/// Fetches the file of an attachment: a redirect to an address that is good for an hour, for anybody who has it.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/attachments/{attachment_id}/",
    operation_id = "get_attachment", tag = "Attachments",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"),
        ("attachment_id" = Uuid, Path, description = "The attachment")),
    extensions(("x-action" = json!("attachments.read"))),
    responses((status = 200, description = "The file, after the redirect"), (status = 302, description = "Where the file is"), wire::ReadErrors))]
async fn fetch(
    call: Call,
    PathOf((slug, project, item, id)): PathOf<(String, Uuid, Uuid, Uuid)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let signing = Signing::new(call.context(), &headers);
    let now = call.context().clock.now();
    let asset = call.project(slug, project, Action::AttachmentsRead).read(move |tx| queries::get(tx, item, id)).await?;
    Ok(redirect(&signing.address(&asset, now).await?))
}

/// Confirms that the file of an attachment was uploaded. Any member; others only what they made themselves.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/attachments/{attachment_id}/",
    operation_id = "confirm_attachment", tag = "Attachments",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"),
        ("attachment_id" = Uuid, Path, description = "The attachment")), request_body = ConfirmBody,
    extensions(("x-action" = json!("attachments.change"))),
    responses((status = 204, description = "Confirmed"), wire::WriteErrors))]
async fn confirm(
    call: Call,
    PathOf((slug, project, item, id)): PathOf<(String, Uuid, Uuid, Uuid)>,
    body: Body,
) -> Result<Response, ApiError> {
    call.project(slug, project, Action::AttachmentsChange)
        .run(body, move |tx, body| {
            check_confirmation(body.fields()?)?;
            commands::confirm(tx, item, id)
        })
        .await
}

/// Deletes an attachment. Any member; others only what they made themselves.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/attachments/{attachment_id}/",
    operation_id = "delete_attachment", tag = "Attachments",
    params(wire::ProjectPath, ("work_item_id" = Uuid, Path, description = "The work item"),
        ("attachment_id" = Uuid, Path, description = "The attachment")),
    extensions(("x-action" = json!("attachments.change"))),
    responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete(
    call: Call,
    PathOf((slug, project, item, id)): PathOf<(String, Uuid, Uuid, Uuid)>,
    body: Body,
) -> Result<Response, ApiError> {
    call.project(slug, project, Action::AttachmentsChange).run(body, move |tx, _| commands::detach(tx, item, id)).await
}

fn presented(tx: &mut Tx<'_, ProjectScope>, signing: &Signing, item: Uuid, id: Uuid) -> db::Result<Json> {
    let asset = queries::get(tx, item, id)?;
    let (slug, project) = (tx.workspace().slug(), tx.project_id());
    let place = Place::Workspace { workspace: asset.workspace_id, id };
    Json::of(&AttachmentForm {
        upload_data: signing.form(place, &asset.content_type, asset.size, tx.now()),
        asset_id: id,
        asset_url: format!("/api/v1/workspaces/{slug}/projects/{project}/work-items/{item}/attachments/{id}/"),
        attachment: asset.into(),
    })
}

/// Refuses what would take a confirmation back.
pub(super) fn check_confirmation(mut fields: Fields) -> Result<(), Refusal> {
    if fields.flag("is_uploaded") == Some(false) {
        fields.reject("is_uploaded", "A file that is there cannot be made absent; delete it.");
    }
    fields.finish()
}

/// 302 to an address that nobody should keep.
fn redirect(address: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(address) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    (StatusCode::FOUND, [(header::LOCATION, location), (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"))])
        .into_response()
}
