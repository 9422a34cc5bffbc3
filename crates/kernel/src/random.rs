//! Randomness, passed in, so that tests can repeat themselves.

use uuid::Uuid;

use crate::Time;

/// Where random bytes come from.
pub trait Random: Send + Sync {
    /// Fills the buffer with unpredictable bytes.
    fn fill(&self, buffer: &mut [u8]);
}

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system for randomness")]
    #[expect(clippy::expect_used, reason = "a system without randomness can keep no secret: stopping is right")]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("the system gives random bytes");
    }
}

/// `N` random bytes.
pub fn bytes<const N: usize>(random: &dyn Random) -> [u8; N] {
    let mut bytes = [0; N];
    random.fill(&mut bytes);
    bytes
}

/// A new identifier: UUID version 7, so that keys of rows made together lie together.
pub fn new_id(now: Time, random: &dyn Random) -> Uuid {
    let millis = u64::try_from(now.micros().max(0)).unwrap_or(0) / 1_000;
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes(random)).into_uuid()
}

/// When an identifier of version 7 was made, to the millisecond.
pub fn made_at(id: Uuid) -> Time {
    let millis = i64::try_from(id.as_u128() >> 80).unwrap_or(0);
    Time::from_micros(millis * 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_tells_when_it_was_made() {
        let now = Time::from_micros(1_767_268_800_123_456);
        assert_eq!(made_at(new_id(now, &SystemRandom)), Time::from_micros(1_767_268_800_123_000));
    }
}
