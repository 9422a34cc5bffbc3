//! Reading one's own calendar feeds.

use aileron_db::{self as db, ExprTrait as _, Order, Select, Tx, WorkspaceScope, schema::CALENDAR_FEEDS};
use aileron_kernel::{Page, PageRequest, Uuid};

use super::model::{Feed, FeedView};

/// One page of the caller's feeds, the newest first.
pub fn list(tx: &mut Tx<'_, WorkspaceScope>, page: PageRequest) -> db::Result<Page<FeedView>> {
    let found = own(tx);
    let total = tx.count(found.clone())?;
    let select = found
        .columns::<Feed>(CALENDAR_FEEDS)
        .order(CALENDAR_FEEDS.col("created_at"), Order::Desc)
        .order(CALENDAR_FEEDS.col("id"), Order::Desc)
        .page(page.per_page, page.offset());
    let rows = tx.all::<Feed>(&select)?;
    Ok(page.answer(rows.into_iter().map(|row| FeedView::new(row, None, "")).collect(), total))
}

/// One feed of the caller's. Refuses with 404 where there is none; those of others are not there.
pub fn get(tx: &mut Tx<'_, WorkspaceScope>, id: Uuid) -> db::Result<Feed> {
    let select = own(tx).columns::<Feed>(CALENDAR_FEEDS).filter(CALENDAR_FEEDS.col("id").eq(id));
    tx.one(&select)
}

/// The caller's feed of this token. It is looked up by its hash, which nobody can steer.
pub(super) fn with_token(tx: &mut Tx<'_, WorkspaceScope>, id: Uuid, token: &[u8; 32]) -> db::Result<Feed> {
    let this = CALENDAR_FEEDS.col("id").eq(id).and(CALENDAR_FEEDS.col("token_hash").eq(token.to_vec()));
    let select = own(tx).columns::<Feed>(CALENDAR_FEEDS).filter(this);
    tx.one(&select)
}

/// The caller's feeds.
pub(super) fn own(tx: &Tx<'_, WorkspaceScope>) -> Select {
    tx.from(CALENDAR_FEEDS).filter(CALENDAR_FEEDS.col("owner_id").eq(tx.user_id()))
}
