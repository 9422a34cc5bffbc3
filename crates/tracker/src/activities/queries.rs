//! Reading the history of an item.

use std::collections::{HashMap, HashSet};

use aileron_db::{self as db, ExprTrait as _, ProjectScope, Tx, id_in, schema::WORK_ITEMS};
use aileron_kernel::{Change, Page, PageRequest, Refusal, Uuid, refusal::Kind};
use serde_json::{Value, json};

use super::{
    model::{ActivityView, Entry, Place},
    sql,
};
use crate::{
    automations::{self, queries::NamedRule},
    work_items::visibility,
};

/// What stands for the name of an item that the caller may not see.
const HIDDEN: &str = "a hidden work item";

/// Reads `order_by`; whether the newest row comes first.
pub fn newest_first(order_by: Option<&str>) -> Result<bool, Refusal> {
    match order_by {
        None | Some("created_at") => Ok(false),
        Some("-created_at") => Ok(true),
        Some(_) => Err(Refusal::field("order_by", "Must be created_at or -created_at.")),
    }
}

/// One page of the history of an item.
pub fn list(tx: &mut Tx<'_, ProjectScope>, item: Uuid, newest_first: bool, page: PageRequest) -> db::Result<Page<ActivityView>> {
    visibility::check_item(tx, item)?;
    let total = sql::count(tx, item)?;
    let place = place(tx, item);
    let mut entries = sql::page(tx, item, newest_first, page.per_page, page.offset())?;
    hide(tx, &mut entries)?;
    let rules = rules(tx, &entries)?;
    Ok(page.answer(entries.into_iter().map(|entry| ActivityView::new(entry, place, &rules)).collect(), total))
}

/// One row of the history of an item. Refuses with 404 where there is none.
pub fn get(tx: &mut Tx<'_, ProjectScope>, item: Uuid, id: Uuid) -> db::Result<ActivityView> {
    visibility::check_item(tx, item)?;
    let place = place(tx, item);
    let mut near = sql::near(tx, item, id)?;
    hide(tx, &mut near)?;
    let rules = rules(tx, &near)?;
    let near = near.into_iter().map(|entry| ActivityView::new(entry, place, &rules));
    let missing = || Refusal::new(Kind::NotFound, json!({ "message": "Activity not found.", "code": "NOT_FOUND" }));
    near.into_iter().find(|activity| activity.id == id).ok_or_else(|| missing().into())
}

/// What the automations are called that did some of it.
fn rules(tx: &mut Tx<'_, ProjectScope>, entries: &[Entry]) -> db::Result<HashMap<Uuid, NamedRule>> {
    automations::queries::names(tx, &entries.iter().filter_map(Entry::rule).collect())
}

/// Takes the names of items that the caller may not see out of what is told of relations.
fn hide(tx: &mut Tx<'_, ProjectScope>, entries: &mut [Entry]) -> db::Result<()> {
    let mut named: Vec<&mut Change> =
        entries.iter_mut().filter(|entry| entry.entity == "relation").filter_map(|entry| entry.change.as_mut()).collect();
    let other = |change: &Change| change.new_id.or(change.old_id);
    let ids: Vec<Uuid> = named.iter().filter_map(|change| other(change)).collect();
    if ids.is_empty() {
        return Ok(());
    }
    // A deleted item is still called what it was called.
    let select =
        tx.from_with_deleted(WORK_ITEMS).filter(id_in(WORK_ITEMS, "id", &ids).and(visibility::around(tx))).expr(WORK_ITEMS.col("id"));
    let seen: HashSet<Uuid> = tx.all::<(Uuid,)>(&select)?.into_iter().map(|row| row.0).collect();
    for change in named.iter_mut().filter(|change| other(change).is_some_and(|id| !seen.contains(&id))) {
        let hidden = |value: &Value| if value.is_null() { Value::Null } else { HIDDEN.into() };
        (change.old, change.new) = (hidden(&change.old), hidden(&change.new));
        (change.old_id, change.new_id) = (None, None);
    }
    Ok(())
}

fn place(tx: &Tx<'_, ProjectScope>, item: Uuid) -> Place {
    Place { workspace: tx.workspace_id(), project: tx.project_id(), item }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_time_sorts() {
        assert_eq!((newest_first(None), newest_first(Some("-created_at"))), (Ok(false), Ok(true)));
        assert!(newest_first(Some("actor__password")).is_err());
    }
}
