//! The documentation of the API, generated from the handlers.

use aileron_identity::Context;
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

/// All routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(aileron_identity::routes())
        .merge(crate::join::routes())
        .merge(crate::setup::routes())
        .merge(crate::limits::routes())
        .merge(aileron_tracker::routes())
        .merge(aileron_pages::routes())
        .merge(aileron_integrations::routes())
        .merge(aileron_realtime::routes())
}

/// The document as it is committed and served.
pub fn document() -> String {
    routes().into_openapi().to_pretty_json().unwrap_or_default() + "\n"
}
