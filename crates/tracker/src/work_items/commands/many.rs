//! Many items in one request: each is looked up and judged as it would be alone.

use std::collections::HashMap;

use aileron_db::{self as db, ProjectScope, WriteTx};
use aileron_kernel::{Fields, Refusal, Uuid, fields::unknown_id, limits::BULK, refusal::Kind};
use serde_json::json;

use super::update;
use crate::work_items::{model::WorkItem, queries};

/// The field of a body that names the items.
pub(super) const FIELD: &str = "work_item_ids";

/// Reads which items a request is about: at least one, and not more than its limit lets through.
pub fn wanted(fields: &mut Fields) -> Option<Vec<Uuid>> {
    fields.require(FIELD);
    fields.some_ids_within(FIELD, BULK)
}

/// The items in the order of the ids, if the caller may change all of them. What names none is refused by its place; to somebody who may
/// change only his own, others' are as forbidden as missing ones.
pub(super) fn to_change(tx: &mut WriteTx<'_, ProjectScope>, ids: &[Uuid], refusal: &Refusal) -> db::Result<Vec<WorkItem>> {
    let found = queries::find_all_accepted(tx, ids)?;
    let mut found: HashMap<Uuid, WorkItem> = found.into_iter().map(|item| (item.id, item)).collect();
    let mut items = Vec::with_capacity(ids.len());
    for (index, id) in ids.iter().enumerate() {
        let item = found.remove(id);
        tx.scope().check_creator(item.as_ref().and_then(|item| item.created_by), refusal.clone())?;
        items.push(item.ok_or_else(|| unknown(index, *id))?);
    }
    Ok(items)
}

/// Refuses an item, named in an address, that is not there or not the caller's to change.
pub fn check_one(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid) -> db::Result<()> {
    update::to_change(tx, id, &Refusal::forbidden()).map(|_| ())
}

fn unknown(index: usize, id: Uuid) -> Refusal {
    Refusal::new(Kind::Invalid, json!({ FIELD: { index.to_string(): [unknown_id(id)] } }))
}
