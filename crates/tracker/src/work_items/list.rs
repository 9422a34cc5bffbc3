//! Lists of work items.

use aileron_db::{self as db, InWorkspace as _, ProjectScope, Select, Tx, schema::WORK_ITEMS};
use aileron_kernel::{Filter, Page, PageRequest, Refusal, Time};
use aileron_platform::web::Query;

use super::{
    filters,
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
}

/// One page of the project's items: four statements, however many items there are. An archived project shows none.
pub fn list(tx: &mut Tx<'_, ProjectScope>, wanted: &Wanted) -> db::Result<Page<WorkItemView>> {
    if tx.scope().archived_at().is_some() {
        return Ok(wanted.page.answer(Vec::new(), 0));
    }
    let fitting = fitting(tx, &wanted.filter);
    let total = total(tx, fitting.clone(), &wanted.filter)?;
    let sorted = wanted.sort.apply(tx, fitting.columns::<WorkItem>(WORK_ITEMS));
    let items = tx.all(&sorted.page(wanted.page.per_page, wanted.page.offset()))?;
    let views = sides::views(tx, items)?;
    Ok(wanted.page.answer(views, total))
}

fn fitting(tx: &Tx<'_, ProjectScope>, filter: &Filter) -> Select {
    let shown = queries::shown(tx);
    if filter.is_all() { shown } else { shown.filter(filters::condition(tx, filter)) }
}

fn total(tx: &mut Tx<'_, ProjectScope>, fitting: Select, filter: &Filter) -> db::Result<i64> {
    let workspace = tx.workspace();
    let (id, seq) = (workspace.workspace_id(), workspace.seq());
    let only_of = tx.scope().sees_only_own().then(|| tx.scope().workspace().user_id());
    let counted = Counted { project: tx.project_id(), only_of, filter: filter.clone() };
    totals::total(id, seq, counted, || tx.count(fitting))
}
