//! Putting items into cycles, taking them out, moving on what is left undone.

use std::collections::HashMap;

use aileron_db::{
    self as db, ExprTrait as _, Order, ProjectScope, WriteTx, id_in,
    schema::{CYCLE_ITEMS, CYCLES, STATES, WORK_ITEMS},
};
use aileron_kernel::{Change, Event, Refusal, StateGroup, Uuid, refusal::Kind};
use serde_json::json;

use super::{
    model::{Cycle, Snapshot},
    queries,
    rules::Status,
};
use crate::{
    collections::{CYCLE, rows, standing},
    projects::rules::check_writable,
};

/// Puts items into a cycle that is not over. Those that are in another are moved.
pub fn add(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid, items: &[Uuid]) -> db::Result<()> {
    check_writable(tx.scope())?;
    let cycle = queries::get(tx, id)?;
    if cycle.status(tx.now()) == Status::Completed {
        let message = "The Cycle has already been completed so no new issues can be added";
        return Err(Refusal::new(Kind::Invalid, json!({ "error": message, "code": "CYCLE_COMPLETED" })).into());
    }
    let chosen: Vec<Uuid> = rows::choose(tx, items)?.into_iter().map(|chosen| chosen.id).collect();
    put(tx, &cycle, &chosen)
}

/// Takes an item out of a cycle. Refuses with 404 where it is not in.
pub fn remove(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid, item: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    let cycle = queries::get(tx, id)?;
    rows::remove(tx, CYCLE, &cycle.named(), Some(item))
}

/// Moves what is left undone in a cycle that is over to one that is not, and keeps how the first stood.
pub fn transfer(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid, to: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    let old = queries::get(tx, id)?;
    if old.status(tx.now()) != Status::Completed {
        return Err(Refusal::error("The old cycle is not completed yet").into());
    }
    let new = queries::get(tx, to)?;
    if new.status(tx.now()) == Status::Completed {
        return Err(Refusal::error("The cycle where the issues are transferred is already completed").into());
    }
    let unfinished = unfinished(tx, &[id])?;
    move_on(tx, &old, &new, &unfinished)
}

/// Keeps how a cycle stood, unless that was kept before, and moves these of its items to another.
pub(super) fn move_on(tx: &mut WriteTx<'_, ProjectScope>, old: &Cycle, new: &Cycle, unfinished: &[Uuid]) -> db::Result<()> {
    if old.progress_snapshot == json!({}) {
        let snapshot = Snapshot { standing: standing::of(tx, CYCLE, old.id)?, burn_down: queries::burn_down(tx, old)?.days };
        let snapshot = serde_json::to_value(snapshot).map_err(|error| db::Error::Inconsistent(error.to_string()))?;
        tx.adjust_where(CYCLES, CYCLES.col("id").eq(old.id), vec![("progress_snapshot", snapshot.into())])?;
    }
    put(tx, new, unfinished)?;
    let project = tx.project_id();
    let change = Change::reference("transferred_to", None, Some(new.named()));
    tx.record(Event::new("cycle", "transferred", old.id).in_project(project).with(vec![change])).map(|_| ())
}

/// The items of these cycles that lists show and that nobody completed or gave up, in the order in which they came in.
pub(super) fn unfinished(tx: &mut WriteTx<'_, ProjectScope>, cycles: &[Uuid]) -> db::Result<Vec<Uuid>> {
    let open = [StateGroup::Backlog, StateGroup::Unstarted, StateGroup::Started].map(StateGroup::as_str);
    let select = tx
        .in_project(CYCLE_ITEMS)
        .join(WORK_ITEMS, WORK_ITEMS.col("id").eq(CYCLE_ITEMS.col("item_id")).and(WORK_ITEMS.col("hidden").is_null()))
        .join(STATES, STATES.col("id").eq(WORK_ITEMS.col("state_id")).and(STATES.col("group_name").is_in(open)))
        .filter(id_in(CYCLE_ITEMS, "cycle_id", cycles))
        .expr(WORK_ITEMS.col("id"))
        .order(CYCLE_ITEMS.col("created_at"), Order::Asc)
        .order(CYCLE_ITEMS.col("id"), Order::Asc);
    Ok(tx.all::<(Uuid,)>(&select)?.into_iter().map(|row| row.0).collect())
}

/// Puts items into a cycle, wherever they were. The caller has looked them up.
fn put(tx: &mut WriteTx<'_, ProjectScope>, cycle: &Cycle, items: &[Uuid]) -> db::Result<()> {
    let known = tx
        .in_project(CYCLE_ITEMS)
        .left_join(CYCLES, CYCLES.col("id").eq(CYCLE_ITEMS.col("cycle_id")))
        .filter(id_in(CYCLE_ITEMS, "item_id", items))
        .expr(CYCLE_ITEMS.col("item_id"))
        .expr(CYCLE_ITEMS.col("cycle_id"))
        .expr(CYCLES.col("name"));
    let known = tx.all::<(Uuid, Uuid, Option<String>)>(&known)?.into_iter();
    let known: HashMap<Uuid, (Uuid, String)> = known.map(|(item, cycle, name)| (item, (cycle, name.unwrap_or_default()))).collect();
    let new: Vec<Uuid> = items.iter().copied().filter(|item| !known.contains_key(item)).collect();
    let elsewhere = items.iter().filter_map(|item| Some((*item, known.get(item)?))).filter(|(_, old)| old.0 != cycle.id);
    let moved: Vec<(Uuid, &(Uuid, String))> = elsewhere.collect();
    rows::check_room(tx, CYCLE, cycle.id, new.len() + moved.len())?;
    rows::insert(tx, CYCLE, &cycle.named(), &new)?;
    let ids: Vec<Uuid> = moved.iter().map(|(item, _)| *item).collect();
    if ids.is_empty() {
        return Ok(());
    }
    tx.update_where(CYCLE_ITEMS, id_in(CYCLE_ITEMS, "item_id", &ids), vec![("cycle_id", cycle.id.into())])?;
    let project = tx.project_id();
    for (item, old) in moved {
        let change = Change::reference(CYCLE.field, Some(old.clone()), Some(cycle.named()));
        tx.record(Event::new(CYCLE.entity, "updated", cycle.id).in_project(project).about(item).with(vec![change]))?;
    }
    Ok(())
}
