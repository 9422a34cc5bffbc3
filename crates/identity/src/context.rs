//! What every request is given: the database, the clock, the limits.

use std::sync::{Arc, OnceLock};

use aileron_db::Db;
use aileron_kernel::{Clock, Random, Uuid};
use aileron_platform::{
    files::Files,
    limits::{RateLimiter, Verdict},
    mail::{Mailer, Outbox},
    outgoing::Rules,
    proxies::Proxies,
    pubsub::Hints,
    sealed::Sealer,
};

use axum::http::{HeaderMap, header};

use crate::{attempts::Attempts, passwords::Passwords, uses::Uses};

/// The parts of the running server that requests use. Cloning is cheap.
#[derive(Clone)]
pub struct Context {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// Uploaded files.
    pub files: Arc<Files>,
    /// Seals secrets that are stored.
    pub sealer: Sealer,
    /// Where mails are handed in.
    pub outbox: Outbox,
    /// What sends them; none: this server has no mail.
    pub mailer: Option<Mailer>,
    /// Which addresses of users may be asked.
    pub outgoing_rules: Arc<Rules>,
    /// Requests a minute by token.
    pub limiter: Arc<RateLimiter>,
    /// When tokens and sessions were last used.
    pub uses: Arc<Uses>,
    /// Hashes and checks passwords.
    pub passwords: Arc<Passwords>,
    /// Counts guesses at passwords and codes.
    pub attempts: Arc<Attempts>,
    /// Requests a minute that a token of a person has; 0 = no limit.
    pub api_rate_limit: u32,
    /// Requests a minute that a service token has; 0 = no limit.
    pub service_rate_limit: u32,
    /// The address under which people reach the server, if it was configured.
    pub base_url: Option<String>,
    /// The proxies whose word is taken about where a request comes from.
    pub trusted_proxies: Arc<Proxies>,
}

impl Context {
    /// A context without limits. Starts the task that notes uses, so it must be called inside a runtime.
    pub fn new(db: Db, clock: Arc<dyn Clock>, random: Arc<dyn Random>, files: Arc<Files>) -> Self {
        Self {
            sealer: files.sealer().clone(),
            files,
            outbox: Outbox::default(),
            mailer: None,
            outgoing_rules: Arc::default(),
            uses: Arc::new(Uses::start(db.clone())),
            db,
            clock,
            random,
            limiter: Arc::default(),
            passwords: Arc::default(),
            attempts: Arc::default(),
            api_rate_limit: 0,
            service_rate_limit: 0,
            base_url: None,
            trusted_proxies: Arc::default(),
        }
    }

    /// Counts requests and guesses together with the other processes that these hints reach. Must be called inside a runtime.
    pub fn share_counts(&self, hints: &Hints) {
        let (limiter, attempts) = (self.limiter.clone(), self.attempts.clone());
        let (hints, clock) = (hints.clone(), self.clock.clone());
        tokio::spawn(async move { tokio::join!(limiter.share(&hints, clock.as_ref()), attempts.share(&hints, clock.as_ref())) });
    }

    /// The address that people reach the server by: as configured, else as this request was sent to; empty where that says nothing sane.
    pub fn address(&self, headers: &HeaderMap) -> String {
        self.base_url.clone().unwrap_or_else(|| address(headers))
    }

    /// Whether people reach the server over HTTPS, so that cookies must not travel otherwise.
    pub fn is_https(&self) -> bool {
        self.base_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

/// What the outermost layer knows about a request, and what it is told on the way back.
#[derive(Clone, Debug)]
pub struct RequestInfo {
    /// The id under which everything that follows from this request can be found.
    pub request_id: String,
    /// What was learned on the way.
    pub learned: Arc<Learned>,
}

/// What the check of its credentials tells about a request.
#[derive(Debug, Default)]
pub struct Learned {
    /// What the rate limiter said.
    pub rate: OnceLock<Verdict>,
    /// The account that sent it.
    pub user: OnceLock<Uuid>,
    /// The id of the token that it came with.
    pub token: OnceLock<Uuid>,
}

impl RequestInfo {
    /// Of a new request.
    pub fn new(request_id: String) -> Self {
        Self { request_id, learned: Arc::default() }
    }
}

/// The address that a request was sent to; empty where it says nothing sane.
fn address(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let is_sane =
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']'));
    if is_sane { format!("http://{host}") } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_host_makes_an_address() {
        let of = |host: &str| address(&HeaderMap::from_iter([(header::HOST, host.parse().unwrap())]));
        assert_eq!(of("localhost:8000"), "http://localhost:8000");
        assert_eq!(of("[::1]:8000"), "http://[::1]:8000");
        assert_eq!((of("a b"), of("a/b@c"), address(&HeaderMap::new())), (String::new(), String::new(), String::new()));
    }
}
