//! Reading cycles.

use aileron_db::{
    self as db, Expr, ExprTrait as _, Order, ProjectScope, Select, Tx,
    schema::{CYCLES, PROJECTS},
};
use aileron_kernel::{Page, PageRequest, Refusal, Time, Uuid};
use jiff::civil::Date;

use super::{
    model::{Cycle, CycleLite, CycleView},
    rules::{Status, View, day_of, zone},
};
use crate::collections::{CYCLE, history, progress, standing::BurnDownView};

/// The most cycles in a list that is not paged.
const MOST: i64 = 1_000;

/// One page of the cycles of the project that are not archived, the newest first.
pub fn list(tx: &mut Tx<'_, ProjectScope>, view: View, page: PageRequest) -> db::Result<Page<CycleView>> {
    let shown = shown(tx, view);
    paged(tx, shown, page)
}

/// The cycles that run now, the newest first: a plain list, as the compatible API has it.
pub fn current(tx: &mut Tx<'_, ProjectScope>) -> db::Result<Vec<CycleView>> {
    let shown = shown(tx, View::Only(Status::Current)).columns::<Cycle>(CYCLES);
    let cycles = tx.all::<Cycle>(&newest_first(shown).limit(MOST))?;
    views(tx, cycles)
}

/// One page of the same cycles in few words.
pub fn list_lite(tx: &mut Tx<'_, ProjectScope>, view: View, page: PageRequest) -> db::Result<Page<CycleLite>> {
    let (shown, now) = (shown(tx, view), tx.now());
    let (cycles, total) = rows(tx, shown, page)?;
    Ok(page.answer(cycles.into_iter().map(|cycle| CycleLite::new(cycle, now)).collect(), total))
}

/// One page of the archived cycles, the newest first.
pub fn list_archived(tx: &mut Tx<'_, ProjectScope>, page: PageRequest) -> db::Result<Page<CycleView>> {
    let archived = tx.in_project(CYCLES).filter(CYCLES.col("archived_at").is_not_null());
    paged(tx, archived, page)
}

/// One cycle that is not archived. Refuses with 404 where there is none.
pub fn get(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<Cycle> {
    let cycle = find(tx, id)?;
    if cycle.archived_at.is_some() { Err(Refusal::not_found().into()) } else { Ok(cycle) }
}

/// One cycle, archived or not. Refuses with 404 where there is none.
pub fn find(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<Cycle> {
    let select = tx.in_project(CYCLES).columns::<Cycle>(CYCLES).filter(CYCLES.col("id").eq(id));
    tx.one(&select)
}

/// One cycle as it is shown.
pub fn view(tx: &mut Tx<'_, ProjectScope>, cycle: Cycle) -> db::Result<CycleView> {
    views(tx, vec![cycle])?.pop().ok_or_else(|| Refusal::not_found().into())
}

/// How a cycle stood on each of its days.
pub fn burn_down(tx: &mut Tx<'_, ProjectScope>, cycle: &Cycle) -> db::Result<BurnDownView> {
    let days = days(cycle).ok_or_else(|| Refusal::error("The cycle has no start date and end date"))?;
    let days = history::burn_down(tx, CYCLE, cycle.id, days, &zone(&cycle.timezone))?;
    Ok(BurnDownView { timezone: cycle.timezone.clone(), days })
}

/// The first and the last day of a cycle.
pub fn days(cycle: &Cycle) -> Option<(Date, Date)> {
    let zone = zone(&cycle.timezone);
    Some((day_of(cycle.starts_at?, &zone), day_of(cycle.ends_at?, &zone)))
}

/// The cycles that are not archived and have a moment in common with these limits.
pub fn overlapping(tx: &mut Tx<'_, ProjectScope>, (start, end): (Time, Time), except: Option<Uuid>) -> db::Result<Vec<Cycle>> {
    let meets = CYCLES.col("starts_at").lte(end.micros()).and(CYCLES.col("ends_at").gte(start.micros()));
    let select = shown(tx, View::All).filter(meets).filter_some(except.map(|id| CYCLES.col("id").ne(id)));
    tx.all(&select.columns::<Cycle>(CYCLES).order(CYCLES.col("starts_at"), Order::Asc).limit(MOST))
}

/// Whether cycles are on in the project, and the zone of its days.
pub fn project(tx: &mut Tx<'_, ProjectScope>) -> db::Result<(bool, String)> {
    let select = tx.from(PROJECTS).filter(PROJECTS.col("id").eq(tx.project_id()));
    tx.one(&select.expr(PROJECTS.col("cycle_view")).expr(PROJECTS.col("timezone")))
}

fn shown(tx: &Tx<'_, ProjectScope>, view: View) -> Select {
    let now = tx.now().micros();
    let (start, end) = (CYCLES.col("starts_at"), CYCLES.col("ends_at"));
    let wanted: Option<Expr> = match view {
        View::All => None,
        View::Only(Status::Draft) => Some(start.is_null()),
        View::Only(Status::Upcoming) => Some(start.gt(now)),
        View::Only(Status::Current) => Some(start.lte(now).and(end.gte(now))),
        View::Only(Status::Completed) => Some(end.lt(now)),
        View::Incomplete => Some(end.clone().is_null().or(end.gte(now))),
    };
    tx.in_project(CYCLES).filter(CYCLES.col("archived_at").is_null()).filter_some(wanted)
}

fn paged(tx: &mut Tx<'_, ProjectScope>, shown: Select, page: PageRequest) -> db::Result<Page<CycleView>> {
    let (cycles, total) = rows(tx, shown, page)?;
    let views = views(tx, cycles)?;
    Ok(page.answer(views, total))
}

fn rows(tx: &mut Tx<'_, ProjectScope>, shown: Select, page: PageRequest) -> db::Result<(Vec<Cycle>, i64)> {
    let total = tx.count(shown.clone())?;
    let cycles = tx.all(&newest_first(shown.columns::<Cycle>(CYCLES)).page(page.per_page, page.offset()))?;
    Ok((cycles, total))
}

fn newest_first(select: Select) -> Select {
    select.order(CYCLES.col("created_at"), Order::Desc).order(CYCLES.col("id"), Order::Desc)
}

/// Cycles as they are shown: one statement more, however many there are.
fn views(tx: &mut Tx<'_, ProjectScope>, cycles: Vec<Cycle>) -> db::Result<Vec<CycleView>> {
    let ids: Vec<Uuid> = cycles.iter().map(|cycle| cycle.id).collect();
    let mut progress = progress::of(tx, CYCLE, &ids)?;
    let (now, sees_only_own) = (tx.now(), tx.scope().sees_only_own());
    let view = |cycle: Cycle| {
        let progress = progress.remove(&cycle.id).unwrap_or_default();
        let view = CycleView::new(cycle, progress, now);
        if sees_only_own { view.without_snapshot() } else { view }
    };
    Ok(cycles.into_iter().map(view).collect())
}
