//! Routes of drafts.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Refusal, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    fields::DraftFields,
    model::{DraftView, ListedDraft},
    queries,
};
use crate::{
    expand::{self, COMMON, Field, Kind},
    versions::{IfMatch, tagged},
    wire,
    work_items::model::WorkItemView,
};

/// The fields in which `expand=` puts objects in the place of ids.
fn fields() -> Vec<Field> {
    let own = [("assignees", Kind::People), ("labels", Kind::Labels), ("state", Kind::State), ("parent", Kind::Item)];
    COMMON.into_iter().chain(own).collect()
}

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete)).routes(routes!(publish))
}

/// The fields of a draft in a request. Absent fields stay as they are.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct DraftBody {
    /// Where the item is to be made: a project in which one makes items.
    project_id: Option<Uuid>,
    /// At most 255 characters; it may be empty.
    #[schema(example = "Invoices show the wrong date", max_length = 255)]
    name: Option<String>,
    /// As that of a work item.
    #[schema(example = "<p>Seen in Safari only.</p>")]
    description_html: Option<String>,
    /// An editor's document in base64.
    description_binary: Option<String>,
    /// urgent, high, medium, low or none.
    #[schema(example = "high")]
    priority: Option<String>,
    /// This and the ids that follow are those of the project; a draft without one has none.
    state: Option<Uuid>,
    parent: Option<Uuid>,
    type_id: Option<Uuid>,
    #[schema(minimum = 0, maximum = 12)]
    point: Option<i64>,
    estimate_point: Option<Uuid>,
    #[schema(format = Date, example = "2026-01-05")]
    start_date: Option<String>,
    #[schema(format = Date, example = "2026-02-01")]
    target_date: Option<String>,
    assignees: Option<Vec<Uuid>>,
    labels: Option<Vec<Uuid>>,
    cycle_id: Option<Uuid>,
    module_ids: Option<Vec<Uuid>>,
    /// The highest comes first.
    sort_order: Option<f64>,
}

/// Where the item of a draft is made.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct PublishBody {
    /// Instead of the project of the draft, which need not have one.
    #[schema(example = "0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d10")]
    project_id: Option<Uuid>,
}

/// Which project's drafts are asked for.
fn project(query: &Query) -> Result<Option<Uuid>, Refusal> {
    let wanted = query.filled("project_id").map(Uuid::try_parse).transpose();
    wanted.map_err(|_| Refusal::field("project_id", "Must be a valid UUID."))
}

/// One's own drafts of work items, without their texts, the highest place first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/draft-work-items/", operation_id = "list_drafts", tag = "Drafts",
    params(wire::WorkspacePath, wire::PageQuery, wire::ShapeQuery,
        ("project_id" = Option<Uuid>, Query, description = "Only those that are meant for this project")),
    extensions(("x-action" = json!("drafts.read"))),
    responses((status = 200, description = "One page of drafts", body = wire::PageOf<ListedDraft>), wire::ReadErrors))]
async fn list(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::DraftsRead)
        .read(move |tx| {
            let page = queries::list(tx, query.page(1000)?, project(&query)?)?;
            expand::page(tx, page, &query.shape(), &fields())
        })
        .await
}

/// Makes a draft.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/draft-work-items/", operation_id = "create_draft", tag = "Drafts",
    params(wire::WorkspacePath), request_body = DraftBody, extensions(("x-action" = json!("drafts.write"))),
    responses((status = 201, description = "The new draft", body = DraftView), wire::WriteErrors))]
async fn create(call: Call, PathOf(slug): PathOf<String>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::DraftsWrite)
        .write_read(
            StatusCode::CREATED,
            body,
            |body| DraftFields::read(body.json()?),
            commands::create,
            |tx, id| Json::of(&queries::view(tx, id)?),
        )
        .await
}

/// One draft of one's own. Its version is the `ETag`, which a later change can send as `If-Match`.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/draft-work-items/{draft_id}/", operation_id = "get_draft", tag = "Drafts",
    params(wire::WorkspacePath, ("draft_id" = Uuid, Path, description = "The draft"), wire::ShapeQuery),
    extensions(("x-action" = json!("drafts.read"))),
    responses((status = 200, description = "The draft", body = DraftView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, query: Query) -> Result<Response, ApiError> {
    let read = call.workspace(slug, Action::DraftsRead).read(move |tx| {
        let draft = queries::get(tx, id)?;
        let version = draft.version;
        let view = DraftView::new(draft, queries::text(tx, id)?);
        Ok((version, expand::one(tx, &view, &query.shape(), &fields())?))
    });
    Ok(tagged(read.await?))
}

/// Changes a draft of one's own. With `If-Match`, only if it has not changed since it was read.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/draft-work-items/{draft_id}/", operation_id = "update_draft", tag = "Drafts",
    params(wire::WorkspacePath, ("draft_id" = Uuid, Path, description = "The draft"), wire::IfMatchHeader), request_body = DraftBody,
    extensions(("x-action" = json!("drafts.write"))),
    responses((status = 200, description = "The draft as it is now", body = DraftView), wire::Changed, wire::WriteErrors))]
async fn update(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, if_match: IfMatch, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::DraftsWrite)
        .write_read(
            StatusCode::OK,
            body,
            |body| DraftFields::read(body.json()?),
            move |tx, fields| commands::update(tx, id, fields, &if_match).map(|()| id),
            |tx, id| Json::of(&queries::view(tx, id)?),
        )
        .await
}

/// Deletes a draft of one's own.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/draft-work-items/{draft_id}/", operation_id = "delete_draft", tag = "Drafts",
    params(wire::WorkspacePath, ("draft_id" = Uuid, Path, description = "The draft")), extensions(("x-action" = json!("drafts.write"))),
    responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::DraftsWrite).run(body, move |tx, _| commands::delete(tx, id)).await
}

/// Makes the work item of a draft of one's own, and deletes the draft.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/draft-work-items/{draft_id}/publish/", operation_id = "publish_draft", tag = "Drafts",
    params(wire::WorkspacePath, ("draft_id" = Uuid, Path, description = "The draft")), request_body = PublishBody,
    extensions(("x-action" = json!(["drafts.write", "work_items.create"]))),
    responses((status = 201, description = "The new work item", body = WorkItemView), wire::WriteErrors))]
async fn publish(call: Call, PathOf((slug, id)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.workspace(slug, Action::DraftsWrite)
        .write(
            StatusCode::CREATED,
            body,
            move |tx, body| {
                let mut fields = body.fields()?;
                let project = fields.nullable_id("project_id").flatten();
                fields.finish()?;
                commands::publish(tx, id, project)
            },
            |tx, item| Json::of(&queries::published(tx, item)?),
        )
        .await
}
