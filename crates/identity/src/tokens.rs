//! API tokens: shown once, stored hashed.

use std::collections::HashSet;

use aileron_db::{self as db, ExprTrait as _, Unscoped, WriteTx, schema::API_TOKENS};
use aileron_kernel::{Actor, Change, Event, Time, Uuid, limits, random};
use serde_json::Value;

use crate::credentials::hash;

/// What a token begins with, so that people and scanners recognise it.
pub const PREFIX: &str = "ail_";

/// What a new token is made of.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Whose it is.
    pub user: Uuid,
    /// The token that it was made with, if it was: it is revoked together with that.
    pub made_by: Option<Uuid>,
    /// What the user calls it.
    pub label: String,
    /// What it is for.
    pub description: String,
    /// What it may be used for; none: everything that the user may.
    pub scopes: Vec<String>,
    /// Until when.
    pub expires_at: Option<Time>,
    /// Whether it has the higher rate limit of services.
    pub is_service: bool,
}

/// Makes a token: its id and its text, which is not stored and cannot be shown again. Refuses one too many.
pub fn create(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, new: NewToken) -> db::Result<(Uuid, String)> {
    // Two at once: the second one counts the first.
    tx.lock_instance()?;
    let good = tx.from(API_TOKENS).filter(good_of(new.user, tx.now()));
    limits::TOKENS
        .check(tx.count(good)?, |most| format!("An account has at most {most} tokens. Revoke one that is not needed any more."))?;
    let secret = format!("{PREFIX}{}", hex::encode(random::bytes::<32>(tx.random())));
    let id = tx.new_id();
    let now = tx.now().micros();
    tx.insert(
        API_TOKENS,
        vec![
            ("id", id.into()),
            ("user_id", new.user.into()),
            ("made_by", new.made_by.into()),
            ("label", new.label.into()),
            ("description", new.description.into()),
            ("prefix", secret.chars().take(PREFIX.len() + 6).collect::<String>().into()),
            ("token_hash", hash(&secret).to_vec().into()),
            ("scopes", Value::from(new.scopes).into()),
            ("is_service", new.is_service.into()),
            ("created_at", now.into()),
            ("expires_at", new.expires_at.map(Time::micros).into()),
        ],
    )?;
    tx.record_instance(actor, &Event::new("api_token", "created", id))?;
    Ok((id, secret))
}

/// Revokes a token of this account and all that were made with it, and with those, and so on. Refuses with 404 where there is none.
pub fn revoke(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, user: Uuid, id: Uuid) -> db::Result<()> {
    // A token that is being made with one of them waits, and then finds that one revoked.
    tx.lock_instance()?;
    let not_revoked = API_TOKENS.col("user_id").eq(user).and(API_TOKENS.col("revoked_at").is_null());
    let select = tx.from(API_TOKENS).filter(not_revoked.and(API_TOKENS.col("id").eq(id))).expr(API_TOKENS.col("label"));
    let (label,) = tx.one::<(String,)>(&select)?;
    // What was made with a token expires no later, so none is missed among those that are good.
    let made = tx
        .from(API_TOKENS)
        .filter(good_of(user, tx.now()).and(API_TOKENS.col("made_by").is_not_null()))
        .expr(API_TOKENS.col("id"))
        .expr(API_TOKENS.col("made_by"))
        .expr(API_TOKENS.col("label"));
    let mut rest = tx.all::<(Uuid, Uuid, String)>(&made)?;
    let mut revoked = vec![(id, label)];
    let mut known = HashSet::from([id]);
    loop {
        let (next, others): (Vec<_>, Vec<_>) = rest.into_iter().partition(|(_, made_by, _)| known.contains(made_by));
        if next.is_empty() {
            break;
        }
        known.extend(next.iter().map(|(id, ..)| *id));
        revoked.extend(next.into_iter().map(|(id, _, label)| (id, label)));
        rest = others;
    }
    let now = tx.now().micros();
    let ids: Vec<Uuid> = known.into_iter().collect();
    tx.update_where(API_TOKENS, db::id_in(API_TOKENS, "id", &ids), vec![("revoked_at", Some(now).into())])?;
    for (id, label) in revoked {
        let change = Change::value("label", label, Value::Null);
        tx.record_instance(actor, &Event::new("api_token", "revoked", id).with(vec![change]))?;
    }
    Ok(())
}

/// The tokens of an account that are neither revoked nor past their time.
fn good_of(user: Uuid, now: Time) -> db::Expr {
    let expires_at = || API_TOKENS.col("expires_at");
    let lasts = expires_at().is_null().or(expires_at().gt(now.micros()));
    API_TOKENS.col("user_id").eq(user).and(API_TOKENS.col("revoked_at").is_null()).and(lasts)
}
