//! Deleting work items.

use aileron_db::{self as db, ProjectScope, WriteTx, id_in, schema::WORK_ITEMS};
use aileron_kernel::{Change, Event, Refusal, Role, Uuid, refusal::Kind};
use serde_json::{Value, json};

use super::update::to_change;
use crate::{projects::rules::check_writable, search::index, work_items::sql};

/// The most items that one statement marks deleted.
const CHUNK: usize = 500;

/// The most items that one request deletes.
const MOST: usize = 5_000;

/// Deletes an item and all items below it. Admins may, and who made it together with everything below it: nobody removes
/// what others made by putting it below his own.
pub fn delete(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    let refusal = if tx.scope().is_at_least(Role::Member) {
        Refusal::new(Kind::Forbidden, json!({ "error": "Only admin or creator can delete the work item" }))
    } else {
        Refusal::forbidden()
    };
    let item = to_change(tx, id, &refusal)?;
    remove(tx, id, item.name, &refusal)
}

/// Deletes an item of this name that the caller may delete, and all items below it, if he may delete them.
pub(crate) fn remove(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid, name: String, refusal: &Refusal) -> db::Result<()> {
    let mut gone = vec![(id, name)];
    for (id, name, created_by) in sql::below(tx, id, MOST)? {
        tx.scope().check_creator(created_by, refusal.clone())?;
        gone.push((id, name));
    }
    if gone.len() > MOST {
        return Err(Refusal::error(format!("More than {MOST} work items would be deleted. Delete some of those below it first.")).into());
    }
    for chunk in gone.chunks(CHUNK) {
        let ids: Vec<Uuid> = chunk.iter().map(|row| row.0).collect();
        tx.delete_where(WORK_ITEMS, id_in(WORK_ITEMS, "id", &ids))?;
        for (id, name) in chunk {
            let change = Change::value("name", name.as_str(), Value::Null);
            let event = Event::new("work_item", "deleted", *id).in_project(tx.project_id()).about(*id);
            tx.record(event.with(vec![change]))?;
        }
        index::remove(tx, &ids)?;
    }
    Ok(())
}
