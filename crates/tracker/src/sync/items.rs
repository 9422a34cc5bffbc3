//! Work items: their columns, and the side tables and counts of a page, one statement each.

use std::collections::HashMap;

use aileron_db::{
    self as db, Condition, Expr, ExprTrait as _, FromRow, Select, Table, Tx, WorkspaceScope, id_in,
    schema::{ASSETS, STATES, WORK_ITEM_LINKS, WORK_ITEMS},
};
use aileron_kernel::{Time, Uuid, work::StateGroup};
use jiff::civil::Date;

use super::{
    rows::{ItemRow, Row},
    view::View,
};
use crate::work_items::{sides, visibility};

db::row! {
    /// The columns that clients keep, and whether lists show the item.
    pub(super) struct Stored {
        pub id: Uuid,
        pub project_id: Uuid,
        sequence_id: i64,
        name: String,
        state_id: Uuid,
        priority: String,
        parent_id: Option<Uuid>,
        type_id: Option<Uuid>,
        estimate_point_id: Option<Uuid>,
        point: Option<i64>,
        start_date: Option<Date>,
        target_date: Option<Date>,
        completed_at: Option<Time>,
        archived_at: Option<Date>,
        sort_order: f64,
        pub created_at: Time,
        updated_at: Time,
        created_by: Option<Uuid>,
        external_source: Option<String>,
        external_id: Option<String>,
        hidden: Option<String>,
        deleted_at: Option<Time>,
    }
}

impl Stored {
    /// Whether lists show it.
    pub(super) const fn is_shown(&self) -> bool {
        self.hidden.is_none() && self.deleted_at.is_none()
    }

    /// Whether it is deleted.
    pub(super) const fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }
}

/// One page of the items of a project in which the caller sees items, the newest first, from behind this one on.
pub(super) fn page(
    tx: &mut Tx<'_, WorkspaceScope>,
    shown: &visibility::Shown,
    after: Option<(Time, Uuid)>,
    limit: i64,
) -> db::Result<Vec<Stored>> {
    let (created_at, id) = (|| WORK_ITEMS.col("created_at"), || WORK_ITEMS.col("id"));
    let behind = after.map(|(time, last)| {
        let older = Condition::any().add(created_at().lt(time.micros())).add(id().lt(last));
        Condition::all().add(created_at().lte(time.micros())).add(older)
    });
    let select = tx
        .from(WORK_ITEMS)
        .columns::<Stored>(WORK_ITEMS)
        .filter(shown.items(tx.user_id()).and(WORK_ITEMS.col("hidden").is_null()))
        .filter_some(behind)
        .order(created_at(), db::Order::Desc)
        .order(id(), db::Order::Desc)
        .limit(limit);
    tx.all(&select)
}

/// An item as the caller stands to it.
pub(super) struct Seen {
    pub item: Stored,
    /// Whether it is no draft of somebody else.
    pub is_open: bool,
}

impl FromRow for Seen {
    const COLUMNS: &'static [&'static str] = &[];
    fn from_row(row: &mut db::Row<'_>) -> db::Result<Self> {
        Ok(Self { item: Stored::from_row(row)?, is_open: row.take()? })
    }
}

/// Items that the caller sees or saw, deleted and hidden ones included, for which this holds.
pub(super) fn seen(tx: &mut Tx<'_, WorkspaceScope>, condition: impl Into<Condition>, limit: i64) -> db::Result<Vec<Seen>> {
    let seen = visibility::in_workspace(tx);
    let select = tx.from_with_deleted(WORK_ITEMS).columns::<Stored>(WORK_ITEMS).filter(condition).filter(seen).limit(limit);
    let select = select.expr(visibility::no_draft_of_others(tx.user_id()));
    tx.all(&select)
}

/// Those of these items, wherever they are, that are no drafts of others, with who made them.
pub(super) fn open(tx: &mut Tx<'_, WorkspaceScope>, ids: &[Uuid]) -> db::Result<Vec<(Uuid, Option<Uuid>)>> {
    let of_these = id_in(WORK_ITEMS, "id", ids).and(visibility::no_draft_of_others(tx.user_id()));
    let select = tx.from_with_deleted(WORK_ITEMS).filter(of_these).expr(WORK_ITEMS.col("id")).expr(WORK_ITEMS.col("created_by"));
    tx.all(&select)
}

/// Whether the caller sees the item, hidden or not.
pub fn sees(tx: &mut Tx<'_, WorkspaceScope>, item: Uuid) -> db::Result<bool> {
    let seen = visibility::in_workspace(tx);
    let select = tx.from(WORK_ITEMS).filter(WORK_ITEMS.col("id").eq(item)).filter(seen);
    let select = select.filter(visibility::no_draft_of_others(tx.user_id()));
    tx.any(select)
}

/// The parents of these items, deleted ones included.
pub(super) fn parents(tx: &mut Tx<'_, WorkspaceScope>, items: &[Uuid]) -> db::Result<Vec<(Uuid, Uuid)>> {
    let of_these = id_in(WORK_ITEMS, "id", items).and(WORK_ITEMS.col("parent_id").is_not_null());
    let select = tx.from_with_deleted(WORK_ITEMS).filter(of_these).expr(WORK_ITEMS.col("id")).expr(WORK_ITEMS.col("parent_id"));
    tx.all(&select)
}

/// The rows of these items.
pub(super) fn rows(tx: &mut Tx<'_, WorkspaceScope>, view: &View, items: Vec<Stored>) -> db::Result<Vec<Row>> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = items.iter().map(|item| item.id).collect();
    let mut assignees = sides::assignees(tx, &ids)?;
    let mut labels = sides::labels(tx, &ids)?;
    let mut cycles = sides::cycles(tx, &ids)?;
    let mut modules = sides::modules(tx, &ids)?;
    let below = below(tx, &ids)?;
    let links = counted(tx, tx.from(WORK_ITEM_LINKS), WORK_ITEM_LINKS, &ids)?;
    let there = tx.from(ASSETS).filter(ASSETS.col("is_uploaded").eq(true));
    let attachments = counted(tx, there, ASSETS, &ids)?;
    let row = |item: Stored| {
        let id = item.id;
        let (sub_items_count, sub_items_done) = below.get(&id).copied().unwrap_or_default();
        Row::WorkItem(Box::new(ItemRow {
            id,
            version: view.version,
            project: item.project_id,
            sequence_id: item.sequence_id,
            name: item.name,
            state: item.state_id,
            priority: item.priority,
            assignees: assignees.remove(&id).unwrap_or_default(),
            labels: labels.remove(&id).unwrap_or_default(),
            cycle: cycles.remove(&id).unwrap_or_default().pop(),
            modules: modules.remove(&id).unwrap_or_default(),
            parent: item.parent_id,
            kind: item.type_id,
            estimate_point: item.estimate_point_id,
            point: item.point,
            start_date: item.start_date,
            target_date: item.target_date,
            completed_at: item.completed_at,
            archived_at: item.archived_at,
            sort_order: item.sort_order,
            created_at: item.created_at,
            updated_at: item.updated_at,
            created_by: item.created_by,
            sub_items_count,
            sub_items_done,
            link_count: links.get(&id).copied().unwrap_or_default(),
            attachment_count: attachments.get(&id).copied().unwrap_or_default(),
            external_source: item.external_source,
            external_id: item.external_id,
        }))
    };
    Ok(items.into_iter().map(row).collect())
}

/// How many items the caller sees below each of these, and how many of them are completed.
fn below(tx: &mut Tx<'_, WorkspaceScope>, items: &[Uuid]) -> db::Result<HashMap<Uuid, (i64, i64)>> {
    let seen = visibility::in_workspace(tx);
    let completed = Expr::case(STATES.col("group_name").eq(StateGroup::Completed.as_str()), WORK_ITEMS.col("id"));
    let select = tx
        .from(WORK_ITEMS)
        .join(STATES, STATES.col("id").eq(WORK_ITEMS.col("state_id")))
        .filter(id_in(WORK_ITEMS, "parent_id", items).and(WORK_ITEMS.col("hidden").is_null()))
        .filter(seen)
        .expr(WORK_ITEMS.col("parent_id"))
        .expr(WORK_ITEMS.col("id").count())
        .expr(Expr::Case(Box::new(completed)).count())
        .group_by(WORK_ITEMS.col("parent_id"));
    let rows = tx.all::<(Uuid, i64, i64)>(&select)?.into_iter();
    Ok(rows.map(|(parent, all, done)| (parent, (all, done))).collect())
}

/// How many of these rows hang on each of the items.
fn counted(tx: &mut Tx<'_, WorkspaceScope>, rows: Select, table: Table, items: &[Uuid]) -> db::Result<HashMap<Uuid, i64>> {
    let select =
        rows.filter(id_in(table, "item_id", items)).expr(table.col("item_id")).expr(table.col("id").count()).group_by(table.col("item_id"));
    Ok(tx.all::<(Uuid, i64)>(&select)?.into_iter().collect())
}
