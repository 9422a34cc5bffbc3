//! What a command writes and what it says about it, gathered side by side.

use aileron_db::{
    self as db, ExprTrait as _, ProjectScope, Set, WriteTx, id_in,
    schema::{WORK_ITEM_ASSIGNEES, WORK_ITEM_LABELS},
};
use aileron_kernel::{Change, Time, Uuid};
use serde_json::Value;

use super::Named;

/// Columns with their values, and the changes of the event.
#[derive(Debug, Default)]
pub(super) struct Edit {
    pub set: Vec<Set>,
    pub changes: Vec<Change>,
}

impl Edit {
    /// A plain value, if it is sent and another than before.
    pub(super) fn value<T>(&mut self, field: &str, column: &'static str, old: &T, new: Option<T>)
    where
        T: PartialEq + Clone + Into<db::Value> + serde::Serialize,
    {
        let Some(new) = new.filter(|new| new != old) else { return };
        self.changes.push(Change::value(field, json(old), json(&new)));
        self.set.push((column, new.into()));
    }

    /// A time that follows from something else, if it is another than before. How it stood before is read back from the log.
    pub(super) fn time(&mut self, name: &'static str, old: Option<Time>, new: Option<Time>) {
        if old == new {
            return;
        }
        let text = |time: Option<Time>| time.map(|time| time.to_string());
        self.changes.push(Change::value(name, text(old), text(new)));
        self.set.push((name, new.map(Time::micros).into()));
    }

    /// A reference to another row.
    pub(super) fn reference(&mut self, field: &str, column: &'static str, old: Option<(Uuid, String)>, new: Option<(Uuid, String)>) {
        self.set.push((column, new.as_ref().map(|new| new.0).into()));
        self.changes.push(Change::reference(field, old, new));
    }

    /// Rows of a list that come and go.
    pub(super) fn list(&mut self, field: &str, removed: &[Named], added: &[Named]) {
        let gone = removed.iter().map(|named| Change::reference(field, Some(named.pair()), None));
        let come = added.iter().map(|named| Change::reference(field, None, Some(named.pair())));
        self.changes.extend(gone.chain(come));
    }
}

fn json<T: serde::Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// Assigns people.
pub(super) fn assign(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, people: &[Named]) -> db::Result<()> {
    let rows = people.iter().map(|person| vec![item.into(), person.id.into()]).collect();
    tx.insert_rows(WORK_ITEM_ASSIGNEES, &["item_id", "member_id"], rows)
}

/// Takes people off.
pub(super) fn unassign(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, people: &[Uuid]) -> db::Result<()> {
    let these = WORK_ITEM_ASSIGNEES.col("item_id").eq(item).and(id_in(WORK_ITEM_ASSIGNEES, "member_id", people));
    if people.is_empty() { Ok(()) } else { tx.remove_where(WORK_ITEM_ASSIGNEES, these).map(|_| ()) }
}

/// Puts labels on.
pub(super) fn label(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, labels: &[Named]) -> db::Result<()> {
    let rows = labels.iter().map(|label| vec![item.into(), label.id.into()]).collect();
    tx.insert_rows(WORK_ITEM_LABELS, &["item_id", "label_id"], rows)
}

/// Takes labels off.
pub(super) fn unlabel(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, labels: &[Uuid]) -> db::Result<()> {
    let these = WORK_ITEM_LABELS.col("item_id").eq(item).and(id_in(WORK_ITEM_LABELS, "label_id", labels));
    if labels.is_empty() { Ok(()) } else { tx.remove_where(WORK_ITEM_LABELS, these).map(|_| ()) }
}
