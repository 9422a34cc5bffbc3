//! The route of taking changes back.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Fields, Refusal, Uuid, fields::NAME};
use aileron_platform::web::{ApiError, Body, Json, PathOf};
use axum::{http::StatusCode, response::Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{commands, log};
use crate::wire;

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(undo))
}

/// Which change.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct UndoBody {
    /// The `Idempotency-Key` that the change was sent with.
    #[schema(example = "0190f2a4-0000-7000-8000-000000000001", max_length = 255)]
    mutation_id: String,
}

/// A change that was taken back.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Undone)]
struct UndoneView {
    mutation_id: String,
    /// What it had done, in its order.
    undone: Vec<UndoneEventView>,
}

/// Something that is as before.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = UndoneEvent)]
struct UndoneEventView {
    #[schema(example = "work_item")]
    entity: String,
    id: Uuid,
    #[schema(example = "updated")]
    verb: String,
}

fn key(mut fields: Fields) -> Result<String, Refusal> {
    fields.require("mutation_id");
    let key = fields.text("mutation_id", NAME);
    fields.finish()?;
    Ok(key.unwrap_or_default())
}

/// Takes a change back: what it made goes to the trash, what it deleted comes back, what it changed gets its old values, all of it or
/// nothing. For whoever made the change, and admins of the workspace; each step by the rights of the ordinary change. 409 names the fields
/// that were touched since. The request is a change itself, which its own `Idempotency-Key` takes back.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/undo/", operation_id = "undo", tag = "Trash",
    params(wire::WorkspacePath), request_body = UndoBody, extensions(("x-action" = json!("undo"))),
    responses((status = 200, description = "What was taken back", body = UndoneView), wire::WriteErrors))]
async fn undo(call: Call, PathOf(slug): PathOf<String>, body: Body) -> Result<Response, ApiError> {
    let sent = body.clone();
    call.workspace(slug, Action::Undo)
        .write(
            StatusCode::OK,
            body,
            |tx, body| commands::undo(tx, &key(body.fields()?)?).map(|()| Uuid::nil()),
            move |tx, _| {
                let mutation_id = key(sent.fields()?)?;
                let events = log::of_change(tx, &mutation_id)?.into_iter();
                let undone = events.map(|event| UndoneEventView { entity: event.entity, id: event.id, verb: event.verb });
                Json::of(&UndoneView { mutation_id, undone: undone.collect() })
            },
        )
        .await
}
