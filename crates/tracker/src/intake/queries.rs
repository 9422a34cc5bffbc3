//! Reading intake items.

use aileron_db::{
    self as db, Expr, ExprTrait as _, Order, ProjectScope, Select, Tx,
    schema::{INTAKE_ITEMS, PROJECTS, WORK_ITEMS},
};
use aileron_kernel::{Filter, Page, PageRequest, Refusal, Time, Uuid, filter::Condition};
use aileron_platform::web::Query;

use super::{
    model::{IntakeItem, Status},
    view::{self, IntakeView},
};
use crate::work_items::{filters, visibility};

/// What a caller asked a list for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Which page.
    page: PageRequest,
    /// Only these statuses.
    statuses: Option<Vec<Status>>,
    /// Only of such work items.
    filter: Filter,
}

impl Wanted {
    /// Reads a query string. Relative dates refer to `now`.
    pub fn read(query: &Query, now: Time) -> Result<Self, Refusal> {
        let status = |text: &str| Status::parse(text).ok_or_else(|| Refusal::field("status", format!("\"{text}\" is not a valid choice.")));
        let statuses = query.filled("status").map(|list| list.split(',').map(status).collect::<Result<_, _>>()).transpose()?;
        Ok(Self { page: query.page(1000)?, statuses, filter: by_name(Filter::of_query(query.iter(), now.date())?) })
    }
}

/// The same with words looked for in names: the full-text index finds what is listed as work items, which this is not.
fn by_name(filter: Filter) -> Filter {
    let each = |parts: Vec<Filter>| parts.into_iter().map(by_name).collect();
    match filter {
        Filter::And(parts) => Filter::And(each(parts)),
        Filter::Or(parts) => Filter::Or(each(parts)),
        Filter::Not(part) => Filter::Not(Box::new(by_name(*part))),
        Filter::Leaf(Condition::Search(words)) => Condition::Name(words).into(),
        leaf @ Filter::Leaf(_) => leaf,
    }
}

/// One page of the intake items that the caller sees, the newest first. None while the project takes none.
pub fn list(tx: &mut Tx<'_, ProjectScope>, wanted: &Wanted) -> db::Result<Page<IntakeView>> {
    if !is_open(tx)? {
        return Ok(wanted.page.answer(Vec::new(), 0));
    }
    let now = tx.now();
    let found = visible(tx).filter_some(wanted.statuses.as_deref().map(|statuses| stands(statuses, now)));
    let found = if wanted.filter.is_all() { found } else { found.filter(filters::condition(tx, &wanted.filter, &[tx.project_id()])) };
    let total = tx.count(found.clone())?;
    let select = found
        .columns::<IntakeItem>(INTAKE_ITEMS)
        .order(INTAKE_ITEMS.col("created_at"), Order::Desc)
        .order(INTAKE_ITEMS.col("id"), Order::Desc)
        .page(wanted.page.per_page, wanted.page.offset());
    let rows = tx.all::<IntakeItem>(&select)?;
    let views = view::views(tx, rows)?;
    Ok(wanted.page.answer(views, total))
}

/// The intake item of a work item. Refuses with 404 where there is none.
pub fn get(tx: &mut Tx<'_, ProjectScope>, item: Uuid) -> db::Result<IntakeView> {
    let row = find(tx, item)?.ok_or_else(Refusal::not_found)?;
    view::views(tx, vec![row])?.pop().ok_or_else(|| Refusal::not_found().into())
}

/// The same as stored, if the caller sees it.
pub fn find(tx: &mut Tx<'_, ProjectScope>, item: Uuid) -> db::Result<Option<IntakeItem>> {
    let select = visible(tx).columns::<IntakeItem>(INTAKE_ITEMS).filter(INTAKE_ITEMS.col("item_id").eq(item));
    tx.optional(&select)
}

/// How many intake items the caller sees.
pub fn count(tx: &mut Tx<'_, ProjectScope>) -> db::Result<i64> {
    let visible = visible(tx);
    tx.count(visible)
}

/// Whether the project takes intake items.
pub fn is_open(tx: &mut Tx<'_, ProjectScope>) -> db::Result<bool> {
    let select = tx.from(PROJECTS).filter(PROJECTS.col("id").eq(tx.project_id())).expr(PROJECTS.col("intake_view"));
    Ok(tx.optional::<(bool,)>(&select)?.is_some_and(|row| row.0))
}

/// The intake items that the caller sees, by the rule of work items.
fn visible(tx: &Tx<'_, ProjectScope>) -> Select {
    tx.in_project(INTAKE_ITEMS)
        .join(WORK_ITEMS, WORK_ITEMS.col("id").eq(INTAKE_ITEMS.col("item_id")))
        .filter_some(visibility::in_project(tx.scope()))
}

/// Those that are shown with one of these statuses.
fn stands(statuses: &[Status], now: Time) -> db::Condition {
    let (status, till) = (INTAKE_ITEMS.col("status"), INTAKE_ITEMS.col("snoozed_till"));
    let is = |wanted: Status| status.clone().eq(wanted.number());
    statuses.iter().fold(db::Condition::any(), |any, wanted| {
        let this: Expr = match wanted {
            Status::Pending => is(Status::Pending).or(is(Status::Snoozed).and(till.clone().lte(now.micros()))),
            Status::Snoozed => is(Status::Snoozed).and(till.clone().gt(now.micros())),
            other => is(*other),
        };
        any.add(this)
    })
}
