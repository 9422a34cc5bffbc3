//! The documentation of the API, generated from the handlers.

use aileron_identity::Context;
use axum::Router;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Aileron",
        version = "1",
        description = "Project management and issue tracking. Compatible with the public API of Plane.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    modifiers(&Credentials),
    security(("api_key" = []), ("bearer" = []), ("session" = []))
)]
struct Document;

/// How a caller may prove who he is.
struct Credentials;

impl utoipa::Modify for Credentials {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("api_key", SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-Api-Key"))));
        components.add_security_scheme("bearer", SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()));
        let cookie = ApiKeyValue::new(aileron_identity::credentials::SESSION_COOKIE);
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// The routes of all nouns, each with its documentation.
fn nouns() -> impl Iterator<Item = fn() -> OpenApiRouter<Context>> {
    let own: Vec<fn() -> OpenApiRouter<Context>> =
        vec![crate::join::routes, crate::setup::routes, crate::limits::routes, crate::instance::routes];
    let crates = [
        aileron_identity::routes(),
        own,
        aileron_tracker::routes(),
        aileron_pages::routes(),
        aileron_integrations::routes(),
        aileron_realtime::routes(),
    ];
    crates.into_iter().flatten()
}

/// All routes. The documentation of a noun is let go before that of the next is made.
pub fn routes() -> Router<Context> {
    nouns().fold(Router::new(), |all, noun| all.merge(Router::from(noun())))
}

/// The document as it is committed and served.
pub fn document() -> String {
    let all = nouns().fold(OpenApiRouter::with_openapi(Document::openapi()), |all, noun| all.merge(noun()));
    all.into_openapi().to_pretty_json().unwrap_or_default() + "\n"
}
