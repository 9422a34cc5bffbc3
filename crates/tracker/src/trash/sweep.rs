//! Emptying the trash: what nobody brought back in time is removed for good, with what hangs on it. So is what no list of the trash shows:
//! comments, links, notes and drafts, which come back by undoing, pages, which have a list of their own, and views, which do not come back.
//!
//! The log keeps what happened to it, under its id. Files go before the item that they are attached to (`assets::sweep`), so that none is
//! left behind; an item whose files are still there waits for the next time. Projects stay, which are few and somebody's whole work; and
//! cycles that a cadence made, whose numbers go on from theirs.

use std::collections::BTreeMap;

use aileron_db::{
    self as db, Condition, Db, ExprTrait as _, Principal, Session, Table, Tx, Unscoped,
    schema::{ASSETS, COMMENTS, CYCLES, MODULES, PAGES, STICKIES, VIEWS, WORK_ITEM_DRAFTS, WORK_ITEM_LINKS, WORK_ITEMS, WORKSPACES},
};
use aileron_identity::accounts;
use aileron_kernel::{Time, Uuid};

use super::sql;
use crate::search::index;

/// How many rows are removed in one transaction.
const BATCH: i64 = 200;

/// What is removed, and what its number is called.
pub const SWEPT: [(Table, &str); 9] = [
    (WORK_ITEMS, "work_item"),
    (CYCLES, "cycle"),
    (MODULES, "module"),
    (COMMENTS, "comment"),
    (WORK_ITEM_LINKS, "link"),
    (STICKIES, "sticky"),
    (WORK_ITEM_DRAFTS, "draft"),
    (VIEWS, "view"),
    (PAGES, "page"),
];

/// How much was removed, by what it was.
pub type Removed = BTreeMap<&'static str, u64>;

/// Removes what was deleted longer ago than this, in seconds.
pub async fn empty(db: &Db, kept: i64) -> db::Result<Removed> {
    let mut removed = Removed::new();
    for (table, word) in SWEPT {
        loop {
            let count = db.write(move |session| batch(session, table, kept)).await?;
            if count == 0 {
                break;
            }
            *removed.entry(word).or_default() += count;
        }
    }
    Ok(removed)
}

/// Removes some rows of one workspace; how many.
fn batch(session: &mut Session, table: Table, kept: i64) -> db::Result<u64> {
    let before = session.now().plus_seconds(-kept);
    let workspace = {
        let mut tx = session.unscoped_to_write(Unscoped::Job)?;
        let live = WORKSPACES.col("id").eq(table.col("workspace_id"));
        let select = tx.from_with_deleted(table).join(WORKSPACES, live).filter(can_go(&tx, table, before));
        tx.optional::<(Uuid,)>(&select.expr(table.col("workspace_id")).limit(1))?
    };
    let Some((workspace,)) = workspace else { return Ok(0) };
    let server = Principal::proved(accounts::automation("housekeeping"), Vec::new());
    let Some(mut tx) = session.workspace_for_job(&server, workspace)? else { return Ok(0) };
    let select = tx.from_with_deleted(table).filter(can_go(&tx, table, before)).expr(table.col("id"));
    let ids: Vec<Uuid> = tx.all::<(Uuid,)>(&select.limit(BATCH))?.into_iter().map(|row| row.0).collect();
    if table == WORK_ITEMS {
        index::remove(&mut tx, &ids)?;
    }
    sql::purge(&mut tx, table, &ids)
}

fn can_go<S: db::Reach>(tx: &Tx<'_, S>, table: Table, before: Time) -> Condition {
    let old = Condition::all().add(table.col("deleted_at").lt(before.micros()));
    match table {
        WORK_ITEMS => {
            let same = ASSETS.col("workspace_id").eq(WORK_ITEMS.col("workspace_id")).and(ASSETS.col("item_id").eq(WORK_ITEMS.col("id")));
            old.add(tx.from_with_deleted(ASSETS).filter(same).exists().not())
        }
        CYCLES => old.add(CYCLES.col("cadence_number").is_null()),
        _ => old,
    }
}
