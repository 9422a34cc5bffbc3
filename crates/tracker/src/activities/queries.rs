//! Reading the history of an item.

use aileron_db::{self as db, ProjectScope, Tx};
use aileron_kernel::{Page, PageRequest, Refusal, Uuid, refusal::Kind};
use serde_json::json;

use super::{
    model::{ActivityView, Place},
    sql,
};
use crate::work_items::visibility;

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
    let entries = sql::page(tx, item, newest_first, page.per_page, page.offset())?;
    Ok(page.answer(entries.into_iter().map(|entry| ActivityView::new(entry, place)).collect(), total))
}

/// One row of the history of an item. Refuses with 404 where there is none.
pub fn get(tx: &mut Tx<'_, ProjectScope>, item: Uuid, id: Uuid) -> db::Result<ActivityView> {
    visibility::check_item(tx, item)?;
    let place = place(tx, item);
    let near = sql::near(tx, item, id)?.into_iter().map(|entry| ActivityView::new(entry, place));
    let missing = || Refusal::new(Kind::NotFound, json!({ "message": "Activity not found.", "code": "NOT_FOUND" }));
    near.into_iter().find(|activity| activity.id == id).ok_or_else(|| missing().into())
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
