//! Lists of work items across the projects of a workspace.

use aileron_db::{self as db, Condition, ExprTrait as _, Tx, WorkspaceScope, id_in, schema::WORK_ITEMS};
use aileron_kernel::{Action, Page, Refusal, Uuid};
use aileron_platform::web::{Json, Shape};

use super::{
    expand, filters,
    list::Wanted,
    model::{WorkItem, WorkItemView},
    sides, visibility,
};

/// The page in the form that the caller asked for.
pub fn answer(tx: &mut Tx<'_, WorkspaceScope>, wanted: &Wanted, shape: &Shape) -> db::Result<Json> {
    let page = list(tx, wanted)?;
    expand::page(tx, page, shape)
}

/// One page of the items that the caller sees, archived projects aside: six statements, however many items and projects there are.
pub fn list(tx: &mut Tx<'_, WorkspaceScope>, wanted: &Wanted) -> db::Result<Page<WorkItemView>> {
    let shown = visibility::projects(tx)?;
    let projects: Vec<Uuid> = shown.iter().map(|shown| shown.id).collect();
    // Who is in a project reads its items, but his token may be one for other things.
    if !projects.is_empty() && tx.allowed_in(&projects, Action::WorkItemsRead)?.is_empty() {
        return Err(Refusal::forbidden().into());
    }
    let own: Vec<Uuid> = shown.iter().filter(|shown| !shown.is_whole).map(|shown| shown.id).collect();
    let whole: Vec<Uuid> = shown.iter().filter(|shown| shown.is_whole).map(|shown| shown.id).collect();
    let mine = id_in(WORK_ITEMS, "project_id", &own).and(WORK_ITEMS.col("created_by").eq(tx.user_id()));
    let seen = Condition::any().add(id_in(WORK_ITEMS, "project_id", &whole)).add(mine);
    let select = tx.from(WORK_ITEMS).filter(WORK_ITEMS.col("hidden").is_null()).filter(seen);
    let is_all = wanted.filter.is_all();
    let fitting = if is_all { select } else { select.filter(filters::condition(tx, &wanted.filter, &projects)) };
    let total = tx.count(fitting.clone())?;
    let sorted = wanted.sort.apply(tx, fitting.columns::<WorkItem>(WORK_ITEMS));
    let items = tx.all(&sorted.page(wanted.page.per_page, wanted.page.offset()))?;
    let views = sides::views(tx, items)?;
    Ok(wanted.page.answer(views, total))
}
