//! Reading who subscribed to items.

use aileron_db::{self as db, ExprTrait as _, Order, ProjectScope, Select, Tx, schema::WORK_ITEM_SUBSCRIBERS};
use aileron_kernel::{Page, PageRequest, Time, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

use crate::work_items::visibility;

/// Somebody who wants to hear of an item, on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Subscriber)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct SubscriberView {
    pub subscriber: Uuid,
    pub issue: Uuid,
    pub project: Uuid,
    pub workspace: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

/// Whether the caller wants to hear of an item, on the wire.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Subscription {
    pub subscribed: bool,
}

/// One page of those who subscribed to an item, in the order in which they did.
pub fn list(tx: &mut Tx<'_, ProjectScope>, item: Uuid, page: PageRequest) -> db::Result<Page<SubscriberView>> {
    visibility::check_item(tx, item)?;
    let of = |column| WORK_ITEM_SUBSCRIBERS.col(column);
    let found = to(tx, item);
    let total = tx.count(found.clone())?;
    let select = found
        .expr(of("member_id"))
        .expr(of("created_at"))
        .order(of("created_at"), Order::Asc)
        .order(of("member_id"), Order::Asc)
        .page(page.per_page, page.offset());
    let (project, workspace) = (tx.project_id(), tx.workspace_id());
    let rows = tx.all::<(Uuid, Time)>(&select)?.into_iter();
    let views = rows.map(|(subscriber, created_at)| SubscriberView { subscriber, issue: item, project, workspace, created_at });
    Ok(page.answer(views.collect(), total))
}

/// Whether this member subscribed to an item that the caller sees. Refuses with 404 where he sees none.
pub fn is_subscribed(tx: &mut Tx<'_, ProjectScope>, item: Uuid, member: Uuid) -> db::Result<bool> {
    visibility::check_item(tx, item)?;
    let found = to(tx, item).filter(WORK_ITEM_SUBSCRIBERS.col("member_id").eq(member));
    tx.any(found)
}

fn to(tx: &Tx<'_, ProjectScope>, item: Uuid) -> Select {
    tx.from(WORK_ITEM_SUBSCRIBERS).filter(WORK_ITEM_SUBSCRIBERS.col("item_id").eq(item))
}
