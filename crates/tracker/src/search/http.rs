//! The route of the search.

use aileron_identity::{Call, Context};
use aileron_kernel::Action;
use aileron_platform::web::{ApiError, Json, PathOf, Query};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::queries::{self, Found, Search};
use crate::{wire, work_items::alias::with_old_address};

/// The route with its documentation, under both addresses.
pub fn routes() -> OpenApiRouter<Context> {
    with_old_address(OpenApiRouter::new(), routes!(search))
}

/// What is looked for.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documentation only")]
struct SearchQuery {
    /// Words (the last one may be the beginning of one), a number, or an identifier. Without it nothing is found.
    #[param(example = "login ENG-42")]
    search: Option<String>,
    /// How many items at most.
    #[param(minimum = 0, maximum = 1000, default = 10)]
    limit: Option<i64>,
    /// Only in this project.
    project_id: Option<uuid::Uuid>,
    /// `true`: in all projects, whatever `project_id` says.
    workspace_search: Option<bool>,
}

/// Finds work items of all projects in which the caller sees some, by name, description, comments, number and identifier.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/work-items/search/", operation_id = "search_work_items", tag = "Work items",
    params(wire::WorkspacePath, SearchQuery), extensions(("x-action" = json!("work_items.search"))),
    responses((status = 200, description = "The items, the best fit first", body = Found), wire::ReadErrors))]
async fn search(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::WorkItemsSearch).read(move |tx| Json::of(&queries::find(tx, &Search::read(&query)?)?)).await
}
