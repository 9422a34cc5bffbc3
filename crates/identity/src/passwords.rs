//! Passwords: judged before they are taken, hashed with argon2id on a bounded number of threads.
//!
//! Hashing takes tens of milliseconds and 19 MiB, so it never happens inside a transaction, and only as many run at
//! once as there are cores.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use aileron_db as db;
use aileron_kernel::{Random, Refusal, random};
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version, password_hash::phc::PasswordHash};
use tokio::sync::Semaphore;
use zxcvbn::{Score, zxcvbn};

/// The shortest password, in characters.
pub const SHORTEST: usize = 8;
/// The longest password, in characters.
pub const LONGEST: usize = aileron_kernel::limits::PASSWORD.most;

/// What one hash costs: the parameters that OWASP recommends.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The hash of no password, for accounts that are not there: checking it costs what checking a real one does.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$YWlsZXJvbm5vYm9keQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// How many may wait for their turn before others are told to come back.
const MOST_WAITING: usize = 64;

/// Hashes and checks passwords, a few at a time.
#[derive(Debug)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
}

impl Default for Passwords {
    /// As many at once as there are cores.
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self { turns: Arc::new(Semaphore::new(cores)), waiting: AtomicUsize::new(0) }
    }
}

impl Passwords {
    /// Judges a new password; the refusal names the field. `known` is what others know of its owner.
    pub async fn judge(&self, field: &'static str, password: &str, known: Vec<String>) -> db::Result<()> {
        let password = password.to_owned();
        Ok(self.in_turn(move || judge(field, &password, &known)).await??)
    }

    /// Hashes a password.
    pub async fn hash(&self, password: &str, random: &dyn Random) -> db::Result<String> {
        let (password, salt) = (password.to_owned(), random::bytes::<16>(random));
        self.in_turn(move || hash(&password, &salt)).await?
    }

    /// Whether the password belongs to the hash. Without a hash it costs the same and does not.
    pub async fn verify(&self, hash: Option<String>, password: &str) -> db::Result<bool> {
        let password = password.to_owned();
        self.in_turn(move || {
            let right = argon2()?.verify_password(password.as_bytes(), hash.as_deref().unwrap_or(NOBODYS)).is_ok();
            Ok(right && hash.is_some())
        })
        .await?
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> db::Result<T> {
        let failed = || db::Error::Unavailable("passwords cannot be checked".to_owned());
        let turn = {
            let _waiting = Waiting::enter(&self.waiting)?;
            self.turns.clone().acquire_owned().await.map_err(|_| failed())?
        };
        let done = tokio::task::spawn_blocking(move || {
            // The turn is over when the work is, even if nobody waits for it any more.
            let _turn = turn;
            work()
        });
        done.await.map_err(|_| failed())
    }
}

/// One of those who wait for a turn.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn enter(waiting: &'a AtomicUsize) -> db::Result<Self> {
        let entered = Self(waiting);
        if waiting.fetch_add(1, Ordering::Relaxed) >= MOST_WAITING {
            return Err(db::Error::Unavailable("too many passwords are waiting to be checked".to_owned()));
        }
        Ok(entered)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn argon2() -> db::Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| db::Error::Inconsistent(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str, salt: &[u8]) -> db::Result<String> {
    let hash: PasswordHash =
        argon2()?.hash_password_with_salt(password.as_bytes(), salt).map_err(|error| db::Error::Inconsistent(error.to_string()))?;
    Ok(hash.to_string())
}

/// Judges a new password: its length, and how many guesses it would take who knows its owner.
pub fn judge(field: &str, password: &str, known: &[String]) -> Result<(), Refusal> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(Refusal::field(field, format!("The password must have at least {SHORTEST} characters.")));
    }
    if length > LONGEST {
        return Err(Refusal::field(field, format!("The password must have at most {LONGEST} characters.")));
    }
    let mut words: Vec<&str> = vec!["aileron"];
    for text in known {
        words.push(text);
        words.extend(text.split(|character: char| !character.is_alphanumeric()).filter(|word| word.len() > 2));
    }
    let judged = zxcvbn(password, &words);
    if judged.score() >= Score::Three {
        return Ok(());
    }
    let why = judged.feedback().and_then(zxcvbn::feedback::Feedback::warning).map(|warning| format!(" {warning}")).unwrap_or_default();
    Err(Refusal::field(field, format!("The password is too easy to guess.{why} Use several words that do not belong together.")))
}

#[cfg(test)]
mod tests {
    use aileron_kernel::SystemRandom;

    use super::*;

    fn is_taken(password: &str, known: &[&str]) -> bool {
        judge("password", password, &known.iter().map(ToString::to_string).collect::<Vec<_>>()).is_ok()
    }

    #[test]
    fn easy_short_and_endless_passwords_are_refused() {
        assert!(is_taken("plum tractor overcast nine", &[]));
        for easy in ["plumtra", "password1", "qwertyuiop", "aileron2026"] {
            assert!(!is_taken(easy, &[]), "{easy}");
        }
        assert!(is_taken(&"kR7!vQ2z".repeat(16), &[]));
        assert!(!is_taken(&format!("{}x", "kR7!vQ2z".repeat(16)), &[]));
    }

    #[test]
    fn what_others_know_of_the_owner_makes_a_password_easy() {
        assert!(is_taken("wolkenstein73", &[]));
        assert!(!is_taken("wolkenstein73", &["oswald.wolkenstein73@example.test"]));
    }

    #[tokio::test]
    async fn a_hash_knows_its_password_and_no_other() {
        let passwords = Passwords::default();
        let hash = passwords.hash("plum tractor", &SystemRandom).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, passwords.hash("plum tractor", &SystemRandom).await.unwrap());
        assert!(passwords.verify(Some(hash.clone()), "plum tractor").await.unwrap());
        assert!(!passwords.verify(Some(hash), "plum tractor ").await.unwrap());
        assert!(!passwords.verify(None, "plum tractor").await.unwrap());
    }

    /// If nobody's hash were not well formed, an unknown address would be answered faster than a wrong password.
    #[test]
    fn nobodys_hash_costs_what_a_real_one_does() {
        let parsed = PasswordHash::new(NOBODYS).unwrap();
        let real = PasswordHash::new(&hash("x", &[7; 16]).unwrap()).unwrap();
        assert_eq!(parsed.params.to_string(), real.params.to_string());
        assert_eq!(parsed.hash.unwrap().len(), real.hash.unwrap().len());
        assert_eq!(parsed.salt.is_some(), real.salt.is_some());
    }

    #[tokio::test]
    async fn more_than_a_few_are_told_to_come_back() {
        let passwords = Passwords { turns: Arc::new(Semaphore::new(0)), waiting: AtomicUsize::new(MOST_WAITING) };
        assert!(matches!(passwords.verify(None, "x").await, Err(db::Error::Unavailable(_))));
        assert_eq!(passwords.waiting.load(Ordering::Relaxed), MOST_WAITING);
    }
}
