//! The route that calendar programs ask, without credentials but the address.

use aileron_db::{
    self as db, ExprTrait as _, Principal, Session, Unscoped,
    schema::{CALENDAR_FEEDS, USERS, WORKSPACES},
};
use aileron_identity::{Context, Visitor, credentials::hash};
use aileron_kernel::{Action, Refusal, Uuid};
use aileron_platform::{
    digest,
    web::{ApiError, PathOf, Query},
};
use aileron_tracker::wire;
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{entries, queries};

/// The route with its documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(read))
}

/// A calendar feed as an iCalendar file (RFC 5545): the 2000 work items that are due last and the 500 cycles that end last, as its owner
/// sees them now. Understands `If-None-Match`. A token that is wrong or revoked, and the feed of somebody who is no longer here, are
/// answered with the same 404.
#[utoipa::path(get, path = "/api/v1/calendar-feeds/{calendar_feed_id}/", operation_id = "read_calendar_feed", tag = "Calendar feeds",
    security(()), params(("calendar_feed_id" = Uuid, Path, description = "The feed"),
        ("token" = String, Query, description = "The token of its address")),
    extensions(("x-action" = json!("public"))),
    responses((status = 200, description = "The calendar", content_type = "text/calendar"),
        (status = 304, description = "It has not changed"), wire::ReadErrors))]
async fn read(visitor: Visitor, PathOf(id): PathOf<Uuid>, query: Query, headers: HeaderMap) -> Result<Response, ApiError> {
    let token = hash(query.get("token").unwrap_or_default());
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let base = Some(visitor.context().address(&headers)).filter(|base| !base.is_empty());
    let db = &visitor.context().db;
    let found = db.read(move |session| find(session, id, &token)).await?;
    let (owner, slug) = found.ok_or_else(Refusal::not_found)?;
    let owner = Principal::proved(visitor.actor(owner), Vec::new());
    // With the rights of the owner alone: the feed is looked up anew among his own.
    let read = db.read(move |session| {
        let mut tx = session.workspace(&owner, &slug, Action::CalendarFeedsRead).map_err(gone)?;
        let feed = queries::with_token(&mut tx, id, &token)?;
        // All that a feed shows is an event when it changes.
        let tag = format!("\"{}\"", digest::sha256_hex(format!("{id} {} {} {base:?}", feed.updated_at, tx.scope().seq())));
        let is_known = known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag);
        let text = if is_known { None } else { Some(entries::calendar(&mut tx, &feed, base.as_deref())?) };
        Ok((tag, text))
    });
    let (tag, text) = read.await?;
    let (status, text) = text.map_or((StatusCode::NOT_MODIFIED, String::new()), |text| (StatusCode::OK, text));
    let tag = HeaderValue::try_from(tag).unwrap_or(HeaderValue::from_static("\"\""));
    let fixed = |text| HeaderValue::from_static(text);
    let headers = [
        (header::CONTENT_TYPE, fixed("text/calendar; charset=utf-8")),
        (header::CONTENT_DISPOSITION, fixed("attachment; filename=\"aileron.ics\"")),
        (header::CACHE_CONTROL, fixed("private, no-cache")),
        (header::ETAG, tag),
    ];
    Ok((status, headers, text).into_response())
}

/// The owner of the feed with this token and the name of its workspace, while his account is active.
fn find(session: &mut Session, id: Uuid, token: &[u8; 32]) -> db::Result<Option<(Uuid, String)>> {
    let tx = &mut session.unscoped(Unscoped::Operator)?;
    let feed = |column| CALENDAR_FEEDS.col(column);
    let select = tx
        .from(CALENDAR_FEEDS)
        .join(WORKSPACES, WORKSPACES.col("id").eq(feed("workspace_id")))
        .join(USERS, USERS.col("id").eq(feed("owner_id")).and(USERS.col("is_active").eq(true)))
        .filter(feed("token_hash").eq(token.to_vec()).and(feed("id").eq(id)))
        .expr(feed("owner_id"))
        .expr(WORKSPACES.col("slug"));
    tx.optional(&select)
}

/// Who holds a token is not told why it opens nothing.
fn gone(error: db::Error) -> db::Error {
    match error {
        db::Error::Refused(_) => Refusal::not_found().into(),
        other => other,
    }
}
