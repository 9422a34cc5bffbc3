//! Reading webhooks.

use aileron_db::{self as db, ExprTrait as _, Order, Tx, WorkspaceScope, schema::WEBHOOKS};
use aileron_kernel::{Page, PageRequest, Uuid};

use super::model::{Webhook, WebhookView};

/// One page of the webhooks of the workspace, the newest first.
pub fn list(tx: &mut Tx<'_, WorkspaceScope>, page: PageRequest) -> db::Result<Page<WebhookView>> {
    let all = tx.from(WEBHOOKS);
    let total = tx.count(all.clone())?;
    let select = all
        .columns::<Webhook>(WEBHOOKS)
        .order(WEBHOOKS.col("created_at"), Order::Desc)
        .order(WEBHOOKS.col("id"), Order::Desc)
        .page(page.per_page, page.offset());
    let (rows, now) = (tx.all::<Webhook>(&select)?, tx.now());
    Ok(page.answer(rows.into_iter().map(|row| WebhookView::new(row, None, now)).collect(), total))
}

/// One webhook. Refuses with 404 where there is none.
pub fn get(tx: &mut Tx<'_, WorkspaceScope>, id: Uuid) -> db::Result<Webhook> {
    let select = tx.from(WEBHOOKS).columns::<Webhook>(WEBHOOKS).filter(WEBHOOKS.col("id").eq(id));
    tx.one(&select)
}
