//! A clock that tests move.

use std::sync::atomic::{AtomicI64, Ordering};

use aileron_kernel::{Clock, Time};

/// Starts at 2026-01-01 12:00 UTC and goes on by one microsecond each time it is asked, so that times differ and order is kept.
#[derive(Debug)]
pub struct FakeClock(AtomicI64);

impl Default for FakeClock {
    fn default() -> Self {
        Self(AtomicI64::new(1_767_268_800_000_000))
    }
}

impl FakeClock {
    /// One that goes on where another stands.
    #[must_use]
    pub fn after(other: &Self) -> Self {
        Self(AtomicI64::new(other.0.load(Ordering::SeqCst)))
    }

    /// Moves on by seconds.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Time {
        Time::from_micros(self.0.fetch_add(1, Ordering::SeqCst))
    }
}
