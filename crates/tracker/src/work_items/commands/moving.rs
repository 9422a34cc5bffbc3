//! Moving work items to another project. They get numbers of that project; under the old ones they are found still.

use std::collections::{HashMap, HashSet};

use aileron_db::{
    self as db, ExprTrait as _, ProjectScope, WriteTx, id_in,
    schema::{FORMER_IDENTIFIERS, WORK_ITEM_ASSIGNEES, WORK_ITEM_LABELS, WORK_ITEMS},
};
use aileron_kernel::{
    Action, Change, Event, Refusal, Uuid,
    fields::unknown_id,
    limits::{MOVED_AT_ONCE, NESTING},
    text,
};

use super::{
    edit, many,
    mapping::{self, Luggage, Mapped, Place},
};
use crate::{
    collections::{CYCLE, MODULE, rows},
    intake,
    projects::rules::check_writable,
    search::index,
    work_items::{model::WorkItem, queries, rules, sql},
};

/// The field of a body that names the project.
pub const TARGET: &str = "target_project_id";

/// What becomes of the items below one that moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Below {
    /// They move with it.
    Move,
    /// They stay, below nothing.
    Detach,
}

impl Below {
    /// The value of a word of a body.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "move" => Some(Self::Move),
            "detach" => Some(Self::Detach),
            _ => None,
        }
    }
}

/// An item that left its project.
#[derive(Clone, Debug)]
pub struct Departed {
    /// The item.
    pub id: Uuid,
    /// What became of it: the change of `project` first.
    pub changes: Vec<Change>,
    /// The cycles and modules that it was in.
    pub places: Vec<Change>,
}

/// Moves items, all or none, and answers those that were named. States, labels and estimates become those of the same name; what has no counterpart is left behind, and so
/// are cycles and modules: the event about each says what. Texts, comments, links, files, relations and history stay with them.
pub fn move_many(tx: &mut WriteTx<'_, ProjectScope>, ids: &[Uuid], target: Uuid, below: Below) -> db::Result<Vec<Departed>> {
    check_writable(tx.scope())?;
    let refusal = Refusal::forbidden();
    let named = many::to_change(tx, ids, &refusal)?;
    if target == tx.project_id() {
        return Err(Refusal::field(TARGET, "The work items are in this project already.").into());
    }
    let items = travellers(tx, named, below, &refusal)?;
    if items.iter().any(|item| item.archived_at.is_some() && ids.contains(&item.id)) {
        return Err(rules::archived().into());
    }
    let luggage = Luggage::of(tx, &items)?;
    let place = {
        let mut there = tx.enter_to_write(target, Action::WorkItemsCreate)?.ok_or_else(|| Refusal::field(TARGET, unknown_id(target)))?;
        check_writable(there.scope())?;
        mapping::check_external(&mut there, &items)?;
        Place::of(&mut there, &luggage)?
    };
    let moved: Vec<Uuid> = items.iter().map(|item| item.id).collect();
    detach(tx, &moved)?;
    let mut places = rows::take_out(tx, CYCLE, &moved, None)?;
    places.extend(rows::take_out(tx, MODULE, &moved, None)?);
    intake::commands::leave(tx, &moved)?;
    let numbers = numbers(tx, &moved, target)?;
    let departed = tx.deferring_references(|tx| {
        let mut departed = Vec::with_capacity(ids.len());
        for item in &items {
            let is_top = item.parent_id.is_some_and(|parent| !moved.contains(&parent));
            let mapped = mapping::map(item, &luggage, &place, is_top, tx.now());
            let number = numbers.get(&item.id).copied().unwrap_or_default();
            let changes = settle(tx, item, mapped, (target, &place.letters, number))?;
            let places = places.iter().filter(|(id, _)| *id == item.id).map(|(_, change)| change.clone()).collect();
            departed.push(Departed { id: item.id, changes, places });
        }
        sql::follow(tx, &moved, target).map(|()| departed)
    })?;
    remember(tx, &items, target, &numbers)?;
    index::update_many(tx, &moved)?;
    Ok(departed.into_iter().take(ids.len()).collect())
}

/// The items that move: those that were named, and with them what is below them and waits not in intake. What is below is judged as if it
/// had been named.
fn travellers(tx: &mut WriteTx<'_, ProjectScope>, named: Vec<WorkItem>, below: Below, refusal: &Refusal) -> db::Result<Vec<WorkItem>> {
    let ids: Vec<Uuid> = named.iter().map(|item| item.id).collect();
    let mut items = named;
    if below == Below::Move {
        let found = sql::below(tx, &ids, (NESTING.count(), MOVED_AT_ONCE.count() + 1))?;
        for row in &found {
            tx.scope().check_creator(row.created_by, refusal.clone())?;
        }
        let more: HashSet<Uuid> = found.into_iter().map(|row| row.id).filter(|id| !ids.contains(id)).collect();
        items.extend(queries::find_any(tx, &more.into_iter().collect::<Vec<_>>())?);
    }
    if items.len() > MOVED_AT_ONCE.most {
        return Err(MOVED_AT_ONCE.refuse(format!("More than {} work items would be moved at once.", MOVED_AT_ONCE.most)).into());
    }
    Ok(items)
}

/// Takes the items that stay out from below those that go.
fn detach(tx: &mut WriteTx<'_, ProjectScope>, moved: &[Uuid]) -> db::Result<()> {
    let of = |column| WORK_ITEMS.col(column);
    let stay = id_in(WORK_ITEMS, "parent_id", moved).and(id_in(WORK_ITEMS, "id", moved).not());
    let select = tx.in_project(WORK_ITEMS).filter(stay.clone()).expr(of("id")).expr(of("parent_id"));
    let children = tx.all::<(Uuid, Uuid)>(&select)?;
    if children.is_empty() {
        return Ok(());
    }
    let names = super::refs::item_names(tx, moved)?;
    tx.update_where(WORK_ITEMS, stay.and(of("project_id").eq(tx.project_id())), vec![("parent_id", None::<Uuid>.into())])?;
    for (child, parent) in children {
        let old = (parent, names.get(&parent).cloned().unwrap_or_default());
        let event = Event::new("work_item", "updated", child).in_project(tx.project_id()).about(child);
        tx.record(event.with(vec![Change::reference("parent", Some(old), None)]))?;
    }
    Ok(())
}

/// The number of each item in the new place: the one that it once had there, else the next.
fn numbers(tx: &mut WriteTx<'_, ProjectScope>, moved: &[Uuid], target: Uuid) -> db::Result<HashMap<Uuid, i64>> {
    let of = |column| FORMER_IDENTIFIERS.col(column);
    let had = of("project_id").eq(target).and(id_in(FORMER_IDENTIFIERS, "item_id", moved));
    let taken = tx.from_with_deleted(WORK_ITEMS).filter(WORK_ITEMS.col("project_id").eq(target));
    let taken = taken.filter(WORK_ITEMS.col("sequence_id").eq(of("sequence_id"))).exists();
    let select = tx.from(FORMER_IDENTIFIERS).filter(had.and(taken.not())).expr(of("item_id")).expr(of("sequence_id"));
    let mut numbers: HashMap<Uuid, i64> = tx.all::<(Uuid, i64)>(&select)?.into_iter().collect();
    let new: Vec<Uuid> = moved.iter().copied().filter(|id| !numbers.contains_key(id)).collect();
    if !new.is_empty() {
        let first = tx.next_numbers(target, i64::try_from(new.len()).unwrap_or(i64::MAX))?;
        numbers.extend(new.into_iter().zip(first..));
    }
    Ok(numbers)
}

/// Writes one item in its new place, and tells both projects: the old one that it left, the new one everything about it that is new.
fn settle(
    tx: &mut WriteTx<'_, ProjectScope>,
    item: &WorkItem,
    mapped: Mapped,
    (target, letters, number): (Uuid, &str, i64),
) -> db::Result<Vec<Change>> {
    let (id, source) = (item.id, tx.project_id());
    let Mapped { edit, unassigned, unlabelled, labelled } = mapped;
    let mut set = edit.set;
    set.extend([("project_id", target.into()), ("sequence_id", number.into())]);
    tx.update_where(WORK_ITEMS, WORK_ITEMS.col("id").eq(id), set)?;
    let rows = |table: db::Table, column, ids: &[Uuid]| table.col("item_id").eq(id).and(id_in(table, column, ids));
    if !unassigned.is_empty() {
        tx.remove_where(WORK_ITEM_ASSIGNEES, rows(WORK_ITEM_ASSIGNEES, "member_id", &unassigned))?;
    }
    if !unlabelled.is_empty() {
        tx.remove_where(WORK_ITEM_LABELS, rows(WORK_ITEM_LABELS, "label_id", &unlabelled))?;
    }
    edit::label(tx, id, &labelled)?;
    let old = (source, format!("{}-{}", tx.scope().identifier(), item.sequence_id));
    let mut changes = vec![Change::reference("project", Some(old), Some((target, format!("{letters}-{number}"))))];
    // A label of the whole workspace stays the same one.
    let is_same = |change: &Change| change.old_id.is_some() && change.old_id == change.new_id;
    changes.extend(edit.changes.into_iter().filter(|change| !is_same(change)));
    tx.record(Event::new("work_item", "moved", id).in_project(source).about(id).with(changes.clone()))?;
    tx.record(Event::new("work_item", "updated", id).in_project(target).about(id).with(changes.clone()))?;
    Ok(changes)
}

/// Notes what the items were called, so that they are found by it.
fn remember(tx: &mut WriteTx<'_, ProjectScope>, items: &[WorkItem], target: Uuid, numbers: &HashMap<Uuid, i64>) -> db::Result<()> {
    let of = |column| FORMER_IDENTIFIERS.col(column);
    let given: Vec<i64> = numbers.values().copied().collect();
    tx.remove_where(FORMER_IDENTIFIERS, of("project_id").eq(target).and(of("sequence_id").is_in(given)))?;
    let (project, key, now) = (tx.project_id(), text::key(tx.scope().identifier()), tx.now().micros());
    // An import may have given a number again that was kept for one that left: the last one counts.
    let again: Vec<i64> = items.iter().map(|item| item.sequence_id).collect();
    tx.remove_where(FORMER_IDENTIFIERS, of("project_id").eq(project).and(of("sequence_id").is_in(again)))?;
    let row = |item: &WorkItem| vec![project.into(), item.sequence_id.into(), key.as_str().into(), item.id.into(), now.into()];
    let rows = items.iter().map(row).collect();
    tx.insert_rows(FORMER_IDENTIFIERS, &["project_id", "sequence_id", "identifier_key", "item_id", "created_at"], rows)
}
