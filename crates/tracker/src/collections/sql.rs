//! The statement that reads a history, written by hand: the two databases unfold JSON lists in their own ways.

use aileron_db::{self as db, Dialect, ProjectScope, Tx, Value as Sent, marks};
use aileron_kernel::{Time, Uuid};
use serde_json::Value;

use super::history::Of;

/// A change: its number in the log, when, of which item, by which event (entity and verb), and what it says; nothing where the event alone tells.
pub(super) type Changed = (i64, Time, Uuid, String, String, Option<Value>);

/// The changes after an instant that tell how items stood, in the order of the log.
pub(super) fn changes(tx: &mut Tx<'_, ProjectScope>, of: Of<'_>, after: Time) -> db::Result<Vec<Changed>> {
    let (unfolded, field) = match tx.dialect() {
        Dialect::Sqlite => (
            format!("JOIN json_each(CASE WHEN {IS_END} THEN '[null]' ELSE e.changes END) c"),
            "json_extract(CASE c.type WHEN 'object' THEN c.value END, '$.field')",
        ),
        Dialect::Postgres => (
            format!("CROSS JOIN LATERAL jsonb_array_elements(CASE WHEN {IS_END} THEN '[null]'::jsonb ELSE e.changes END) AS c (value)"),
            "c.value ->> 'field'",
        ),
    };
    let workspace = tx.workspace_id();
    let mut values: Vec<Sent> = vec![workspace.into(), after.micros().into()];
    let (which, moved) = match of {
        Of::Held(of, ids) => {
            values.extend([workspace.into(), of.entity.into()]);
            values.extend(ids.iter().map(|id| Sent::from(*id)));
            let held = format!(
                "e.subject_id IN (SELECT m.subject_id FROM events m WHERE m.workspace_id = $3 AND m.entity = $4 AND m.entity_id IN ({}))",
                marks(5, ids.len())
            );
            values.extend([of.entity.into(), of.field.into()]);
            (held, format!(" OR e.entity = ${} AND {field} = ${}", 5 + ids.len(), 6 + ids.len()))
        }
        Of::Changed => {
            values.push(tx.project_id().into());
            // All that happened to items that were touched here: some of it in other projects, between which they moved.
            let touched = "e.subject_id IN (SELECT m.subject_id FROM events m \
                 WHERE m.workspace_id = $1 AND m.project_id = $3 AND m.at > $2 AND m.subject_id IS NOT NULL)";
            (touched.to_owned(), format!(" OR e.entity = 'work_item' AND {field} = 'project'"))
        }
    };
    let sql = format!(
        "SELECT e.seq, e.at, e.subject_id, e.entity, e.verb, c.value FROM events e {unfolded} \
         WHERE e.workspace_id = $1 AND e.at > $2 AND {which} \
         AND ({IS_END} OR e.entity = 'work_item' AND {field} IN ('state', 'point', 'archived_at', 'is_draft'){moved})"
    );
    // Sorted here: to sort by itself, SQLite would walk through the whole log in its order.
    let mut changes = tx.query_sql::<Changed>(&sql, values)?;
    changes.sort_by_key(|change| change.0);
    Ok(changes)
}

/// Whether the event is the making of an item, its end, or its return.
const IS_END: &str = "(e.entity = 'work_item' AND e.verb IN ('created', 'deleted', 'restored'))";
