//! The token of an invitation, and joining with it.

use aileron_db::{
    self as db, ExprTrait as _, Principal, Session, Unscoped, WorkspaceScope, WriteTx,
    schema::{USERS, WORKSPACE_INVITATIONS, WORKSPACES},
};
use aileron_identity::credentials::hash;
use aileron_kernel::{Change, Event, Refusal, Role, Time, Uuid, random, refusal::Kind};
use serde_json::{Value, json};
use subtle::{Choice, ConstantTimeEq as _};

use super::model;
use crate::{members, workspaces};

/// For how many days a link is good.
pub const DAYS: i64 = 7;

/// What a token begins with, so that people and scanners recognise it.
const PREFIX: &str = "inv_";

/// The most invitations of one address, in all workspaces, that are compared with a token.
const MOST: i64 = 1_000;

/// What the token of an invitation opens, as far as joining asks for it.
#[derive(Clone, Debug)]
struct Door {
    role: Role,
    token_hash: Vec<u8>,
    expires_at: Option<Time>,
    accepted_by: Option<Uuid>,
    is_answered: bool,
}

/// The one answer to every token that does not open a door, whatever the reason.
pub fn closed() -> Refusal {
    Refusal::new(Kind::NotFound, json!({ "error": "This invitation is not valid.", "code": "INVITATION_INVALID" }))
}

/// Makes the token of an invitation in the place of the one before: the invitation and the text, which is not stored.
pub fn make_token(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid) -> db::Result<(Uuid, String)> {
    let before = model::get(tx, id)?;
    if before.accepted || before.responded_at.is_some() {
        return Err(Refusal::error("Invite already accepted").into());
    }
    let token = format!("{PREFIX}{}", hex::encode(random::bytes::<32>(tx.random())));
    let until = tx.now().plus_seconds(DAYS * 24 * 60 * 60);
    let set = vec![("token_hash", Some(hash(&token).to_vec()).into()), ("expires_at", Some(until.micros()).into())];
    tx.update(WORKSPACE_INVITATIONS, id, set)?;
    let change = Change::value("expires_at", before.expires_at.map_or(Value::Null, |time| json!(time)), json!(until));
    tx.record(Event::new("invitation", "updated", id).with(vec![change]))?;
    Ok((id, token))
}

/// Makes the caller a member of the workspace of the invitation with this token, if it is for him, and answers the workspace.
/// The same again changes nothing.
pub fn accept(session: &mut Session, principal: &Principal, token: &str) -> db::Result<Uuid> {
    let hash = hash(token);
    let found = find(session, principal, &hash)?.ok_or_else(closed)?;
    enter(session, principal, found, &hash)
}

fn enter(session: &mut Session, principal: &Principal, (id, workspace): (Uuid, Uuid), hash: &[u8; 32]) -> db::Result<Uuid> {
    let mut tx = session.workspace_as_operator(principal, workspace)?;
    // Under the lock of the workspace: it may have been taken back a moment ago.
    let door = door(&mut tx, id)?.filter(|door| bool::from(door.token_hash.as_slice().ct_eq(hash.as_slice()))).ok_or_else(closed)?;
    let me = tx.user_id();
    let is_member = members::queries::in_workspace(&mut tx, me)?.is_some();
    if door.accepted_by == Some(me) && is_member {
        return Ok(workspace);
    }
    let lasts = door.expires_at.is_some_and(|until| tx.now() < until);
    if door.is_answered || !lasts {
        return Err(closed().into());
    }
    // Who has become a member in another way keeps the role that he has.
    if !is_member {
        workspaces::commands::add_member(&mut tx, me, door.role)?;
    }
    let now = tx.now().micros();
    let set = vec![("accepted", true.into()), ("responded_at", Some(now).into()), ("accepted_by", Some(me).into())];
    tx.update(WORKSPACE_INVITATIONS, id, set)?;
    let change = Change::value("accepted", false, true);
    tx.record(Event::new("invitation", "accepted", id).with(vec![change]))?;
    Ok(workspace)
}

/// The address that the invitation with this token invites, and into which workspace, while its link is good.
pub fn invited(session: &mut Session, token: &str) -> db::Result<Option<(String, Uuid)>> {
    let mut tx = session.unscoped(Unscoped::Operator)?;
    let now = tx.now().micros();
    let of = |column| WORKSPACE_INVITATIONS.col(column);
    let select = with_token(&tx, token).filter(of("responded_at").is_null().and(of("expires_at").gt(now))).expr(of("email"));
    tx.optional::<(String, Uuid)>(&select.expr(of("workspace_id")))
}

/// Makes an account that was made for this invitation a member. Nothing is asked of its address: the token lets in whoever holds it,
/// and into this workspace only.
pub fn accept_as_new(session: &mut Session, principal: &Principal, token: &str) -> db::Result<Uuid> {
    let mut tx = session.unscoped(Unscoped::Operator)?;
    let of = |column| WORKSPACE_INVITATIONS.col(column);
    let select = with_token(&tx, token).expr(of("id")).expr(of("workspace_id"));
    let found = tx.optional::<(Uuid, Uuid)>(&select)?.ok_or_else(closed)?;
    enter(session, principal, found, &hash(token))
}

/// The invitation with this token in a workspace that there is. It is looked up by its hash, which nobody can steer.
fn with_token(tx: &db::Tx<'_, Unscoped>, token: &str) -> db::Select {
    let of = |column| WORKSPACE_INVITATIONS.col(column);
    tx.from(WORKSPACE_INVITATIONS)
        .join(WORKSPACES, WORKSPACES.col("id").eq(of("workspace_id")))
        .filter(of("token_hash").eq(hash(token).to_vec()))
}

/// The invitation with this token and its workspace, among those of the caller's verified address and those that he joined with. All
/// of them are compared, in a time that tells nothing of where they differ.
fn find(session: &mut Session, principal: &Principal, hash: &[u8; 32]) -> db::Result<Option<(Uuid, Uuid)>> {
    let mut tx = session.unscoped(Unscoped::Operator)?;
    let verified = USERS.col("id").eq(principal.user_id()).and(USERS.col("email_verified_at").is_not_null());
    let own = tx.from(USERS).filter(verified).expr(USERS.col("email_key"));
    let address = tx.optional::<(Option<String>,)>(&own)?.and_then(|row| row.0);
    let of = |column| WORKSPACE_INVITATIONS.col(column);
    let used = of("accepted_by").eq(principal.user_id());
    let whose = if let Some(address) = address { of("email_key").eq(address).or(used) } else { used };
    let select = tx
        .from(WORKSPACE_INVITATIONS)
        .join(WORKSPACES, WORKSPACES.col("id").eq(of("workspace_id")))
        .filter(whose.and(of("token_hash").is_not_null()))
        .expr(of("id"))
        .expr(of("workspace_id"))
        .expr(of("token_hash"))
        .order(of("created_at"), db::Order::Desc)
        .limit(MOST);
    let mut found = None;
    for (id, workspace, stored) in tx.all::<(Uuid, Uuid, Vec<u8>)>(&select)? {
        let is_same: Choice = stored.as_slice().ct_eq(hash);
        if bool::from(is_same) {
            found = Some((id, workspace));
        }
    }
    Ok(found)
}

fn door(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid) -> db::Result<Option<Door>> {
    let of = |column| WORKSPACE_INVITATIONS.col(column);
    let select = tx
        .from(WORKSPACE_INVITATIONS)
        .filter(of("id").eq(id))
        .expr(of("role"))
        .expr(of("token_hash"))
        .expr(of("expires_at"))
        .expr(of("accepted_by"))
        .expr(of("responded_at"));
    let row = tx.optional::<(Role, Option<Vec<u8>>, Option<Time>, Option<Uuid>, Option<Time>)>(&select)?;
    Ok(row.map(|(role, token_hash, expires_at, accepted_by, responded_at)| Door {
        role,
        token_hash: token_hash.unwrap_or_default(),
        expires_at,
        accepted_by,
        is_answered: responded_at.is_some(),
    }))
}
