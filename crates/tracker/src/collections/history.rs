//! How a collection stood, read from the log.

use std::collections::HashMap;

use aileron_db::{
    self as db, ExprTrait as _, ProjectScope, Tx,
    schema::{EVENTS, STATES, WORK_ITEMS},
};
use aileron_kernel::{Change, Refusal, StateGroup, Time, Uuid};
use serde_json::Value;

use super::{
    Collection,
    burn_down::{Absence, Before, Day, Item, Past, standings},
    progress, sql,
};
use crate::work_items::visibility;
use jiff::{civil::Date, tz::TimeZone};

/// How a collection stood on each day from one to another, both included: four statements, however many days and items there
/// are. A guest who sees only his own items is told of these.
pub fn burn_down(tx: &mut Tx<'_, ProjectScope>, of: Collection, id: Uuid, days: (Date, Date), zone: &TimeZone) -> db::Result<Vec<Day>> {
    let now = tx.now();
    let dates: Vec<Date> = days.0.series(jiff::Span::new().days(1)).take_while(|date| *date <= days.1).collect();
    let begun = dates.iter().filter(|date| begin(**date, zone) <= now);
    let instants: Vec<Time> = begun.map(|date| last_instant(*date, zone).min(now)).collect();
    let mut told = match instants.first() {
        Some(first) => {
            let items = items(tx, of, id)?;
            let (groups, mut past) = groups(tx, *first)?;
            past.extend(changes(tx, of, id, *first)?);
            standings(items, groups, past, &instants).into_iter()
        }
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

/// The most items that are or ever were in a collection whose history is read.
const MOST_EVER: i64 = 20_000;

fn check_number(ever: i64) -> Result<(), Refusal> {
    if ever > MOST_EVER {
        return Err(Refusal::error(format!("More than {MOST_EVER} work items are or were in it: its history is too long to be told.")));
    }
    Ok(())
}

/// A row of an item: id, state, points, archived on, draft, deleted at, its row in the collection.
type Row = (Uuid, Uuid, Option<i64>, Option<Date>, bool, Option<i64>, Option<Uuid>);

/// The items that are or were in the collection, as they are now, wherever they have moved since.
fn items(tx: &mut Tx<'_, ProjectScope>, of: Collection, id: Uuid) -> db::Result<HashMap<Uuid, Item>> {
    let ever = tx.from(EVENTS).filter(EVENTS.col("entity_id").eq(id).and(EVENTS.col("entity").eq(of.entity)));
    let in_it = of.table.col("item_id").eq(WORK_ITEMS.col("id")).and(of.table.col(of.column).eq(id));
    let those = tx
        .from_with_deleted(WORK_ITEMS)
        .filter(ever.expr(EVENTS.col("subject_id")).contains(WORK_ITEMS.col("id")))
        .filter_some(visibility::in_project(tx.scope()));
    check_number(tx.count(those.clone())?)?;
    let select = those
        .left_join(of.table, in_it)
        .expr(WORK_ITEMS.col("id"))
        .expr(WORK_ITEMS.col("state_id"))
        .expr(progress::points())
        .expr(WORK_ITEMS.col("archived_at"))
        .expr(WORK_ITEMS.col("is_draft"))
        .expr(WORK_ITEMS.col("deleted_at"))
        .expr(of.table.col("id"));
    let item = |(id, state, points, archived, draft, deleted, inside): Row| {
        let reasons = [
            (Absence::Outside, inside.is_none()),
            (Absence::Archived, archived.is_some()),
            (Absence::Draft, draft),
            (Absence::Deleted, deleted.is_some()),
        ];
        let absent = reasons.into_iter().filter(|(_, holds)| *holds).map(|(why, _)| why).collect();
        (id, Item { state, points: points.map(number), absent })
    };
    Ok(tx.all::<Row>(&select)?.into_iter().map(item).collect())
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

/// What happened after an instant to items that are or were in the collection.
fn changes(tx: &mut Tx<'_, ProjectScope>, of: Collection, id: Uuid, after: Time) -> db::Result<Vec<Past>> {
    let mut past = Vec::new();
    for (_, at, item, entity, verb, change) in sql::changes(tx, of, id, after)? {
        let before = match (verb.as_str(), change) {
            (verb, None | Some(Value::Null)) => Some(Before::Absent(Absence::Deleted, verb != "deleted")),
            (_, Some(change)) => before(of, id, &entity, &read(change)?),
        };
        past.extend(before.map(|before| Past { at, of: item, before }));
    }
    Ok(past)
}

/// What a change says of how it was before; nothing where it is about other collections.
fn before(of: Collection, id: Uuid, entity: &str, change: &Change) -> Option<Before> {
    if entity == of.entity {
        let (was, is) = (change.old_id == Some(id), change.new_id == Some(id));
        return (was != is).then_some(Before::Absent(Absence::Outside, !was));
    }
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
        assert_eq!(check_number(MOST_EVER), Ok(()));
        let refusal = check_number(MOST_EVER + 1).unwrap_err();
        assert!(refusal.body.to_string().contains("20000 work items"), "{refusal:?}");
    }

    #[test]
    fn moves_tell_of_both_sides() {
        let (one, other) = (Uuid::from_u128(2), Uuid::from_u128(3));
        let moved = Change::reference("cycles", Some((one, "a".into())), Some((other, "b".into())));
        assert_eq!(before(CYCLE, one, "cycle_item", &moved), Some(Before::Absent(Absence::Outside, false)));
        assert_eq!(before(CYCLE, other, "cycle_item", &moved), Some(Before::Absent(Absence::Outside, true)));
        assert_eq!(before(CYCLE, Uuid::from_u128(4), "cycle_item", &moved), None);
        let estimated = Change::value("point", json!(3), json!(5));
        assert_eq!(before(CYCLE, one, "work_item", &estimated), Some(Before::Points(Some(3.0))));
    }
}
