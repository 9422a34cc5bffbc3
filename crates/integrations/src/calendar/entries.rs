//! What stands in a calendar feed: what its owner sees now.

use aileron_db::{
    self as db, ExprTrait as _, InWorkspace, Order, Select, Tx, WorkspaceScope, id_in,
    schema::{CYCLES, PROJECTS, STATES, WORK_ITEM_ASSIGNEES, WORK_ITEMS},
};
use aileron_kernel::{Action, Refusal, Time, Uuid};
use aileron_tracker::{
    cycles::rules::{day_of, zone},
    work_items::{queries, visibility},
};
use jiff::civil::Date;

use super::{
    ical::{self, Entry},
    model::Feed,
};

/// The most work items of a feed: those that are due last.
pub const MOST_ITEMS: i64 = 2_000;
/// The most cycles of a feed: those that end last.
pub const MOST_CYCLES: i64 = 500;

/// A feed as text. Refuses with 404 where its owner sees its project no more.
pub fn calendar(tx: &mut Tx<'_, WorkspaceScope>, feed: &Feed, base: Option<&str>) -> db::Result<String> {
    let slug = tx.workspace().slug().to_owned();
    let places: Vec<Uuid> = visibility::projects(tx)?.into_iter().map(|shown| shown.id).collect();
    let (name, items, cycles) = if let Some(project) = feed.project_id {
        let place = places.iter().find(|place| **place == project).ok_or_else(Refusal::not_found)?;
        let cycles = cycles(tx, std::slice::from_ref(place))?;
        let mut inside = tx.enter(project, Action::WorkItemsRead)?.ok_or_else(Refusal::not_found)?;
        let shown = queries::shown(&inside);
        let items = items(&mut inside, shown)?;
        let name = inside.from(PROJECTS).filter(PROJECTS.col("id").eq(project)).expr(PROJECTS.col("name"));
        (inside.one::<(String,)>(&name)?.0, items, cycles)
    } else {
        let mine = WORK_ITEM_ASSIGNEES.col("item_id").eq(WORK_ITEMS.col("id"));
        let mine = mine.and(WORK_ITEM_ASSIGNEES.col("member_id").eq(tx.user_id()));
        let shown = tx.from(WORK_ITEMS).join(WORK_ITEM_ASSIGNEES, mine);
        let shown = shown.filter(WORK_ITEMS.col("hidden").is_null()).filter(visibility::in_workspace(tx));
        let cycles = cycles(tx, &places)?;
        (format!("Aileron: {slug}"), items(tx, shown)?, cycles)
    };
    let base = base.map(|base| format!("{base}/{slug}"));
    let items = items.into_iter().map(|item| item.entry(base.as_deref()));
    let entries: Vec<Entry> = items.chain(cycles.into_iter().filter_map(CycleRow::entry)).collect();
    Ok(ical::calendar(&name, &entries))
}

/// An item: id, name, number, letters of its project, name of its state, days, when it was last changed.
struct ItemRow(Uuid, String, i64, String, String, Option<Date>, Date, Time);

impl ItemRow {
    fn entry(self, base: Option<&str>) -> Entry {
        let Self(id, name, number, letters, state, start, due, changed_at) = self;
        let key = format!("{letters}-{number}");
        Entry {
            uid: format!("work-item-{id}@aileron"),
            changed_at,
            first: start.filter(|start| *start <= due).unwrap_or(due),
            last: due,
            url: base.map(|base| format!("{base}/item/{key}")),
            summary: format!("{key} {name}"),
            description: format!("State: {state}"),
            category: "Work item",
        }
    }
}

/// Those of these items that have a due date.
fn items<S: InWorkspace>(tx: &mut Tx<'_, S>, shown: Select) -> db::Result<Vec<ItemRow>> {
    let item = |column| WORK_ITEMS.col(column);
    let select = shown
        .join(PROJECTS, PROJECTS.col("id").eq(item("project_id")))
        .join(STATES, STATES.col("id").eq(item("state_id")))
        .filter(item("target_date").is_not_null())
        .expr(item("id"))
        .expr(item("name"))
        .expr(item("sequence_id"))
        .expr(PROJECTS.col("identifier"))
        .expr(STATES.col("name"))
        .expr(item("start_date"))
        .expr(item("target_date"))
        .expr(item("updated_at"))
        .order(item("target_date"), Order::Desc)
        .order(item("id"), Order::Desc)
        .limit(MOST_ITEMS);
    let rows = tx.all::<(Uuid, String, i64, String, String, Option<Date>, Date, Time)>(&select)?;
    Ok(rows.into_iter().map(|row| ItemRow(row.0, row.1, row.2, row.3, row.4, row.5, row.6, row.7)).collect())
}

/// A cycle: id, name, letters of its project, limits, zone, when it was last changed.
struct CycleRow(Uuid, String, String, Option<Time>, Option<Time>, String, Time);

impl CycleRow {
    fn entry(self) -> Option<Entry> {
        let Self(id, name, letters, starts_at, ends_at, timezone, changed_at) = self;
        let zone = zone(&timezone);
        let (first, last) = (day_of(starts_at?, &zone), day_of(ends_at?, &zone));
        Some(Entry {
            uid: format!("cycle-{id}@aileron"),
            changed_at,
            first,
            last: std::cmp::max(last, first),
            summary: format!("{letters}: {name}"),
            description: String::new(),
            url: None,
            category: "Cycle",
        })
    }
}

/// The cycles of these projects that have dates, archived ones left out, where cycles are on.
fn cycles(tx: &mut Tx<'_, WorkspaceScope>, projects: &[Uuid]) -> db::Result<Vec<CycleRow>> {
    let cycle = |column| CYCLES.col(column);
    let select = tx
        .from(CYCLES)
        .join(PROJECTS, PROJECTS.col("id").eq(cycle("project_id")).and(PROJECTS.col("cycle_view").eq(true)))
        .filter(id_in(CYCLES, "project_id", projects).and(cycle("archived_at").is_null()))
        .filter(cycle("starts_at").is_not_null().and(cycle("ends_at").is_not_null()))
        .expr(cycle("id"))
        .expr(cycle("name"))
        .expr(PROJECTS.col("identifier"))
        .expr(cycle("starts_at"))
        .expr(cycle("ends_at"))
        .expr(cycle("timezone"))
        .expr(cycle("updated_at"))
        .order(cycle("ends_at"), Order::Desc)
        .order(cycle("id"), Order::Desc)
        .limit(MOST_CYCLES);
    let rows = tx.all::<(Uuid, String, String, Option<Time>, Option<Time>, String, Time)>(&select)?;
    Ok(rows.into_iter().map(|row| CycleRow(row.0, row.1, row.2, row.3, row.4, row.5, row.6)).collect())
}
