//! When what failed is tried again: a job, or an event that a consumer failed at.

use aileron_kernel::{Random, random};

/// After so many attempts a job is dead, if its kind says nothing else.
pub(super) const MOST_ATTEMPTS: i64 = 10;
/// The first pause, in seconds. Each is twice the one before.
const FIRST: i64 = 5;
/// The longest pause, in seconds.
const LONGEST: i64 = 60 * 60;

/// Whether a job that was begun so often is not begun again: its runners died over it.
pub(super) const fn is_spent(attempts: i64, most: i64) -> bool {
    attempts > most
}

/// The pause after this many attempts, in seconds; none when they were enough. Up to a half is added by chance, so that what
/// failed together does not come back together.
pub(crate) fn pause(attempts: i64, most: i64, random: &dyn Random) -> Option<i64> {
    if attempts >= most {
        return None;
    }
    let doubled = u32::try_from(attempts.clamp(1, MOST_ATTEMPTS) - 1).unwrap_or(0);
    let pause = FIRST.saturating_mul(1 << doubled).min(LONGEST);
    let chance = i64::from(u16::from_le_bytes(random::bytes(random)));
    Some(pause + pause * chance / (2 * i64::from(u16::MAX)))
}

#[cfg(test)]
mod tests {
    use aileron_kernel::SystemRandom;
    use proptest::prelude::*;

    use super::*;

    struct Always(u8);

    impl Random for Always {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0);
        }
    }

    #[test]
    fn pauses_double_and_end() {
        let pauses = |random: Always| (1..=11).map_while(|attempt| pause(attempt, MOST_ATTEMPTS, &random)).collect::<Vec<_>>();
        assert_eq!(pauses(Always(0)), [5, 10, 20, 40, 80, 160, 320, 640, 1280]);
        assert_eq!(pauses(Always(255)), [7, 15, 30, 60, 120, 240, 480, 960, 1920]);
        assert!(!is_spent(10, MOST_ATTEMPTS) && is_spent(11, MOST_ATTEMPTS));
        assert_eq!(pause(40, 50, &Always(0)), Some(2_560), "no longer than that");
    }

    proptest! {
        #[test]
        fn chance_adds_at_most_a_half(attempts in 1_i64..10) {
            let [least, pause] = [&Always(0) as &dyn Random, &SystemRandom].map(|random| pause(attempts, MOST_ATTEMPTS, random).unwrap());
            prop_assert!(least <= pause && pause <= least + least / 2);
        }
    }
}
