//! Work items as imports bring them: many at once, everything looked up before, with their own numbers, times and authors.

use std::collections::HashMap;

use aileron_db::{
    self as db, ProjectScope, Value, WriteTx,
    schema::{WORK_ITEM_ASSIGNEES, WORK_ITEM_LABELS, WORK_ITEMS},
};
use aileron_kernel::{Change, Event, Uuid};

use super::{
    Named,
    create::{NewItem, columns, first_changes, last_place},
    refs,
    update::{self, Wanted},
};
use crate::work_items::{fields::ItemFields, model::WorkItem, queries, rules};

/// Makes many items in few statements. As with [`insert`](super::insert), nothing is looked up here; their documents of
/// the search are left to the caller.
pub fn insert_many(tx: &mut WriteTx<'_, ProjectScope>, items: Vec<NewItem>) -> db::Result<Vec<Uuid>> {
    let project = tx.project_id();
    if let Some(highest) = items.iter().filter_map(|item| item.number).max() {
        tx.raise_number(project, highest)?;
    }
    let mut places = HashMap::new();
    let (mut ids, mut names, mut rows) = (Vec::with_capacity(items.len()), Vec::new(), Vec::with_capacity(items.len()));
    let (mut people, mut labels): (Vec<Vec<Value>>, Vec<Vec<Value>>) = (Vec::new(), Vec::new());
    for new in items {
        let id = tx.new_id();
        let number = match new.number {
            Some(number) => number,
            None => tx.next_number(project)?,
        };
        let place = place(tx, &mut places, &new)?;
        people.extend(new.assignees.iter().map(|person| vec![id.into(), person.id.into()]));
        labels.extend(new.labels.iter().map(|label| vec![id.into(), label.id.into()]));
        let event = Event::new("work_item", "created", id).in_project(project).about(id).with(first_changes(&new));
        let event = Event { at: new.created_at, ..event };
        let mut row = columns(tx, new, number, place);
        row.extend([("id", id.into()), ("version", tx.next_version().into())]);
        tx.record(event)?;
        let (columns, values): (Vec<_>, Vec<_>) = row.into_iter().unzip();
        names = columns;
        rows.push(values);
        ids.push(id);
    }
    tx.insert_rows(WORK_ITEMS, &names, rows)?;
    tx.insert_rows(WORK_ITEM_ASSIGNEES, &["item_id", "member_id"], people)?;
    tx.insert_rows(WORK_ITEM_LABELS, &["item_id", "label_id"], labels)?;
    Ok(ids)
}

/// The given place in manual order, or the next after the last of the same state.
fn place(tx: &mut WriteTx<'_, ProjectScope>, places: &mut HashMap<Uuid, f64>, new: &NewItem) -> db::Result<f64> {
    if let Some(given) = new.sort_order {
        return Ok(given);
    }
    let last = match places.get(&new.state.id) {
        Some(last) => Some(*last),
        None => last_place(tx, new.state.id)?,
    };
    let next = rules::next_place(last);
    places.insert(new.state.id, next);
    Ok(next)
}

/// Brings an item that an earlier import made to what its source says now. Number, place, parent and author stay, and
/// what the source has no word for. Answers whether there still is such an item.
pub fn replace(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid, new: NewItem) -> db::Result<bool> {
    let Some(before) = queries::find(tx, id)? else { return Ok(false) };
    let fields = ItemFields {
        name: Some(new.name),
        description: Some(new.description),
        priority: Some(new.priority),
        state: Some(Some(new.state.id)),
        type_id: Some(new.type_id),
        target_date: Some(new.target_date),
        // The source says when it is due, and nothing of a beginning: one that no longer fits gives way.
        start_date: before.start_date.filter(|start| new.target_date.is_some_and(|target| *start > target)).map(|_| None),
        completed_at: Some(new.completed_at),
        external_source: Some(new.external_source),
        external_id: Some(new.external_id),
        updated_at: new.updated_at,
        ..ItemFields::default()
    };
    update::apply(tx, &before, fields, Wanted { assignees: Some(new.assignees), labels: Some(new.labels) })?;
    Ok(true)
}

/// Puts an item below another one without a trace in its time of change. Refuses loops and parents of other projects.
pub fn set_parent(tx: &mut WriteTx<'_, ProjectScope>, item: &WorkItem, parent: Uuid) -> db::Result<()> {
    let new = refs::parent(tx, parent, Some(item.id))?;
    let old = item.parent_id.map(|id| refs::item_name(tx, id)).transpose()?;
    let changes = vec![Change::reference("parent", old.as_ref().map(Named::pair), Some(new.pair()))];
    let values =
        vec![("parent_id", Some(new.id).into()), ("updated_at", item.updated_at.micros().into()), ("updated_by", item.updated_by.into())];
    tx.update(WORK_ITEMS, item.id, values)?;
    let event = Event::new("work_item", "updated", item.id).in_project(tx.project_id()).about(item.id).with(changes);
    tx.record(Event { at: Some(item.updated_at), ..event }).map(|_| ())
}
