//! Routes of figures.

use aileron_db::{self as db, Tx, WorkspaceScope};
use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Filter, Uuid};
use aileron_platform::web::{ApiError, Json, PathOf, Query};
use jiff::tz::TimeZone;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    distribution,
    model::{Course, Distribution, HeatMap, Load, Times, Totals, Velocity},
    queries,
    rules::{self, Period, Property, Unit},
};
use crate::{wire, work_items::docs::FilterQuery, workspaces};

/// Which days.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documentation only")]
struct PeriodQuery {
    /// The first day; 89 days before the last where not said. At most 1100 days in all.
    #[param(format = Date, example = "2026-01-01")]
    from: Option<String>,
    /// The last day; today where not said.
    #[param(format = Date, example = "2026-01-31")]
    to: Option<String>,
    /// Where days begin; the zone of the workspace where not said.
    #[param(example = "Europe/Berlin")]
    timezone: Option<String>,
}

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(totals))
        .routes(routes!(created_resolved))
        .routes(routes!(distribution))
        .routes(routes!(workload))
        .routes(routes!(times))
        .routes(routes!(heat_map))
        .routes(routes!(velocity))
}

/// The filter, which is that of lists.
fn filter(tx: &Tx<'_, WorkspaceScope>, query: &Query) -> db::Result<Filter> {
    Ok(Filter::of_query(query.clone().checked()?.iter(), tx.now().date())?)
}

fn zone(tx: &mut Tx<'_, WorkspaceScope>, query: &Query) -> db::Result<(String, TimeZone)> {
    Ok(rules::zone(query, &workspaces::model::get(tx)?.timezone)?)
}

/// How many work items there are, by the groups of their states, in items and points. For a project, several or all: `project`.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/analytics/totals/", operation_id = "get_analytics_totals", tag = "Analytics",
    params(wire::WorkspacePath, FilterQuery), extensions(("x-action" = json!("analytics.read"))),
    responses((status = 200, description = "The figures", body = Totals), wire::ReadErrors))]
async fn totals(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::AnalyticsRead)
        .read(move |tx| {
            let filter = filter(tx, &query)?;
            Json::of(&queries::totals(tx, &filter)?)
        })
        .await
}

/// How many work items were made and how many completed in each day, week or month of a period.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/analytics/created-resolved/", operation_id = "get_analytics_created_resolved", tag = "Analytics",
    params(wire::WorkspacePath, FilterQuery, PeriodQuery, ("unit" = Option<String>, Query, description = "day, week or month")),
    extensions(("x-action" = json!("analytics.read"))),
    responses((status = 200, description = "The figures", body = Course), wire::ReadErrors))]
async fn created_resolved(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::AnalyticsRead)
        .read(move |tx| {
            let (filter, unit) = (filter(tx, &query)?, Unit::read(&query)?);
            let (name, zone) = zone(tx, &query)?;
            let period = Period::read(&query, zone, tx.now())?;
            Json::of(&queries::course(tx, &filter, &period, unit, name)?)
        })
        .await
}

/// Work items by the values of one property, or of two, in items and points: `state`, `state_group`, `priority`, `assignees`, `labels`,
/// `created_by`, `type`, `project`, `cycle`, `modules`, `estimate_point`, and by month `created_at`, `completed_at`, `start_date` and
/// `target_date`.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/analytics/distribution/", operation_id = "get_analytics_distribution", tag = "Analytics",
    params(wire::WorkspacePath, FilterQuery,
        ("by" = String, Query, description = "The property", example = "state_group"),
        ("and_by" = Option<String>, Query, description = "A second property"),
        ("timezone" = Option<String>, Query, description = "Where months begin; the zone of the workspace where not said")),
    extensions(("x-action" = json!("analytics.read"))),
    responses((status = 200, description = "The figures", body = Distribution), wire::ReadErrors))]
async fn distribution(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::AnalyticsRead)
        .read(move |tx| {
            let (filter, properties) = (filter(tx, &query)?, Property::read_both(&query)?);
            let (_, zone) = zone(tx, &query)?;
            Json::of(&distribution::of(tx, &filter, properties, &zone)?)
        })
        .await
}

/// What everybody has to do: the open work items of each assignee, and those of nobody, in items and points.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/analytics/workload/", operation_id = "get_analytics_workload", tag = "Analytics",
    params(wire::WorkspacePath, FilterQuery), extensions(("x-action" = json!("analytics.read"))),
    responses((status = 200, description = "The figures", body = Vec<Load>), wire::ReadErrors))]
async fn workload(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::AnalyticsRead)
        .read(move |tx| {
            let filter = filter(tx, &query)?;
            Json::of(&queries::workload(tx, &filter)?)
        })
        .await
}

/// How long it took until the work items that were completed in a period were: from when they were made (lead time) and from when
/// work on them first began (cycle time), as percentiles.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/analytics/times/", operation_id = "get_analytics_times", tag = "Analytics",
    params(wire::WorkspacePath, FilterQuery, PeriodQuery), extensions(("x-action" = json!("analytics.read"))),
    responses((status = 200, description = "The figures", body = Times), wire::ReadErrors))]
async fn times(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::AnalyticsRead)
        .read(move |tx| {
            let filter = filter(tx, &query)?;
            let (name, zone) = zone(tx, &query)?;
            let period = Period::read(&query, zone, tx.now())?;
            Json::of(&queries::times(tx, &filter, &period, name)?)
        })
        .await
}

/// When in the week something happened to work items within a period, by weekday and hour; with `actor`, what one did.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/analytics/heat-map/", operation_id = "get_analytics_heat_map", tag = "Analytics",
    params(wire::WorkspacePath, FilterQuery, PeriodQuery, ("actor" = Option<Uuid>, Query, description = "Who did it")),
    extensions(("x-action" = json!("analytics.read"))),
    responses((status = 200, description = "The figures", body = HeatMap), wire::ReadErrors))]
async fn heat_map(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::AnalyticsRead)
        .read(move |tx| {
            let (filter, actor) = (filter(tx, &query)?, rules::actor(&query)?);
            let (name, zone) = zone(tx, &query)?;
            let period = Period::read(&query, zone, tx.now())?;
            Json::of(&queries::heat_map(tx, &filter, actor, &period, name)?)
        })
        .await
}

/// How the last cycles of a project that have begun stood when they began and when they ended (or stand now), computed from the log as
/// the burn-down is, and how much was completed in one on average.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/projects/{project_id}/velocity/", operation_id = "get_velocity", tag = "Analytics",
    params(wire::ProjectPath, ("cycles" = Option<i64>, Query, description = "How many cycles, 1 to 26; 10 where not said")),
    extensions(("x-action" = json!("cycles.read"))),
    responses((status = 200, description = "The figures", body = Velocity), wire::ReadErrors))]
async fn velocity(call: Call, PathOf((slug, project)): PathOf<(String, Uuid)>, query: Query) -> Result<Json, ApiError> {
    call.project(slug, project, Action::CyclesRead).read(move |tx| Json::of(&queries::velocity(tx, rules::cycles(&query)?)?)).await
}
