//! What follows for the items of a state whose group becomes another.

use aileron_db::{self as db, Expr, ExprTrait as _, ProjectScope, WriteTx, schema::WORK_ITEMS};
use aileron_kernel::{Change, Event, StateGroup, Time, Uuid, limits::REGROUPED};
use serde_json::Value;

use crate::work_items::rules;

/// Has begin and completion of the items in a state, archived ones and drafts among them, agree with the group that it gets: as if each had
/// come from a state of the old group into one of the new. A handful of statements, however many items there are; each that begins now,
/// is completed now, or is so no longer, is changed by the caller and told of, so that how it stood can be read back.
pub(crate) fn regroup(tx: &mut WriteTx<'_, ProjectScope>, state: Uuid, new: StateGroup) -> db::Result<()> {
    let now = tx.now();
    let there = || WORK_ITEMS.col("state_id").eq(state);
    let (completed, started) = (rules::completed_at(new, None, None, now), rules::started_at(new, None, now));
    let (completion, begin) = (WORK_ITEMS.col("completed_at"), WORK_ITEMS.col("started_at"));
    let contradicts: Expr = if completed.is_some() { completion.clone().is_null() } else { completion.clone().is_not_null() };
    let idle: Expr = if started.is_some() { begin.clone().is_null() } else { false.into() };
    let changed = there().and(contradicts.clone().or(idle.clone()));
    let select = tx.in_project(WORK_ITEMS).filter(changed).expr(WORK_ITEMS.col("id")).expr(completion).expr(begin);
    let items = tx.all::<(Uuid, Option<Time>, Option<Time>)>(&select.limit(REGROUPED.count() + 1))?;
    if items.len() > REGROUPED.most {
        let message =
            format!("More than {} work items in the state would begin, or be completed or not any more. Move some first.", REGROUPED.most);
        return Err(REGROUPED.refuse(message).into());
    }
    if items.is_empty() {
        return Ok(());
    }
    tx.update_where(WORK_ITEMS, there().and(contradicts), vec![("completed_at", completed.map(Time::micros).into())])?;
    if started.is_some() {
        tx.update_where(WORK_ITEMS, there().and(idle), vec![("started_at", started.map(Time::micros).into())])?;
    }
    let text = |time: Option<Time>| time.map_or(Value::Null, |time| time.to_string().into());
    for (item, completed_before, started_before) in items {
        let mut changes = Vec::new();
        if completed_before.is_some() != completed.is_some() {
            changes.push(Change::value("completed_at", text(completed_before), text(completed)));
        }
        if started_before.is_none() && started.is_some() {
            changes.push(Change::value("started_at", Value::Null, text(started)));
        }
        tx.record(Event::new("work_item", "updated", item).in_project(tx.project_id()).about(item).with(changes))?;
    }
    Ok(())
}
