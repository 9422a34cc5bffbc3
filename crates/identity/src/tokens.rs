//! API tokens: shown once, stored hashed.

use aileron_db::{self as db, Unscoped, WriteTx, schema::API_TOKENS};
use aileron_kernel::{Actor, Event, Time, Uuid, random};

use crate::credentials::hash;

/// What a token begins with, so that people and scanners recognise it.
pub const PREFIX: &str = "ail_";

/// What a new token is made of.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Whose it is.
    pub user: Uuid,
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

/// Makes a token: its id and its text, which is not stored and cannot be shown again.
pub fn create(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, new: NewToken) -> db::Result<(Uuid, String)> {
    let secret = format!("{PREFIX}{}", hex::encode(random::bytes::<32>(tx.random())));
    let id = tx.new_id();
    let now = tx.now().micros();
    tx.insert(
        API_TOKENS,
        vec![
            ("id", id.into()),
            ("user_id", new.user.into()),
            ("label", new.label.into()),
            ("description", new.description.into()),
            ("prefix", secret.chars().take(PREFIX.len() + 6).collect::<String>().into()),
            ("token_hash", hash(&secret).to_vec().into()),
            ("scopes", serde_json::Value::from(new.scopes).into()),
            ("is_service", new.is_service.into()),
            ("created_at", now.into()),
            ("expires_at", new.expires_at.map(Time::micros).into()),
        ],
    )?;
    tx.record_instance(actor, &Event::new("api_token", "created", id))?;
    Ok((id, secret))
}
