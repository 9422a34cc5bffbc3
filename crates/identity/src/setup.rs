//! The first start: whoever reads the console may make the first account, and nobody else.

use aileron_db::{self as db, ExprTrait as _, Tx, Unscoped, schema::USERS};
use aileron_platform::sealed::Sealer;
use subtle::ConstantTimeEq as _;

use crate::credentials::hash;

/// Letters and digits that are not mistaken for one another.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// The code that is printed on the console while there is no account: four groups of five letters and digits, 100 bits of the master key's, which
/// they do not give away. Every process with this key prints and takes the same one, whichever of them a request comes to.
pub fn code(sealer: &Sealer) -> String {
    let bits = hash(&sealer.sign("set-up code", ""));
    let letters: Vec<char> =
        bits.iter().take(20).filter_map(|byte| ALPHABET.get(usize::from(*byte) % ALPHABET.len()).copied().map(char::from)).collect();
    letters.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// Whether this is the code. Small letters, spaces and hyphens do not matter.
pub fn is_code(sealer: &Sealer, said: &str) -> bool {
    hash(&plain(&code(sealer))).as_slice().ct_eq(&hash(&plain(said))).into()
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
    use aileron_platform::sealed::MasterKey;

    use super::*;

    fn sealer(key: &str) -> Sealer {
        Sealer::new(MasterKey::parse(&key.repeat(16), "a test").unwrap(), Vec::new())
    }

    #[test]
    fn processes_with_one_key_know_one_code_however_it_is_typed() {
        let (one, two, other) = (sealer("0a0b"), sealer("0a0b"), sealer("0a0c"));
        let known = code(&one);
        assert_eq!(known.len(), 23);
        assert!(is_code(&two, &known) && is_code(&two, &known.to_lowercase().replace('-', " ")));
        assert!(!is_code(&other, &known) && !is_code(&two, &known[..22]) && !is_code(&two, ""));
    }
}
