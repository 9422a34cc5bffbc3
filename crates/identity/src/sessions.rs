//! Browser sessions: 256 random bits in a cookie, stored hashed, good for 30 days after their last use.

use aileron_db::{self as db, ExprTrait as _, Order, Tx, Unscoped, WriteTx, schema::SESSIONS};
use aileron_kernel::{Actor, Event, Page, PageRequest, Refusal, Time, Uuid, random, text};
use sha2::{Digest as _, Sha256};

use crate::credentials::{SESSION_COOKIE, hash};

/// How long a session lasts after its last use, in seconds.
pub const LIFETIME: i64 = 30 * 24 * 60 * 60;

/// A session just opened. Its token is known to the browser and to nobody else.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The session.
    pub id: Uuid,
    /// What the cookie holds.
    pub token: String,
    /// Until when, if it is not used.
    pub expires_at: Time,
}

db::row! {
    /// A session as stored, without its secrets.
    #[derive(Clone, Debug)]
    pub struct SessionInfo {
        /// Its id.
        pub id: Uuid,
        /// The browser, as it names itself.
        pub user_agent: String,
        /// From where it was opened.
        pub address: String,
        /// When it was opened.
        pub created_at: Time,
        /// When it was last used, to the hour.
        pub last_used_at: Time,
        /// Until when, if it is not used.
        pub expires_at: Time,
        /// Hash of the cookie.
        pub token_hash: Vec<u8>,
    }
}

/// The token that requests of this session repeat in a header. Who cannot read the cookie cannot make it, and nothing
/// needs to be stored to tell it to the web app again.
pub fn csrf_token(token: &str) -> String {
    hex::encode(Sha256::digest(format!("csrf of {token}").as_bytes()))
}

/// The cookie as the browser is told to keep it.
pub fn cookie(token: &str, is_https: bool) -> String {
    let secure = if is_https { "; Secure" } else { "" };
    format!("{SESSION_COOKIE}={token}; Path=/; Max-Age={LIFETIME}; HttpOnly; SameSite=Lax{secure}")
}

/// The cookie as the browser is told to forget it.
pub fn no_cookie(is_https: bool) -> String {
    let secure = if is_https { "; Secure" } else { "" };
    format!("{SESSION_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{secure}")
}

/// Opens a session for an account that proved to be itself.
pub fn open(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, user_agent: &str, address: &str) -> db::Result<Opened> {
    let token = hex::encode(random::bytes::<32>(tx.random()));
    let (id, now) = (tx.new_id(), tx.now());
    let expires_at = now.plus_seconds(LIFETIME);
    tx.insert(
        SESSIONS,
        vec![
            ("id", id.into()),
            ("user_id", actor.id.into()),
            ("token_hash", hash(&token).to_vec().into()),
            ("csrf_hash", hash(&csrf_token(&token)).to_vec().into()),
            ("user_agent", text::shortened(&text::without_nul(user_agent), 255).into()),
            ("address", address.into()),
            ("created_at", now.micros().into()),
            ("last_used_at", now.micros().into()),
            ("expires_at", expires_at.micros().into()),
        ],
    )?;
    tx.record_instance(actor, &Event::new("session", "signed_in", id))?;
    Ok(Opened { id, token, expires_at })
}

/// One page of the account's sessions that are open, the one used last first.
pub fn list(tx: &mut Tx<'_, Unscoped>, user: Uuid, page: PageRequest) -> db::Result<Page<SessionInfo>> {
    let open = tx.from(SESSIONS).filter(open_of(user, tx.now()));
    let total = tx.count(open.clone())?;
    let select = open
        .columns::<SessionInfo>(SESSIONS)
        .order(SESSIONS.col("last_used_at"), Order::Desc)
        .order(SESSIONS.col("id"), Order::Desc)
        .page(page.per_page, page.offset());
    Ok(page.answer(tx.all(&select)?, total))
}

/// The open session with this cookie.
pub fn by_hash(tx: &mut Tx<'_, Unscoped>, user: Uuid, token_hash: &[u8]) -> db::Result<Option<SessionInfo>> {
    let select = tx
        .from(SESSIONS)
        .columns::<SessionInfo>(SESSIONS)
        .filter(open_of(user, tx.now()))
        .filter(SESSIONS.col("token_hash").eq(token_hash.to_vec()));
    tx.optional(&select)
}

/// Ends one session of the account. Refuses with 404 where there is none.
pub fn revoke(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, id: Uuid, verb: &'static str) -> db::Result<()> {
    let now = tx.now();
    let one = open_of(actor.id, now).and(SESSIONS.col("id").eq(id));
    if tx.update_where(SESSIONS, one, vec![("revoked_at", Some(now.micros()).into())])? == 0 {
        return Err(Refusal::not_found().into());
    }
    tx.record_instance(actor, &Event::new("session", verb, id))
}

/// Ends all sessions of the account but the one with this cookie.
pub fn revoke_others(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, except: Option<[u8; 32]>) -> db::Result<()> {
    let now = tx.now();
    let mut others = open_of(actor.id, now);
    if let Some(own) = except {
        others = others.and(SESSIONS.col("token_hash").ne(own.to_vec()));
    }
    if tx.update_where(SESSIONS, others, vec![("revoked_at", Some(now.micros()).into())])? > 0 {
        tx.record_instance(actor, &Event::new("user", "other_sessions_revoked", actor.id))?;
    }
    Ok(())
}

fn open_of(user: Uuid, now: Time) -> db::Expr {
    SESSIONS.col("user_id").eq(user).and(SESSIONS.col("revoked_at").is_null()).and(SESSIONS.col("expires_at").gt(now.micros()))
}
