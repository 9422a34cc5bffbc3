//! Voting, and taking that back.

use aileron_db::{self as db, ExprTrait as _, ProjectScope, WriteTx, schema::VOTES};
use aileron_kernel::{Change, Event, Uuid};
use serde_json::Value;

use super::queries;
use crate::{projects::rules::check_writable, work_items::visibility};

/// Votes about an item; the vote that one has becomes this one.
pub fn cast(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, vote: i64) -> db::Result<Uuid> {
    check_writable(tx.scope())?;
    visibility::check_item(tx, item)?;
    let (me, project) = (tx.user_id(), tx.project_id());
    let event =
        |verb, id, old: Value| Event::new("vote", verb, id).in_project(project).about(item).with(vec![Change::value("vote", old, vote)]);
    let Some(before) = queries::own(tx, item)? else {
        let columns = vec![("project_id", project.into()), ("item_id", item.into()), ("actor_id", me.into()), ("vote", vote.into())];
        let id = tx.create(VOTES, columns)?;
        tx.record(event("created", id, Value::Null))?;
        return Ok(id);
    };
    if before.vote != vote {
        tx.update(VOTES, before.id, vec![("vote", vote.into())])?;
        tx.record(event("updated", before.id, before.vote.into()))?;
    }
    Ok(before.id)
}

/// Takes one's vote back. Without one, nothing happens.
pub fn take_back(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    visibility::check_item(tx, item)?;
    let Some(vote) = queries::own(tx, item)? else { return Ok(()) };
    tx.delete_where(VOTES, VOTES.col("id").eq(vote.id))?;
    let change = Change::value("vote", vote.vote, Value::Null);
    tx.record(Event::new("vote", "deleted", vote.id).in_project(tx.project_id()).about(item).with(vec![change])).map(|_| ())
}
