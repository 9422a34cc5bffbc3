//! Reading one's own exports.

use aileron_db::{self as db, ExprTrait as _, Order, Select, Tx, WorkspaceScope, schema::EXPORTS};
use aileron_kernel::{Page, PageRequest, Uuid};

use super::model::{Export, ExportView};

/// One page of the caller's exports, the newest first.
pub fn list(tx: &mut Tx<'_, WorkspaceScope>, page: PageRequest) -> db::Result<Page<ExportView>> {
    let found = own(tx);
    let total = tx.count(found.clone())?;
    let select = found
        .columns::<Export>(EXPORTS)
        .order(EXPORTS.col("created_at"), Order::Desc)
        .order(EXPORTS.col("id"), Order::Desc)
        .page(page.per_page, page.offset());
    let rows = tx.all::<Export>(&select)?;
    let (slug, now) = (tx.workspace().slug().to_owned(), tx.now());
    Ok(page.answer(rows.into_iter().map(|row| ExportView::new(row, &slug, now)).collect(), total))
}

/// One export of the caller's. Refuses with 404 where there is none; those of others are not there.
pub fn get(tx: &mut Tx<'_, WorkspaceScope>, id: Uuid) -> db::Result<Export> {
    let select = own(tx).columns::<Export>(EXPORTS).filter(EXPORTS.col("id").eq(id));
    tx.one(&select)
}

/// The same as it is shown.
pub fn view(tx: &mut Tx<'_, WorkspaceScope>, id: Uuid) -> db::Result<ExportView> {
    let export = get(tx, id)?;
    Ok(ExportView::new(export, tx.workspace().slug(), tx.now()))
}

/// The caller's exports.
pub(super) fn own(tx: &Tx<'_, WorkspaceScope>) -> Select {
    tx.from(EXPORTS).filter(EXPORTS.col("owner_id").eq(tx.user_id()))
}
