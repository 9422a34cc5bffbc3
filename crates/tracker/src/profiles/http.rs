//! Routes about what members do.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Refusal, Uuid};
use aileron_platform::web::{ApiError, Json, PathOf, Query};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    model::{ActiveMemberView, StatisticsView},
    queries,
};
use crate::wire;

/// The most days that are looked back.
const MOST_DAYS: i64 = 366;

/// How many days are looked back where nobody says.
const USUAL_DAYS: i64 = 30;

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(statistics)).routes(routes!(active_members))
}

/// What a member has to do and did, counted over the work items that the caller sees.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/users/{user_id}/statistics/", operation_id = "get_member_statistics", tag = "Members",
    params(wire::WorkspacePath, ("user_id" = Uuid, Path, description = "The account")), extensions(("x-action" = json!("profiles.read"))),
    responses((status = 200, description = "The figures", body = StatisticsView), wire::ReadErrors))]
async fn statistics(call: Call, PathOf((slug, user)): PathOf<(String, Uuid)>) -> Result<Json, ApiError> {
    call.workspace(slug, Action::ProfilesRead).read(move |tx| Json::of(&queries::statistics(tx, user)?)).await
}

/// Who is in the workspace, with how much each did of late to the work items that the caller sees.
#[utoipa::path(get, path = "/api/v1/workspaces/{slug}/member-activity/", operation_id = "list_member_activity", tag = "Members",
    params(wire::WorkspacePath, wire::PageQuery, ("days" = Option<i64>, Query, description = "How many days back, 1 to 366; 30 where not said")),
    extensions(("x-action" = json!("workspace_members.read"))),
    responses((status = 200, description = "One page of members", body = wire::PageOf<ActiveMemberView>), wire::ReadErrors))]
async fn active_members(call: Call, PathOf(slug): PathOf<String>, query: Query) -> Result<Json, ApiError> {
    call.workspace(slug, Action::WorkspaceMembersRead)
        .read(move |tx| {
            let days = match query.filled("days") {
                None => USUAL_DAYS,
                Some(text) => {
                    let days = text.trim().parse().ok().filter(|days| (1..=MOST_DAYS).contains(days));
                    days.ok_or_else(|| Refusal::field("days", format!("Must be a whole number from 1 to {MOST_DAYS}.")))?
                }
            };
            let since = tx.now().plus_seconds(-days * 24 * 60 * 60);
            Json::of(&queries::active_members(tx, since, query.page(1000)?)?)
        })
        .await
}
