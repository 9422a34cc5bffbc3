//! Subscribing to items, and ending that.

use aileron_db::{self as db, ExprTrait as _, ProjectScope, WriteTx, schema::WORK_ITEM_SUBSCRIBERS};
use aileron_kernel::{Change, Event, Refusal, Uuid};

use super::queries;
use crate::projects::rules::check_writable;

/// Lets the caller hear of an item from now on. Who does already, does.
pub fn subscribe(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    let me = tx.user_id();
    if queries::is_subscribed(tx, item, me)? {
        return Ok(());
    }
    let (now, since) = (tx.now().micros(), tx.next_version());
    let row = vec![("item_id", item.into()), ("member_id", me.into()), ("created_at", now.into()), ("since", since.into())];
    tx.insert_row(WORK_ITEM_SUBSCRIBERS, row)?;
    let named = named(tx, me)?;
    record(tx, "created", item, me, Change::reference("subscriber", None, Some(named)))
}

/// Lets the caller hear no more of an item. Who did not, does not.
pub fn unsubscribe(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    let me = tx.user_id();
    if queries::is_subscribed(tx, item, me)? { end(tx, item, me) } else { Ok(()) }
}

/// Ends the subscription of a member.
pub fn remove(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, member: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    if queries::is_subscribed(tx, item, member)? { end(tx, item, member) } else { Err(Refusal::not_found().into()) }
}

fn end(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, member: Uuid) -> db::Result<()> {
    let of = |column| WORK_ITEM_SUBSCRIBERS.col(column);
    tx.remove_where(WORK_ITEM_SUBSCRIBERS, of("item_id").eq(item).and(of("member_id").eq(member)))?;
    let named = named(tx, member)?;
    record(tx, "deleted", item, member, Change::reference("subscriber", Some(named), None))
}

fn named(tx: &mut WriteTx<'_, ProjectScope>, member: Uuid) -> db::Result<(Uuid, String)> {
    Ok((member, db::scope::display_name(tx, member)?))
}

fn record(tx: &mut WriteTx<'_, ProjectScope>, verb: &'static str, item: Uuid, member: Uuid, change: Change) -> db::Result<()> {
    let event = Event::new("subscription", verb, member).in_project(tx.project_id()).about(item).with(vec![change]);
    tx.record(event).map(|_| ())
}
