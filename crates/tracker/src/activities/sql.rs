//! The statements of the history that are written by hand: the two databases unfold JSON lists in their own ways.

use aileron_db::{self as db, Dialect, ProjectScope, Tx};
use aileron_kernel::{Change, Time, Uuid};
use serde_json::Value;

use super::model::{Entry, events_of, shown};

/// A row of the history: event, time, actor, automation, entity, verb, number of the change, the change.
type Unfolded = (Uuid, Time, Option<Uuid>, Option<Uuid>, String, String, i64, Option<Value>);

/// How many rows the history of an item has.
pub(super) fn count(tx: &mut Tx<'_, ProjectScope>, item: Uuid) -> db::Result<i64> {
    let sql = format!("SELECT count(*) {}", from(tx.dialect()));
    let values = vec![tx.workspace_id().into(), item.into()];
    Ok(tx.query_sql::<(i64,)>(&sql, values)?.first().map_or(0, |row| row.0))
}

/// Rows of the history of an item, in the order of time.
pub(super) fn page(tx: &mut Tx<'_, ProjectScope>, item: Uuid, newest_first: bool, limit: i64, offset: i64) -> db::Result<Vec<Entry>> {
    let (dialect, way) = (tx.dialect(), if newest_first { "DESC" } else { "ASC" });
    let index = index(dialect);
    let sql = format!("SELECT {} {} ORDER BY e.at {way}, e.seq {way}, {index} {way} LIMIT $3 OFFSET $4", columns(dialect), from(dialect));
    let values = vec![tx.workspace_id().into(), item.into(), limit.into(), offset.into()];
    entries(tx.query_sql(&sql, values)?)
}

/// The rows of an item's history that come from the events that this activity may come from.
pub(super) fn near(tx: &mut Tx<'_, ProjectScope>, item: Uuid, activity: Uuid) -> db::Result<Vec<Entry>> {
    let dialect = tx.dialect();
    let (first, last) = events_of(activity);
    let sql = format!("SELECT {} {} AND e.id BETWEEN $3 AND $4", columns(dialect), from(dialect));
    let values = vec![tx.workspace_id().into(), item.into(), first.into(), last.into()];
    entries(tx.query_sql(&sql, values)?)
}

fn columns(dialect: Dialect) -> String {
    format!("e.id, e.at, e.actor_id, e.automation_id, e.entity, e.verb, {}, c.value", index(dialect))
}

/// The number of the change in its event, from 0.
const fn index(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "c.key",
        Dialect::Postgres => "c.number - 1",
    }
}

/// The events about an item and what belongs to it, a row for each change that is shown. Its making counts as one row, whatever it says.
fn from(dialect: Dialect) -> String {
    let (unfolded, field) = match dialect {
        Dialect::Sqlite => (
            format!("JOIN json_each(CASE WHEN {IS_MAKING} THEN '[null]' ELSE e.changes END) c"),
            "json_extract(CASE c.type WHEN 'object' THEN c.value END, '$.field')",
        ),
        Dialect::Postgres => (
            format!(
                "CROSS JOIN LATERAL jsonb_array_elements(CASE WHEN {IS_MAKING} THEN '[null]'::jsonb ELSE e.changes END) \
                 WITH ORDINALITY AS c (value, number)"
            ),
            "c.value ->> 'field'",
        ),
    };
    let told = |(entity, changes): (&str, Vec<&str>)| {
        let verbs = match entity {
            "work_item" => "'updated'",
            "intake_item" => "'accepted', 'declined', 'snoozed', 'marked_duplicate', 'reopened'",
            _ => "'created', 'updated', 'deleted'",
        };
        format!(" OR e.entity = '{entity}' AND e.verb IN ({verbs}) AND {field} IN ('{}')", changes.join("', '"))
    };
    let told: String = shown().into_iter().map(told).collect();
    format!("FROM events e {unfolded} WHERE e.workspace_id = $1 AND e.subject_id = $2 AND ({IS_MAKING}{told})")
}

/// Whether the event is the making of the item.
const IS_MAKING: &str = "e.entity = 'work_item' AND e.verb = 'created'";

fn entries(rows: Vec<Unfolded>) -> db::Result<Vec<Entry>> {
    rows.into_iter()
        .map(|(event, at, actor, automation, entity, verb, index, change)| {
            let change = match change {
                None | Some(Value::Null) => None,
                Some(change) => Some(serde_json::from_value::<Change>(change).map_err(|error| db::Error::Inconsistent(error.to_string()))?),
            };
            Ok(Entry { event, at, actor, entity, verb, index, change, automation })
        })
        .collect()
}
