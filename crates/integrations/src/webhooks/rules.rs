//! What an address may be, and when is tried again.

use aileron_kernel::{Random, random};
use aileron_platform::outgoing::{OutgoingError, Rules, Url};

/// The longest address, in characters.
pub const LONGEST_URL: usize = 1_024;
/// The most patterns of a webhook.
pub const MOST_PATTERNS: usize = 100;
/// How often one delivery is tried.
pub const MOST_ATTEMPTS: i64 = 8;
/// After so many seconds in which nothing got through, a webhook is switched off.
pub const PATIENCE: i64 = 5 * 24 * 60 * 60;

/// How long is waited after the first failure, the second ..., in seconds.
const PAUSES: [i64; 7] = [5, 5 * 60, 30 * 60, 2 * 60 * 60, 5 * 60 * 60, 10 * 60 * 60, 10 * 60 * 60];

/// Reads an address; what is wrong with it, in the words of the compatible API.
pub fn url(text: &str, rules: &Rules) -> Result<Url, &'static str> {
    if text.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
        return Err("Enter a valid URL.");
    }
    rules.judge(text).map_err(|error| match error {
        OutgoingError::Scheme => "Invalid schema. Only HTTP and HTTPS are allowed.",
        OutgoingError::UserInfo => "A URL with a user name or password is not allowed.",
        OutgoingError::Forbidden if is_local(text) => "Local URLs are not allowed.",
        OutgoingError::Forbidden => "Invalid or disallowed webhook URL.",
        _ => "Enter a valid URL.",
    })
}

/// Whether an address is one of this machine.
fn is_local(text: &str) -> bool {
    let url = Url::parse(text).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default().trim_end_matches('.');
    host == "localhost" || host.ends_with(".localhost") || host == "[::1]" || host.starts_with("127.")
}

/// How long is waited after so many failures in a row, in seconds: a tenth more or less, so that not all come back at once.
pub fn pause(failures: i64, random: &dyn Random) -> i64 {
    let index = usize::try_from(failures - 1).unwrap_or(0).min(PAUSES.len() - 1);
    let pause = PAUSES.get(index).copied().unwrap_or(0);
    let [byte] = random::bytes::<1>(random);
    pause - pause / 10 + pause / 5 * i64::from(byte) / 255
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Always(u8);

    impl Random for Always {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0);
        }
    }

    #[test]
    fn addresses_are_refused_in_the_words_of_the_compatible_api() {
        let rules = Rules::default();
        let wrong = |text: &str| url(text, &rules).unwrap_err();
        assert_eq!(url("https://hooks.test/a", &rules).unwrap().as_str(), "https://hooks.test/a");
        for bad in ["x", "", "http://", "http://a b.test/", "http://a.test/\u{7}"] {
            assert_eq!(wrong(bad), "Enter a valid URL.", "{bad}");
        }
        assert_eq!(wrong("ftp://127.0.0.1/x"), "Invalid schema. Only HTTP and HTTPS are allowed.");
        assert_eq!(wrong("javascript:alert(1)"), "Invalid schema. Only HTTP and HTTPS are allowed.");
        assert_eq!(wrong("https://a:b@hooks.test/"), "A URL with a user name or password is not allowed.");
        for local in ["http://localhost/hook", "http://x.localhost./", "http://127.0.0.1:58099/", "http://2130706433/", "http://[::1]/"] {
            assert_eq!(wrong(local), "Local URLs are not allowed.", "{local}");
        }
        for inner in ["http://10.1.2.3/hook", "http://169.254.169.254/", "http://[::ffff:10.0.0.1]/", "http://8.8.8.8:22/"] {
            assert_eq!(wrong(inner), "Invalid or disallowed webhook URL.", "{inner}");
        }
    }

    #[test]
    fn pauses_grow_and_end() {
        let middle = |failures| pause(failures, &Always(128));
        assert!((1..=7).is_sorted_by_key(middle));
        for (failures, pause_) in [(1, 5), (2, 300), (3, 1_800), (4, 7_200), (5, 18_000), (6, 36_000), (7, 36_000), (900, 36_000)] {
            assert!(pause(failures, &Always(0)) <= pause_ && pause(failures, &Always(255)) >= pause_, "{failures}");
            assert!(pause(failures, &Always(255)) <= pause_ + pause_ / 8 + 1, "{failures}");
        }
    }
}
