//! Putting items into modules and taking them out.

use std::{cmp::Reverse, collections::HashSet};

use aileron_db::{self as db, ExprTrait as _, ProjectScope, WriteTx, id_in, schema::MODULE_ITEMS};
use aileron_kernel::Uuid;

use super::queries;
use crate::{
    collections::{MODULE, rows},
    projects::rules::check_writable,
};

/// Puts items into a module. They stay in the other modules that they are in.
pub fn add(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid, items: &[Uuid]) -> db::Result<()> {
    check_writable(tx.scope())?;
    let module = queries::get(tx, id)?;
    let mut chosen = rows::choose(tx, items)?;
    let known = tx.in_project(MODULE_ITEMS).filter(MODULE_ITEMS.col("module_id").eq(id).and(id_in(MODULE_ITEMS, "item_id", items)));
    let known: HashSet<(Uuid,)> = tx.all::<(Uuid,)>(&known.expr(MODULE_ITEMS.col("item_id")))?.into_iter().collect();
    chosen.retain(|chosen| !known.contains(&(chosen.id,)));
    // As recorded: the newest item first.
    chosen.sort_by_key(|chosen| Reverse((chosen.created_at, chosen.id)));
    let new: Vec<Uuid> = chosen.into_iter().map(|chosen| chosen.id).collect();
    rows::check_room(tx, MODULE, id, new.len())?;
    rows::insert(tx, MODULE, &module.named(), &new)
}

/// Takes an item out of a module. Refuses with 404 where it is not in.
pub fn remove(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid, item: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    let module = queries::get(tx, id)?;
    rows::remove(tx, MODULE, &module.named(), Some(item))
}
