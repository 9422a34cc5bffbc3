//! Changing work items.

use aileron_db::{
    self as db, ProjectScope, WriteTx, id_in,
    schema::{LABELS, USERS, WORK_ITEMS},
};
use aileron_kernel::{Change, Event, Refusal, StateGroup, Time, Uuid, text};
use jiff::civil::Date;

use super::{
    Named, NamedState,
    edit::{self, Edit},
    refs,
};
use crate::{
    description_versions, estimates,
    projects::rules::check_writable,
    search::index,
    versions::IfMatch,
    work_items::{fields::ItemFields, model::WorkItem, queries, rules, sides},
};

/// Changes an item, if it is still as the caller read it.
pub fn update(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid, fields: ItemFields, if_match: &IfMatch) -> db::Result<()> {
    let before = to_update(tx, id, if_match, fields.archived_at.is_some())?;
    change(tx, &before, fields)
}

/// The item, if the caller may change it and it is still as he read it. What is archived is changed only by what takes it back.
pub(crate) fn to_update(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid, if_match: &IfMatch, unarchives: bool) -> db::Result<WorkItem> {
    check_writable(tx.scope())?;
    let before = to_change(tx, id, &Refusal::forbidden())?;
    if_match.check(before.version, "work item")?;
    if before.archived_at.is_some() && !unarchives {
        return Err(rules::archived().into());
    }
    Ok(before)
}

/// Changes an item that the caller may change.
pub(crate) fn change(tx: &mut WriteTx<'_, ProjectScope>, before: &WorkItem, fields: ItemFields) -> db::Result<()> {
    let id = before.id;
    let wanted = Wanted {
        assignees: fields.assignees.as_deref().map(|ids| refs::assignees(tx, ids)).transpose()?,
        labels: fields.labels.as_deref().map(|ids| refs::labels(tx, ids)).transpose()?,
    };
    let is_changed = apply(tx, before, fields, wanted)?;
    if is_changed || before.updated_by.is_some() {
        return Ok(());
    }
    // As recorded, the first to send anything is named as who changed the item, and the log tells that too.
    let me = tx.user_id();
    let name = db::scope::display_name(tx, me)?;
    tx.update(WORK_ITEMS, id, vec![("updated_by", Some(me).into())])?;
    let change = Change::reference("updated_by", None, Some((me, name)));
    tx.record(Event::new("work_item", "updated", id).in_project(tx.project_id()).about(id).with(vec![change])).map(|_| ())
}

/// The people and labels that an item is to have, looked up. None: those that it has.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) assignees: Option<Vec<Named>>,
    pub(super) labels: Option<Vec<Named>>,
}

/// Writes what differs from before, and records it. Answers whether anything did.
pub(super) fn apply(tx: &mut WriteTx<'_, ProjectScope>, before: &WorkItem, fields: ItemFields, wanted: Wanted) -> db::Result<bool> {
    let id = before.id;
    let source = fields.external_source.as_ref().unwrap_or(&before.external_source);
    let external = fields.external_id.as_ref().unwrap_or(&before.external_id);
    refs::check_external_id(tx, source.as_deref(), external.as_deref(), Some(id))?;
    rules::check_dates(fields.start_date.unwrap_or(before.start_date), fields.target_date.unwrap_or(before.target_date))?;
    let updated_at = fields.updated_at;
    let is_other_text = fields.name.is_some() || fields.description.is_some();
    let mut edit = Edit::default();
    progress(tx, &mut edit, before, &fields)?;
    references(tx, &mut edit, before, &fields)?;
    lists(tx, &mut edit, id, wanted)?;
    description(tx, &mut edit, before, &fields)?;
    plain(&mut edit, before, fields);
    if edit.changes.is_empty() && edit.set.is_empty() {
        // Whatever a row says comes from the log: where nothing happened, not even its time of change moves.
        return Ok(false);
    }
    edit.set.extend(updated_at.map(|time| ("updated_at", time.micros().into())));
    tx.update(WORK_ITEMS, id, edit.set)?;
    let event = Event::new("work_item", "updated", id).in_project(tx.project_id()).about(id).with(edit.changes);
    tx.record(Event { at: updated_at, ..event })?;
    if is_other_text {
        index::update(tx, id)?;
    }
    Ok(true)
}

/// The item, if the caller may change it. To somebody who may change only his own, others' are as forbidden as missing ones. What
/// waits in intake is changed there.
pub(super) fn to_change(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid, refusal: &Refusal) -> db::Result<WorkItem> {
    let found = queries::find_accepted(tx, id)?;
    tx.scope().check_creator(found.as_ref().and_then(|item| item.created_by), refusal.clone())?;
    found.ok_or_else(|| Refusal::not_found().into())
}

/// State, completion, drafts and archiving: what decides whether the item is listed.
fn progress(tx: &mut WriteTx<'_, ProjectScope>, edit: &mut Edit, before: &WorkItem, fields: &ItemFields) -> db::Result<()> {
    let touched = fields.state.is_some() || fields.is_draft.is_some() || fields.archived_at.is_some() || fields.completed_at.is_some();
    if !touched && fields.started_at.is_none() {
        return Ok(());
    }
    let old = refs::stored_state(tx, before.state_id)?.map(NamedState::from);
    // A client that sends back what it got does not move an item out of triage.
    let moved = fields.state.filter(|state| *state != Some(before.state_id));
    let new = moved.map(|state| refs::state(tx, state)).transpose()?;
    settle(edit, (&before.into(), fields), (old, new), tx.now());
    Ok(())
}

/// How an item stands: what decides whether it is listed, and what follows from its state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub(super) state_id: Uuid,
    pub(super) completed_at: Option<Time>,
    pub(super) started_at: Option<Time>,
    pub(super) is_draft: bool,
    pub(super) archived_at: Option<Date>,
}

impl From<&WorkItem> for Standing {
    fn from(item: &WorkItem) -> Self {
        let &WorkItem { state_id, completed_at, started_at, is_draft, archived_at, .. } = item;
        Self { state_id, completed_at, started_at, is_draft, archived_at }
    }
}

/// What another state, a draft that is one no longer, and the archive come to, once the states are looked up. The one way to another state:
/// with the times that belong to it, each of which the log tells.
pub(super) fn settle(
    edit: &mut Edit,
    (before, fields): (&Standing, &ItemFields),
    (old, new): (Option<NamedState>, Option<NamedState>),
    now: Time,
) {
    let old_group = old.as_ref().map_or(StateGroup::Backlog, |state| state.group);
    let new = new.filter(|state| state.id != before.state_id);
    let group = new.as_ref().map_or(old_group, |state| state.group);
    if let Some(new) = new {
        edit.reference("state", "state_id", old.map(|state| (state.id, state.name)), Some((new.id, new.name)));
    }
    let stored = before.completed_at.filter(|_| old_group == StateGroup::Completed);
    let completed_at = rules::completed_at(group, fields.completed_at.flatten(), stored, now);
    let started_at = rules::started_at(group, before.started_at, fields.updated_at.unwrap_or(now));
    edit.time("completed_at", before.completed_at, completed_at);
    edit.time("started_at", before.started_at, fields.started_at.unwrap_or(started_at));
    edit.value("is_draft", "is_draft", &before.is_draft, fields.is_draft);
    edit.value("archived_at", "archived_at", &before.archived_at, fields.archived_at);
    let (draft, archived) = (fields.is_draft.unwrap_or(before.is_draft), fields.archived_at.unwrap_or(before.archived_at));
    if !edit.set.is_empty() {
        edit.set.push(("hidden", rules::hidden(draft, archived, group).map(ToOwned::to_owned).into()));
    }
}

/// The parent, the type and the estimate.
fn references(tx: &mut WriteTx<'_, ProjectScope>, edit: &mut Edit, before: &WorkItem, fields: &ItemFields) -> db::Result<()> {
    if let Some(wanted) = fields.parent.filter(|parent| *parent != before.parent_id) {
        let new = wanted.map(|id| refs::parent(tx, id, Some(before.id))).transpose()?;
        let old = before.parent_id.map(|id| refs::item_name(tx, id)).transpose()?;
        edit.reference("parent", "parent_id", old.map(|named| named.pair()), new.map(|named| named.pair()));
    }
    if let Some(wanted) = fields.type_id.filter(|kind| *kind != before.type_id) {
        let new = wanted.map(|id| refs::new_type(tx, id)).transpose()?;
        let old = before.type_id.map(|id| refs::item_type(tx, id)).transpose()?;
        edit.reference("type", "type_id", old.map(|named| named.pair()), new.map(|named| named.pair()));
    }
    if let Some(wanted) = fields.estimate_point.filter(|point| *point != before.estimate_point_id) {
        let new = wanted.map(|id| refs::estimate_point(tx, id)).transpose()?;
        let old = before.estimate_point_id.map(|id| estimates::queries::named(tx, id)).transpose()?;
        edit.reference("estimate_point", "estimate_point_id", old, new.map(|named| named.pair()));
    }
    Ok(())
}

/// Assignees and labels: the lists that are sent replace those that were there.
fn lists(tx: &mut WriteTx<'_, ProjectScope>, edit: &mut Edit, id: Uuid, wanted: Wanted) -> db::Result<()> {
    if let Some(wanted) = wanted.assignees {
        let stored = sides::assignees(tx, &[id])?.remove(&id).unwrap_or_default();
        let (gone, come) = difference(&stored, wanted);
        let select = tx.from(USERS).filter(id_in(USERS, "id", &gone)).expr(USERS.col("id")).expr(USERS.col("display_name"));
        let names = if gone.is_empty() { Vec::new() } else { tx.all::<(Uuid, String)>(&select)? };
        edit::unassign(tx, id, &gone)?;
        edit::assign(tx, id, &come)?;
        edit.list("assignees", &names.into_iter().map(Named::from).collect::<Vec<_>>(), &come);
    }
    if let Some(wanted) = wanted.labels {
        let stored = sides::labels(tx, &[id])?.remove(&id).unwrap_or_default();
        let (gone, come) = difference(&stored, wanted);
        let select = tx.from(LABELS).filter(id_in(LABELS, "id", &gone)).expr(LABELS.col("id")).expr(LABELS.col("name"));
        let names = if gone.is_empty() { Vec::new() } else { tx.all::<(Uuid, String)>(&select)? };
        edit::unlabel(tx, id, &gone)?;
        edit::label(tx, id, &come)?;
        edit.list("labels", &names.into_iter().map(Named::from).collect::<Vec<_>>(), &come);
    }
    Ok(())
}

/// Who goes and who comes.
fn difference(stored: &[Uuid], wanted: Vec<Named>) -> (Vec<Uuid>, Vec<Named>) {
    let gone = stored.iter().copied().filter(|id| !wanted.iter().any(|named| named.id == *id)).collect();
    let come = wanted.into_iter().filter(|named| !stored.contains(&named.id)).collect();
    (gone, come)
}

/// The description, and what an editor keeps beside it. What one of them was is kept with what the other is.
fn description(tx: &mut WriteTx<'_, ProjectScope>, edit: &mut Edit, before: &WorkItem, fields: &ItemFields) -> db::Result<()> {
    let html = fields.description.as_ref().filter(|new| new.html != before.description_html);
    let binary = fields.description_binary.as_ref().filter(|binary| **binary != before.description_binary);
    let is_lost = html.is_some() || binary.is_some() && before.description_binary.is_some();
    let kept = if is_lost { Some(description_versions::commands::keep(tx, before)?) } else { None };
    let (old_id, new_id) = (kept, fields.restored_from);
    let mut note = |field: &str| edit.changes.push(Change { field: field.to_owned(), old_id, new_id, ..Change::default() });
    if html.is_some() {
        note("description");
    }
    if binary.is_some() {
        note("description_binary");
    }
    if let Some(new) = html {
        edit.set.push(("description_text", new.text.as_str().into()));
        edit.set.push(("description_html", new.html.as_str().into()));
    }
    edit.set.extend(binary.map(|binary| ("description_binary", binary.clone().into())));
    Ok(())
}

pub(super) fn plain(edit: &mut Edit, before: &WorkItem, fields: ItemFields) {
    if let Some(name) = fields.name.as_ref().filter(|name| **name != before.name) {
        edit.set.push(("name_key", text::key(name).into()));
    }
    if let Some(priority) = fields.priority {
        edit.set.extend((priority.as_str() != before.priority).then(|| ("priority_rank", rules::priority_rank(priority).into())));
        edit.value("priority", "priority", &before.priority, Some(priority.as_str().to_owned()));
    }
    edit.value("name", "name", &before.name, fields.name);
    edit.value("point", "point", &before.point, fields.point);
    edit.value("start_date", "start_date", &before.start_date, fields.start_date);
    edit.value("target_date", "target_date", &before.target_date, fields.target_date);
    edit.value("sort_order", "sort_order", &before.sort_order, fields.sort_order);
    edit.value("external_source", "external_source", &before.external_source, fields.external_source);
    edit.value("external_id", "external_id", &before.external_id, fields.external_id);
}
