//! How often a key may call: at most so many accepted requests in any 60 seconds.
//!
//! Processes that reach each other count together: each tells the others, up to four times a second, what it accepted. A key that calls
//! several of them within that time may get through more often than it may, by what it called the others meanwhile.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use aileron_kernel::{Clock, Time};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::pubsub::Hints;

/// The length of the window.
const WINDOW_SECONDS: i64 = 60;
/// Keys without a request in the window are dropped once this many requests were checked.
const SWEEP_EVERY: u32 = 4_096;
/// What processes call it when they tell each other what they accepted.
const TOPIC: &str = "accepted";
/// Of how many keys others are believed: no limit of anybody's depends on more.
const MOST_KEYS: usize = 100_000;
/// What is believed of one key: no more than the largest limit that makes sense.
const MOST_BELIEVED: u32 = 10_000;

/// What the limiter says about one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the request may go on.
    pub allowed: bool,
    /// Requests left in the window; `None` if there is no limit (and no header to send).
    pub remaining: Option<u32>,
    /// Now plus the window, in seconds since the epoch: by then nothing of now counts any more.
    pub reset_epoch_seconds: i64,
    /// Whole seconds until a request is accepted again; 0 if this one was.
    pub retry_after: u64,
}

/// Remembers the requests of each key in the last minute. Memory is bounded by the limits times the keys in use.
#[derive(Debug, Default)]
pub struct RateLimiter {
    state: Mutex<State>,
    counted: Notify,
}

#[derive(Debug, Default)]
struct State {
    accepted: HashMap<Uuid, VecDeque<Time>>,
    since_sweep: u32,
    /// What was accepted here that the others do not know; none while they are not told.
    untold: Option<HashMap<Uuid, u32>>,
}

impl RateLimiter {
    /// A limiter that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts a request of a key. A refused request does not count. `per_minute` 0: no limit.
    pub fn check(&self, key_id: Uuid, per_minute: u32, now: Time) -> Verdict {
        let reset_epoch_seconds = now.plus_seconds(WINDOW_SECONDS).seconds();
        if per_minute == 0 {
            return Verdict { allowed: true, remaining: None, reset_epoch_seconds, retry_after: 0 };
        }
        let mut locked = self.lock();
        let state = &mut *locked;
        state.sweep(now);
        let accepted = state.accepted.entry(key_id).or_default();
        forget(accepted, now);
        let limit = usize::try_from(per_minute).unwrap_or(usize::MAX);
        if accepted.len() < limit {
            accepted.push_back(now);
            if let Some(untold) = &mut state.untold {
                *untold.entry(key_id).or_default() += 1;
                self.counted.notify_one();
            }
            let remaining = u32::try_from(limit - accepted.len()).unwrap_or(u32::MAX);
            return Verdict { allowed: true, remaining: Some(remaining), reset_epoch_seconds, retry_after: 0 };
        }
        // With a limit that was lowered meanwhile, more than one has to leave the window first.
        let leaves = accepted.get(accepted.len() - limit).copied().unwrap_or(now).plus_seconds(WINDOW_SECONDS);
        let micros = u64::try_from(leaves.micros().saturating_sub(now.micros())).unwrap_or(0);
        Verdict { allowed: false, remaining: Some(0), reset_epoch_seconds, retry_after: micros.div_ceil(1_000_000).max(1) }
    }

    /// How many keys are remembered.
    pub fn keys(&self) -> usize {
        self.lock().accepted.len()
    }

    /// Counts together with the other processes, until it is dropped.
    pub async fn share(&self, hints: &Hints, clock: &dyn Clock) {
        self.lock().untold = Some(HashMap::new());
        let take = || self.lock().untold.as_mut().map(std::mem::take).unwrap_or_default().into_iter().collect();
        hints.count_together(TOPIC, &self.counted, take, |(key, count)| self.add(key, count, clock.now())).await;
    }

    /// Counts what another process accepted just now.
    fn add(&self, key: Uuid, count: u32, now: Time) {
        let mut state = self.lock();
        state.sweep(now);
        if state.accepted.len() >= MOST_KEYS && !state.accepted.contains_key(&key) {
            return;
        }
        let accepted = state.accepted.entry(key).or_default();
        forget(accepted, now);
        let room = usize::try_from(MOST_BELIEVED).unwrap_or(0).saturating_sub(accepted.len());
        accepted.extend(std::iter::repeat_n(now, usize::try_from(count).unwrap_or(usize::MAX).min(room)));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn sweep(&mut self, now: Time) {
        self.since_sweep += 1;
        if self.since_sweep >= SWEEP_EVERY {
            self.since_sweep = 0;
            self.accepted.retain(|_, accepted| {
                forget(accepted, now);
                !accepted.is_empty()
            });
        }
    }
}

fn forget(accepted: &mut VecDeque<Time>, now: Time) {
    let edge = now.plus_seconds(-WINDOW_SECONDS);
    while accepted.front().is_some_and(|first| *first <= edge) {
        accepted.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Time = Time::from_micros(1_795_370_271_500_000);

    fn key(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    #[test]
    fn it_counts_down_refuses_and_recovers_as_recorded() {
        let limiter = RateLimiter::new();
        for left in (0..5).rev() {
            let verdict = limiter.check(key(1), 5, START);
            let expected = Verdict { allowed: true, remaining: Some(left), reset_epoch_seconds: 1_795_370_331, retry_after: 0 };
            assert_eq!(verdict, expected);
        }
        let refused = limiter.check(key(1), 5, START);
        assert_eq!((refused.allowed, refused.remaining, refused.retry_after), (false, Some(0), 60));
        assert!(limiter.check(key(2), 5, START).allowed);
        assert_eq!(limiter.check(key(1), 5, START.plus_seconds(59)).retry_after, 1);
        assert_eq!(limiter.check(key(1), 5, START.plus_seconds(60)).remaining, Some(4));
    }

    #[test]
    fn the_window_slides() {
        let limiter = RateLimiter::new();
        assert!(limiter.check(key(1), 2, START).allowed);
        assert!(limiter.check(key(1), 2, START.plus_seconds(40)).allowed);
        assert_eq!(limiter.check(key(1), 2, START.plus_seconds(50)).retry_after, 10);
        assert!(limiter.check(key(1), 2, START.plus_seconds(61)).allowed);
        assert_eq!(limiter.check(key(1), 2, START.plus_seconds(61)).retry_after, 39);
        // A lowered limit waits for as many as it has to.
        assert_eq!(limiter.check(key(1), 1, START.plus_seconds(61)).retry_after, 60);
    }

    #[test]
    fn what_others_accepted_counts_too() {
        let limiter = RateLimiter::new();
        assert_eq!(limiter.check(key(1), 5, START).remaining, Some(4));
        limiter.add(key(1), 3, START.plus_seconds(10));
        assert_eq!(limiter.check(key(1), 5, START.plus_seconds(20)).remaining, Some(0));
        limiter.add(key(1), u32::MAX, START.plus_seconds(20));
        let refused = limiter.check(key(1), 5, START.plus_seconds(30));
        assert_eq!((refused.allowed, refused.retry_after), (false, 50), "the last five have to leave");
        assert_eq!(limiter.check(key(1), 5, START.plus_seconds(81)).remaining, Some(4));
        assert!(limiter.lock().untold.is_none(), "nothing is gathered while nobody is told");
    }

    #[test]
    fn zero_is_off_and_idle_keys_are_forgotten() {
        let limiter = RateLimiter::new();
        let off = limiter.check(key(1), 0, START);
        assert_eq!((off.allowed, off.remaining, limiter.keys()), (true, None, 0));
        for n in 0..4_000 {
            limiter.check(key(n), 5, START);
        }
        assert_eq!(limiter.keys(), 4_000);
        for _ in 0..SWEEP_EVERY {
            limiter.check(key(1), 5, START.plus_seconds(120));
        }
        assert_eq!(limiter.keys(), 1);
    }
}
