//! The statements of work items that are written by hand: walks along the parents.

use aileron_db::{self as db, InWorkspace, Tx};
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
