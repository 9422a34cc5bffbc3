//! Routes of what a project says of its cycles, and the check of dates.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Refusal, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf};
use axum::{http::StatusCode, response::Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands,
    docs::{DateCheckBody, SettingsBody},
    fields::when,
    model::CycleLite,
    queries,
    settings::{self, SettingsFields, SettingsView},
};
use crate::wire;

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(get, update)).routes(routes!(check_dates))
}

/// What a project says of its cycles.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/cycle-settings/", operation_id = "get_cycle_settings", tag = "Cycles",
    params(wire::ProjectPath), extensions(("x-action" = json!("cycles.read"))),
    responses((status = 200, description = "The settings", body = SettingsView), wire::ReadErrors))]
async fn get(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>) -> Result<Json, ApiError> {
    call.project(slug, project, Action::CyclesRead).read(|tx| Json::of(&settings::view(tx)?)).await
}

/// Changes what a project says of its cycles. A cadence that is on makes cycles by itself: each lasts `cadence_length` days,
/// `cadence_cooldown` days before the next, and there are always `cadence_ahead` that have not begun. When one is over, what is
/// left undone moves on to the next if `cadence_roll_over` says so.
#[utoipa::path(patch, path = "/api/v1/workspaces/{slug}/projects/{project_id}/cycle-settings/", operation_id = "update_cycle_settings", tag = "Cycles",
    params(wire::ProjectPath), request_body = SettingsBody, extensions(("x-action" = json!("projects.update"))),
    responses((status = 200, description = "The settings as they are now", body = SettingsView), wire::WriteErrors))]
async fn update(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Response, ApiError> {
    call.project(slug, project, Action::ProjectUpdate)
        .write(
            StatusCode::OK,
            body,
            move |tx, body| settings::update(tx, SettingsFields::read(body.fields()?)?).map(|()| project),
            |tx, _| Json::of(&settings::view(tx)?),
        )
        .await
}

/// Whether days may be those of a cycle.
#[derive(Debug, Serialize, ToSchema)]
struct DateCheck {
    /// False where they are those of another cycle, and the project does not allow that.
    status: bool,
    /// The cycles that have some of them, at most 1000.
    overlapping: Vec<CycleLite>,
}

/// Whether a cycle may have these days: no other cycle of the project has some of them, or the project allows that.
#[utoipa::path(post, path = "/api/v1/workspaces/{slug}/projects/{project_id}/cycles/date-check/", operation_id = "check_cycle_dates", tag = "Cycles",
    params(wire::ProjectPath), request_body = DateCheckBody, extensions(("x-action" = json!("cycles.write"))),
    responses((status = 200, description = "Whether they may", body = DateCheck), wire::WriteErrors))]
async fn check_dates(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, body: Body) -> Result<Json, ApiError> {
    call.project(slug, project, Action::CyclesWrite)
        .read(move |tx| {
            let mut fields = body.fields()?;
            fields.require("start_date");
            fields.require("end_date");
            let (start, end) = (when(&mut fields, "start_date").flatten(), when(&mut fields, "end_date").flatten());
            let except = fields.nullable_id("cycle_id").flatten();
            fields.finish()?;
            if let Some(id) = except {
                queries::find(tx, id)?;
            }
            let (_, zone) = queries::project(tx)?;
            let both = || Refusal::error("Start date and end date both are required");
            let limits = commands::span(start, end, &zone)?.ok_or_else(both)?;
            let now = tx.now();
            let found = queries::overlapping(tx, limits, except)?;
            let status = found.is_empty() || settings::get(tx)?.allows_parallel;
            Json::of(&DateCheck { status, overlapping: found.into_iter().map(|cycle| CycleLite::new(cycle, now)).collect() })
        })
        .await
}
