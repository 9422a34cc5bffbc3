//! The router with everything around it.

use aileron_identity::Context;
use axum::{
    Json, Router,
    extract::DefaultBodyLimit,
    http::{Method, StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, CompressionLevel},
};

use crate::{layers, openapi};

/// What the router itself has to know.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The largest request body, in bytes.
    pub max_body: usize,
}

/// The whole HTTP side of the server.
pub fn router(context: Context, limits: Limits) -> Router {
    let (routes, document) = openapi::routes().split_for_parts();
    let document = openapi::text(&document);
    routes
        .with_state(context)
        .route("/api/v1/openapi.json", get(move || async move { ([("content-type", "application/json")], document) }))
        .route("/healthz", get(|| async { Json(json!({ "status": "ok" })) }))
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(page_not_found)
        .layer(DefaultBodyLimit::max(limits.max_body))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(axum::middleware::from_fn(layers::request))
        .layer(CatchPanicLayer::custom(|_| layers::panicked()))
}

async fn page_not_found(_: Uri) -> Response {
    (StatusCode::NOT_FOUND, Json(json!({ "error": "Page not found." }))).into_response()
}

async fn method_not_allowed(method: Method) -> Response {
    let body = json!({ "detail": format!("Method \"{method}\" not allowed.") });
    (StatusCode::METHOD_NOT_ALLOWED, Json(body)).into_response()
}

/// The router as a service, with addresses mended before they are looked up.
pub fn service(
    context: Context,
    limits: Limits,
) -> impl tower::Service<axum::extract::Request, Response = Response, Error = std::convert::Infallible, Future: Send> + Clone + Send + 'static
{
    tower::ServiceBuilder::new().map_request(layers::with_slash).service(router(context, limits))
}
