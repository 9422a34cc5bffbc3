//! Routes of labels.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Page, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::{http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands::{self, LabelFields},
    model::LabelView,
    queries,
};
use crate::{
    expand::{self, COMMON, Field, Kind},
    versions::{IfMatch, tagged},
    wire,
};

/// The fields in which `expand=` puts objects in the place of ids.
fn fields() -> Vec<Field> {
    COMMON.into_iter().chain([("parent", Kind::Labels)]).collect()
}

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete)).routes(routes!(list_of_workspace))
}

/// The labels of a project, the newest first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/labels/", operation_id = "list_labels", tag = "Labels",
    params(wire::ProjectPath, wire::PageQuery, wire::ShapeQuery), extensions(("x-action" = json!("labels.read"))),
    responses((status = 200, description = "One page of labels", body = wire::PageOf<LabelView>), wire::ReadErrors))]
async fn list(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::LabelsRead)
        .read(move |tx| {
            let page: Page<LabelView> = queries::list(tx, query.page(1000)?)?;
            expand::page(tx, page, &query.shape(), &fields())
        })
        .await
}

/// The labels of all projects of the caller and those of the workspace, the newest first.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/labels/", operation_id = "list_workspace_labels", tag = "Labels",
    params(wire::WorkspacePath, wire::PageQuery, wire::ShapeQuery), extensions(("x-action" = json!("workspace_labels.read"))),
    responses((status = 200, description = "One page of labels", body = wire::PageOf<LabelView>), wire::ReadErrors))]
async fn list_of_workspace(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::WorkspaceLabelsRead)
        .read(move |tx| {
            let page = queries::list_of_workspace(tx, query.page(1000)?)?;
            expand::page(tx, page, &query.shape(), &fields())
        })
        .await
}

/// Makes a label.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/labels/", operation_id = "create_label", tag = "Labels",
    params(wire::ProjectPath), request_body = wire::LabelBody, extensions(("x-action" = json!("labels.write"))),
    responses((status = 201, description = "The new label", body = LabelView), wire::WriteErrors))]
async fn create(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::LabelsWrite)
        .write_read(
            StatusCode::CREATED,
            body,
            |body| LabelFields::read(body.fields()?, true),
            commands::create,
            |tx, id| Json::of(&LabelView::from(queries::get(tx, id)?)),
        )
        .await
}

/// One label. Its version is the `ETag`, which a later change can send as `If-Match`.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/labels/{label_id}/", operation_id = "get_label", tag = "Labels",
    params(wire::ProjectPath, ("label_id" = Uuid, Path, description = "The label"), wire::ShapeQuery),
    extensions(("x-action" = json!("labels.read"))),
    responses((status = 200, description = "The label", body = LabelView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, query: Query) -> Result<Response, ApiError> {
    let read = call.project(slug, project, Action::LabelsRead).read(move |tx| {
        let label = queries::get(tx, id)?;
        let version = label.version;
        let view = LabelView::from(label);
        Ok((version, expand::one(tx, &view, &query.shape(), &fields())?))
    });
    Ok(tagged(read.await?))
}

/// Changes a label. With `If-Match`, only if it has not changed since it was read.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/labels/{label_id}/", operation_id = "update_label", tag = "Labels",
    params(wire::ProjectPath, ("label_id" = Uuid, Path, description = "The label"), wire::IfMatchHeader), request_body = wire::LabelBody,
    extensions(("x-action" = json!("labels.write"))),
    responses((status = 200, description = "The label as it is now", body = LabelView), wire::Changed, wire::WriteErrors))]
async fn update(
    call: Call,
    PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>,
    if_match: IfMatch,
    body: Body,
) -> Result<Response, ApiError> {
    call.project(slug, project, Action::LabelsWrite)
        .write_read(
            StatusCode::OK,
            body,
            |body| LabelFields::read(body.fields()?, false),
            move |tx, fields| commands::update(tx, id, fields, &if_match).map(|()| id),
            |tx, id| Json::of(&LabelView::from(queries::get(tx, id)?)),
        )
        .await
}

/// Deletes a label and takes it off its items.
#[utoipa::path(delete, path = "/api/v1/workspaces/{slug}/projects/{project_id}/labels/{label_id}/", operation_id = "delete_label", tag = "Labels",
    params(wire::ProjectPath, ("label_id" = Uuid, Path, description = "The label")), extensions(("x-action" = json!("labels.write"))),
    responses((status = 204, description = "Deleted"), wire::WriteErrors))]
async fn delete(call: Call, PathOf((slug, project, id)): PathOf<(String, Uuid, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::LabelsWrite).run(body, move |tx, _| commands::delete(tx, id)).await
}
