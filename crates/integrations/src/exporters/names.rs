//! Names of what items refer to: a statement for each kind and page.

use std::{collections::HashMap, hash::Hash};

use aileron_db::{
    self as db, Expr, ExprTrait as _, InWorkspace, Order, ProjectScope, Table, Tx, id_in,
    schema::{COMMENTS, PROJECTS, STATES, USERS, WORK_ITEM_LINKS, WORK_ITEM_RELATIONS, WORK_ITEMS, WORKSPACE_MEMBERS},
};
use aileron_kernel::{Time, Uuid, work::RelationKind};
use aileron_tracker::work_items::visibility;

/// The most relations of a page that are read.
const MOST_RELATIONS: i64 = 50_000;

/// The values of one column of these rows.
pub(super) fn of<S: InWorkspace>(
    tx: &mut Tx<'_, S>,
    table: Table,
    column: &'static str,
    ids: &[Uuid],
) -> db::Result<HashMap<Uuid, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let select = tx.from(table).filter(id_in(table, "id", ids)).expr(table.col("id")).expr(table.col(column));
    Ok(tx.all::<(Uuid, String)>(&select)?.into_iter().collect())
}

/// Names and groups of states.
pub(super) fn states(tx: &mut Tx<'_, ProjectScope>, ids: &[Uuid]) -> db::Result<HashMap<Uuid, (String, String)>> {
    let select = tx.in_project(STATES).filter(id_in(STATES, "id", ids));
    let select = select.expr(STATES.col("id")).expr(STATES.col("name")).expr(STATES.col("group_name"));
    Ok(tx.all::<(Uuid, String, String)>(&select)?.into_iter().map(|(id, name, group)| (id, (name, group))).collect())
}

/// The names of people who are or were in the workspace.
pub(super) fn people<S: InWorkspace>(tx: &mut Tx<'_, S>, ids: &[Uuid]) -> db::Result<HashMap<Uuid, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let select = tx
        .from(WORKSPACE_MEMBERS)
        .join(USERS, USERS.col("id").eq(WORKSPACE_MEMBERS.col("member_id")))
        .filter(id_in(WORKSPACE_MEMBERS, "member_id", ids))
        .expr(USERS.col("id"))
        .expr(USERS.col("first_name"))
        .expr(USERS.col("last_name"))
        .expr(USERS.col("display_name"));
    let name = |(id, first, last, display): (Uuid, String, String, String)| {
        let full = format!("{first} {last}");
        (id, if full.trim().is_empty() { display } else { full.trim().to_owned() })
    };
    Ok(tx.all(&select)?.into_iter().map(name).collect())
}

/// The numbers of items of the project, of those that the caller may see.
pub(super) fn numbers(tx: &mut Tx<'_, ProjectScope>, ids: &[Uuid]) -> db::Result<HashMap<Uuid, i64>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let seen = tx.in_project(WORK_ITEMS).filter_some(visibility::in_project(tx.scope()));
    let seen = seen.filter(visibility::no_draft_of_others(tx.user_id())).filter(id_in(WORK_ITEMS, "id", ids));
    let select = seen.expr(WORK_ITEMS.col("id")).expr(WORK_ITEMS.col("sequence_id"));
    Ok(tx.all::<(Uuid, i64)>(&select)?.into_iter().collect())
}

/// The relations of each of these items to items that the caller may see, as kind and letters with number.
pub(super) fn relations(tx: &mut Tx<'_, ProjectScope>, items: &[Uuid]) -> db::Result<HashMap<Uuid, Vec<(RelationKind, String)>>> {
    let mut found = Vec::new();
    for (own, other, is_stored) in [("item_id", "related_item_id", true), ("related_item_id", "item_id", false)] {
        let relation = |column| WORK_ITEM_RELATIONS.col(column);
        let select = tx
            .from(WORK_ITEM_RELATIONS)
            .join(WORK_ITEMS, WORK_ITEMS.col("id").eq(relation(other)))
            .join(PROJECTS, PROJECTS.col("id").eq(WORK_ITEMS.col("project_id")))
            .filter(id_in(WORK_ITEM_RELATIONS, own, items).and(visibility::around(tx)))
            .expr(relation(own))
            .expr(relation("kind"))
            .expr(PROJECTS.col("identifier"))
            .expr(WORK_ITEMS.col("sequence_id"))
            .order(relation("created_at"), Order::Asc)
            .order(relation("id"), Order::Asc)
            .limit(MOST_RELATIONS);
        for (item, word, letters, number) in tx.all::<(Uuid, String, String, i64)>(&select)? {
            let Some(kind) = RelationKind::parse(&word) else { continue };
            found.push((item, (if is_stored { kind } else { kind.inverse() }, format!("{letters}-{number}"))));
        }
    }
    Ok(grouped(found))
}

/// A link: title and address.
pub type Link = (Option<String>, String);

/// The links of each of these items.
pub(super) fn links(tx: &mut Tx<'_, ProjectScope>, items: &[Uuid]) -> db::Result<HashMap<Uuid, Vec<Link>>> {
    let col = |column| WORK_ITEM_LINKS.col(column);
    let select = of_items(tx, WORK_ITEM_LINKS, items, &[col("item_id"), col("title"), col("url")]);
    let rows = tx.all::<(Uuid, Option<String>, String)>(&select)?;
    Ok(grouped(rows.into_iter().map(|(item, title, url)| (item, (title, url)))))
}

/// A comment: who wrote it, when, and its markup.
pub(super) type Said = (Option<Uuid>, Time, String);

/// The comments on each of these items, the oldest first.
pub(super) fn comments(tx: &mut Tx<'_, ProjectScope>, items: &[Uuid]) -> db::Result<HashMap<Uuid, Vec<Said>>> {
    let col = |column| COMMENTS.col(column);
    let select = of_items(tx, COMMENTS, items, &[col("item_id"), col("actor_id"), col("created_at"), col("comment_html")]);
    let rows = tx.all::<(Uuid, Option<Uuid>, Time, String)>(&select)?;
    Ok(grouped(rows.into_iter().map(|(item, actor, at, html)| (item, (actor, at, html)))))
}

fn of_items(tx: &Tx<'_, ProjectScope>, table: Table, items: &[Uuid], columns: &[Expr]) -> db::Select {
    let select = tx.in_project(table).filter(id_in(table, "item_id", items));
    let select = columns.iter().cloned().fold(select, db::Select::expr);
    select.order(table.col("created_at"), Order::Asc).order(table.col("id"), Order::Asc)
}

fn grouped<K: Eq + Hash, V>(pairs: impl IntoIterator<Item = (K, V)>) -> HashMap<K, Vec<V>> {
    let mut groups: HashMap<K, Vec<V>> = HashMap::new();
    for (key, value) in pairs {
        groups.entry(key).or_default().push(value);
    }
    groups
}
