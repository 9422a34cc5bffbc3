//! Reading states.

use aileron_db::{self as db, ExprTrait as _, InWorkspace, Order, ProjectScope, Select, Tx, WorkspaceScope, id_in, schema::STATES};
use aileron_kernel::{Page, PageRequest, Uuid};

use super::model::{Group, State, StateView};
use crate::work_items::visibility;

/// One page of the project's states in their order, triage left out.
pub fn list(tx: &mut Tx<'_, ProjectScope>, page: PageRequest) -> db::Result<Page<StateView>> {
    let shown = shown(tx);
    paged(tx, shown, page)
}

/// One page of the states of all projects of the caller in their order, triage left out.
pub fn list_of_workspace(tx: &mut Tx<'_, WorkspaceScope>, page: PageRequest) -> db::Result<Page<StateView>> {
    let projects: Vec<Uuid> = visibility::projects(tx)?.into_iter().map(|project| project.id).collect();
    let shown = tx.from(STATES).filter(STATES.col("group_name").ne(Group::Triage.as_str())).filter(id_in(STATES, "project_id", &projects));
    paged(tx, shown, page)
}

fn paged<S: InWorkspace>(tx: &mut Tx<'_, S>, shown: Select, page: PageRequest) -> db::Result<Page<StateView>> {
    let total = tx.count(shown.clone())?;
    let select = shown
        .columns::<State>(STATES)
        .order(STATES.col("sequence"), Order::Asc)
        .order(STATES.col("id"), Order::Asc)
        .page(page.per_page, page.offset());
    let rows = tx.all::<State>(&select)?;
    Ok(page.answer(rows.into_iter().map(StateView::from).collect(), total))
}

/// One state of the project. Refuses with 404 where there is none.
pub fn get(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<State> {
    let select = shown(tx).columns::<State>(STATES).filter(STATES.col("id").eq(id));
    tx.one(&select)
}

/// The state in which new items start: the default, else the first.
pub fn starting(tx: &mut Tx<'_, ProjectScope>) -> db::Result<Option<State>> {
    let select =
        shown(tx).columns::<State>(STATES).order(STATES.col("is_default"), Order::Desc).order(STATES.col("sequence"), Order::Asc).limit(1);
    tx.optional(&select)
}

fn shown(tx: &Tx<'_, ProjectScope>) -> Select {
    tx.in_project(STATES).filter(STATES.col("group_name").ne(Group::Triage.as_str()))
}
