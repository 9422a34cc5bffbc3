//! How a collection stood, read from the log.

use std::collections::{HashMap, HashSet};

use aileron_db::{
    self as db, Expr, ExprTrait as _, ProjectScope, Select, Tx, id_in,
    schema::{EVENTS, STATES, WORK_ITEMS},
};
use aileron_kernel::{Change, Refusal, StateGroup, Time, Uuid};
use serde_json::Value;

use super::{
    Collection,
    burn_down::{Absence, Before, Day, Item, Past, Standing, before_all, standings},
    progress, sql,
};
use crate::work_items::visibility;
use jiff::{civil::Date, tz::TimeZone};

/// Whose history is read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Of<'a> {
    /// Items that are or were in these collections.
    Held(Collection, &'a [Uuid]),
    /// Items of the project to which anything happened meanwhile.
    Changed,
}

/// What an item is in or not.
#[derive(Clone, Copy, Debug)]
enum Inside {
    /// A collection.
    Held(Collection, Uuid),
    /// A project.
    Project(Uuid),
}

/// Items as they are now, and what happened to them after an instant.
#[derive(Debug)]
pub(crate) struct Log {
    items: HashMap<Uuid, Known>,
    groups: HashMap<Uuid, StateGroup>,
    regrouped: Vec<Past>,
    changes: Vec<Told>,
}

/// An item as it is now, and which of the collections it is in.
#[derive(Debug)]
struct Known {
    item: Item,
    created_at: Time,
    inside: Vec<Uuid>,
}

/// An item that lists showed at an instant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct There {
    /// The item.
    pub(crate) id: Uuid,
    /// When it was made.
    pub(crate) created_at: Time,
}

impl Log {
    /// Reads what happened after an instant: five statements, however many collections and items there are. A guest who sees only
    /// his own items is told of these.
    pub(crate) fn read(tx: &mut Tx<'_, ProjectScope>, of: Of<'_>, after: Time) -> db::Result<Self> {
        let items = items(tx, of, after)?;
        let (groups, regrouped) = groups(tx, after)?;
        Ok(Self { items, groups, regrouped, changes: told(tx, of, after)? })
    }

    /// How one of the collections stood at each of these instants, which are in the order of time.
    pub(super) fn standings(&self, of: Collection, id: Uuid, instants: &[Time]) -> Vec<Standing> {
        let mut past = self.regrouped.clone();
        let inside = Inside::Held(of, id);
        let told = self.changes.iter().filter_map(|told| Some(Past { at: told.at, of: told.item, before: told.before(inside)? }));
        past.extend(told);
        let came_or_went = past.iter().filter(|past| matches!(past.before, Before::Absent(Absence::Outside, _))).map(|past| past.of);
        let ever: HashSet<Uuid> = came_or_went.collect();
        let is_known = |(item, known): &(&Uuid, &Known)| known.inside.contains(&id) || ever.contains(*item);
        let items = self.items.iter().filter(is_known).map(|(item, known)| (*item, known.of(id)));
        standings(items.collect(), self.groups.clone(), past, instants)
    }

    /// Those of the items that lists of this project showed at the instant after which the log was read.
    pub(crate) fn there(self, project: Uuid) -> Vec<There> {
        let inside = Inside::Project(project);
        let past = self.changes.iter().filter_map(|told| Some(Past { at: told.at, of: told.item, before: told.before(inside)? })).collect();
        let created: HashMap<Uuid, Time> = self.items.iter().map(|(id, known)| (*id, known.created_at)).collect();
        let then = before_all(self.items.into_iter().map(|(id, known)| (id, known.item)).collect(), past);
        let is_triage = |state: &Uuid| self.groups.get(state) == Some(&StateGroup::Triage);
        let shown = then.into_iter().filter(|(_, item)| item.absent.is_empty() && !is_triage(&item.state));
        shown.filter_map(|(id, _)| Some(There { id, created_at: *created.get(&id)? })).collect()
    }
}

impl Known {
    fn of(&self, collection: Uuid) -> Item {
        let mut item = self.item.clone();
        if !self.inside.contains(&collection) {
            item.absent.insert(Absence::Outside);
        }
        item
    }
}

/// How a collection stood on each day from one to another, both included: five statements, however many days and items there
/// are. A guest who sees only his own items is told of these.
pub fn burn_down(tx: &mut Tx<'_, ProjectScope>, of: Collection, id: Uuid, days: (Date, Date), zone: &TimeZone) -> db::Result<Vec<Day>> {
    let now = tx.now();
    let dates: Vec<Date> = days.0.series(jiff::Span::new().days(1)).take_while(|date| *date <= days.1).collect();
    let begun = dates.iter().filter(|date| begin(**date, zone) <= now);
    let instants: Vec<Time> = begun.map(|date| last_instant(*date, zone).min(now)).collect();
    let mut told = match instants.first() {
        Some(first) => Log::read(tx, Of::Held(of, &[id]), *first)?.standings(of, id, &instants).into_iter(),
        None => Vec::new().into_iter(),
    };
    let day = |date: Date| {
        let standing = told.next();
        Day { date, issues: standing.map(|standing| standing.issues), points: standing.map(|standing| standing.points) }
    };
    Ok(dates.into_iter().map(day).collect())
}

/// The first instant of a day.
fn begin(date: Date, zone: &TimeZone) -> Time {
    let zoned = date.to_zoned(zone.clone());
    Time::from_micros(zoned.map_or(i64::MAX, |zoned| zoned.timestamp().as_microsecond()))
}

/// The last instant of a day.
fn last_instant(date: Date, zone: &TimeZone) -> Time {
    let next = date.tomorrow().map_or(Time::from_micros(i64::MAX), |next| begin(next, zone));
    Time::from_micros(next.micros().saturating_sub(1))
}

/// The most items whose history is read at a time.
const MOST_EVER: i64 = 20_000;

fn check_number(of: Of<'_>, ever: i64) -> Result<(), Refusal> {
    match of {
        _ if ever <= MOST_EVER => Ok(()),
        Of::Held(..) => {
            Err(Refusal::error(format!("More than {MOST_EVER} work items are or were in it: its history is too long to be told.")))
        }
        Of::Changed => {
            Err(Refusal::field("as_of", format!("More than {MOST_EVER} work items were changed since then: that is too long ago.")))
        }
    }
}

/// A row of an item: id, state, points, archived on, draft, deleted at, made at, the collection that it is in.
type Row = (Uuid, Uuid, Option<i64>, Option<Date>, bool, Option<i64>, Time, Option<Uuid>);

/// The items as they are now; those of collections wherever they have moved since.
fn items(tx: &mut Tx<'_, ProjectScope>, of: Of<'_>, after: Time) -> db::Result<HashMap<Uuid, Known>> {
    let here = matches!(of, Of::Changed).then(|| WORK_ITEMS.col("project_id").eq(tx.project_id()));
    let those = tx
        .from_with_deleted(WORK_ITEMS)
        .filter_some(here)
        .filter(with_history(tx, of, after).contains(WORK_ITEMS.col("id")))
        .filter_some(visibility::in_project(tx.scope()));
    check_number(of, tx.count(those.clone())?)?;
    let select = those
        .expr(WORK_ITEMS.col("id"))
        .expr(WORK_ITEMS.col("state_id"))
        .expr(progress::points())
        .expr(WORK_ITEMS.col("archived_at"))
        .expr(WORK_ITEMS.col("is_draft"))
        .expr(WORK_ITEMS.col("deleted_at"))
        .expr(WORK_ITEMS.col("created_at"));
    let select = match of {
        Of::Held(of, ids) => {
            let in_it = of.table.col("item_id").eq(WORK_ITEMS.col("id")).and(id_in(of.table, of.column, ids));
            select.left_join(of.table, in_it).expr(of.table.col(of.column))
        }
        Of::Changed => {
            // To others a draft, and all that it ever was, is not there.
            select.filter(visibility::no_draft_of_others(tx.user_id())).expr(Expr::cust("CAST(NULL AS uuid)"))
        }
    };
    let mut items: HashMap<Uuid, Known> = HashMap::new();
    for (id, state, points, archived, draft, deleted, created_at, inside) in tx.all::<Row>(&select)? {
        let reasons = [(Absence::Archived, archived.is_some()), (Absence::Draft, draft), (Absence::Deleted, deleted.is_some())];
        let absent = reasons.into_iter().filter(|(_, holds)| *holds).map(|(why, _)| why).collect();
        let item = Item { state, points: points.map(number), absent };
        items.entry(id).or_insert(Known { item, created_at, inside: Vec::new() }).inside.extend(inside);
    }
    Ok(items)
}

/// The items to which something happened that the history is about.
pub(crate) fn with_history(tx: &Tx<'_, ProjectScope>, of: Of<'_>, after: Time) -> Select {
    let events = match of {
        Of::Held(of, ids) => tx.from(EVENTS).filter(id_in(EVENTS, "entity_id", ids).and(EVENTS.col("entity").eq(of.entity))),
        Of::Changed => tx
            .from(EVENTS)
            .filter(EVENTS.col("project_id").eq(tx.project_id()).and(EVENTS.col("at").gt(after.micros())))
            .filter(EVENTS.col("subject_id").is_not_null()),
    };
    events.expr(EVENTS.col("subject_id"))
}

#[expect(clippy::cast_precision_loss, reason = "points are 0 to 12")]
const fn number(points: i64) -> f64 {
    points as f64
}

/// The groups of the project's states, and how they changed after an instant.
fn groups(tx: &mut Tx<'_, ProjectScope>, after: Time) -> db::Result<(HashMap<Uuid, StateGroup>, Vec<Past>)> {
    let parse = |word: &str| StateGroup::parse(word).unwrap_or(StateGroup::Backlog);
    let states = tx.from_with_deleted(STATES).filter(STATES.col("project_id").eq(tx.project_id()));
    let select = states.clone().expr(STATES.col("id")).expr(STATES.col("group_name"));
    let groups = tx.all::<(Uuid, String)>(&select)?.into_iter().map(|(id, group)| (id, parse(&group))).collect();
    let changed = tx
        .from(EVENTS)
        .filter(states.expr(STATES.col("id")).contains(EVENTS.col("entity_id")))
        .filter(EVENTS.col("entity").eq("state").and(EVENTS.col("verb").eq("updated")).and(EVENTS.col("at").gt(after.micros())))
        .expr(EVENTS.col("seq"))
        .expr(EVENTS.col("at"))
        .expr(EVENTS.col("entity_id"))
        .expr(EVENTS.col("changes"));
    let mut changed = tx.all::<(i64, Time, Uuid, Value)>(&changed)?;
    changed.sort_by_key(|changed| changed.0);
    let mut past = Vec::new();
    for (_, at, state, changes) in changed {
        let changes = read::<Vec<Change>>(changes)?.into_iter().filter(|change| change.field == "group");
        past.extend(changes.filter_map(|change| Some(Past { at, of: state, before: Before::Group(parse(change.old.as_str()?)) })));
    }
    Ok((groups, past))
}

/// What happened to an item, in the order of the log.
#[derive(Debug)]
struct Told {
    at: Time,
    item: Uuid,
    entity: String,
    verb: String,
    change: Option<Change>,
}

fn told(tx: &mut Tx<'_, ProjectScope>, of: Of<'_>, after: Time) -> db::Result<Vec<Told>> {
    let changes = sql::changes(tx, of, after)?.into_iter().map(|(_, at, item, entity, verb, change)| {
        let change = change.filter(|change| !change.is_null()).map(read).transpose()?;
        Ok(Told { at, item, entity, verb, change })
    });
    changes.collect()
}

impl Told {
    /// How it was before; nothing where this is about other collections.
    fn before(&self, inside: Inside) -> Option<Before> {
        let Some(change) = &self.change else {
            // Before it was made, and before it came back, it was not there.
            return Some(Before::Absent(Absence::Deleted, self.verb != "deleted"));
        };
        before(inside, &self.entity, change)
    }
}

/// What a change says of how it was before; nothing where it is about other collections.
fn before(inside: Inside, entity: &str, change: &Change) -> Option<Before> {
    let (field, id) = match inside {
        Inside::Held(of, id) if of.entity == entity => (of.field, id),
        Inside::Project(id) if change.field == "project" => ("project", id),
        _ => return before_anywhere(change),
    };
    let (was, is) = (change.old_id == Some(id), change.new_id == Some(id));
    (was != is && change.field == field).then_some(Before::Absent(Absence::Outside, !was))
}

/// What a change of an item's own says.
fn before_anywhere(change: &Change) -> Option<Before> {
    match change.field.as_str() {
        "state" => change.old_id.map(Before::State),
        "point" => Some(Before::Points(change.old.as_f64())),
        "archived_at" => Some(Before::Absent(Absence::Archived, change.old != Value::Null)),
        "is_draft" => Some(Before::Absent(Absence::Draft, change.old.as_bool().unwrap_or(false))),
        _ => None,
    }
}

fn read<T: serde::de::DeserializeOwned>(json: Value) -> db::Result<T> {
    serde_json::from_value(json).map_err(|error| db::Error::Inconsistent(error.to_string()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::{super::CYCLE, *};

    #[test]
    fn a_day_ends_where_the_next_begins() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let day = date(2026, 3, 29);
        let length = last_instant(day, &zone).micros() + 1 - begin(day, &zone).micros();
        assert_eq!(length, 23 * 3_600 * 1_000_000, "the clocks go forward");
    }

    #[test]
    fn a_history_of_too_many_items_is_refused() {
        for of in [Of::Held(CYCLE, &[]), Of::Changed] {
            assert_eq!(check_number(of, MOST_EVER), Ok(()));
            let refusal = check_number(of, MOST_EVER + 1).unwrap_err();
            assert!(refusal.body.to_string().contains("20000 work items"), "{refusal:?}");
        }
    }

    #[test]
    fn moves_tell_of_both_sides() {
        let (one, other) = (Uuid::from_u128(2), Uuid::from_u128(3));
        let moved = Change::reference("cycles", Some((one, "a".into())), Some((other, "b".into())));
        assert_eq!(before(Inside::Held(CYCLE, one), "cycle_item", &moved), Some(Before::Absent(Absence::Outside, false)));
        assert_eq!(before(Inside::Held(CYCLE, other), "cycle_item", &moved), Some(Before::Absent(Absence::Outside, true)));
        assert_eq!(before(Inside::Held(CYCLE, Uuid::from_u128(4)), "cycle_item", &moved), None);
        let moved = Change { field: "project".into(), ..moved };
        assert_eq!(before(Inside::Project(one), "work_item", &moved), Some(Before::Absent(Absence::Outside, false)));
        assert_eq!(before(Inside::Project(other), "work_item", &moved), Some(Before::Absent(Absence::Outside, true)));
        assert_eq!(before(Inside::Held(CYCLE, one), "work_item", &moved), None);
        let estimated = Change::value("point", json!(3), json!(5));
        assert_eq!(before(Inside::Held(CYCLE, one), "work_item", &estimated), Some(Before::Points(Some(3.0))));
    }
}
