//! What follows for the items of a state whose group becomes another.

use aileron_db::{self as db, Expr, ExprTrait as _, ProjectScope, WriteTx, schema::WORK_ITEMS};
use aileron_kernel::{Change, Event, StateGroup, Time, Uuid, limits::REGROUPED};
use serde_json::Value;

use crate::work_items::rules;

/// Has begin and completion of the items in a state, archived ones and drafts among them, agree with the group that it gets: as if each had
/// come from a state of the old group into one of the new. A handful of statements, however many items there are; each that is completed
/// now, or is so no longer, is changed by the caller and told of, so that how it stood can be read back.
pub(crate) fn regroup(tx: &mut WriteTx<'_, ProjectScope>, state: Uuid, new: StateGroup) -> db::Result<()> {
    let now = tx.now();
    let there = || WORK_ITEMS.col("state_id").eq(state);
    let completed = rules::completed_at(new, None, None, now);
    let at = WORK_ITEMS.col("completed_at");
    let contradicts: Expr = if completed.is_some() { at.clone().is_null() } else { at.clone().is_not_null() };
    let select = tx.in_project(WORK_ITEMS).filter(there().and(contradicts.clone())).expr(WORK_ITEMS.col("id")).expr(at);
    let items = tx.all::<(Uuid, Option<Time>)>(&select.limit(REGROUPED.count() + 1))?;
    if items.len() > REGROUPED.most {
        let message = format!("More than {} work items in the state would be completed or not any more. Move some first.", REGROUPED.most);
        return Err(REGROUPED.refuse(message).into());
    }
    if !items.is_empty() {
        tx.update_where(WORK_ITEMS, there().and(contradicts), vec![("completed_at", completed.map(Time::micros).into())])?;
    }
    if let Some(started) = rules::started_at(new, None, now) {
        let idle = there().and(WORK_ITEMS.col("started_at").is_null());
        tx.adjust_where(WORK_ITEMS, idle, vec![("started_at", Some(started.micros()).into())])?;
    }
    let text = |time: Option<Time>| time.map_or(Value::Null, |time| time.to_string().into());
    for (item, before) in items {
        let change = Change::value("completed_at", text(before), text(completed));
        tx.record(Event::new("work_item", "updated", item).in_project(tx.project_id()).about(item).with(vec![change]))?;
    }
    Ok(())
}
