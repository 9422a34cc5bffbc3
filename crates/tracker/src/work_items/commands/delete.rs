//! Deleting work items.

use std::collections::{BTreeMap, HashSet};

use aileron_db::{self as db, ProjectScope, WriteTx, id_in, schema::WORK_ITEMS};
use aileron_kernel::{
    Change, Event, Refusal, Role, Uuid,
    limits::{DELETED_AT_ONCE, NESTING},
    refusal::Kind,
};
use serde_json::{Value, json};

use super::{many, update::to_change};
use crate::{projects::rules::check_writable, search::index, work_items::sql};

/// The most items that one statement marks deleted.
const CHUNK: usize = 500;

/// Deletes an item and all items below it. Admins may, and who made it together with everything below it: nobody removes
/// what others made by putting it below his own.
pub fn delete(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    let refusal = refusal(tx);
    let item = to_change(tx, id, &refusal)?;
    remove(tx, &[(id, item.name)], &refusal)
}

/// The same of many items, all or none.
pub fn delete_many(tx: &mut WriteTx<'_, ProjectScope>, ids: &[Uuid]) -> db::Result<()> {
    check_writable(tx.scope())?;
    let refusal = refusal(tx);
    let items: Vec<(Uuid, String)> = many::to_change(tx, ids, &refusal)?.into_iter().map(|item| (item.id, item.name)).collect();
    remove(tx, &items, &refusal)
}

/// What somebody is told who may not delete an item.
pub(super) fn refusal(tx: &WriteTx<'_, ProjectScope>) -> Refusal {
    if tx.scope().is_at_least(Role::Member) {
        Refusal::new(Kind::Forbidden, json!({ "error": "Only admin or creator can delete the work item" }))
    } else {
        Refusal::forbidden()
    }
}

/// Deletes items that the caller may delete, by id and name, and all items below them, if he may delete these. What is below names
/// the item with which it went.
pub(crate) fn remove(tx: &mut WriteTx<'_, ProjectScope>, items: &[(Uuid, String)], refusal: &Refusal) -> db::Result<()> {
    let ids: Vec<Uuid> = items.iter().map(|(id, _)| *id).collect();
    let below = sql::below(tx, &ids, (NESTING.count(), DELETED_AT_ONCE.count()))?;
    for row in &below {
        tx.scope().check_creator(row.created_by, refusal.clone())?;
    }
    if ids.len() + below.len() > DELETED_AT_ONCE.most {
        let message = format!("More than {} work items would be deleted. Delete some of those below first.", DELETED_AT_ONCE.most);
        return Err(DELETED_AT_ONCE.refuse(message).into());
    }
    let nested: HashSet<Uuid> = below.iter().map(|row| row.id).collect();
    let mut gone: Vec<(Uuid, String)> = items.iter().filter(|(id, _)| !nested.contains(id)).cloned().collect();
    let roots: Vec<Uuid> = gone.iter().map(|(id, _)| *id).collect();
    mark(tx, &roots, None)?;
    let mut with: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for row in below.into_iter().filter(|row| roots.contains(&row.root)) {
        with.entry(row.root).or_default().push(row.id);
        gone.push((row.id, row.name));
    }
    for (root, below) in &with {
        mark(tx, below, Some(*root))?;
    }
    for (id, name) in &gone {
        let change = Change::value("name", name.as_str(), Value::Null);
        tx.record(Event::new("work_item", "deleted", *id).in_project(tx.project_id()).about(*id).with(vec![change]))?;
    }
    index::remove(tx, &gone.into_iter().map(|(id, _)| id).collect::<Vec<_>>())
}

fn mark(tx: &mut WriteTx<'_, ProjectScope>, ids: &[Uuid], with: Option<Uuid>) -> db::Result<()> {
    let now = tx.now().micros();
    for chunk in ids.chunks(CHUNK) {
        tx.update_where(WORK_ITEMS, id_in(WORK_ITEMS, "id", chunk), vec![("deleted_at", Some(now).into()), ("deleted_with", with.into())])?;
    }
    Ok(())
}
