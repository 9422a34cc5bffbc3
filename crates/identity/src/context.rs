//! What every request is given: the database, the clock, the limits.

use std::sync::{Arc, OnceLock};

use aileron_db::Db;
use aileron_kernel::{Clock, Random, Uuid};
use aileron_platform::{
    files::Files,
    limits::{RateLimiter, Verdict},
    proxies::Proxies,
};

use crate::{attempts::Attempts, passwords::Passwords, setup::Setup, uses::Uses};

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
    /// Requests a minute by token.
    pub limiter: Arc<RateLimiter>,
    /// When tokens and sessions were last used.
    pub uses: Arc<Uses>,
    /// Hashes and checks passwords.
    pub passwords: Arc<Passwords>,
    /// Counts guesses at passwords and codes.
    pub attempts: Arc<Attempts>,
    /// The one-time code of the first start.
    pub setup: Arc<Setup>,
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
            files,
            uses: Arc::new(Uses::start(db.clone())),
            db,
            clock,
            random,
            limiter: Arc::default(),
            passwords: Arc::default(),
            attempts: Arc::default(),
            setup: Arc::default(),
            api_rate_limit: 0,
            service_rate_limit: 0,
            base_url: None,
            trusted_proxies: Arc::default(),
        }
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
