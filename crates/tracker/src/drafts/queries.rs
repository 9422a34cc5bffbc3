//! Reading one's own drafts.

use aileron_db::{
    self as db, ExprTrait as _, Order, Select, Tx, WorkspaceScope,
    schema::{WORK_ITEM_DRAFTS, WORK_ITEMS},
};
use aileron_kernel::{Action, Page, PageRequest, Refusal, Uuid};

use super::model::{Draft, DraftView, ListedDraft, Text};
use crate::work_items::{self, model::WorkItemView};

/// One page of the caller's drafts, without their texts, the highest place first. `project`: only those that are meant for it.
pub fn list(tx: &mut Tx<'_, WorkspaceScope>, page: PageRequest, project: Option<Uuid>) -> db::Result<Page<ListedDraft>> {
    let of = |column| WORK_ITEM_DRAFTS.col(column);
    let found = own(tx).filter_some(project.map(|project| of("project_id").eq(project)));
    let total = tx.count(found.clone())?;
    let select = found
        .columns::<Draft>(WORK_ITEM_DRAFTS)
        .order(of("sort_order"), Order::Desc)
        .order(of("id"), Order::Desc)
        .page(page.per_page, page.offset());
    let drafts = tx.all::<Draft>(&select)?;
    Ok(page.answer(drafts.into_iter().map(ListedDraft::from).collect(), total))
}

/// One draft of the caller's. Refuses with 404 where there is none; those of others are not there.
pub fn get(tx: &mut Tx<'_, WorkspaceScope>, id: Uuid) -> db::Result<Draft> {
    let select = own(tx).columns::<Draft>(WORK_ITEM_DRAFTS).filter(WORK_ITEM_DRAFTS.col("id").eq(id));
    tx.one(&select)
}

/// The text of a draft that was read before.
pub fn text(tx: &mut Tx<'_, WorkspaceScope>, id: Uuid) -> db::Result<Text> {
    let select = own(tx).columns::<Text>(WORK_ITEM_DRAFTS).filter(WORK_ITEM_DRAFTS.col("id").eq(id));
    tx.one(&select)
}

/// A draft as it is shown.
pub fn view(tx: &mut Tx<'_, WorkspaceScope>, id: Uuid) -> db::Result<DraftView> {
    Ok(DraftView::new(get(tx, id)?, text(tx, id)?))
}

/// The item that a draft became, if the caller sees it.
pub fn published(tx: &mut Tx<'_, WorkspaceScope>, item: Uuid) -> db::Result<WorkItemView> {
    let select = tx.from(WORK_ITEMS).filter(WORK_ITEMS.col("id").eq(item)).expr(WORK_ITEMS.col("project_id"));
    let (project,) = tx.one::<(Uuid,)>(&select)?;
    let mut inside = tx.enter(project, Action::WorkItemsRead)?.ok_or_else(Refusal::forbidden)?;
    work_items::queries::view(&mut inside, item)
}

/// The caller's drafts.
pub(super) fn own(tx: &Tx<'_, WorkspaceScope>) -> Select {
    tx.from(WORK_ITEM_DRAFTS).filter(WORK_ITEM_DRAFTS.col("owner_id").eq(tx.user_id()))
}
