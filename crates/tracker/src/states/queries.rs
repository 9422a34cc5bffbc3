//! Reading states.

use aileron_db::{self as db, ExprTrait as _, Order, ProjectScope, Select, Tx, schema::STATES};
use aileron_kernel::{Page, PageRequest, Uuid};

use super::model::{Group, State, StateView};

/// One page of the project's states in their order, triage left out.
pub fn list(tx: &mut Tx<'_, ProjectScope>, page: PageRequest) -> db::Result<Page<StateView>> {
    let shown = shown(tx);
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
