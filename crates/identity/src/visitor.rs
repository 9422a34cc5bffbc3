//! A request whose sender need not be known: signing in, setting up.

use std::net::{IpAddr, SocketAddr};

use aileron_db as db;
use aileron_kernel::{Actor, ActorKind, Origin, Refusal, Uuid, refusal::Kind};
use aileron_platform::web::ApiError;
use axum::{
    extract::{ConnectInfo, FromRef, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use serde_json::json;

use crate::{Context, RequestInfo, attempts};

/// What is known of the sender without asking who he is.
#[derive(Clone)]
pub struct Visitor {
    context: Context,
    info: RequestInfo,
    address: Option<IpAddr>,
    headers: HeaderMap,
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor
where
    Context: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let info = parts.extensions.get::<RequestInfo>().cloned();
        let context = Context::from_ref(state);
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        Ok(Self {
            address: peer.map(|peer| context.trusted_proxies.sender(peer, &parts.headers)),
            context,
            info: info.ok_or_else(|| db::Error::Inconsistent("a request came past the outermost layer".to_owned()))?,
            headers: parts.headers.clone(),
        })
    }
}

impl Visitor {
    /// What the server gave this request.
    pub const fn context(&self) -> &Context {
        &self.context
    }

    /// The address that it came from; empty where it came over no network.
    pub fn address(&self) -> String {
        self.address.map(|address| address.to_canonical().to_string()).unwrap_or_default()
    }

    /// The address as guesses are counted by.
    pub fn source(&self) -> String {
        attempts::source(self.address)
    }

    /// What the browser calls itself.
    pub fn user_agent(&self) -> String {
        self.headers.get(header::USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).unwrap_or_default()
    }

    /// Refuses a body that a page of another site could have sent: a form, or no type at all. Without a session yet,
    /// there is no CSRF token to tell them apart by.
    pub fn check_json(&self) -> Result<(), Refusal> {
        let kind = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
            return Ok(());
        }
        Err(Refusal::new(Kind::UnsupportedMediaType, json!({ "detail": "Unsupported media type in request." })))
    }

    /// An account at this browser, as events name it.
    pub fn actor(&self, user: Uuid) -> Actor {
        Actor { id: user, kind: ActorKind::User, origin: Origin::Web, mutation_id: None, request_id: self.info.request_id.clone() }
    }
}
