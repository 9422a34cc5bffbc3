//! Reading one's own quick links.

use aileron_db::{self as db, ExprTrait as _, Order, Select, Tx, WorkspaceScope, schema::QUICK_LINKS};
use aileron_kernel::{Page, PageRequest, Uuid};

use super::model::{QuickLink, QuickLinkView};

/// One page of the caller's links, the newest first.
pub fn list(tx: &mut Tx<'_, WorkspaceScope>, page: PageRequest) -> db::Result<Page<QuickLinkView>> {
    let found = own(tx);
    let total = tx.count(found.clone())?;
    let select = found
        .columns::<QuickLink>(QUICK_LINKS)
        .order(QUICK_LINKS.col("created_at"), Order::Desc)
        .order(QUICK_LINKS.col("id"), Order::Desc)
        .page(page.per_page, page.offset());
    let rows = tx.all::<QuickLink>(&select)?;
    Ok(page.answer(rows.into_iter().map(QuickLinkView::from).collect(), total))
}

/// One link of the caller's. Refuses with 404 where there is none; those of others are not there.
pub fn get(tx: &mut Tx<'_, WorkspaceScope>, id: Uuid) -> db::Result<QuickLink> {
    let select = own(tx).columns::<QuickLink>(QUICK_LINKS).filter(QUICK_LINKS.col("id").eq(id));
    tx.one(&select)
}

/// The caller's links.
pub(super) fn own(tx: &Tx<'_, WorkspaceScope>) -> Select {
    tx.from(QUICK_LINKS).filter(QUICK_LINKS.col("owner_id").eq(tx.user_id()))
}
