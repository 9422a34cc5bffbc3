//! What happens around every request.

use std::time::{Duration, Instant};

use aileron_identity::RequestInfo;
use aileron_kernel::{Clock as _, SystemClock, SystemRandom, random};
use aileron_platform::metrics::Metrics;
use axum::{
    Json,
    body::Body,
    extract::{MatchedPath, Request, State},
    http::{HeaderValue, Method, StatusCode, Uri},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use serde_json::json;
use tracing::Instrument as _;

/// Gives the request its id and its span, counts it, and puts what is known afterwards into the answer's headers.
pub(crate) async fn request(State(metrics): State<Metrics>, mut request: Request, next: Next) -> Response {
    let info = RequestInfo::new(request_id(&request));
    request.extensions_mut().insert(info.clone());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    let method = method(request.method());
    let span = tracing::info_span!("request", id = %info.request_id, method, route);
    let started = Instant::now();
    let in_flight = InFlight::enter(&metrics);
    let mut response = next.run(request).instrument(span.clone()).await;
    drop(in_flight);
    let took = started.elapsed();
    metrics.answered(method, route, response.status().as_u16(), took.as_secs_f64());
    // Proxies ask every other second how it is: only bad news is worth a line.
    if !(matches!(route, "/healthz" | "/readyz") && response.status().is_success()) {
        span.in_scope(|| log(&info, &response, took));
    }
    mark(&mut response, &info);
    response
}

/// One line a request: who asked for what and how it ended. The pattern of the route and ids only: addresses, headers and bodies may
/// hold secrets.
fn log(info: &RequestInfo, response: &Response, took: Duration) {
    let (user, token) = (info.learned.user.get(), info.learned.token.get());
    tracing::info!(
        target: "aileron::access",
        status = response.status().as_u16(),
        micros = took.as_micros(),
        user = user.map(tracing::field::display),
        token = token.map(tracing::field::display),
        "answered"
    );
}

/// The method as numbers and spans name it: one of a closed list, whatever was sent.
fn method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// A request being answered, counted as such even if its sender goes away.
struct InFlight<'a>(&'a Metrics);

impl<'a> InFlight<'a> {
    fn enter(metrics: &'a Metrics) -> Self {
        metrics.http_in_flight.inc();
        Self(metrics)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.http_in_flight.dec();
    }
}

fn mark(response: &mut Response, info: &RequestInfo) {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&info.request_id) {
        headers.insert("x-request-id", id);
    }
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    // A page with a secret in its address has a stricter one.
    headers.entry("referrer-policy").or_insert(HeaderValue::from_static("same-origin"));
    headers.insert("x-frame-options", HeaderValue::from_static("DENY"));
    if let Some(rate) = info.learned.rate.get()
        && rate.allowed
        && let Some(remaining) = rate.remaining
    {
        headers.insert("x-ratelimit-remaining", HeaderValue::from(remaining));
        headers.insert("x-ratelimit-reset", HeaderValue::from(rate.reset_epoch_seconds));
    }
}

/// The caller's own id for the request, where it is a sane one; else a new one.
fn request_id(request: &Request) -> String {
    let sent = request.headers().get("x-request-id").and_then(|value| value.to_str().ok());
    sent.filter(|id| (8..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
        .map_or_else(|| random::new_id(SystemClock.now(), &SystemRandom).to_string(), ToOwned::to_owned)
}

/// The answer when a handler panicked: the same as for any other defect of ours.
pub(crate) fn panicked() -> Response<Body> {
    tracing::error!("a handler panicked");
    (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "error": "Something went wrong please try again later" }))).into_response()
}

/// Routes end with a slash; a request that reads may leave it out. One that changes something is told the right address instead
/// ([`slash_wanted`]).
pub(crate) fn with_slash(mut request: Request) -> Request {
    if request.method().is_safe()
        && let Some(mended) = slash_wanted(request.uri())
        && let Ok(uri) = mended.parse()
    {
        *request.uri_mut() = uri;
    }
    request
}

/// The address with its last slash, if it is one of the API that lacks it.
pub(crate) fn slash_wanted(uri: &Uri) -> Option<String> {
    let path = uri.path();
    if !path.starts_with("/api/v1/") || path.ends_with('/') || path == "/api/v1/openapi.json" {
        return None;
    }
    Some(uri.query().map_or_else(|| format!("{path}/"), |query| format!("{path}/?{query}")))
}
