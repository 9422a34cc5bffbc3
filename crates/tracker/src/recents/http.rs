//! Routes of recents.

use aileron_db as db;
use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Refusal, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    model::{VisitView, Visited},
    queries,
};
use crate::{things::Thing, wire};

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list, visit))
}

/// A visit in a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct VisitBody {
    /// project, issue, cycle, module, view or page.
    #[schema(example = "project")]
    entity_name: String,
    /// Which one.
    #[schema(example = "0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d10")]
    entity_identifier: Uuid,
}

/// What one looked at last, the last first: at most twenty things that one still sees.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/recent-visits/", operation_id = "list_recent_visits", tag = "Recents",
    params(wire::WorkspacePath, ("entity_name" = Option<String>, Query, description = "Only such things: project, issue, cycle, module, view or page")),
    extensions(("x-action" = json!("recents.read"))),
    responses((status = 200, description = "The visits", body = Vec<VisitView>), wire::ReadErrors))]
async fn list(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::RecentsRead)
        .read(move |tx| {
            let wrong = |word: &str| Refusal::field("entity_name", format!("\"{word}\" is not a valid choice."));
            let entity = query.filled("entity_name").map(|word| Thing::parse(word).ok_or_else(|| wrong(word))).transpose()?;
            Json::of(&queries::list(tx, entity)?)
        })
        .await
}

/// Notes that one looked at something.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/recent-visits/", operation_id = "note_visit", tag = "Recents",
    params(wire::WorkspacePath), request_body = VisitBody, extensions(("x-action" = json!("recents.write"))),
    responses((status = 201, description = "The visit", body = VisitView), wire::WriteErrors))]
async fn visit(call: Call, PathOf(slug): PathOf<String>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::RecentsWrite)
        .write(
            StatusCode::CREATED,
            body,
            |tx, body| {
                let visited = Visited::read(body.fields()?)?;
                commands::visit(tx, visited).map(|()| visited.id)
            },
            |tx, id| {
                let visits = queries::list(tx, None)?;
                let visit = visits.iter().find(|visit| visit.entity_identifier == id);
                Json::of(visit.ok_or_else(|| db::Error::from(Refusal::not_found()))?)
            },
        )
        .await
}
