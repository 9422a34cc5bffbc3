//! Reading labels.

use std::collections::BTreeMap;

use aileron_db::{self as db, ExprTrait as _, Order, ProjectScope, Tx, schema::LABELS};
use aileron_kernel::{Page, PageRequest, Uuid};

use super::model::{Label, LabelView};

/// One page of the project's labels, the newest first.
pub fn list(tx: &mut Tx<'_, ProjectScope>, page: PageRequest) -> db::Result<Page<LabelView>> {
    let found = tx.in_project(LABELS);
    let total = tx.count(found.clone())?;
    let select = found
        .columns::<Label>(LABELS)
        .order(LABELS.col("created_at"), Order::Desc)
        .order(LABELS.col("id"), Order::Desc)
        .page(page.per_page, page.offset());
    let rows = tx.all::<Label>(&select)?;
    Ok(page.answer(rows.into_iter().map(LabelView::from).collect(), total))
}

/// One label of the project. Refuses with 404 where there is none.
pub fn get(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<Label> {
    let select = tx.in_project(LABELS).columns::<Label>(LABELS).filter(LABELS.col("id").eq(id));
    tx.one(&select)
}

/// The parent of each label of the project that has one.
pub fn parents(tx: &mut Tx<'_, ProjectScope>) -> db::Result<BTreeMap<Uuid, Uuid>> {
    let select = tx.in_project(LABELS).filter(LABELS.col("parent_id").is_not_null()).expr(LABELS.col("id")).expr(LABELS.col("parent_id"));
    Ok(tx.all::<(Uuid, Uuid)>(&select)?.into_iter().collect())
}
