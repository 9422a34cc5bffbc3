//! What a request carries to prove who sent it, and the check of it inside the transaction that uses it.

use aileron_db::{self as db, Principal, Session, Unscoped};
use aileron_kernel::{Actor, ActorKind, Origin, Refusal, Time, Uuid, refusal::Kind};
use axum::http::{HeaderMap, Method, header};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::{Context, RequestInfo, sql};

/// The cookie of a browser session.
pub const SESSION_COOKIE: &str = "aileron_session";

/// The header that repeats the session's CSRF token on requests that change something.
pub const CSRF_HEADER: &str = "x-csrf-token";

/// How a request says who sent it.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// Not at all.
    None,
    /// With a token, by `X-Api-Key` or `Authorization: Bearer`. Only its hash is kept.
    Token([u8; 32]),
    /// With a browser session.
    Session {
        /// Hash of the cookie.
        token: [u8; 32],
        /// Hash of the CSRF header; `None` where none was sent.
        csrf: Option<[u8; 32]>,
        /// Whether the request may change something, so that the CSRF header is needed.
        changes: bool,
    },
}

/// The hash under which tokens and session cookies are stored: they are random, so one round of SHA-256 is enough.
pub fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

impl Credentials {
    /// Reads the headers. A token goes before a cookie.
    pub fn of(method: &Method, headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
        let bearer = || text("authorization")?.strip_prefix("Bearer ").map(str::trim);
        if let Some(token) = text("x-api-key").or_else(bearer) {
            return Self::Token(hash(token));
        }
        session_cookie(headers).map_or(Self::None, |token| Self::Session {
            token: hash(token),
            csrf: text(CSRF_HEADER).map(hash),
            changes: !method.is_safe(),
        })
    }
}

/// The cookie of a browser session, if one was sent.
pub(crate) fn session_cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|line| line.split(';'));
    cookies.filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| *name == SESSION_COOKIE).map(|(_, token)| token)
}

db::row! {
    struct TokenRow {
        id: Uuid,
        user_id: Uuid,
        scopes: serde_json::Value,
        is_service: bool,
        expires_at: Option<Time>,
        revoked_at: Option<Time>,
    }
}

db::row! {
    struct SessionRow {
        id: Uuid,
        user_id: Uuid,
        csrf_hash: Vec<u8>,
        last_used_at: Time,
        expires_at: Time,
        revoked_at: Option<Time>,
    }
}

/// Checks the credentials and answers who acts.
pub(crate) fn check(
    session: &mut Session,
    credentials: &Credentials,
    context: &Context,
    info: &RequestInfo,
    mutation_id: Option<&String>,
) -> db::Result<Principal> {
    let proved = match credentials {
        Credentials::None => return Err(Refusal::unauthenticated().into()),
        Credentials::Token(hash) => check_token(session, hash, context, info)?,
        Credentials::Session { token, csrf, changes } => check_session(session, token, csrf.as_ref(), *changes, context)?,
    };
    let _ = info.learned.user.set(proved.user_id);
    let actor = Actor {
        id: proved.user_id,
        kind: if proved.holder.kind == "agent" { ActorKind::Agent } else { ActorKind::User },
        origin: proved.origin,
        mutation_id: mutation_id.cloned(),
        request_id: info.request_id.clone(),
    };
    Ok(Principal::proved(actor, proved.scopes).as_instance_admin(proved.holder.is_instance_admin))
}

struct Proved {
    user_id: Uuid,
    holder: Holder,
    origin: Origin,
    scopes: Vec<String>,
}

fn check_token(session: &mut Session, hash: &[u8; 32], context: &Context, info: &RequestInfo) -> db::Result<Proved> {
    let (now, statement) = (session.now(), sql::token(session.dialect()));
    let Some(Held { row: token, holder }) = found::<TokenRow>(session, statement, hash)? else {
        return Err(Refusal::bad_token().into());
    };
    session.has_told_user(token.user_id);
    if token.revoked_at.is_some() || token.expires_at.is_some_and(|at| at <= now) {
        return Err(Refusal::bad_token().into());
    }
    // Kept from the first run, if the transaction is run again.
    let _ = info.learned.token.set(token.id);
    limit(&token, now, context, info)?;
    context.uses.token(token.id, now);
    let scopes = serde_json::from_value(token.scopes).map_err(|error| db::Error::Inconsistent(error.to_string()))?;
    Ok(Proved { user_id: token.user_id, holder, origin: Origin::Api, scopes })
}

fn check_session(session: &mut Session, hash: &[u8; 32], csrf: Option<&[u8; 32]>, changes: bool, context: &Context) -> db::Result<Proved> {
    let (now, statement) = (session.now(), sql::session(session.dialect()));
    let Some(Held { row, holder }) = found::<SessionRow>(session, statement, hash)? else {
        return Err(Refusal::unauthenticated().into());
    };
    session.has_told_user(row.user_id);
    if row.revoked_at.is_some() || row.expires_at <= now {
        return Err(Refusal::unauthenticated().into());
    }
    if changes && !csrf.is_some_and(|csrf| bool::from(csrf.as_slice().ct_eq(&row.csrf_hash))) {
        return Err(Refusal::new(Kind::Forbidden, json!({ "detail": "CSRF Failed: CSRF token missing or incorrect." })).into());
    }
    context.uses.session(row.id, row.last_used_at, now);
    Ok(Proved { user_id: row.user_id, holder, origin: Origin::Web, scopes: Vec::new() })
}

/// The row of a hash. No tenant's table is among those asked.
fn found<R: db::FromRow>(session: &mut Session, statement: &str, hash: &[u8; 32]) -> db::Result<Option<Held<R>>> {
    let mut tx = session.unscoped(Unscoped::Instance)?;
    Ok(tx.query_sql(statement, vec![hash.to_vec().into()])?.into_iter().next())
}

/// What has to be known of the account behind a token or a session.
struct Holder {
    kind: String,
    is_instance_admin: bool,
}

/// A row with its account.
struct Held<R> {
    row: R,
    holder: Holder,
}

impl<R: db::FromRow> db::FromRow for Held<R> {
    const COLUMNS: &'static [&'static str] = R::COLUMNS;
    fn from_row(row: &mut db::Row<'_>) -> db::Result<Self> {
        Ok(Self { row: R::from_row(row)?, holder: Holder { kind: row.take()?, is_instance_admin: row.take()? } })
    }
}

/// Counts the request against the token's limit, once however often the transaction is run.
fn limit(token: &TokenRow, now: Time, context: &Context, info: &RequestInfo) -> Result<(), Refusal> {
    let most = if token.is_service { context.service_rate_limit } else { context.api_rate_limit };
    let verdict = info.learned.rate.get_or_init(|| context.limiter.check(token.id, most, now));
    if verdict.allowed {
        return Ok(());
    }
    Err(Refusal::new(
        Kind::Limited { retry_after: verdict.retry_after },
        json!({ "error_code": 5900, "error_message": "RATE_LIMIT_EXCEEDED" }),
    ))
}
