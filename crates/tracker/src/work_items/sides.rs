//! Who works on items, their labels, the cycles and modules that they are in: one statement each for a page.

use std::collections::HashMap;

use aileron_db::{
    self as db, ExprTrait as _, InWorkspace, Tx, id_in,
    schema::{CYCLE_ITEMS, CYCLES, MODULE_ITEMS, MODULES},
};
use aileron_kernel::Uuid;

use super::{
    model::{WorkItem, WorkItemView},
    sql,
};

/// Ids by item, in a fixed order.
type ByItem = HashMap<Uuid, Vec<Uuid>>;

/// The items as they are shown.
pub fn views<S: InWorkspace>(tx: &mut Tx<'_, S>, items: Vec<WorkItem>) -> db::Result<Vec<WorkItemView>> {
    let ids: Vec<Uuid> = items.iter().map(|item| item.id).collect();
    let mut assignees = assignees(tx, &ids)?;
    let mut labels = labels(tx, &ids)?;
    let views = items.into_iter().map(|item| {
        let (people, words) = (assignees.remove(&item.id).unwrap_or_default(), labels.remove(&item.id).unwrap_or_default());
        WorkItemView::new(item, people, words)
    });
    Ok(views.collect())
}

/// Who works on each of these items.
pub fn assignees<S: InWorkspace>(tx: &mut Tx<'_, S>, items: &[Uuid]) -> db::Result<ByItem> {
    if items.is_empty() {
        return Ok(ByItem::new());
    }
    Ok(by_item(sql::assignees(tx, items)?))
}

/// The labels of each of these items. A deleted label is none.
pub fn labels<S: InWorkspace>(tx: &mut Tx<'_, S>, items: &[Uuid]) -> db::Result<ByItem> {
    if items.is_empty() {
        return Ok(ByItem::new());
    }
    Ok(by_item(sql::labels(tx, items)?))
}

/// The cycle that each of these items is in.
pub fn cycles<S: InWorkspace>(tx: &mut Tx<'_, S>, items: &[Uuid]) -> db::Result<ByItem> {
    let held = CYCLES.col("id").eq(CYCLE_ITEMS.col("cycle_id"));
    let select = tx.from(CYCLE_ITEMS).join(CYCLES, held).filter(id_in(CYCLE_ITEMS, "item_id", items));
    Ok(by_item(tx.all(&select.expr(CYCLE_ITEMS.col("item_id")).expr(CYCLE_ITEMS.col("cycle_id")))?))
}

/// The modules that each of these items is in.
pub fn modules<S: InWorkspace>(tx: &mut Tx<'_, S>, items: &[Uuid]) -> db::Result<ByItem> {
    let held = MODULES.col("id").eq(MODULE_ITEMS.col("module_id"));
    let select = tx.from(MODULE_ITEMS).join(MODULES, held).filter(id_in(MODULE_ITEMS, "item_id", items));
    Ok(by_item(tx.all(&select.expr(MODULE_ITEMS.col("item_id")).expr(MODULE_ITEMS.col("module_id")))?))
}

fn by_item(rows: Vec<(Uuid, Uuid)>) -> ByItem {
    let mut by_item = ByItem::new();
    for (item, id) in rows {
        by_item.entry(item).or_default().push(id);
    }
    for ids in by_item.values_mut() {
        ids.sort_unstable();
    }
    by_item
}
