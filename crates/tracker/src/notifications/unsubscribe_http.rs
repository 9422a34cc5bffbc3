//! The page that links in mails lead to, and what its button does. Programs of mail press it themselves (RFC 8058).

use aileron_db::Principal;
use aileron_identity::{Context, Visitor};
use aileron_kernel::Refusal;
use aileron_platform::web::{ApiError, Query};
use axum::{
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::unsubscribe::{self, Link};
use crate::wire;

/// Nothing but its own style, and its form to this server.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The routes with their documentation.
pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(ask, act))
}

/// Asks whether mails are to be stopped: a page with a button. It changes nothing, since programs look at links before people do. A token
/// that is not ours is 404.
#[utoipa::path(get, path = "/api/v1/unsubscribe/", operation_id = "ask_to_unsubscribe", tag = "Notifications", security(()),
    params(("token" = String, Query, description = "The token of the link")), extensions(("x-action" = json!("public"))),
    responses((status = 200, description = "The page", content_type = "text/html"), wire::ReadErrors))]
async fn ask(visitor: Visitor, query: Query) -> Result<Response, ApiError> {
    let link = link(&visitor, &query)?;
    let (title, button) = match link.item {
        Some(_) => ("Stop following this work item?", "Stop following"),
        None => ("Stop all mails about this workspace?", "Stop mails"),
    };
    Ok(page(title, &format!("<form method=\"post\"><button type=\"submit\">{button}</button></form>")))
}

/// Stops them: mails about the workspace, or hearing of the item in the app and by mail. Again does nothing more. No key is needed but the token.
#[utoipa::path(post, path = "/api/v1/unsubscribe/", operation_id = "unsubscribe_by_link", tag = "Notifications", security(()),
    params(("token" = String, Query, description = "The token of the link")), extensions(("x-action" = json!("public"))),
    responses((status = 200, description = "Stopped", content_type = "text/html"), wire::WriteErrors))]
async fn act(visitor: Visitor, query: Query) -> Result<Response, ApiError> {
    let link = link(&visitor, &query)?;
    let receiver = Principal::proved(visitor.actor(link.receiver), Vec::new());
    visitor.context().db.write(move |session| unsubscribe::act(session, &receiver, link)).await?;
    let what = match link.item {
        Some(_) => "You do not follow this work item any more.",
        None => "No mails about this workspace are sent to you any more. Your notification preferences bring them back.",
    };
    Ok(page("Done", &format!("<p>{what}</p>")))
}

fn link(visitor: &Visitor, query: &Query) -> Result<Link, Refusal> {
    let token = query.get("token").unwrap_or_default();
    Link::parse(token, &visitor.context().sealer).ok_or_else(Refusal::not_found)
}

/// A page of our own words.
fn page(title: &str, body: &str) -> Response {
    let style = "body{max-width:32rem;margin:20vh auto;padding:0 1rem;font:16px/1.5 system-ui,sans-serif;color-scheme:light dark}";
    let page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{style}</style></head><body><h1>{title}</h1>{body}</body></html>\n"
    );
    let fixed: [(HeaderName, &'static str); 4] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (fixed.map(|(name, value)| (name, HeaderValue::from_static(value))), page).into_response()
}
