//! What every request is given: the database, the clock, the limits.

use std::sync::{Arc, OnceLock};

use aileron_db::Db;
use aileron_kernel::{Clock, Random, Time, Uuid};
use aileron_platform::limits::{RateLimiter, Verdict};

use crate::tokens_used::TokenUses;

/// The parts of the running server that requests use. Cloning is cheap.
#[derive(Clone)]
pub struct Context {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// Requests a minute by token.
    pub limiter: Arc<RateLimiter>,
    /// When tokens were last used.
    pub token_uses: Arc<TokenUses>,
    /// Requests a minute that a token of a person has; 0 = no limit.
    pub api_rate_limit: u32,
    /// Requests a minute that a service token has; 0 = no limit.
    pub service_rate_limit: u32,
    /// The address under which people reach the server, if it was configured.
    pub base_url: Option<String>,
}

impl Context {
    /// Notes that a token was used.
    pub(crate) fn token_used(&self, token: Uuid, now: Time) {
        self.token_uses.note(token, now);
    }
}

/// What the outermost layer knows about a request, and what it is told on the way back.
#[derive(Clone, Debug)]
pub struct RequestInfo {
    /// The id under which everything that follows from this request can be found.
    pub request_id: String,
    /// What the rate limiter said, once the token is known.
    pub rate: Arc<OnceLock<Verdict>>,
}

impl RequestInfo {
    /// Of a new request.
    pub fn new(request_id: String) -> Self {
        Self { request_id, rate: Arc::default() }
    }
}
