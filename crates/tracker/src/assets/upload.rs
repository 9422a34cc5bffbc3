//! The route that files are sent to: a form as object stores take it, checked and streamed into the store.

use aileron_db::{self as db, Principal, ProjectPlace, Unscoped};
use aileron_identity::{Context, Visitor};
use aileron_kernel::{Action, Actor, Refusal, Uuid, random, refusal::Kind};
use aileron_platform::{
    blobs::{BlobError, BlobKey, Label},
    media, pictures,
    web::{ApiError, disposition, no_content},
};
use axum::{
    body::{Body, BodyDataStream},
    http::{HeaderMap, header},
    response::Response,
};
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt as _, stream};
use multer::{Constraints, Field, Multipart, SizeLimit};
use serde_json::json;
use tracing::Instrument as _;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    gate::{Gate, Guarded, NoFile},
    model::refused,
    queries::{self, Waiting},
    signed::{self, Place, SentForm, failed},
    user_commands,
};
use crate::{wire, workspaces};

/// The longest text field, in bytes, and how many fields there may be before the file.
const TEXT: u64 = 1 << 10;
const FIELDS: usize = 20;
/// What a form may bring beside the file, in bytes.
const AROUND: u64 = 64 << 10;

/// The route with its documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(upload))
}

/// The form that `upload_data` gave, with the file.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct UploadBody {
    key: String,
    #[schema(rename = "Content-Type")]
    content_type: String,
    size: String,
    expires: String,
    signature: String,
    /// Last of all.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Takes the file of an attachment, asset or picture with the form that was given for it. The form is enough: no credentials are asked
/// for. It may be sent again until the upload is confirmed; then what it brings is refused.
#[utoipa::path(post, path = "/api/v1/assets/upload/", operation_id = "upload_file", tag = "Assets", security(()),
    request_body(content = UploadBody, content_type = "multipart/form-data"), extensions(("x-action" = json!("public"))),
    responses((status = 204, description = "Stored"), wire::WriteErrors))]
async fn upload(visitor: Visitor, headers: HeaderMap, body: Body) -> Result<Response, ApiError> {
    let context = visitor.context().clone();
    let gate = Gate::default();
    let mut parts = parts(&headers, gate.guard(body.into_data_stream()), context.files.largest)?;
    let mut form = SentForm::default();
    for _ in 0..FIELDS {
        let Some(field) = parts.next_field().await.map_err(unreadable)? else { break };
        let Some(name) = field.name().map(str::to_ascii_lowercase) else { continue };
        if name == "file" {
            let (place, limit, row) = expected(&context, &form).await?;
            gate.open();
            let store = store(visitor, place, limit, form.content_type, row, field).in_current_span();
            // Not cut short where the sender goes away: what is stored is named by its row, or deleted.
            let stored = tokio::spawn(store).await;
            stored.map_err(|error| ApiError(db::Error::Inconsistent(format!("an upload failed: {error}"))))??;
            return Ok(no_content());
        }
        let text = field.text().await.map_err(unreadable)?;
        match name.as_str() {
            "key" => form.key = text,
            "content-type" => form.content_type = text,
            "size" => form.size = text,
            "expires" => form.expires = text,
            "signature" => form.signature = text,
            _ => {}
        }
    }
    Err(no_file().into())
}

fn parts(headers: &HeaderMap, body: Guarded<BodyDataStream>, largest: u64) -> Result<Multipart<'static>, Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(kind)
        .map_err(|_| Refusal::new(Kind::UnsupportedMediaType, json!({ "detail": "Unsupported media type in request." })))?;
    let limit = SizeLimit::new().per_field(TEXT).for_field("file", u64::MAX).whole_stream(largest.saturating_add(AROUND));
    Ok(Multipart::with_constraints(body, boundary, Constraints::new().size_limit(limit)))
}

/// The row that a form is good for, and how many bytes it may bring.
async fn expected(context: &Context, form: &SentForm) -> Result<(Place, u64, Waiting), ApiError> {
    let refused = || Refusal::new(Kind::Forbidden, json!({ "error": "This form is not valid or no longer good." }));
    let (place, limit) = signed::accepted(&context.files, form, context.clock.now()).ok_or_else(refused)?;
    let row = context.db.read(move |session| queries::waiting(&mut session.unscoped(Unscoped::Job)?, place)).await?;
    let row = row.ok_or_else(Refusal::not_found)?;
    if row.is_uploaded { Err(confirmed_already().into()) } else { Ok((place, limit, row)) }
}

/// Stores the file and notes it in the row. `said` is the media type of the form.
async fn store(visitor: Visitor, place: Place, limit: u64, said: String, row: Waiting, field: Field<'static>) -> Result<(), ApiError> {
    let context = visitor.context().clone();
    let key = BlobKey { owner: place.owner(), blob: random::new_id(context.clock.now(), context.random.as_ref()) };
    let stored = put(&context, key, &said, &row, field, limit).await?;
    let noted = context.db.write(move |session| note(session, place, key.blob, &stored)).await;
    let unused = match &noted {
        Ok(Noted::InPlaceOf { before, .. }) => before.map(|blob| BlobKey { blob, ..key }),
        Ok(Noted::Not) | Err(_) => Some(key),
    };
    if let Some(unused) = unused {
        context.files.blobs.delete(unused).await.map_err(failed)?;
    }
    match noted? {
        Noted::InPlaceOf { awaited_by: Some(user), .. } => {
            let confirmed = context.db.write(move |session| confirm(session, &visitor.actor(user), place)).await;
            // Who may not confirm it any more has sent a file that nobody sees.
            confirmed.or_else(|error| if error.refusal().is_some() { Ok(()) } else { Err(error.into()) })
        }
        Noted::InPlaceOf { awaited_by: None, .. } => Ok(()),
        Noted::Not => Err(confirmed_already().into()),
    }
}

/// What was stored.
#[derive(Clone, Debug)]
struct Stored {
    size: u64,
    served_type: String,
}

async fn put(
    context: &Context,
    key: BlobKey,
    said: &str,
    row: &Waiting,
    mut field: Field<'static>,
    limit: u64,
) -> Result<Stored, ApiError> {
    let enough = if row.of.is_some() { usize::MAX } else { media::TELLING };
    let beginning = beginning(&mut field, enough, limit).await?;
    if beginning.is_empty() {
        return Err(Refusal::field("file", "The submitted file is empty.").into());
    }
    let (beginning, served_type, limit) = if let Some(of) = row.of {
        let made = pictures::remade(beginning.to_vec(), said.to_owned(), of.side()).await;
        let made = made.map_err(|error| Refusal::field("file", error.to_string()))?;
        (Bytes::from(made.bytes), made.content_type.to_owned(), u64::MAX)
    } else {
        let served = media::served(said, &beginning).to_owned();
        (beginning, served, limit)
    };
    let label = Label { content_type: served_type.clone(), disposition: disposition(&row.name) };
    let content = stream::iter([Ok(beginning)]).chain(field);
    match context.files.blobs.put(key, label, content, limit).await {
        Ok(size) => Ok(Stored { size, served_type }),
        Err(BlobError::TooLarge { .. }) => Err(too_large().into()),
        Err(BlobError::Upload(error)) => Err(broken_off(&error.to_string()).into()),
        Err(other) => Err(failed(other)),
    }
}

/// The first bytes of a file, `enough` or all there are; of what is longer than allowed no more than needed to see it.
async fn beginning(field: &mut Field<'static>, enough: usize, limit: u64) -> Result<Bytes, ApiError> {
    let mut read = BytesMut::new();
    while read.len() < enough {
        let Some(piece) = field.chunk().await.map_err(unreadable)? else { break };
        read.extend_from_slice(&piece);
        if u64::try_from(read.len()).unwrap_or(u64::MAX) > limit {
            return Err(too_large().into());
        }
    }
    Ok(read.freeze())
}

/// What became of a stored file.
#[derive(Clone, Copy, Debug)]
enum Noted {
    /// Its row names it.
    InPlaceOf {
        /// What it named before.
        before: Option<Uuid>,
        /// Who confirmed it before it came.
        awaited_by: Option<Uuid>,
    },
    /// Its row waits for none.
    Not,
}

/// Notes in the row what was stored for it, if it still waits for it.
fn note(session: &mut db::Session, place: Place, blob: Uuid, stored: &Stored) -> db::Result<Noted> {
    let mut tx = session.unscoped_to_write(Unscoped::Job)?;
    let Some((before, awaited_by)) = queries::held(&mut tx, place)? else { return Ok(Noted::Not) };
    let (table, row) = queries::at(place);
    let set = vec![
        ("blob_id", Some(blob).into()),
        ("stored_size", Some(i64::try_from(stored.size).unwrap_or(i64::MAX)).into()),
        ("served_type", Some(stored.served_type.clone()).into()),
    ];
    tx.update_where(table, row, set)?;
    Ok(Noted::InPlaceOf { before, awaited_by })
}

/// Confirms a file that has come after who sent it said that it was there, with the rights that he has now.
fn confirm(session: &mut db::Session, actor: &Actor, place: Place) -> db::Result<()> {
    let mut tx = session.unscoped(Unscoped::Job)?;
    if !queries::is_active(&mut tx, actor.id)? {
        return Ok(());
    }
    let (workspace, id) = match place {
        Place::User { id, .. } => return user_commands::confirm(&mut session.unscoped_to_write(Unscoped::Instance)?, actor, id),
        Place::Workspace { workspace, id } => (workspace, id),
    };
    let Some(asset) = queries::signed_for(&mut tx, workspace, id)? else { return Ok(()) };
    let slug = workspaces::model::slug_of(&mut tx, workspace)?;
    let principal = Principal::proved(actor.clone(), Vec::new());
    match (asset.project_id, asset.item_id) {
        (Some(project), Some(item)) => {
            let place = ProjectPlace::new(slug, project, Action::AttachmentsChange);
            commands::confirm(&mut session.project_to_write(&principal, &place)?, item, id)
        }
        _ => commands::confirm_upload(&mut session.workspace_to_write(&principal, &slug, Action::AssetsWrite)?, id),
    }
}

fn no_file() -> Refusal {
    Refusal::field("file", "No file was sent, or it was not the last field of the form.")
}

fn confirmed_already() -> Refusal {
    Refusal::new(Kind::Conflict, json!({ "error": "This file was uploaded and confirmed already." }))
}

fn too_large() -> Refusal {
    let body = json!({ "error": "REQUEST_BODY_TOO_LARGE", "detail": "The file is larger than its form allows." });
    Refusal::new(Kind::TooLarge, body)
}

fn broken_off(what: &str) -> Refusal {
    refused(&format!("The upload broke off: {what}"))
}

fn unreadable(error: multer::Error) -> Refusal {
    match error {
        multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. } => too_large(),
        multer::Error::StreamReadFailed(error) if error.is::<NoFile>() => no_file(),
        other => broken_off(&other.to_string()),
    }
}
