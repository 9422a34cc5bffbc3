//! Reading reactions.

use aileron_db::{self as db, ExprTrait as _, Order, ProjectScope, Select, Tx, schema::REACTIONS};
use aileron_kernel::{Page, PageRequest, Uuid};

use super::model::{Reaction, ReactionView, Target};
use crate::{comments, work_items::visibility};

/// One page of the reactions, the oldest first.
pub fn list(tx: &mut Tx<'_, ProjectScope>, target: Target, page: PageRequest) -> db::Result<Page<ReactionView>> {
    check(tx, target)?;
    let found = to(tx, target);
    let total = tx.count(found.clone())?;
    let select = found
        .columns::<Reaction>(REACTIONS)
        .order(REACTIONS.col("created_at"), Order::Asc)
        .order(REACTIONS.col("id"), Order::Asc)
        .page(page.per_page, page.offset());
    let rows = tx.all::<Reaction>(&select)?;
    Ok(page.answer(rows.into_iter().map(ReactionView::from).collect(), total))
}

/// One reaction. Refuses with 404 where there is none, or where the caller does not see what it is to.
pub fn get(tx: &mut Tx<'_, ProjectScope>, target: Target, id: Uuid) -> db::Result<Reaction> {
    check(tx, target)?;
    let select = to(tx, target).columns::<Reaction>(REACTIONS).filter(REACTIONS.col("id").eq(id));
    tx.one(&select)
}

/// Refuses with 404 where the caller does not see what is reacted to.
pub(super) fn check(tx: &mut Tx<'_, ProjectScope>, target: Target) -> db::Result<()> {
    match target.comment {
        Some(comment) => comments::queries::get(tx, target.item, comment).map(|_| ()),
        None => visibility::check_item(tx, target.item),
    }
}

/// The live reactions to it.
pub(super) fn to(tx: &Tx<'_, ProjectScope>, target: Target) -> Select {
    let comment = REACTIONS.col("comment_id");
    let same = target.comment.map_or_else(|| comment.clone().is_null(), |id| comment.clone().eq(id));
    tx.in_project(REACTIONS).filter(REACTIONS.col("item_id").eq(target.item)).filter(same)
}
