//! `/api/docs`: a reader for the description of the API. All of it comes from this binary, and no script but its own runs.

use std::{io::Write as _, sync::OnceLock};

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::get,
};
use flate2::{Compression, write::GzEncoder};

use crate::{openapi, web};

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

/// The description of the API, which is long: written and compressed for the first who asks, and for nobody else.
static DESCRIPTION: OnceLock<Description> = OnceLock::new();

struct Description {
    plain: Bytes,
    zipped: Option<Bytes>,
}

/// The description in the form that the caller takes.
pub(crate) async fn description(headers: HeaderMap) -> Response {
    DESCRIPTION.get_or_init(|| Description::new(openapi::document())).answer(&headers)
}

impl Description {
    fn new(text: String) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        let zipped = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish()).ok().map(Bytes::from);
        Self { plain: text.into(), zipped }
    }

    fn answer(&self, headers: &HeaderMap) -> Response {
        let fields = [(header::CONTENT_TYPE, "application/json"), (header::VARY, "accept-encoding")];
        match self.zipped.clone().filter(|_| web::accepts(headers, "gzip")) {
            Some(zipped) => (fields, [(header::CONTENT_ENCODING, "gzip")], zipped).into_response(),
            None => (fields, self.plain.clone()).into_response(),
        }
    }
}
