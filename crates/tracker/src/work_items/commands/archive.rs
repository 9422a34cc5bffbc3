//! Putting work items into the archive and taking them back.

use std::collections::BTreeMap;

use aileron_db::{self as db, ExprTrait as _, ProjectScope, WriteTx, id_in, schema::WORK_ITEMS};
use aileron_kernel::{Change, Event, Refusal, Uuid};

use super::{many, refs, update::to_change};
use crate::{
    projects::rules::check_writable,
    work_items::{model::WorkItem, rules},
};

/// Archives an item on which nothing is left to do, or takes it back. Done already: nothing happens.
pub fn archive(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid, archived: bool) -> db::Result<()> {
    check_writable(tx.scope())?;
    let item = to_change(tx, id, &Refusal::forbidden())?;
    put(tx, vec![item], archived)
}

/// Archives many items, all or none.
pub fn archive_many(tx: &mut WriteTx<'_, ProjectScope>, ids: &[Uuid]) -> db::Result<()> {
    check_writable(tx.scope())?;
    let items = many::to_change(tx, ids, &Refusal::forbidden())?;
    put(tx, items, true)
}

fn put(tx: &mut WriteTx<'_, ProjectScope>, mut items: Vec<WorkItem>, archived: bool) -> db::Result<()> {
    items.retain(|item| item.archived_at.is_some() != archived);
    let states = refs::states_of(tx, &items)?;
    let day = archived.then(|| tx.now().date());
    let mut by_reason: BTreeMap<Option<&'static str>, Vec<Uuid>> = BTreeMap::new();
    for item in &items {
        let group = states.get(&item.state_id).map(|state| state.group);
        if archived && !group.is_some_and(aileron_kernel::StateGroup::is_closed) {
            return Err(Refusal::error("Only completed or cancelled work items can be archived").into());
        }
        let hidden = group.and_then(|group| rules::hidden(item.is_draft, day, group));
        by_reason.entry(hidden).or_default().push(item.id);
    }
    for (hidden, ids) in by_reason {
        let set = vec![("archived_at", day.into()), ("hidden", hidden.map(ToOwned::to_owned).into())];
        tx.update_where(WORK_ITEMS, id_in(WORK_ITEMS, "id", &ids).and(WORK_ITEMS.col("project_id").eq(tx.project_id())), set)?;
    }
    let text = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string());
    for item in items {
        let change = Change::value("archived_at", text(item.archived_at), text(day));
        tx.record(Event::new("work_item", "updated", item.id).in_project(tx.project_id()).about(item.id).with(vec![change]))?;
    }
    Ok(())
}
