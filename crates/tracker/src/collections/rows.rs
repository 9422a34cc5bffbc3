//! The rows that say which items a collection holds: read, added, removed.

use std::collections::HashMap;

use aileron_db::{self as db, ExprTrait as _, Order, ProjectScope, Tx, Value, WriteTx, id_in, schema::WORK_ITEMS};
use aileron_kernel::{Change, Event, Fields, Refusal, Time, Uuid, fields::unknown_id, refusal::Kind};
use serde_json::json;

use super::{Collection, MOST_ITEMS};
use crate::work_items::visibility;

/// A row as stored: that an item is in a collection.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id.
    pub id: Uuid,
    /// The collection.
    pub of: Uuid,
    /// The item.
    pub item: Uuid,
    /// When it came in.
    pub created_at: Time,
    /// When it was last moved.
    pub updated_at: Time,
    /// Who put it in.
    pub created_by: Option<Uuid>,
    /// Who moved it last.
    pub updated_by: Option<Uuid>,
    /// How many items are below the item.
    pub below: i64,
}

/// The rows of a collection whose items the caller may see, the newest first. Two statements.
pub fn list(tx: &mut Tx<'_, ProjectScope>, of: Collection, id: Uuid) -> db::Result<Vec<Row>> {
    read(tx, of, id, None)
}

/// The row of one item in a collection. Refuses with 404 where there is none.
pub fn one(tx: &mut Tx<'_, ProjectScope>, of: Collection, id: Uuid, item: Uuid) -> db::Result<Row> {
    read(tx, of, id, Some(item))?.pop().ok_or_else(|| Refusal::not_found().into())
}

fn read(tx: &mut Tx<'_, ProjectScope>, of: Collection, id: Uuid, item: Option<Uuid>) -> db::Result<Vec<Row>> {
    let col = |column| of.table.col(column);
    let live = tx
        .in_project(of.table)
        .join(WORK_ITEMS, WORK_ITEMS.col("id").eq(col("item_id")))
        .filter(col(of.column).eq(id))
        .filter_some(item.map(|item| col("item_id").eq(item)))
        .filter(visibility::no_draft_of_others(tx.user_id()))
        .filter_some(visibility::in_project(tx.scope()));
    let select = ["id", of.column, "item_id", "created_at", "updated_at", "created_by", "updated_by"]
        .into_iter()
        .fold(live, |select, column| select.expr(col(column)));
    let select = select.order(col("created_at"), Order::Desc).order(col("id"), Order::Desc).limit(limit());
    let rows = tx.all::<(Uuid, Uuid, Uuid, Time, Time, Option<Uuid>, Option<Uuid>)>(&select)?;
    let mut below = below(tx, of, id, item)?;
    let row = |(id, of, item, created_at, updated_at, created_by, updated_by)| Row {
        id,
        of,
        item,
        created_at,
        updated_at,
        created_by,
        updated_by,
        below: below.remove(&item).unwrap_or(0),
    };
    Ok(rows.into_iter().map(row).collect())
}

fn limit() -> i64 {
    i64::try_from(MOST_ITEMS).unwrap_or(i64::MAX)
}

/// How many items are below each item of a collection.
fn below(tx: &mut Tx<'_, ProjectScope>, of: Collection, id: Uuid, item: Option<Uuid>) -> db::Result<HashMap<Uuid, i64>> {
    let parent = WORK_ITEMS.col("parent_id");
    let held = tx.in_project(of.table).filter(of.table.col(of.column).eq(id));
    let held = held.filter_some(item.map(|item| of.table.col("item_id").eq(item))).expr(of.table.col("item_id"));
    let select = tx
        .in_project(WORK_ITEMS)
        .filter(held.contains(parent.clone()))
        .filter(WORK_ITEMS.col("hidden").is_null())
        .filter_some(visibility::in_project(tx.scope()))
        .expr(parent.clone())
        .expr(WORK_ITEMS.col("id").count())
        .group_by(parent);
    Ok(tx.all::<(Uuid, i64)>(&select)?.into_iter().collect())
}

/// Reads the list `issues` of a body. `missing` is the refusal where there is none.
pub fn wanted(mut fields: Fields, missing: Refusal) -> Result<Vec<Uuid>, Refusal> {
    let is_empty = fields.raw("issues").is_none_or(|list| list.is_null() || list.as_array().is_some_and(Vec::is_empty));
    if is_empty {
        return Err(missing);
    }
    let ids = fields.some_ids("issues");
    match (ids, fields.finish()) {
        (Some(ids), Ok(())) => Ok(ids),
        (_, Err(refusal)) => Err(in_words(refusal.body, "Please provide valid detail")),
        (None, Ok(())) => Err(missing),
    }
}

/// A refusal that names the field, and says in `error` what the compatible API says.
fn in_words(mut body: serde_json::Value, error: &str) -> Refusal {
    if let Some(fields) = body.as_object_mut() {
        fields.insert("error".to_owned(), error.into());
    }
    Refusal::new(Kind::Invalid, body)
}

/// An item that is to come into a collection.
#[derive(Clone, Copy, Debug)]
pub struct Chosen {
    /// The item.
    pub id: Uuid,
    /// When it was made.
    pub created_at: Time,
}

/// The items of the project that these ids name, in their order. One that names none refuses all of them. What waits in intake
/// is not an item yet, and what is archived stays as it is.
pub fn choose(tx: &mut WriteTx<'_, ProjectScope>, ids: &[Uuid]) -> db::Result<Vec<Chosen>> {
    let is_out = WORK_ITEMS.col("hidden").is_null().or(WORK_ITEMS.col("hidden").eq("draft"));
    let select = tx
        .in_project(WORK_ITEMS)
        .filter(id_in(WORK_ITEMS, "id", ids).and(is_out).and(visibility::no_draft_of_others(tx.user_id())))
        .filter_some(visibility::in_project(tx.scope()))
        .expr(WORK_ITEMS.col("id"))
        .expr(WORK_ITEMS.col("created_at"));
    let found: HashMap<Uuid, Time> = tx.all::<(Uuid, Time)>(&select)?.into_iter().collect();
    let chosen = |(index, id): (usize, &Uuid)| match found.get(id) {
        Some(created_at) => Ok(Chosen { id: *id, created_at: *created_at }),
        None => Err(in_words(json!({ "issues": { index.to_string(): [unknown_id(*id)] } }), "The payload is not valid")),
    };
    Ok(ids.iter().enumerate().map(chosen).collect::<Result<_, Refusal>>()?)
}

/// Refuses more items than a collection holds.
pub fn check_room(tx: &mut WriteTx<'_, ProjectScope>, of: Collection, id: Uuid, more: usize) -> db::Result<()> {
    let held = tx.in_project(of.table).filter(of.table.col(of.column).eq(id));
    let held = usize::try_from(tx.count(held)?).unwrap_or(usize::MAX);
    if held.saturating_add(more) > MOST_ITEMS {
        return Err(Refusal::field("issues", format!("Ensure that there are no more than {MOST_ITEMS} work items in it.")).into());
    }
    Ok(())
}

/// Puts items in, in this order, each with its event. The caller has looked them up and knows that they are not in.
pub fn insert(tx: &mut WriteTx<'_, ProjectScope>, of: Collection, holder: &(Uuid, String), items: &[Uuid]) -> db::Result<()> {
    let (project, now, me) = (tx.project_id(), tx.now().micros(), tx.user_id());
    let mut rows: Vec<Vec<Value>> = Vec::with_capacity(items.len());
    for (index, item) in (0_i64..).zip(items) {
        // Later ones come later, so that lists have an order.
        let at = now + index;
        let author = Value::from(Some(me));
        let version = tx.next_version();
        rows.push(vec![
            tx.new_id().into(),
            project.into(),
            holder.0.into(),
            (*item).into(),
            at.into(),
            at.into(),
            author.clone(),
            author,
            version.into(),
        ]);
        let change = Change::reference(of.field, None, Some(holder.clone()));
        tx.record(Event::new(of.entity, "created", holder.0).in_project(project).about(*item).with(vec![change]))?;
    }
    let columns = ["id", "project_id", of.column, "item_id", "created_at", "updated_at", "created_by", "updated_by", "version"];
    tx.insert_rows(of.table, &columns, rows)
}

/// Takes all items out, or one that the caller may see, each with its event. Refuses with 404 where that one is not in.
pub fn remove(tx: &mut WriteTx<'_, ProjectScope>, of: Collection, holder: &(Uuid, String), only: Option<Uuid>) -> db::Result<()> {
    if let Some(item) = only {
        one(tx, of, holder.0, item)?;
    }
    let which = of.table.col(of.column).eq(holder.0);
    let which = only.map_or(which.clone(), |item| which.and(of.table.col("item_id").eq(item)));
    let select = tx.in_project(of.table).filter(which.clone()).expr(of.table.col("item_id"));
    let items = tx.all::<(Uuid,)>(&select.order(of.table.col("created_at"), Order::Asc))?;
    if items.is_empty() {
        return Ok(());
    }
    tx.delete_where(of.table, which)?;
    let project = tx.project_id();
    for (item,) in &items {
        let change = Change::reference(of.field, Some(holder.clone()), None);
        tx.record(Event::new(of.entity, "deleted", holder.0).in_project(project).about(*item).with(vec![change]))?;
    }
    Ok(())
}

/// Takes items out of all that hold them, or only out of these, each with its event. Answers which item went and what says so. The caller
/// has looked the items up.
pub fn take_out(
    tx: &mut WriteTx<'_, ProjectScope>,
    of: Collection,
    items: &[Uuid],
    only: Option<&[Uuid]>,
) -> db::Result<Vec<(Uuid, Change)>> {
    let which = id_in(of.table, "item_id", items);
    let which = only.map_or(which.clone(), |holders| which.and(id_in(of.table, of.column, holders)));
    let select = tx
        .in_project(of.table)
        .left_join(of.holders, of.holders.col("id").eq(of.table.col(of.column)))
        .filter(which.clone())
        .expr(of.table.col(of.column))
        .expr(of.holders.col("name"))
        .expr(of.table.col("item_id"));
    let held = tx.all::<(Uuid, Option<String>, Uuid)>(&select)?;
    if held.is_empty() {
        return Ok(Vec::new());
    }
    tx.delete_where(of.table, which.and(of.table.col("project_id").eq(tx.project_id())))?;
    let project = tx.project_id();
    let mut out = Vec::with_capacity(held.len());
    for (holder, name, item) in held {
        let change = Change::reference(of.field, Some((holder, name.unwrap_or_default())), None);
        tx.record(Event::new(of.entity, "deleted", holder).in_project(project).about(item).with(vec![change.clone()]))?;
        out.push((item, change));
    }
    Ok(out)
}

/// Puts back what was taken out when a cycle or module was deleted at this instant, as far as the items are still there and, of a cycle,
/// in no other one.
pub fn put_back(tx: &mut WriteTx<'_, ProjectScope>, of: Collection, holder: &(Uuid, String), deleted_at: Option<Time>) -> db::Result<()> {
    let with = of.table.col(of.column).eq(holder.0).and(of.table.col("deleted_at").eq(deleted_at.map(Time::micros)));
    let select = tx
        .from_with_deleted(of.table)
        .join(WORK_ITEMS, WORK_ITEMS.col("id").eq(of.table.col("item_id")).and(WORK_ITEMS.col("project_id").eq(tx.project_id())))
        .filter(with)
        .expr(WORK_ITEMS.col("id"))
        .order(of.table.col("created_at"), Order::Asc);
    let mut items: Vec<Uuid> = tx.all::<(Uuid,)>(&select)?.into_iter().map(|row| row.0).collect();
    if of == super::CYCLE {
        let elsewhere = tx.in_project(of.table).filter(id_in(of.table, "item_id", &items)).expr(of.table.col("item_id"));
        let elsewhere: Vec<(Uuid,)> = tx.all(&elsewhere)?;
        items.retain(|item| !elsewhere.contains(&(*item,)));
    }
    insert(tx, of, holder, &items)
}
