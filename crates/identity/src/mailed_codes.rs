//! Words that are mailed to somebody and prove that he reads what is sent to that address: good for a while, once, and until the account gets
//! another password. Stored as hashes.

use aileron_db::{self as db, ExprTrait as _, Tx, Unscoped, WriteTx, schema::MAILED_CODES};
use aileron_kernel::{Random, Time, Uuid, random};

use crate::credentials::hash;

/// How many are made for an account within an hour, so that nobody's mailbox is filled by others.
const MOST_AN_HOUR: i64 = 5;
const HOUR: i64 = 60 * 60;
/// How often somebody may type what might be a code before it is good for nothing.
const MOST_TRIES: i64 = 6;
/// Letters and digits that are not mistaken for one another.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// What a token begins with, so that people and scanners recognise it.
const PREFIX: &str = "rst_";

/// What one proves with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// That one may give the account another password: a token in a link, long enough to find the account by.
    Password,
    /// That one reads the mail of an address: a code that is typed by who is signed in.
    Email,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Email => "email",
        }
    }

    /// For how many minutes it is good.
    pub const fn minutes(self) -> i64 {
        match self {
            Self::Password => 30,
            Self::Email => 10,
        }
    }

    fn make(self, random: &dyn Random) -> String {
        match self {
            Self::Password => format!("{PREFIX}{}", hex::encode(random::bytes::<32>(random))),
            Self::Email => {
                let letter = |byte: u8| ALPHABET.get(usize::from(byte) % ALPHABET.len()).copied().map(char::from);
                let letters: Vec<char> = random::bytes::<8>(random).into_iter().filter_map(letter).collect();
                letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
            }
        }
    }
}

db::row! {
    /// A code that is good.
    #[derive(Clone, Debug)]
    pub struct Good {
        /// Its id.
        pub id: Uuid,
        /// Whose it is.
        pub user_id: Uuid,
        /// The address that it was sent to.
        pub email: String,
    }
}

/// Makes one; none where too many were made a moment ago. A code is in the place of those before. Links are not: who asks for them need not
/// be their owner, and would take away the one that he has just got.
pub fn make(tx: &mut WriteTx<'_, Unscoped>, user: Uuid, purpose: Purpose, email: &str) -> db::Result<Option<String>> {
    // Two at once: the second one counts the first.
    tx.lock_instance()?;
    let (of, now) = (|column| MAILED_CODES.col(column), tx.now());
    let own = of("user_id").eq(user).and(of("purpose").eq(purpose.as_str()));
    let recent = tx.from(MAILED_CODES).filter(own.clone().and(of("created_at").gt(now.plus_seconds(-HOUR).micros())));
    if tx.count(recent)? >= MOST_AN_HOUR {
        return Ok(None);
    }
    if purpose == Purpose::Email {
        tx.update_where(MAILED_CODES, own.and(of("used_at").is_null()), vec![("used_at", Some(now.micros()).into())])?;
    }
    let code = purpose.make(tx.random());
    let id = tx.new_id();
    tx.insert(
        MAILED_CODES,
        vec![
            ("id", id.into()),
            ("user_id", user.into()),
            ("purpose", purpose.as_str().into()),
            ("code_hash", hashed(purpose, user, &code).into()),
            ("email", email.into()),
            ("created_at", now.micros().into()),
            ("expires_at", now.plus_seconds(purpose.minutes() * 60).micros().into()),
        ],
    )?;
    Ok(Some(code))
}

/// The account and the address of this token, while it is good.
pub fn of_token(tx: &mut Tx<'_, Unscoped>, token: &str) -> db::Result<Option<Good>> {
    good(tx, Purpose::Password, hashed(Purpose::Password, Uuid::nil(), token))
}

/// Counts that somebody types what might be this account's code. For a transaction of its own: the count stays where the code is refused.
pub fn count_try(tx: &mut WriteTx<'_, Unscoped>, user: Uuid) -> db::Result<()> {
    // Two at once: the second one counts the first.
    tx.lock_instance()?;
    let of = |column| MAILED_CODES.col(column);
    let unused = of("user_id").eq(user).and(of("purpose").eq(Purpose::Email.as_str())).and(of("used_at").is_null());
    // There is one: another one takes the place of those before.
    let select = tx.from(MAILED_CODES).filter(unused.clone()).expr(of("tries"));
    let Some((tries,)) = tx.optional::<(i64,)>(&select)? else { return Ok(()) };
    tx.update_where(MAILED_CODES, unused, vec![("tries", (tries + 1).into())]).map(|_| ())
}

/// The address that this account's code was sent to, while it is good and not typed too often. Small letters, spaces and hyphens do not matter.
pub fn of_code(tx: &mut Tx<'_, Unscoped>, user: Uuid, code: &str) -> db::Result<Option<Good>> {
    good(tx, Purpose::Email, hashed(Purpose::Email, user, code))
}

fn good(tx: &mut Tx<'_, Unscoped>, purpose: Purpose, code_hash: Vec<u8>) -> db::Result<Option<Good>> {
    let of = |column| MAILED_CODES.col(column);
    let lasts = of("used_at").is_null().and(of("expires_at").gt(tx.now().micros())).and(of("tries").lte(MOST_TRIES));
    let select = tx.from(MAILED_CODES).columns::<Good>(MAILED_CODES).filter(of("code_hash").eq(code_hash));
    tx.optional(&select.filter(of("purpose").eq(purpose.as_str()).and(lasts)))
}

/// Uses one up; whether it was still there to be used.
pub fn spend(tx: &mut WriteTx<'_, Unscoped>, id: Uuid) -> db::Result<bool> {
    let now = tx.now().micros();
    let unused = MAILED_CODES.col("id").eq(id).and(MAILED_CODES.col("used_at").is_null());
    Ok(tx.update_where(MAILED_CODES, unused, vec![("used_at", Some(now).into())])? == 1)
}

/// Ends all that were mailed for an account: who has one is perhaps not its owner, or its owner has no use for them any more.
pub fn void(tx: &mut WriteTx<'_, Unscoped>, user: Uuid) -> db::Result<()> {
    let (now, unused) = (tx.now().micros(), MAILED_CODES.col("user_id").eq(user).and(MAILED_CODES.col("used_at").is_null()));
    tx.update_where(MAILED_CODES, unused, vec![("used_at", Some(now).into())]).map(|_| ())
}

/// Throws away what has been of no use for a day; how many.
pub fn sweep(tx: &mut WriteTx<'_, Unscoped>, now: Time) -> db::Result<u64> {
    tx.remove_where(MAILED_CODES, MAILED_CODES.col("expires_at").lt(now.plus_seconds(-24 * HOUR).micros()))
}

/// A token is found by its hash alone; a code is short, and means something for its account only.
fn hashed(purpose: Purpose, user: Uuid, code: &str) -> Vec<u8> {
    let typed = || code.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect::<String>();
    match purpose {
        Purpose::Password => hash(code).to_vec(),
        Purpose::Email => hash(&format!("{user} {}", typed())).to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use aileron_kernel::SystemRandom;

    use super::*;

    #[test]
    fn a_code_is_typed_as_one_likes_and_is_its_accounts_alone() {
        let code = Purpose::Email.make(&SystemRandom);
        assert_eq!(code.len(), 9);
        let of = |user: u128, code: &str| hashed(Purpose::Email, Uuid::from_u128(user), code);
        assert_eq!(of(1, &code), of(1, &code.to_lowercase().replace('-', " ")));
        assert_ne!(of(1, &code), of(2, &code));
        assert_ne!(of(1, &code), of(1, &code[1..]));
    }

    #[test]
    fn a_token_is_long_and_matters_to_the_letter() {
        let token = Purpose::Password.make(&SystemRandom);
        assert_eq!(token.len(), PREFIX.len() + 64);
        let of = |token: &str| hashed(Purpose::Password, Uuid::nil(), token);
        assert_ne!(of(&token), of(&token.to_uppercase()));
    }
}
