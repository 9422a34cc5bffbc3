//! Reading, putting away and putting off one's own notifications.

use aileron_db::{self as db, ExprTrait as _, Set, WorkspaceScope, WriteTx, schema::NOTIFICATIONS};
use aileron_kernel::{Change, Event, Refusal, Time, Uuid, fields::unknown_id};
use serde_json::Value;

use super::{model::Which, queries};
use crate::work_items::visibility;

/// What becomes of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It was read, or is to count as unread.
    Read(bool),
    /// It is put away, or taken out again.
    Archived(bool),
    /// It is not to be seen before then; none: it is.
    Snoozed(Option<Time>),
}

/// Marks a notification of the caller's. What is so already stays so.
pub fn mark(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid, mark: Mark) -> db::Result<()> {
    let before = queries::get(tx, id)?;
    let now = tx.now();
    let (column, verb, old, new) = match mark {
        Mark::Read(read) => ("read_at", if read { "read" } else { "unread" }, before.read_at, read.then_some(now)),
        Mark::Archived(away) => ("archived_at", if away { "archived" } else { "unarchived" }, before.archived_at, away.then_some(now)),
        Mark::Snoozed(till) => {
            if till.is_some_and(|till| till <= now) {
                return Err(Refusal::field("snoozed_till", "Must be a time to come.").into());
            }
            ("snoozed_till", if till.is_some() { "snoozed" } else { "unsnoozed" }, before.snoozed_till, till)
        }
    };
    let is_so = if matches!(mark, Mark::Snoozed(_)) { old == new } else { old.is_some() == new.is_some() };
    if is_so {
        return Ok(());
    }
    let set: Vec<Set> = vec![(column, new.map(Time::micros).into())];
    tx.update_where(NOTIFICATIONS, NOTIFICATIONS.col("id").eq(id), set)?;
    tx.record(Event::new("notification", verb, id)).map(|_| ())
}

/// Marks all of the caller's notifications read that are meant. The log tells it once, by his account and their number.
pub fn mark_all_read(tx: &mut WriteTx<'_, WorkspaceScope>, which: &Which) -> db::Result<()> {
    if let Some(project) = which.project
        && !visibility::projects(tx)?.iter().any(|shown| shown.id == project)
    {
        return Err(Refusal::field("project", unknown_id(project)).into());
    }
    let meant = queries::meant(tx, &Which { read: Some(false), ..which.clone() });
    let now = tx.now().micros();
    let count = tx.update_where(NOTIFICATIONS, meant, vec![("read_at", Some(now).into())])?;
    if count == 0 {
        return Ok(());
    }
    let me = tx.user_id();
    tx.record(Event::new("notification", "all_read", me).with(vec![Change::value("count", Value::Null, count)])).map(|_| ())
}
