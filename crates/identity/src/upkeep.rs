//! What the operator does with accounts that are there: locks them out, lets them in again, gives them another password, has them keep the server.

use aileron_db::{
    self as db, ExprTrait as _, Unscoped, WriteTx,
    schema::{API_TOKENS, SESSIONS, USERS},
};
use aileron_kernel::{Actor, Change, Event, Uuid};
use aileron_platform::mail::{Mail, Outbox};

use crate::{mailed_codes, mails, recipients};

/// Ends all sessions of an account and revokes all its tokens.
pub fn end_access(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, user: Uuid) -> db::Result<()> {
    let now = tx.now().micros();
    for table in [SESSIONS, API_TOKENS] {
        let open = table.col("user_id").eq(user).and(table.col("revoked_at").is_null());
        tx.update_where(table, open, vec![("revoked_at", Some(now).into())])?;
    }
    tx.record_instance(actor, &Event::new("user", "access_ended", user))
}

/// Locks an account out, which ends its sessions, keeps its tokens from being used and is told to its owner, or lets it in again. Whether
/// that was needed.
pub fn set_active(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, user: Uuid, is_active: bool, outbox: &Outbox) -> db::Result<bool> {
    let now = tx.now().micros();
    let owner = if is_active || !outbox.is_open() { None } else { recipients::proved(tx, &[user])?.remove(&user) };
    let other = USERS.col("id").eq(user).and(USERS.col("is_active").eq(!is_active));
    if tx.update_where(USERS, other, vec![("is_active", is_active.into()), ("updated_at", now.into())])? == 0 {
        return Ok(false);
    }
    if !is_active {
        end_sessions(tx, user)?;
        mailed_codes::void(tx, user)?;
    }
    if let Some(owner) = owner {
        outbox.send_from_instance(tx, Mail::new(&mails::DEACTIVATED, owner).in_any_case(), &actor.request_id)?;
    }
    let verb = if is_active { "activated" } else { "deactivated" };
    tx.record_instance(actor, &Event::new("user", verb, user))?;
    Ok(true)
}

/// Lets an account change the instance, or no longer. Whether that was needed.
pub fn set_instance_admin(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, user: Uuid, is_one: bool) -> db::Result<bool> {
    let now = tx.now().micros();
    let other = USERS.col("id").eq(user).and(USERS.col("is_instance_admin").eq(!is_one));
    if tx.update_where(USERS, other, vec![("is_instance_admin", is_one.into()), ("updated_at", now.into())])? == 0 {
        return Ok(false);
    }
    let change = Change::value("is_instance_admin", !is_one, is_one);
    tx.record_instance(actor, &Event::new("user", "updated", user).with(vec![change]))?;
    Ok(true)
}

/// Gives an account another password, and ends its sessions and what was mailed to prove it with.
pub fn set_password(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, user: Uuid, hash: &str) -> db::Result<()> {
    let now = tx.now().micros();
    let set = vec![("password_hash", Some(hash.to_owned()).into()), ("updated_at", now.into())];
    tx.update_where(USERS, USERS.col("id").eq(user), set)?;
    end_sessions(tx, user)?;
    mailed_codes::void(tx, user)?;
    tx.record_instance(actor, &Event::new("user", "password_changed", user))
}

fn end_sessions(tx: &mut WriteTx<'_, Unscoped>, user: Uuid) -> db::Result<()> {
    let now = tx.now().micros();
    let open = SESSIONS.col("user_id").eq(user).and(SESSIONS.col("revoked_at").is_null());
    tx.update_where(SESSIONS, open, vec![("revoked_at", Some(now).into())]).map(|_| ())
}
