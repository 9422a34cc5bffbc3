//! Reading labels.

use std::collections::BTreeMap;

use aileron_db::{self as db, ExprTrait as _, InWorkspace, Order, ProjectScope, Select, Tx, WorkspaceScope, id_in, schema::LABELS};
use aileron_kernel::{Page, PageRequest, Uuid};

use super::model::{Label, LabelView};
use crate::work_items::visibility;

/// One page of the project's labels, the newest first.
pub fn list(tx: &mut Tx<'_, ProjectScope>, page: PageRequest) -> db::Result<Page<LabelView>> {
    let found = tx.in_project(LABELS);
    paged(tx, found, page)
}

/// One page of the labels of all projects of the caller and of the workspace, the newest first.
pub fn list_of_workspace(tx: &mut Tx<'_, WorkspaceScope>, page: PageRequest) -> db::Result<Page<LabelView>> {
    let projects: Vec<Uuid> = visibility::projects(tx)?.into_iter().map(|project| project.id).collect();
    let found = tx.from(LABELS).filter(LABELS.col("project_id").is_null().or(id_in(LABELS, "project_id", &projects)));
    paged(tx, found, page)
}

fn paged<S: InWorkspace>(tx: &mut Tx<'_, S>, found: Select, page: PageRequest) -> db::Result<Page<LabelView>> {
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
