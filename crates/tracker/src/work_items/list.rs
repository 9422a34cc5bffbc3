//! Lists of work items.

use aileron_db::{self as db, InWorkspace, ProjectScope, Select, Tx, WorkspaceScope, schema::WORK_ITEMS};
use aileron_kernel::{
    Filter, Page, PageRequest, Refusal, Time, Uuid,
    filter::{Condition, Reference},
};
use aileron_platform::web::{Json, Query, Shape};

use super::{
    expand, filters,
    model::{WorkItem, WorkItemView},
    queries, sides,
    sort::Sort,
    totals::{self, Counted},
};

/// What a caller asked a list for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Which page.
    pub page: PageRequest,
    /// In which order.
    pub sort: Sort,
    /// Which items.
    pub filter: Filter,
}

impl Wanted {
    /// Reads a query string. Relative dates refer to `now`.
    pub fn read(query: &Query, now: Time) -> Result<Self, Refusal> {
        Ok(Self { page: query.page(1000)?, sort: Sort::parse(query.get("order_by"))?, filter: Filter::of_query(query.iter(), now.date())? })
    }

    /// The same for the items of one cycle or module: the oldest first, unless the caller wants them otherwise.
    pub fn of(query: &Query, now: Time, (field, id): (Reference, Uuid)) -> Result<Self, Refusal> {
        let wanted = Self::read(query, now)?;
        let sort = if query.filled("order_by").is_some() { wanted.sort } else { Sort { descending: false, ..wanted.sort } };
        let held = Filter::from(Condition::References { field, ids: vec![id], or_empty: false });
        Ok(Self { sort, filter: wanted.filter.and(held), ..wanted })
    }

    /// The page in the form that the caller asked for.
    pub fn answer(&self, tx: &mut Tx<'_, ProjectScope>, shape: &Shape) -> db::Result<Json> {
        let page = list(tx, self)?;
        expand::page(tx, page, shape)
    }

    /// The same of the archived items.
    pub fn answer_archived(&self, tx: &mut Tx<'_, ProjectScope>, shape: &Shape) -> db::Result<Json> {
        let page = list_archived(tx, self)?;
        expand::page(tx, page, shape)
    }

    /// The same of all projects of the caller.
    pub fn answer_in_workspace(&self, tx: &mut Tx<'_, WorkspaceScope>, shape: &Shape) -> db::Result<Json> {
        let page = list_in_workspace(tx, self)?;
        expand::page(tx, page, shape)
    }
}

/// One page of the archived items: the same statements.
pub fn list_archived(tx: &mut Tx<'_, ProjectScope>, wanted: &Wanted) -> db::Result<Page<WorkItemView>> {
    let fitting = fitting(tx, queries::archived(tx), &wanted.filter);
    let total = tx.count(fitting.clone())?;
    page(tx, wanted, fitting, total)
}

/// One page of the project's items: four statements, however many items there are. An archived project shows none.
pub fn list(tx: &mut Tx<'_, ProjectScope>, wanted: &Wanted) -> db::Result<Page<WorkItemView>> {
    if tx.scope().archived_at().is_some() {
        return Ok(wanted.page.answer(Vec::new(), 0));
    }
    let fitting = fitting(tx, queries::shown(tx), &wanted.filter);
    let only_of = tx.scope().sees_only_own().then(|| tx.scope().workspace().user_id());
    let counted = Counted { project: Some(tx.project_id()), only_of, filter: wanted.filter.clone() };
    let total = total(tx, &fitting, counted)?;
    page(tx, wanted, fitting, total)
}

/// One page of the items of all projects of the caller: five statements. Archived projects show none.
pub fn list_in_workspace(tx: &mut Tx<'_, WorkspaceScope>, wanted: &Wanted) -> db::Result<Page<WorkItemView>> {
    let fitting = queries::fitting_in_workspace(tx, &wanted.filter)?;
    let counted = Counted { project: None, only_of: Some(tx.user_id()), filter: wanted.filter.clone() };
    let total = total(tx, &fitting, counted)?;
    page(tx, wanted, fitting, total)
}

fn page<S: InWorkspace>(tx: &mut Tx<'_, S>, wanted: &Wanted, fitting: Select, total: i64) -> db::Result<Page<WorkItemView>> {
    let sorted = wanted.sort.apply(tx, fitting.columns::<WorkItem>(WORK_ITEMS));
    let items = tx.all(&sorted.page(wanted.page.per_page, wanted.page.offset()))?;
    let views = sides::views(tx, items)?;
    Ok(wanted.page.answer(views, total))
}

fn fitting(tx: &Tx<'_, ProjectScope>, shown: Select, filter: &Filter) -> Select {
    if filter.is_all() { shown } else { shown.filter(filters::condition(tx, filter, &[tx.project_id()])) }
}

fn total<S: InWorkspace>(tx: &mut Tx<'_, S>, fitting: &Select, counted: Counted) -> db::Result<i64> {
    let (id, seq) = (tx.workspace_id(), tx.workspace().seq());
    totals::total(id, seq, counted, || tx.count(fitting.clone()))
}
