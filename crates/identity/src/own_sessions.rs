//! One's own browser sessions: listing and ending them.

use aileron_db::Unscoped;
use aileron_kernel::{Action, Time, Uuid};
use aileron_platform::web::{ApiError, Body, Json, PathOf, Query};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{Call, Context, sessions, wire};

/// A session on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Session)]
struct SessionView {
    id: Uuid,
    /// The browser, as it names itself.
    user_agent: String,
    /// From where it was opened.
    address: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// To the hour.
    #[schema(value_type = String, format = DateTime)]
    last_used_at: Time,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Time,
    /// Whether this request came with it.
    is_current: bool,
}

/// The routes with their documentation.
pub(crate) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(revoke)).routes(routes!(revoke_others))
}

/// One's own sessions, the one used last first.
#[utoipa::path(get, path = "/api/v1/users/me/sessions/", operation_id = "list_sessions", tag = "Users", params(wire::PageQuery),
    extensions(("x-action" = json!("account.read"))),
    responses((status = 200, description = "One page of sessions", body = wire::PageOf<SessionView>), wire::Errors))]
async fn list(call: Call, query: Query) -> Result<Json, ApiError> {
    let own = call.session_hash();
    call.account(Action::AccountRead)
        .read(move |tx, principal| {
            let page = sessions::list(tx, principal.user_id(), query.page(1000)?)?;
            let rows = page.results.iter().map(|row| SessionView {
                id: row.id,
                user_agent: row.user_agent.clone(),
                address: row.address.clone(),
                created_at: row.created_at,
                last_used_at: row.last_used_at,
                expires_at: row.expires_at,
                is_current: own.is_some_and(|own| own.as_slice() == row.token_hash),
            });
            let rows = rows.collect();
            Json::of(&page.with(rows))
        })
        .await
}

/// Ends one of one's own sessions.
#[utoipa::path(delete, path = "/api/v1/users/me/sessions/{session_id}/", operation_id = "revoke_session", tag = "Users",
    params(("session_id" = Uuid, Path, description = "The session")), extensions(("x-action" = json!("account.write"))),
    responses((status = 204, description = "Ended"), wire::Errors))]
async fn revoke(call: Call, PathOf(id): PathOf<Uuid>, body: Body) -> Result<Response, ApiError> {
    call.account(Action::AccountWrite)
        .run(body, move |session, principal, _| {
            sessions::revoke(&mut session.unscoped_to_write(Unscoped::Instance)?, principal.actor(), id, "revoked")
        })
        .await
}

/// Ends all of one's own sessions but the one that the request came with.
#[utoipa::path(post, path = "/api/v1/users/me/sessions/revoke-others/", operation_id = "revoke_other_sessions", tag = "Users",
    extensions(("x-action" = json!("account.write"))), responses((status = 204, description = "Ended"), wire::Errors))]
async fn revoke_others(call: Call, body: Body) -> Result<Response, ApiError> {
    let own = call.session_hash();
    call.account(Action::AccountWrite)
        .run(body, move |session, principal, _| {
            sessions::revoke_others(&mut session.unscoped_to_write(Unscoped::Instance)?, principal.actor(), own)
        })
        .await
}
