//! The one way out: requests to addresses that users gave. No other code opens such a connection; `cargo xtask tidy` looks.
//!
//! A user may write any address, also one that only this server can reach: its own ports, the machines next to it, the
//! metadata of its cloud. So of each request, and again of each redirect, the name is resolved here, every address that it has is
//! judged ([`guard`]), and the connection is made to the very address that was judged: a name that points elsewhere a moment later
//! leads nowhere. `Host` and the name in the certificate stay those of the URL. Proxies of the environment are not used, answers
//! are not unpacked, and everything has an end: time, redirects, headers, body.

mod error;
mod exchange;
pub mod guard;
mod net;
mod place;

use std::{sync::Arc, time::Duration};

use axum::http::{HeaderMap, Method, StatusCode, header};
use bytes::Bytes;

pub use error::OutgoingError;
pub use guard::Rules;
pub use net::{Connector, Resolver, Stream, System};
pub use url::Url;

use place::Place;

/// How long and how large a request and its answer may get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For the connection to each address, TLS included.
    pub connect: Duration,
    /// For everything, redirects included.
    pub total: Duration,
    /// Bytes of the answer's body that are read; more are left.
    pub body: usize,
    /// Bytes of the answer's headers; at least 8192.
    pub headers: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), total: Duration::from_secs(10), body: 64 << 10, headers: 16 << 10 }
    }
}

/// What is to be sent.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method. Redirects are followed for GET and HEAD only.
    pub method: Method,
    /// The address as the user wrote it.
    pub url: String,
    /// Headers in addition to those that every request has. After a redirect to another origin only `Accept` is sent.
    pub headers: HeaderMap,
    /// The body; empty: none.
    pub body: Bytes,
    /// How many redirects are followed, up to [`MOST_REDIRECTS`]. After the last one the answer is the redirect itself.
    pub redirects: u8,
    /// The media type that the answer must have (`text/html`), if it matters: another body is not read.
    pub only: Option<&'static str>,
    /// The limits.
    pub limits: Limits,
}

/// The most redirects that are followed, whatever a request says.
pub const MOST_REDIRECTS: u8 = 5;

impl Request {
    /// A GET without redirects.
    pub fn get(url: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            url: url.into(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            redirects: 0,
            only: None,
            limits: Limits::default(),
        }
    }

    /// A POST of this body. No redirects.
    pub fn post(url: impl Into<String>, body: impl Into<Bytes>) -> Self {
        Self { method: Method::POST, body: body.into(), ..Self::get(url) }
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as far as it was read; packed if the other side packed it unasked.
    pub body: Bytes,
    /// Whether the body was longer than the limit.
    pub is_cut: bool,
    /// The address that answered, after redirects.
    pub url: Url,
}

/// The client. Cloning it is cheap.
#[derive(Clone)]
pub struct Outgoing {
    resolver: Arc<dyn Resolver>,
    connector: Arc<dyn Connector>,
    tls: Arc<tokio_rustls::rustls::ClientConfig>,
    rules: Arc<Rules>,
}

impl Outgoing {
    /// The client of a server.
    pub fn new(rules: Rules) -> Self {
        Self::over(Arc::new(System), Arc::new(System), rules)
    }

    /// The same over other ways to resolve names and to connect.
    pub fn over(resolver: Arc<dyn Resolver>, connector: Arc<dyn Connector>, rules: Rules) -> Self {
        Self { resolver, connector, tls: net::tls(), rules: Arc::new(rules) }
    }

    /// Sends a request. The answer has any status; whether that is a success is for the caller to say.
    pub async fn send(&self, request: Request) -> Result<Answer, OutgoingError> {
        let total = request.limits.total;
        tokio::time::timeout(total, self.follow(request)).await.map_err(|_| OutgoingError::TooSlow)?
    }

    async fn follow(&self, mut request: Request) -> Result<Answer, OutgoingError> {
        let mut place = Place::parse(&request.url)?;
        let is_safe = request.method == Method::GET || request.method == Method::HEAD;
        let mut left = if is_safe { request.redirects.min(MOST_REDIRECTS) } else { 0 };
        loop {
            let answer = self.hop(&place, &request).await?;
            let Some(next) = redirect(&answer).filter(|_| left > 0) else { return Ok(answer) };
            left -= 1;
            let next = Place::of(place.url().join(&next).map_err(|_| OutgoingError::NoUrl)?)?;
            if next.url().origin() != place.url().origin() {
                let accept = request.headers.remove(header::ACCEPT);
                request.headers = accept.into_iter().map(|value| (header::ACCEPT, value)).collect();
            }
            place = next;
        }
    }

    /// One request and its answer, everything checked anew.
    async fn hop(&self, place: &Place, request: &Request) -> Result<Answer, OutgoingError> {
        let addresses = self.rules.addresses(place, self.resolver.as_ref()).await?;
        let stream = self.connect(place, &addresses, request.limits.connect).await?;
        exchange::run(stream, place, request).await
    }

    /// Connects to the first of the judged addresses that answers.
    async fn connect(&self, place: &Place, addresses: &[std::net::SocketAddr], limit: Duration) -> Result<Box<dyn Stream>, OutgoingError> {
        let mut failed = OutgoingError::TooSlow;
        for address in addresses {
            match tokio::time::timeout(limit, self.open(place, *address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => failed = OutgoingError::Unreachable(error),
                Err(_) => failed = OutgoingError::TooSlow,
            }
        }
        Err(failed)
    }

    async fn open(&self, place: &Place, address: std::net::SocketAddr) -> std::io::Result<Box<dyn Stream>> {
        let stream = self.connector.connect(address).await?;
        match place.server_name() {
            None => Ok(stream),
            Some(name) => {
                let stream = tokio_rustls::TlsConnector::from(self.tls.clone()).connect(name?, stream).await?;
                Ok(Box::new(stream))
            }
        }
    }
}

/// Where an answer sends us.
fn redirect(answer: &Answer) -> Option<String> {
    let is_redirect = matches!(answer.status.as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = answer.headers.get(header::LOCATION).filter(|_| is_redirect)?;
    Some(String::from_utf8_lossy(location.as_bytes()).into_owned())
}
