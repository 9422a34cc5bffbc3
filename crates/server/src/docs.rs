//! `/api/docs`: a reader for the description of the API. All of it comes from this binary, and no script but its own runs.

use axum::{Router, http::header, response::IntoResponse, routing::get};

/// Only its own script and style; no frames, no other hosts.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

/// The page and its parts.
pub(crate) fn routes() -> Router {
    let page = || part("text/html; charset=utf-8", include_str!("../assets/docs.html"));
    Router::new()
        .route("/api/docs", get(move || async move { page() }))
        .route("/api/docs/", get(move || async move { page() }))
        .route("/api/docs/reader.js", get(|| async { part("text/javascript; charset=utf-8", include_str!("../assets/docs.js")) }))
        .route("/api/docs/reader.css", get(|| async { part("text/css; charset=utf-8", include_str!("../assets/docs.css")) }))
}

fn part(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, "no-cache")], text)
}
