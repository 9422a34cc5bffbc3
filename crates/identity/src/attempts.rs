//! How often somebody may guess: a password, the set-up code. Bounded in memory whatever is sent.

use std::{
    hash::{BuildHasher as _, RandomState},
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use aileron_kernel::{Refusal, Time, refusal::Kind};
use serde_json::json;

/// Guesses in one window.
const MOST: u32 = 10;
/// The length of the window, in seconds.
const WINDOW: i64 = 15 * 60;
/// Places in the table. Two that share a place share its guesses; which do, nobody outside can know.
const PLACES: usize = 8_192;

/// Counts guesses by who makes them and at what.
#[derive(Debug)]
pub struct Attempts {
    places: Mutex<Vec<Place>>,
    seed: RandomState,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    since: Time,
    count: u32,
}

impl Default for Attempts {
    fn default() -> Self {
        Self { places: Mutex::new(vec![Place { since: Time::from_micros(0), count: 0 }; PLACES]), seed: RandomState::new() }
    }
}

impl Attempts {
    /// Counts a guess before it is judged; refuses it where there were too many.
    pub fn count(&self, from: &str, at: &str, now: Time) -> Result<(), Refusal> {
        self.place(from, at, |place| {
            if now >= place.since.plus_seconds(WINDOW) {
                *place = Place { since: now, count: 0 };
            }
            if place.count >= MOST {
                let left = place.since.plus_seconds(WINDOW).seconds() - now.seconds();
                let retry_after = u64::try_from(left).unwrap_or(0).max(1);
                let body = json!({ "error_code": 5900, "error_message": "RATE_LIMIT_EXCEEDED" });
                return Err(Refusal::new(Kind::Limited { retry_after }, body));
            }
            place.count += 1;
            Ok(())
        })
    }

    /// Takes back a guess that was right.
    pub fn was_right(&self, from: &str, at: &str) {
        self.place(from, at, |place| place.count = place.count.saturating_sub(1));
    }

    fn place<T>(&self, from: &str, at: &str, change: impl FnOnce(&mut Place) -> T) -> T {
        let number = usize::try_from(self.seed.hash_one((from, at)) % PLACES as u64).unwrap_or(0);
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let mut spare = Place { since: Time::from_micros(0), count: 0 };
        change(places.get_mut(number).unwrap_or(&mut spare))
    }
}

/// The address by which guesses are counted: of IPv6 the half that one subscriber has to himself.
pub fn source(address: Option<IpAddr>) -> String {
    match address {
        Some(IpAddr::V6(v6)) if v6.to_ipv4_mapped().is_none() => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Some(other) => other.to_canonical().to_string(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_wrong_guess_waits_and_right_ones_do_not_count() {
        let attempts = Attempts::default();
        let now = Time::from_micros(1_767_268_800_000_000);
        for _ in 0..50 {
            attempts.count("10.0.0.1", "alice", now).unwrap();
            attempts.was_right("10.0.0.1", "alice");
        }
        for _ in 0..MOST {
            attempts.count("10.0.0.1", "alice", now).unwrap();
        }
        let refused = attempts.count("10.0.0.1", "alice", now.plus_seconds(60)).unwrap_err();
        assert_eq!(refused.kind, Kind::Limited { retry_after: 14 * 60 });
        assert!(attempts.count("10.0.0.1", "alice", now.plus_seconds(WINDOW)).is_ok());
    }

    #[test]
    fn one_subscriber_is_one_source() {
        let source = |text: &str| super::source(Some(text.parse().unwrap()));
        assert_eq!(source("2001:db8:1:2:3::4"), source("2001:db8:1:2:ffff::"));
        assert_ne!(source("2001:db8:1:2::"), source("2001:db8:1:3::"));
        assert_eq!(source("::ffff:10.0.0.1"), source("10.0.0.1"));
    }
}
