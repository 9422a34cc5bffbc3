//! Reading one's own notes.

use aileron_db::{self as db, ExprTrait as _, Order, Select, Tx, WorkspaceScope, schema::STICKIES};
use aileron_kernel::{Page, PageRequest, Refusal, Uuid, refusal::Kind};
use serde_json::json;

use super::model::{Sticky, StickyView};
use crate::search;

/// One page of the caller's notes, the highest place first. `words`: only those with this text in their name or text.
pub fn list(tx: &mut Tx<'_, WorkspaceScope>, page: PageRequest, words: Option<&str>) -> db::Result<Page<StickyView>> {
    let holds = words.map(|words| STICKIES.col("text_key").like(search::pattern(words)));
    let found = own(tx).filter_some(holds);
    let total = tx.count(found.clone())?;
    let select = found
        .columns::<Sticky>(STICKIES)
        .order(STICKIES.col("sort_order"), Order::Desc)
        .order(STICKIES.col("id"), Order::Desc)
        .page(page.per_page, page.offset());
    let rows = tx.all::<Sticky>(&select)?;
    Ok(page.answer(rows.into_iter().map(StickyView::from).collect(), total))
}

/// One note of the caller's. Refuses with 404 where there is none; those of others are not there.
pub fn get(tx: &mut Tx<'_, WorkspaceScope>, id: Uuid) -> db::Result<Sticky> {
    let select = own(tx).columns::<Sticky>(STICKIES).filter(STICKIES.col("id").eq(id));
    let missing = || Refusal::new(Kind::NotFound, json!({ "detail": "No Sticky matches the given query." }));
    tx.optional(&select)?.ok_or_else(|| missing().into())
}

/// The caller's notes.
pub(super) fn own(tx: &Tx<'_, WorkspaceScope>) -> Select {
    tx.from(STICKIES).filter(STICKIES.col("owner_id").eq(tx.user_id()))
}
