//! Reading votes.

use aileron_db::{self as db, ExprTrait as _, Order, ProjectScope, Select, Tx, schema::VOTES};
use aileron_kernel::{Page, PageRequest, Uuid};

use super::model::{Vote, VoteView};
use crate::work_items::visibility;

/// One page of the votes about an item, the newest first.
pub fn list(tx: &mut Tx<'_, ProjectScope>, item: Uuid, page: PageRequest) -> db::Result<Page<VoteView>> {
    visibility::check_item(tx, item)?;
    let found = about(tx, item);
    let total = tx.count(found.clone())?;
    let select = found
        .columns::<Vote>(VOTES)
        .order(VOTES.col("created_at"), Order::Desc)
        .order(VOTES.col("id"), Order::Desc)
        .page(page.per_page, page.offset());
    let rows = tx.all::<Vote>(&select)?;
    Ok(page.answer(rows.into_iter().map(VoteView::from).collect(), total))
}

/// The caller's vote about an item, if he has one.
pub fn own(tx: &mut Tx<'_, ProjectScope>, item: Uuid) -> db::Result<Option<Vote>> {
    let select = about(tx, item).columns::<Vote>(VOTES).filter(VOTES.col("actor_id").eq(tx.user_id()));
    tx.optional(&select)
}

/// The vote of that id.
pub fn get(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<Vote> {
    let select = tx.in_project(VOTES).columns::<Vote>(VOTES).filter(VOTES.col("id").eq(id));
    tx.one(&select)
}

fn about(tx: &Tx<'_, ProjectScope>, item: Uuid) -> Select {
    tx.in_project(VOTES).filter(VOTES.col("item_id").eq(item))
}
