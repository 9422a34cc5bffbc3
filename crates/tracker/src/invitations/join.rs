//! The token of an invitation, and joining with it.

use aileron_db::{
    self as db, ExprTrait as _, Principal, Session, Set, Unscoped, WorkspaceScope, WriteTx,
    schema::{USERS, WORKSPACE_INVITATIONS, WORKSPACES},
};
use aileron_identity::{accounts, credentials::hash};
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

/// What the tokens of an invitation open, as far as joining asks for it.
#[derive(Clone, Debug)]
struct Door {
    role: Role,
    keys: Keys,
    expires_at: Option<Time>,
    mailed_until: Option<Time>,
    accepted_by: Option<Uuid>,
    is_answered: bool,
}

/// The columns of a door: role, both hashes, until when each is good, who joined, and when it was answered.
type DoorRow = (Role, Option<Vec<u8>>, Option<Vec<u8>>, Option<Time>, Option<Time>, Option<Uuid>, Option<Time>);

/// The hashes of the tokens of an invitation.
#[derive(Clone, Debug)]
struct Keys {
    /// Of the link that an admin made.
    made: Option<Vec<u8>>,
    /// Of the one that was mailed.
    mailed: Option<Vec<u8>>,
}

/// Which of the two a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Made,
    Mailed,
}

impl Keys {
    /// Compares a token with both, in a time that tells nothing of where they differ.
    fn way(&self, hash: &[u8; 32]) -> Option<Way> {
        let is = |key: &Option<Vec<u8>>| key.as_ref().map_or(Choice::from(0), |key| key.as_slice().ct_eq(hash.as_slice()));
        let (made, mailed) = (is(&self.made), is(&self.mailed));
        if bool::from(made) { Some(Way::Made) } else { bool::from(mailed).then_some(Way::Mailed) }
    }
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

/// The token in the mail of an invitation, which its admins do not see, and the columns in which it is kept.
pub(super) fn mailed_token(tx: &WriteTx<'_, WorkspaceScope>) -> (String, [Set; 2]) {
    let token = format!("{PREFIX}{}", hex::encode(random::bytes::<32>(tx.random())));
    let until = tx.now().plus_seconds(DAYS * 24 * 60 * 60);
    let set = [("mailed_token_hash", Some(hash(&token).to_vec()).into()), ("mailed_until", Some(until.micros()).into())];
    (token, set)
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
    let (door, way) = door(&mut tx, id)?.and_then(|door| door.keys.way(hash).map(|way| (door, way))).ok_or_else(closed)?;
    let me = tx.user_id();
    let is_member = members::queries::in_workspace(&mut tx, me)?.is_some();
    if door.accepted_by == Some(me) && is_member {
        return Ok(workspace);
    }
    let until = if way == Way::Mailed { door.mailed_until } else { door.expires_at };
    if door.is_answered || until.is_none_or(|until| tx.now() >= until) {
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
    if way == Way::Mailed {
        // The account has the invited address, and its owner has read what was mailed there.
        accounts::verify_email(&mut session.unscoped_to_write(Unscoped::Instance)?, principal.actor(), me)?;
    }
    Ok(workspace)
}

/// The address that the invitation with this token invites, and into which workspace, while its link is good.
pub fn invited(session: &mut Session, token: &str) -> db::Result<Option<(String, Uuid)>> {
    let mut tx = session.unscoped(Unscoped::Operator)?;
    let (now, hash) = (tx.now().micros(), hash(token).to_vec());
    let of = |column| WORKSPACE_INVITATIONS.col(column);
    let by_made = of("token_hash").eq(hash.clone()).and(of("expires_at").gt(now));
    let by_mailed = of("mailed_token_hash").eq(hash).and(of("mailed_until").gt(now));
    let select = with_token(&tx, token).filter(of("responded_at").is_null().and(by_made.or(by_mailed))).expr(of("email"));
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
        .filter(of("token_hash").eq(hash(token).to_vec()).or(of("mailed_token_hash").eq(hash(token).to_vec())))
}

/// The invitation with this token and its workspace, among those of the caller's address and those that he joined with. While the address
/// is not verified, only the tokens that were mailed there. All of them are compared, in a time that tells nothing of where they differ.
fn find(session: &mut Session, principal: &Principal, hash: &[u8; 32]) -> db::Result<Option<(Uuid, Uuid)>> {
    let mut tx = session.unscoped(Unscoped::Operator)?;
    let me = principal.user_id();
    let own = tx.from(USERS).filter(USERS.col("id").eq(me)).expr(USERS.col("email_key")).expr(USERS.col("email_verified_at"));
    let (address, verified) = tx.optional::<(Option<String>, Option<Time>)>(&own)?.unwrap_or_default();
    let of = |column| WORKSPACE_INVITATIONS.col(column);
    let used = of("accepted_by").eq(me);
    let whose = if let Some(address) = address { of("email_key").eq(address).or(used) } else { used };
    let select = tx
        .from(WORKSPACE_INVITATIONS)
        .join(WORKSPACES, WORKSPACES.col("id").eq(of("workspace_id")))
        .filter(whose.and(of("token_hash").is_not_null().or(of("mailed_token_hash").is_not_null())))
        .expr(of("id"))
        .expr(of("workspace_id"))
        .expr(of("token_hash"))
        .expr(of("mailed_token_hash"))
        .expr(of("accepted_by"))
        .order(of("created_at"), db::Order::Desc)
        .limit(MOST);
    let mut found = None;
    for (id, workspace, made, mailed, used_by) in tx.all::<(Uuid, Uuid, Option<Vec<u8>>, Option<Vec<u8>>, Option<Uuid>)>(&select)? {
        let way = Keys { made, mailed }.way(hash);
        if way == Some(Way::Mailed) || way == Some(Way::Made) && (verified.is_some() || used_by == Some(me)) {
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
        .expr(of("mailed_token_hash"))
        .expr(of("expires_at"))
        .expr(of("mailed_until"))
        .expr(of("accepted_by"))
        .expr(of("responded_at"));
    let row = tx.optional::<DoorRow>(&select)?;
    Ok(row.map(|(role, made, mailed, expires_at, mailed_until, accepted_by, responded_at)| Door {
        role,
        keys: Keys { made, mailed },
        expires_at,
        mailed_until,
        accepted_by,
        is_answered: responded_at.is_some(),
    }))
}
