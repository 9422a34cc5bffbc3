//! Reacting, and taking that back.

use aileron_db::{self as db, ExprTrait as _, ProjectScope, WriteTx, schema::REACTIONS};
use aileron_kernel::{Change, Event, Refusal, Uuid, limits};

use super::{model::Target, queries};
use crate::projects::rules::check_writable;

/// Reacts. A reaction that is there stays as it is.
pub fn create(tx: &mut WriteTx<'_, ProjectScope>, target: Target, emoji: &str) -> db::Result<Uuid> {
    check_writable(tx.scope())?;
    queries::check(tx, target)?;
    let (me, project) = (tx.user_id(), tx.project_id());
    let own = queries::to(tx, target).filter(REACTIONS.col("actor_id").eq(me));
    let same = own.clone().filter(REACTIONS.col("reaction").eq(emoji)).expr(REACTIONS.col("id"));
    if let Some((id,)) = tx.optional::<(Uuid,)>(&same)? {
        return Ok(id);
    }
    limits::REACTIONS.check(tx.count(own)?, |most| format!("There are at most {most} reactions of one person."))?;
    let id = tx.create(
        REACTIONS,
        vec![
            ("project_id", project.into()),
            ("item_id", target.item.into()),
            ("comment_id", target.comment.into()),
            ("actor_id", me.into()),
            ("reaction", emoji.into()),
        ],
    )?;
    tx.record(event("created", id, target, Change::reference("reaction", None, Some((id, emoji.to_owned())))).in_project(project))?;
    Ok(id)
}

/// Takes one's own reaction back.
pub fn delete(tx: &mut WriteTx<'_, ProjectScope>, target: Target, id: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    let reaction = queries::get(tx, target, id)?;
    tx.scope().check_creator(Some(reaction.actor_id), Refusal::forbidden())?;
    tx.delete_where(REACTIONS, REACTIONS.col("id").eq(id))?;
    let gone = Change::reference("reaction", Some((id, reaction.reaction)), None);
    tx.record(event("deleted", id, target, gone).in_project(tx.project_id())).map(|_| ())
}

/// What happened, with the comment that it is about.
fn event(verb: &'static str, id: Uuid, target: Target, change: Change) -> Event {
    let comment = target.comment.map(|comment| Change { field: "comment".to_owned(), new_id: Some(comment), ..Change::default() });
    Event::new("reaction", verb, id).about(target.item).with(std::iter::once(change).chain(comment).collect())
}
