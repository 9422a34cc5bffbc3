//! Reading relations.

use aileron_db::{
    self as db, Expr, ExprTrait as _, Order, ProjectScope, Tx, id_in,
    schema::{PROJECTS, WORK_ITEM_RELATIONS, WORK_ITEMS},
};
use aileron_kernel::{Uuid, work::RelationKind};

use super::model::{Related, RelatedItem};
use crate::work_items::visibility;

/// The most relations of an item that are read: the newest ones.
const MOST: i64 = 10_000;

/// The relations of an item to items that the caller may see, the newest first.
pub fn list(tx: &mut Tx<'_, ProjectScope>, item: Uuid) -> db::Result<Vec<Related>> {
    visibility::check_item(tx, item)?;
    of(tx, item, None)
}

/// The relations of an item to these, as far as the caller may see them.
pub(super) fn to(tx: &mut Tx<'_, ProjectScope>, item: Uuid, others: &[Uuid]) -> db::Result<Vec<Related>> {
    of(tx, item, Some(others))
}

/// The items that an item has a relation of this kind to, in the order of the ids, each under the kind that is stored.
pub fn related(tx: &mut Tx<'_, ProjectScope>, item: Uuid, kind: RelationKind, others: &[Uuid]) -> db::Result<Vec<RelatedItem>> {
    let found = to(tx, item, others)?;
    let one = |id: &Uuid| found.iter().find(|related| related.item == *id && related.kind == kind);
    Ok(others.iter().filter_map(one).map(|related| RelatedItem::new(related, related.stored)).collect())
}

fn of(tx: &mut Tx<'_, ProjectScope>, item: Uuid, others: Option<&[Uuid]>) -> db::Result<Vec<Related>> {
    let mut all = read(tx, item, others, ("item_id", "related_item_id"))?;
    let back = read(tx, item, others, ("related_item_id", "item_id"))?;
    all.extend(back.into_iter().map(|related| Related { kind: related.stored.inverse(), ..related }));
    all.sort_by_key(|related| std::cmp::Reverse((related.created_at, related.id)));
    Ok(all)
}

/// The relations that have the item at one end, with the item at the other.
fn read(
    tx: &mut Tx<'_, ProjectScope>,
    item: Uuid,
    others: Option<&[Uuid]>,
    (own, other): (&'static str, &'static str),
) -> db::Result<Vec<Related>> {
    let relation = |column| WORK_ITEM_RELATIONS.col(column);
    let columns: [Expr; 13] = [
        relation("id"),
        relation("kind"),
        relation("created_at"),
        relation("updated_at"),
        relation("created_by"),
        relation("updated_by"),
        WORK_ITEMS.col("id"),
        WORK_ITEMS.col("project_id"),
        WORK_ITEMS.col("sequence_id"),
        WORK_ITEMS.col("name"),
        WORK_ITEMS.col("state_id"),
        WORK_ITEMS.col("priority"),
        PROJECTS.col("identifier"),
    ];
    let select = tx
        .from(WORK_ITEM_RELATIONS)
        .join(WORK_ITEMS, WORK_ITEMS.col("id").eq(relation(other)))
        .join(PROJECTS, PROJECTS.col("id").eq(WORK_ITEMS.col("project_id")))
        .filter(relation(own).eq(item).and(visibility::around(tx)))
        .filter_some(others.map(|ids| id_in(WORK_ITEMS, "id", ids)));
    let select = columns.into_iter().fold(select, aileron_db::Select::expr);
    tx.all(&select.order(relation("created_at"), Order::Desc).order(relation("id"), Order::Desc).limit(MOST))
}
