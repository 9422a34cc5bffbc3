//! Counting.

use std::collections::{BTreeMap, HashMap};

use aileron_db::{
    self as db, Expr, ExprTrait as _, Func, Order, ProjectScope, Select, Tx, WorkspaceScope, id_in,
    schema::{CYCLES, EVENTS, STATES, WORK_ITEM_ASSIGNEES, WORK_ITEMS},
};
use aileron_kernel::{Filter, StateGroup, Time, Uuid};
use jiff::civil::Date;

use super::{
    model::{Amount, Average, Course, CycleVelocity, HeatMap, Load, Percentiles, Step, Times, Totals, Velocity},
    rules::{DAY, HOUR, Period, Unit, day_of, weekday_and_hour},
    sql,
};
use crate::{
    collections::{
        progress::sum_of_points,
        velocity::{self, Span},
    },
    expand::{self, Kind},
    work_items::{
        queries::{fitting_in_workspace, fitting_of},
        visibility::{self, Shown},
    },
};

/// The column of a statement by its place: what is counted by may hold numbers of ours, which are no values.
pub(super) fn first_column() -> Expr {
    Expr::cust("1")
}

pub(super) fn one_if(condition: Expr) -> Expr {
    sea_query::CaseStatement::new().case(condition, Expr::cust("1")).finally(Expr::cust("0")).into()
}

/// How many of the items were due before today.
pub(crate) fn overdue(tx: &Tx<'_, WorkspaceScope>) -> Expr {
    let today = WORK_ITEMS.col("target_date").lt(tx.now().date());
    Func::sum(one_if(WORK_ITEMS.col("target_date").is_not_null().and(today))).into()
}

fn with_states(select: Select) -> Select {
    select.join(STATES, STATES.col("id").eq(WORK_ITEMS.col("state_id")))
}

/// Totals: two statements, three on PostgreSQL.
pub fn totals(tx: &mut Tx<'_, WorkspaceScope>, filter: &Filter) -> db::Result<Totals> {
    let assigned = tx.from(WORK_ITEM_ASSIGNEES).filter(WORK_ITEM_ASSIGNEES.col("item_id").eq(WORK_ITEMS.col("id"))).exists();
    let items = with_states(fitting_in_workspace(tx, filter)?)
        .expr(STATES.col("group_name"))
        .expr(WORK_ITEMS.col("id").count())
        .group_by(STATES.col("group_name"));
    let (counted, apart) = sql::count_where(tx, &items, assigned.not())?;
    let select = items.expr(sum_of_points()).expr(overdue(tx)).expr(counted);
    let mut totals = Totals::default();
    for (group, issues, points, overdue, unassigned) in tx.all::<(String, i64, Option<f64>, i64, i64)>(&select)? {
        let unassigned = apart.get(&group).copied().unwrap_or(unassigned);
        let group = StateGroup::parse(&group).unwrap_or(StateGroup::Backlog);
        totals.total.add(issues, points);
        let of_group = match group {
            StateGroup::Backlog | StateGroup::Triage => &mut totals.backlog,
            StateGroup::Unstarted => &mut totals.unstarted,
            StateGroup::Started => &mut totals.started,
            StateGroup::Completed => &mut totals.completed,
            StateGroup::Cancelled => &mut totals.cancelled,
        };
        of_group.add(issues, points);
        if !group.is_closed() {
            totals.open_issues += issues;
            totals.overdue_issues += overdue;
            totals.unassigned_issues += unassigned;
        }
    }
    Ok(totals)
}

/// Made and completed over time: three statements.
pub fn course(tx: &mut Tx<'_, WorkspaceScope>, filter: &Filter, period: &Period, unit: Unit, timezone: String) -> db::Result<Course> {
    let items = fitting_in_workspace(tx, filter)?;
    let mut steps: BTreeMap<Date, (i64, i64)> = period.steps(unit).into_iter().map(|date| (date, (0, 0))).collect();
    for (column, is_creation) in [("created_at", true), ("completed_at", false)] {
        for (day, count) in by_day(tx, items.clone(), column, period)? {
            let Some(step) = day_of(day).and_then(|day| steps.get_mut(&period.step(unit, day))) else { continue };
            if is_creation { step.0 += count } else { step.1 += count }
        }
    }
    let step = |(date, (created_issues, completed_issues))| Step { date, created_issues, completed_issues };
    Ok(Course { timezone, steps: steps.into_iter().map(step).collect() })
}

/// How many items have an instant on each day of a period.
fn by_day(tx: &mut Tx<'_, WorkspaceScope>, items: Select, column: &'static str, period: &Period) -> db::Result<Vec<(i64, i64)>> {
    let (from, before) = period.limits();
    let column = WORK_ITEMS.col(column);
    let within = column.clone().is_not_null().and(column.clone().gte(from.micros())).and(column.clone().lt(before.micros()));
    let day = sql::local(&column, &period.offsets()).div(DAY);
    let select = items.filter(within).expr(day).expr(WORK_ITEMS.col("id").count()).group_by(first_column());
    tx.all(&select)
}

/// What everybody has to do, those with most of it first: three statements.
pub fn workload(tx: &mut Tx<'_, WorkspaceScope>, filter: &Filter) -> db::Result<Vec<Load>> {
    let open = [StateGroup::Backlog, StateGroup::Unstarted, StateGroup::Started].map(StateGroup::as_str);
    let member = WORK_ITEM_ASSIGNEES.col("member_id");
    let select = with_states(fitting_in_workspace(tx, filter)?)
        .filter(STATES.col("group_name").is_in(open))
        .left_join(WORK_ITEM_ASSIGNEES, WORK_ITEM_ASSIGNEES.col("item_id").eq(WORK_ITEMS.col("id")))
        .expr(member.clone())
        .expr(STATES.col("group_name"))
        .expr(WORK_ITEMS.col("id").count())
        .expr(sum_of_points())
        .expr(overdue(tx))
        .group_by(member)
        .group_by(STATES.col("group_name"));
    let mut loads: HashMap<Option<Uuid>, Load> = HashMap::new();
    for (member, group, issues, points, overdue) in tx.all::<(Option<Uuid>, String, i64, Option<f64>, i64)>(&select)? {
        let new = || Load { member, name: None, open: Amount::default(), started: Amount::default(), overdue_issues: 0 };
        let load = loads.entry(member).or_insert_with(new);
        load.open.add(issues, points);
        load.overdue_issues += overdue;
        if group == StateGroup::Started.as_str() {
            load.started.add(issues, points);
        }
    }
    let ids: Vec<Uuid> = loads.keys().copied().flatten().collect();
    let people = expand::load(tx, Kind::People, &ids)?;
    let mut loads: Vec<Load> = loads.into_values().collect();
    for load in &mut loads {
        let person = load.member.and_then(|id| people.get(&id));
        load.name = person.and_then(|person| person.get("display_name")?.as_str()).map(ToOwned::to_owned);
    }
    loads.sort_by(|one, other| (other.open.issues, &one.name, one.member).cmp(&(one.open.issues, &other.name, other.member)));
    Ok(loads)
}

/// How long it took until items were completed in a period: three statements.
pub fn times(tx: &mut Tx<'_, WorkspaceScope>, filter: &Filter, period: &Period, timezone: String) -> db::Result<Times> {
    let (from, before) = period.limits();
    let completed = WORK_ITEMS.col("completed_at");
    let within = completed.clone().is_not_null().and(completed.clone().gte(from.micros())).and(completed.clone().lt(before.micros()));
    let items = fitting_in_workspace(tx, filter)?.filter(within);
    let mut since = |column: &'static str| {
        let begun = WORK_ITEMS.col(column);
        // What an import brought may say that an item was done before it was made.
        let spans = items.clone().filter(begun.clone().is_not_null().and(begun.clone().lte(completed.clone())));
        percentiles(tx, &spans.expr_as(completed.clone().sub(begun), "span"))
    };
    Ok(Times { timezone, lead: since("created_at")?, cycle: since("started_at")? })
}

fn percentiles(tx: &mut Tx<'_, WorkspaceScope>, spans: &Select) -> db::Result<Percentiles> {
    let ranked = sql::percentiles(tx, spans)?;
    let Some((_, total, _, mean)) = ranked.first().copied() else { return Ok(Percentiles::default()) };
    let at = |percent: i64| {
        let place = (total * percent + 99) / 100;
        ranked.iter().find(|ranked| ranked.0 == place).map(|ranked| seconds(ranked.2))
    };
    let [p50, p75, p85, p95] = sql::PERCENTS.map(at);
    Ok(Percentiles { issues: total, mean: Some(mean / 1e6), p50, p75, p85, p95 })
}

#[expect(clippy::cast_precision_loss, reason = "spans of 285 years are exact")]
fn seconds(micros: i64) -> f64 {
    micros as f64 / 1e6
}

/// When in the week something happened to items, or was done by somebody: two statements.
pub fn heat_map(
    tx: &mut Tx<'_, WorkspaceScope>,
    filter: &Filter,
    actor: Option<Uuid>,
    period: &Period,
    timezone: String,
) -> db::Result<HeatMap> {
    let shown = visibility::projects(tx)?;
    let (from, before) = period.limits();
    let at = EVENTS.col("at");
    let hour = sql::local(&at, &period.offsets()).div(HOUR).modulo(7 * 24_i64);
    let select = activities(tx, &shown, filter)
        .filter(at.clone().gte(from.micros()).and(at.lt(before.micros())))
        .filter_some(actor.map(|actor| EVENTS.col("actor_id").eq(actor)))
        .expr(hour)
        .expr(EVENTS.col("seq").count())
        .group_by(first_column());
    let mut map = HeatMap { timezone, total: 0, hours: [[0; 24]; 7] };
    for (hour, count) in tx.all::<(i64, i64)>(&select)? {
        let place = weekday_and_hour(hour).and_then(|(weekday, hour)| map.hours.get_mut(weekday)?.get_mut(hour));
        if let Some(place) = place {
            *place += count;
            map.total += count;
        }
    }
    Ok(map)
}

/// What happened to items that the caller sees and that fit a filter. That somebody wants to hear of one is nothing that happened to it.
pub(crate) fn activities(tx: &Tx<'_, WorkspaceScope>, shown: &[Shown], filter: &Filter) -> Select {
    let wanted = filter.projects();
    let is_wanted = |project: &&Shown| wanted.is_none_or(|wanted| wanted.contains(&project.id));
    let shown: Vec<Shown> = shown.iter().filter(is_wanted).cloned().collect();
    let projects: Vec<Uuid> = shown.iter().map(|project| project.id).collect();
    let seen = fitting_of(tx, &shown, filter).filter(WORK_ITEMS.col("id").eq(EVENTS.col("subject_id"))).exists();
    tx.from(EVENTS)
        .filter(id_in(EVENTS, "project_id", &projects))
        .filter(EVENTS.col("subject_id").is_not_null().and(EVENTS.col("entity").ne("subscription")))
        .filter(seen)
}

/// How much was done in the last cycles of the project that have begun, the oldest first: six statements.
pub fn velocity(tx: &mut Tx<'_, ProjectScope>, cycles: i64) -> db::Result<Velocity> {
    let now = tx.now();
    let begun = CYCLES.col("starts_at").is_not_null().and(CYCLES.col("starts_at").lte(now.micros()));
    let select = tx
        .in_project(CYCLES)
        .filter(begun)
        .expr(CYCLES.col("id"))
        .expr(CYCLES.col("name"))
        .expr(CYCLES.col("starts_at"))
        .expr(CYCLES.col("ends_at"))
        .order(CYCLES.col("ends_at"), Order::Desc)
        .order(CYCLES.col("id"), Order::Desc)
        .limit(cycles);
    let mut rows = tx.all::<(Uuid, String, Time, Time)>(&select)?;
    rows.reverse();
    let spans: Vec<Span> = rows.iter().map(|(id, _, start, end)| Span { id: *id, start: *start, end: *end }).collect();
    let stood = velocity::of(tx, &spans)?;
    let view = |((id, name, start_date, end_date), (at_start, at_end))| CycleVelocity {
        id,
        name,
        start_date,
        end_date,
        is_over: end_date < now,
        at_start,
        at_end,
    };
    let cycles: Vec<CycleVelocity> = rows.into_iter().zip(stood).map(view).collect();
    Ok(Velocity { average: average(&cycles), cycles })
}

fn average(cycles: &[CycleVelocity]) -> Option<Average> {
    let over: Vec<&CycleVelocity> = cycles.iter().filter(|cycle| cycle.is_over).collect();
    let count = u32::try_from(over.len()).ok().filter(|count| *count > 0).map(f64::from)?;
    let issues: i64 = over.iter().map(|cycle| cycle.at_end.issues.completed).sum();
    let points: f64 = over.iter().map(|cycle| cycle.at_end.points.completed).sum();
    Some(Average { issues: f64::from(i32::try_from(issues).unwrap_or(i32::MAX)) / count, points: points / count })
}
