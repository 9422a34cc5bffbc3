//! The statements of work items that are written by hand: walks along the parents, and what every answer with items asks.

use aileron_db::{self as db, InWorkspace, Tx, Value, WriteTx, marks};
use aileron_kernel::Uuid;

use super::rules::MAX_LEVELS;

/// The items above one, itself first.
const ABOVE: &str = "WITH RECURSIVE above (workspace_id, id, parent_id, level) AS ( \
     SELECT workspace_id, id, parent_id, CAST(1 AS bigint) FROM work_items WHERE workspace_id = $1 AND id = $2 \
     UNION ALL \
     SELECT w.workspace_id, w.id, w.parent_id, above.level + 1 FROM above \
     JOIN work_items w ON w.workspace_id = above.workspace_id AND w.id = above.parent_id WHERE above.level < $3) \
     SELECT id FROM above";

/// The items above one, itself first, at most [`MAX_LEVELS`].
pub(super) fn above<S: InWorkspace>(tx: &mut Tx<'_, S>, item: Uuid) -> db::Result<Vec<Uuid>> {
    let levels = i64::try_from(MAX_LEVELS).unwrap_or(i64::MAX);
    let values = vec![tx.workspace_id().into(), item.into(), levels.into()];
    Ok(tx.query_sql::<(Uuid,)>(ABOVE, values)?.into_iter().map(|row| row.0).collect())
}

/// An item below another one.
pub(super) struct Below {
    /// The one that was asked about.
    pub root: Uuid,
    pub id: Uuid,
    pub name: String,
    pub created_by: Option<Uuid>,
    /// How many levels it is below.
    pub depth: i64,
}

/// The live items below each of these, themselves left out, at most so many and so many levels deep, the upper levels first.
pub(super) fn below<S: InWorkspace>(tx: &mut Tx<'_, S>, items: &[Uuid], (levels, most): (i64, i64)) -> db::Result<Vec<Below>> {
    let roots = marks(2, items.len());
    let next = items.len() + 2;
    // UNION and not UNION ALL, and levels that are counted: it ends whatever it meets.
    let statement = format!(
        "WITH RECURSIVE below (workspace_id, root, id, depth) AS ( \
         SELECT workspace_id, id, id, CAST(0 AS bigint) FROM work_items WHERE workspace_id = $1 AND id IN ({roots}) \
         UNION \
         SELECT w.workspace_id, below.root, w.id, below.depth + 1 FROM below \
         JOIN work_items w ON w.workspace_id = below.workspace_id AND w.parent_id = below.id AND w.deleted_at IS NULL \
         WHERE below.depth < ${next}) \
         SELECT below.root, w.id, w.name, w.created_by, below.depth FROM below \
         JOIN work_items w ON w.workspace_id = below.workspace_id AND w.id = below.id \
         WHERE below.depth > 0 ORDER BY below.depth, w.sort_order, w.id LIMIT ${}",
        next + 1
    );
    let workspace = Value::from(tx.workspace_id());
    let mut values: Vec<Value> = std::iter::once(workspace).chain(items.iter().map(|item| (*item).into())).collect();
    values.extend([levels.into(), most.into()]);
    let rows = tx.query_sql::<(Uuid, Uuid, String, Option<Uuid>, i64)>(&statement, values)?.into_iter();
    Ok(rows.map(|(root, id, name, created_by, depth)| Below { root, id, name, created_by, depth }).collect())
}

/// Those of these items, deleted ones, whose external id a live item of their project has.
pub(super) fn taken_external<S: InWorkspace>(tx: &mut Tx<'_, S>, items: &[Uuid]) -> db::Result<Vec<Uuid>> {
    let statement = format!(
        "SELECT w.id, w.project_id FROM work_items w WHERE w.workspace_id = $1 AND w.id IN ({}) AND w.external_id IS NOT NULL \
         AND EXISTS (SELECT 1 FROM work_items o WHERE o.workspace_id = w.workspace_id AND o.project_id = w.project_id \
         AND o.external_source = w.external_source AND o.external_id = w.external_id AND o.id <> w.id AND o.deleted_at IS NULL)",
        marks(2, items.len())
    );
    Ok(of_items(tx, &statement, items)?.into_iter().map(|row| row.0).collect())
}

/// What names an item together with its project and goes with it into another.
pub const FOLLOWERS: [&str; 5] = ["work_item_links", "comments", "reactions", "votes", "assets"];

/// What names an item together with something of its project that stays there.
pub const LEFT_BEHIND: [&str; 3] = ["cycle_items", "module_items", "intake_items"];

/// Takes what belongs to items along into another project, rows that are marked deleted included; removes what cannot come, and ends what
/// still names the items from the project that they leave. To be called while references wait.
pub(super) fn follow<S: InWorkspace>(tx: &mut WriteTx<'_, S>, items: &[Uuid], target: Uuid) -> db::Result<()> {
    let workspace = Value::from(tx.workspace_id());
    let these = |first: Vec<Value>| -> Vec<Value> { first.into_iter().chain(items.iter().map(|item| (*item).into())).collect() };
    let listed = |from: usize| marks(from, items.len());
    for table in FOLLOWERS {
        let statement = format!("UPDATE {table} SET project_id = $1 WHERE workspace_id = $2 AND item_id IN ({})", listed(3));
        tx.execute_sql(&statement, these(vec![target.into(), workspace.clone()]))?;
    }
    for table in LEFT_BEHIND {
        let statement = format!("DELETE FROM {table} WHERE workspace_id = $1 AND item_id IN ({})", listed(2));
        tx.execute_sql(&statement, these(vec![workspace.clone()]))?;
    }
    let named = format!("UPDATE intake_items SET duplicate_to_id = NULL WHERE workspace_id = $1 AND duplicate_to_id IN ({})", listed(2));
    tx.execute_sql(&named, these(vec![workspace.clone()]))?;
    let orphans =
        format!("UPDATE work_items SET parent_id = NULL WHERE workspace_id = $1 AND project_id <> $2 AND parent_id IN ({})", listed(3));
    tx.execute_sql(&orphans, these(vec![workspace.clone(), target.into()]))?;
    let visits = format!("UPDATE recent_visits SET project_id = $1 WHERE workspace_id = $2 AND entity_id IN ({})", listed(3));
    tx.execute_sql(&visits, these(vec![target.into(), workspace])).map(|_| ())
}

/// Who works on these items: item and member.
pub(super) fn assignees<S: InWorkspace>(tx: &mut Tx<'_, S>, items: &[Uuid]) -> db::Result<Vec<(Uuid, Uuid)>> {
    let statement =
        format!("SELECT item_id, member_id FROM work_item_assignees WHERE workspace_id = $1 AND item_id IN ({})", marks(2, items.len()));
    of_items(tx, &statement, items)
}

/// The labels of these items: item and label. A deleted label is none.
pub(super) fn labels<S: InWorkspace>(tx: &mut Tx<'_, S>, items: &[Uuid]) -> db::Result<Vec<(Uuid, Uuid)>> {
    let statement = format!(
        "SELECT w.item_id, w.label_id FROM work_item_labels w \
         JOIN labels l ON l.workspace_id = w.workspace_id AND l.id = w.label_id AND l.deleted_at IS NULL \
         WHERE w.workspace_id = $1 AND w.item_id IN ({})",
        marks(2, items.len())
    );
    of_items(tx, &statement, items)
}

fn of_items<S: InWorkspace>(tx: &mut Tx<'_, S>, statement: &str, items: &[Uuid]) -> db::Result<Vec<(Uuid, Uuid)>> {
    let workspace = Value::from(tx.workspace_id());
    tx.query_sql(statement, std::iter::once(workspace).chain(items.iter().map(|item| (*item).into())).collect())
}
