//! Idempotency keys: the same request sent twice is carried out once.

use aileron_kernel::{Refusal, refusal::Kind};
use sea_query::ExprTrait as _;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{InWorkspace, Result, Unscoped, WriteTx, schema::IDEMPOTENCY_KEYS as KEYS, session::Session};

/// How long a key is remembered, in days.
pub const KEPT_DAYS: i64 = 90;

/// A key with what it was sent with.
#[derive(Clone, Debug)]
pub struct Request {
    /// The actor whose key it is.
    pub actor: Uuid,
    /// The key as sent: at most 255 characters.
    pub key: String,
    fingerprint: Vec<u8>,
}

impl Request {
    /// The key with a fingerprint of method, path and body.
    pub fn new(actor: Uuid, key: String, method: &str, path: &str, body: &[u8]) -> Self {
        let mut hash = Sha256::new();
        for part in [method.as_bytes(), path.as_bytes(), body] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        Self { actor, key, fingerprint: hash.finalize().to_vec() }
    }
}

/// What was answered the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// The row that was made or changed.
    pub entity_id: Uuid,
}

impl<S: InWorkspace> WriteTx<'_, S> {
    /// What was answered to this key before. Refuses with 422 where the key was used for another request.
    pub fn answered_before(&mut self, request: &Request) -> Result<Option<Answered>> {
        look_up(self.session(), request)
    }

    /// Remembers the answer, in the transaction that earned it.
    pub fn remember_answer(&mut self, request: &Request, answered: Answered) -> Result<()> {
        let workspace = self.workspace_id();
        remember(self.session(), request, answered, Some(workspace))
    }
}

impl WriteTx<'_, Unscoped> {
    /// What was answered to this key before. Refuses with 422 where the key was used for another request.
    pub fn answered_before(&mut self, request: &Request) -> Result<Option<Answered>> {
        look_up(self.session(), request)
    }

    /// Remembers the answer, in the transaction that earned it.
    pub fn remember_answer(&mut self, request: &Request, answered: Answered) -> Result<()> {
        remember(self.session(), request, answered, None)
    }
}

fn look_up(session: &mut Session, request: &Request) -> Result<Option<Answered>> {
    let mut statement = sea_query::Query::select();
    statement
        .columns(["fingerprint", "status", "entity_id"])
        .from(KEYS.iden())
        .and_where(KEYS.col("actor_id").eq(request.actor))
        .and_where(KEYS.col("key").eq(request.key.as_str()));
    let found = session.select::<(Vec<u8>, i64, Uuid)>(&statement)?;
    let Some((fingerprint, status, entity_id)) = found.into_iter().next() else { return Ok(None) };
    if fingerprint != request.fingerprint {
        let body = json!({ "error": "The idempotency key was used for another request.", "code": "IDEMPOTENCY_KEY_REUSED" });
        return Err(Refusal::new(Kind::KeyReused, body).into());
    }
    Ok(Some(Answered { status: u16::try_from(status).unwrap_or(200), entity_id }))
}

fn remember(session: &mut Session, request: &Request, answered: Answered, workspace: Option<Uuid>) -> Result<()> {
    let mut statement = sea_query::Query::insert();
    let seq = workspace.map(|_| session.log_seq());
    statement
        .into_table(KEYS.iden())
        .columns(["actor_id", "key", "fingerprint", "status", "entity_id", "workspace_id", "seq", "created_at"])
        .values_panic([
            request.actor.into(),
            request.key.clone().into(),
            request.fingerprint.clone().into(),
            i64::from(answered.status).into(),
            answered.entity_id.into(),
            workspace.into(),
            seq.into(),
            session.now().micros().into(),
        ]);
    session.change(&statement).map(|_| ())
}
