//! Requests a minute.
use aileron_kernel::{Time, Uuid};
/// Verdict.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Allowed.
    pub allowed: bool,
    /// Remaining.
    pub remaining: u32,
    /// Reset.
    pub reset_epoch_seconds: i64,
    /// Retry.
    pub retry_after: u64,
}
/// Limiter.
#[derive(Debug, Default)]
pub struct RateLimiter;
impl RateLimiter {
    /// Check.
    pub fn check(&self, _: Uuid, _: u32, now: Time) -> Verdict {
        Verdict { allowed: true, remaining: 60, reset_epoch_seconds: now.seconds() + 60, retry_after: 60 }
    }
}
