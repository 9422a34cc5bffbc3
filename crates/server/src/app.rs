//! The router with everything around it.

use std::convert::Infallible;

use aileron_db::Db;
use aileron_identity::Context;
use aileron_platform::metrics::Metrics;
use aileron_realtime::Live;
use axum::{
    Extension, Json, Router,
    body::Body,
    extract::{DefaultBodyLimit, Request},
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use futures_util::future::Either;
use serde_json::json;
use tower::{Layer as _, Service, ServiceExt as _};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, CompressionLevel,
        predicate::{NotForContentType, Predicate as _, SizeAbove},
    },
};

use crate::{docs, health, layers, web};

/// Answers below this many bytes are not worth compressing.
const WORTH_COMPRESSING: u64 = 1_024;

/// What the router itself has to know.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The largest request body, in bytes.
    pub max_body: usize,
}

/// The whole HTTP side of the server: these routes, which [`crate::openapi::routes`] makes, with all that stands around them.
pub fn router(routes: Router<Context>, context: Context, live: Live, limits: Limits, metrics: Metrics) -> Router {
    let health = health::routes(context.db.clone(), live.clone());
    let routes = routes
        .with_state(context)
        .layer(Extension(live))
        .route("/api/v1/openapi.json", get(docs::description))
        .merge(docs::routes())
        .merge(health);
    around(routes.fallback(page), limits, metrics)
}

/// A server that answers how it is and nothing else.
pub(crate) fn health_only(db: Db, live: Live, limits: Limits, metrics: Metrics) -> Router {
    around(health::routes(db, live).fallback(page_not_found), limits, metrics)
}

/// What stands around all routes, wherever they lead.
fn around(routes: Router, limits: Limits, metrics: Metrics) -> Router {
    routes
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(limits.max_body))
        .layer(CatchPanicLayer::custom(|_| layers::panicked()))
        .layer(axum::middleware::from_fn_with_state(metrics, layers::request))
}

/// A page or file of the web app, or 308 where only the last slash is missing: unlike 301, it keeps method and body.
async fn page(request: Request) -> Response {
    if let Some(address) = layers::slash_wanted(request.uri()) {
        return (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, address)]).into_response();
    }
    match web::answer(&request) {
        Some(page) => page,
        None => page_not_found().await,
    }
}

async fn page_not_found() -> Response {
    (StatusCode::NOT_FOUND, Json(json!({ "error": "Page not found." }))).into_response()
}

async fn method_not_allowed(method: Method) -> Response {
    let body = json!({ "detail": format!("Method \"{method}\" not allowed.") });
    (StatusCode::METHOD_NOT_ALLOWED, Json(body)).into_response()
}

/// The router as a service, with addresses mended before they are looked up, and answers compressed for those who ask for it.
/// Who does not ask goes past the compression altogether.
pub fn service(
    router: Router,
) -> impl Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static {
    let worth_it =
        SizeAbove::new(WORTH_COMPRESSING).and(NotForContentType::IMAGES).and(NotForContentType::const_new("application/octet-stream"));
    let compressing = CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(worth_it).layer(router.clone());
    tower::service_fn(move |request: Request| {
        let request = layers::with_slash(request);
        if request.headers().contains_key(header::ACCEPT_ENCODING) {
            let compressing = compressing.clone();
            Either::Left(async move { compressing.oneshot(request).await.map(|response| response.map(Body::new)) })
        } else {
            Either::Right(router.clone().oneshot(request))
        }
    })
}
