//! Reading comments.

use aileron_db::{self as db, ExprTrait as _, Order, ProjectScope, Select, Tx, schema::COMMENTS};
use aileron_kernel::{Page, PageRequest, Uuid};

use super::model::{Comment, CommentView};
use crate::work_items::visibility;

/// One page of the comments on an item, the newest first.
pub fn list(tx: &mut Tx<'_, ProjectScope>, item: Uuid, page: PageRequest) -> db::Result<Page<CommentView>> {
    visibility::check_item(tx, item)?;
    let about = about(tx, item);
    let total = tx.count(about.clone())?;
    let select = about
        .columns::<Comment>(COMMENTS)
        .order(COMMENTS.col("created_at"), Order::Desc)
        .order(COMMENTS.col("id"), Order::Desc)
        .page(page.per_page, page.offset());
    let rows = tx.all::<Comment>(&select)?;
    Ok(page.answer(rows.into_iter().map(CommentView::from).collect(), total))
}

/// One comment on an item. Refuses with 404 where there is none, or where the caller does not see the item.
pub fn get(tx: &mut Tx<'_, ProjectScope>, item: Uuid, id: Uuid) -> db::Result<Comment> {
    visibility::check_item(tx, item)?;
    let select = about(tx, item).columns::<Comment>(COMMENTS).filter(COMMENTS.col("id").eq(id));
    tx.one(&select)
}

/// The live comments on an item.
pub(super) fn about(tx: &Tx<'_, ProjectScope>, item: Uuid) -> Select {
    tx.in_project(COMMENTS).filter(COMMENTS.col("item_id").eq(item))
}
