//! How often somebody may guess: a password, the set-up code. Bounded in memory whatever is sent.
//!
//! A source has a number of guesses at everything together, and fewer at each account. What one source sends is counted
//! against nobody else. Processes that reach each other count together, as they do the requests of a key.

use std::{
    collections::{HashMap, VecDeque},
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use aileron_kernel::{Clock, Refusal, Time, refusal::Kind};
use aileron_platform::pubsub::Hints;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::Notify;

use crate::credentials::hash;

/// Guesses of one source at one account in one window.
const MOST: u32 = 10;
/// Guesses of one source at whatever it likes in one window.
const MOST_OF_SOURCE: u32 = 100;
/// The length of the window, in seconds.
const WINDOW: i64 = 15 * 60;
/// How many windows are remembered of a kind. When there are more, the oldest is forgotten.
const KEPT: usize = 16_384;
/// What processes call it when they tell each other what they counted.
const TOPIC: &str = "guesses";

/// Counts guesses by who makes them and at what.
#[derive(Debug, Default)]
pub struct Attempts {
    counts: Mutex<Counts>,
    counted: Notify,
}

#[derive(Debug, Default)]
struct Counts {
    of_sources: Windows,
    at_accounts: Windows,
    /// What was counted here, less what was taken back, that the others do not know; none while they are not told.
    untold: Option<HashMap<(Of, Key), i32>>,
}

/// What a key stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Of {
    Source,
    Account,
}

/// By a hash, so that no key is longer than another.
type Key = [u8; 32];

#[derive(Debug, Default)]
struct Windows {
    by_key: HashMap<Key, Window>,
    /// Every key once, the oldest window first.
    order: VecDeque<Key>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    since: Time,
    count: u32,
    /// How many of these others told: they may take back no more.
    told: u32,
}

impl Attempts {
    /// Counts a guess before it is judged; refuses it where there were too many. A refused guess leaves no trace.
    pub fn count(&self, from: &str, at: &str, now: Time) -> Result<(), Refusal> {
        let (source, account) = keys(from, at);
        let mut counts = self.lock();
        counts.of_sources.check(&source, MOST_OF_SOURCE, now)?;
        counts.at_accounts.check(&account, MOST, now)?;
        counts.of_sources.add(source, now);
        counts.at_accounts.add(account, now);
        self.note(&mut counts, (source, account), 1);
        Ok(())
    }

    /// Takes back a guess that was right, or that nobody came to judge.
    pub fn take_back(&self, from: &str, at: &str) {
        let (source, account) = keys(from, at);
        let mut counts = self.lock();
        counts.of_sources.take_back(&source);
        counts.at_accounts.take_back(&account);
        self.note(&mut counts, (source, account), -1);
    }

    /// Counts together with the other processes, until it is dropped.
    pub async fn share(&self, hints: &Hints, clock: &dyn Clock) {
        self.lock().untold = Some(HashMap::new());
        let add = |(of, key, count): (Of, String, i32)| {
            if let Some(key) = hex::decode(key).ok().and_then(|key| Key::try_from(key).ok()) {
                self.lock().add(of, key, count, clock.now());
            }
        };
        hints.count_together(TOPIC, &self.counted, || self.lock().take_untold(), add).await;
    }

    /// Notes what the others have to be told.
    fn note(&self, counts: &mut Counts, (source, account): (Key, Key), count: i32) {
        if let Some(untold) = &mut counts.untold {
            *untold.entry((Of::Source, source)).or_default() += count;
            *untold.entry((Of::Account, account)).or_default() += count;
            self.counted.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    /// Counts what another process counted, of one key no more than the others may guess.
    fn add(&mut self, of: Of, key: Key, count: i32, now: Time) {
        let windows = if of == Of::Source { &mut self.of_sources } else { &mut self.at_accounts };
        // Who makes keys up pushes nobody out who was counted here.
        if windows.order.len() >= KEPT / 2 && !windows.by_key.contains_key(&key) {
            return;
        }
        for _ in 0..count.unsigned_abs().min(MOST_OF_SOURCE) {
            windows.told(key, count > 0, now);
        }
    }

    fn take_untold(&mut self) -> Vec<(Of, String, i32)> {
        let untold = self.untold.as_mut().map(std::mem::take).unwrap_or_default();
        untold.into_iter().filter(|(_, count)| *count != 0).map(|((of, key), count)| (of, hex::encode(key), count)).collect()
    }
}

fn keys(from: &str, at: &str) -> (Key, Key) {
    // No source has a line break in it, so that no two pairs have one key.
    (hash(from), hash(&format!("{from}\n{at}")))
}

impl Windows {
    fn check(&self, key: &Key, most: u32, now: Time) -> Result<(), Refusal> {
        let Some(window) = self.by_key.get(key).filter(|window| window.count >= most && !window.is_over(now)) else { return Ok(()) };
        let left = window.since.plus_seconds(WINDOW).seconds() - now.seconds();
        let retry_after = u64::try_from(left).unwrap_or(0).max(1);
        let body = json!({ "error_code": 5900, "error_message": "RATE_LIMIT_EXCEEDED" });
        Err(Refusal::new(Kind::Limited { retry_after }, body))
    }

    fn add(&mut self, key: Key, now: Time) {
        while let Some(oldest) = self.order.front()
            && (self.order.len() >= KEPT || self.by_key.get(oldest).is_none_or(|window| window.is_over(now)))
        {
            self.by_key.remove(oldest);
            self.order.pop_front();
        }
        let window = self.by_key.entry(key).or_insert_with(|| {
            self.order.push_back(key);
            Window { since: now, count: 0, told: 0 }
        });
        // Only if the clock was turned back is a window over that is not the oldest.
        if window.is_over(now) {
            *window = Window { since: now, count: 0, told: 0 };
        }
        window.count += 1;
    }

    /// Counts what others told, or takes back what they told before.
    fn told(&mut self, key: Key, is_more: bool, now: Time) {
        if is_more {
            self.add(key, now);
        }
        let Some(window) = self.by_key.get_mut(&key) else { return };
        if is_more {
            window.told += 1;
        } else if window.told > 0 {
            window.told -= 1;
            window.count = window.count.saturating_sub(1);
        }
    }

    fn take_back(&mut self, key: &Key) {
        if let Some(window) = self.by_key.get_mut(key) {
            window.count = window.count.saturating_sub(1);
        }
    }
}

impl Window {
    fn is_over(self, now: Time) -> bool {
        now >= self.since.plus_seconds(WINDOW)
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

    const NOW: Time = Time::from_micros(1_767_268_800_000_000);

    #[test]
    fn the_eleventh_wrong_guess_waits_and_right_ones_do_not_count() {
        let (attempts, now) = (Attempts::default(), NOW);
        for _ in 0..50 {
            attempts.count("10.0.0.1", "alice", now).unwrap();
            attempts.take_back("10.0.0.1", "alice");
        }
        for _ in 0..MOST {
            attempts.count("10.0.0.1", "alice", now).unwrap();
        }
        let refused = attempts.count("10.0.0.1", "alice", now.plus_seconds(60)).unwrap_err();
        assert_eq!(refused.kind, Kind::Limited { retry_after: 14 * 60 });
        assert!(attempts.count("10.0.0.1", "alice", now.plus_seconds(WINDOW)).is_ok());
    }

    #[test]
    fn one_source_runs_out_of_guesses_and_nobody_else_does() {
        let attempts = Attempts::default();
        let sent = (0..10_000).filter(|n| attempts.count("10.0.0.1", &format!("x{n}"), NOW).is_ok()).count();
        assert_eq!(sent, MOST_OF_SOURCE as usize);
        assert_eq!(attempts.lock().at_accounts.by_key.len(), MOST_OF_SOURCE as usize);
        for n in 0..10_000 {
            attempts.count(&format!("10.1.{}.{}", n / 250, n % 250), "x1", NOW).unwrap();
        }
        let refused = attempts.count("10.0.0.1", "alice", NOW.plus_seconds(60)).unwrap_err();
        assert_eq!(refused.kind, Kind::Limited { retry_after: 14 * 60 });
        attempts.count("10.0.0.1", "alice", NOW.plus_seconds(WINDOW)).unwrap();
    }

    #[test]
    fn guesses_at_other_processes_count_too() {
        let (here, there) = (Attempts::default(), Attempts::default());
        there.counts.lock().unwrap().untold = Some(HashMap::new());
        let tell = || {
            for (of, key, count) in there.lock().take_untold() {
                here.lock().add(of, hex::decode(key).unwrap().try_into().unwrap(), count, NOW);
            }
        };
        for guess in 0..MOST {
            there.count("10.0.0.1", "alice", NOW).unwrap();
            if guess % 2 == 0 {
                tell();
            }
        }
        there.take_back("10.0.0.1", "alice");
        tell();
        assert!(there.lock().take_untold().is_empty(), "it is told once");
        here.count("10.0.0.1", "alice", NOW).unwrap();
        assert!(here.count("10.0.0.1", "alice", NOW).is_err());
        here.lock().add(Of::Source, [7; 32], i32::MIN, NOW);
        here.lock().add(Of::Account, keys("10.0.0.1", "alice").1, i32::MIN, NOW);
        here.count("10.0.0.1", "alice", NOW).unwrap();
        let mine = (0..MOST).filter(|_| here.count("10.0.0.1", "alice", NOW).is_ok()).count();
        assert_eq!(mine, MOST as usize - 2, "nobody takes back what was counted here");
        assert!(here.lock().take_untold().is_empty(), "here nobody is told");
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for_and_the_oldest_goes_first() {
        let attempts = Attempts::default();
        let kept = || {
            let counts = attempts.lock();
            assert_eq!(counts.of_sources.by_key.len(), counts.of_sources.order.len());
            counts.of_sources.by_key.len()
        };
        for _ in 0..MOST {
            attempts.count("first", "alice", NOW).unwrap();
        }
        for n in 1..KEPT {
            attempts.count(&format!("source {n}"), "alice", NOW.plus_seconds(1)).unwrap();
        }
        assert!(attempts.count("first", "alice", NOW.plus_seconds(1)).is_err());
        for n in KEPT..KEPT + 100 {
            attempts.count(&format!("source {n}"), "alice", NOW.plus_seconds(1)).unwrap();
        }
        assert_eq!(kept(), KEPT);
        assert!(attempts.count("first", "alice", NOW.plus_seconds(1)).is_ok());
        attempts.count("last", "alice", NOW.plus_seconds(2 * WINDOW)).unwrap();
        assert_eq!(kept(), 1);
    }

    #[test]
    fn one_subscriber_is_one_source() {
        let source = |text: &str| super::source(Some(text.parse().unwrap()));
        assert_eq!(source("2001:db8:1:2:3::4"), source("2001:db8:1:2:ffff::"));
        assert_ne!(source("2001:db8:1:2::"), source("2001:db8:1:3::"));
        assert_eq!(source("::ffff:10.0.0.1"), source("10.0.0.1"));
    }
}
