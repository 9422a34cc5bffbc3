//! The statements of work items that are written by hand: walks along the parents, and what every answer with items asks.

use aileron_db::{self as db, InWorkspace, Tx, Value, marks};
use aileron_kernel::Uuid;

use super::rules::MAX_LEVELS;

/// The items above one, itself first.
const ABOVE: &str = "WITH RECURSIVE above (workspace_id, id, parent_id, level) AS ( \
     SELECT workspace_id, id, parent_id, CAST(1 AS bigint) FROM work_items WHERE workspace_id = $1 AND id = $2 \
     UNION ALL \
     SELECT w.workspace_id, w.id, w.parent_id, above.level + 1 FROM above \
     JOIN work_items w ON w.workspace_id = above.workspace_id AND w.id = above.parent_id WHERE above.level < $3) \
     SELECT id FROM above";

/// The live items below one, itself left out. UNION and not UNION ALL: it ends whatever it meets.
const BELOW: &str = "WITH RECURSIVE below (workspace_id, id) AS ( \
     SELECT workspace_id, id FROM work_items WHERE workspace_id = $1 AND id = $2 \
     UNION \
     SELECT w.workspace_id, w.id FROM below \
     JOIN work_items w ON w.workspace_id = below.workspace_id AND w.parent_id = below.id AND w.deleted_at IS NULL) \
     SELECT w.id, w.name, w.created_by FROM below JOIN work_items w ON w.workspace_id = below.workspace_id AND w.id = below.id \
     WHERE w.id <> $3 ORDER BY w.id LIMIT $4";

/// The items above one, itself first, at most [`MAX_LEVELS`].
pub(super) fn above<S: InWorkspace>(tx: &mut Tx<'_, S>, item: Uuid) -> db::Result<Vec<Uuid>> {
    let levels = i64::try_from(MAX_LEVELS).unwrap_or(i64::MAX);
    let values = vec![tx.workspace_id().into(), item.into(), levels.into()];
    Ok(tx.query_sql::<(Uuid,)>(ABOVE, values)?.into_iter().map(|row| row.0).collect())
}

/// The live items below one, at most so many, with their names and who made them.
pub(super) fn below<S: InWorkspace>(tx: &mut Tx<'_, S>, item: Uuid, most: usize) -> db::Result<Vec<(Uuid, String, Option<Uuid>)>> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let values = vec![tx.workspace_id().into(), item.into(), item.into(), most.into()];
    tx.query_sql(BELOW, values)
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
