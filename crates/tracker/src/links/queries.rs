//! Reading links.

use aileron_db::{self as db, ExprTrait as _, Order, ProjectScope, Select, Tx, schema::WORK_ITEM_LINKS};
use aileron_kernel::{Page, PageRequest, Uuid};

use super::model::{Link, LinkView};
use crate::work_items::visibility;

/// One page of the links of an item, the newest first.
pub fn list(tx: &mut Tx<'_, ProjectScope>, item: Uuid, page: PageRequest) -> db::Result<Page<LinkView>> {
    visibility::check_item(tx, item)?;
    let of_item = of(tx, item);
    let total = tx.count(of_item.clone())?;
    let select = of_item
        .columns::<Link>(WORK_ITEM_LINKS)
        .order(WORK_ITEM_LINKS.col("created_at"), Order::Desc)
        .order(WORK_ITEM_LINKS.col("id"), Order::Desc)
        .page(page.per_page, page.offset());
    let rows = tx.all::<Link>(&select)?;
    Ok(page.answer(rows.into_iter().map(LinkView::from).collect(), total))
}

/// One link of an item. Refuses with 404 where there is none, or where the caller does not see the item.
pub fn get(tx: &mut Tx<'_, ProjectScope>, item: Uuid, id: Uuid) -> db::Result<Link> {
    visibility::check_item(tx, item)?;
    let select = of(tx, item).columns::<Link>(WORK_ITEM_LINKS).filter(WORK_ITEM_LINKS.col("id").eq(id));
    tx.one(&select)
}

/// The live links of an item.
pub(super) fn of(tx: &Tx<'_, ProjectScope>, item: Uuid) -> Select {
    tx.in_project(WORK_ITEM_LINKS).filter(WORK_ITEM_LINKS.col("item_id").eq(item))
}
