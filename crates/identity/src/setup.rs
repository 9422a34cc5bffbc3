//! The first start: whoever reads the console may make the first account, and nobody else.

use std::sync::{Mutex, PoisonError};

use aileron_db::{self as db, ExprTrait as _, Tx, Unscoped, schema::USERS};
use aileron_kernel::{Random, random};
use subtle::ConstantTimeEq as _;

use crate::credentials::hash;

/// Letters and digits that are not mistaken for one another.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// The one-time code of this process, if one was given out. Only its hash is kept.
#[derive(Debug, Default)]
pub struct Setup {
    code: Mutex<Option<[u8; 32]>>,
}

impl Setup {
    /// Makes the code that is printed on the console: four groups of five letters and digits, 100 random bits.
    pub fn issue(&self, random: &dyn Random) -> String {
        let letters: Vec<char> = random::bytes::<20>(random)
            .into_iter()
            .filter_map(|byte| ALPHABET.get(usize::from(byte) % ALPHABET.len()).copied().map(char::from))
            .collect();
        let code = letters.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-");
        *self.code.lock().unwrap_or_else(PoisonError::into_inner) = Some(hash(&plain(&code)));
        code
    }

    /// Whether this is the code. Small letters, spaces and hyphens do not matter.
    pub fn knows(&self, code: &str) -> bool {
        let kept = *self.code.lock().unwrap_or_else(PoisonError::into_inner);
        kept.is_some_and(|kept| bool::from(kept.as_slice().ct_eq(&hash(&plain(code)))))
    }

    /// Forgets the code, which is of no more use.
    pub fn close(&self) {
        *self.code.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect()
}

/// Whether nobody has an account yet.
pub fn is_needed(tx: &mut Tx<'_, Unscoped>) -> db::Result<bool> {
    let people = tx.from(USERS).filter(USERS.col("kind").eq("human"));
    Ok(!tx.any(people)?)
}

#[cfg(test)]
mod tests {
    use aileron_kernel::SystemRandom;

    use super::*;

    #[test]
    fn only_the_last_code_is_known_however_it_is_typed() {
        let setup = Setup::default();
        assert!(!setup.knows(""));
        let first = setup.issue(&SystemRandom);
        assert_eq!(first.len(), 23);
        assert!(setup.knows(&first) && setup.knows(&first.to_lowercase().replace('-', " ")));
        let second = setup.issue(&SystemRandom);
        assert!(!setup.knows(&first) && setup.knows(&second) && !setup.knows(&second[..22]));
        setup.close();
        assert!(!setup.knows(&second) && !setup.knows(""));
    }
}
