//! The statements of pages that are written by hand: walks along the parents.

use aileron_db::{self as db, InWorkspace, Tx};
use aileron_kernel::{Time, Uuid};

use crate::rules::{Below, MAX_LEVELS};

/// The pages above one, itself first.
const ABOVE: &str = "WITH RECURSIVE above (workspace_id, id, parent_id, level) AS ( \
     SELECT workspace_id, id, parent_id, CAST(1 AS bigint) FROM pages WHERE workspace_id = $1 AND id = $2 \
     UNION ALL \
     SELECT p.workspace_id, p.id, p.parent_id, above.level + 1 FROM above \
     JOIN pages p ON p.workspace_id = above.workspace_id AND p.id = above.parent_id WHERE above.level < $3) \
     SELECT id FROM above";

/// The live pages below one, level by level. There are no more levels than this: what is put below a page takes its own along.
const BELOW: &str = "WITH RECURSIVE below (workspace_id, id, level) AS ( \
     SELECT workspace_id, id, CAST(0 AS bigint) FROM pages WHERE workspace_id = $1 AND id = $2 \
     UNION \
     SELECT p.workspace_id, p.id, below.level + 1 FROM below \
     JOIN pages p ON p.workspace_id = below.workspace_id AND p.parent_id = below.id AND p.deleted_at IS NULL WHERE below.level < $3) \
     SELECT p.id, p.parent_id, p.archived_at, p.is_private, p.owner_id, below.level FROM below \
     JOIN pages p ON p.workspace_id = below.workspace_id AND p.id = below.id \
     WHERE below.level > 0 ORDER BY below.level, p.id LIMIT $4";

/// The pages above one, itself first, at most [`MAX_LEVELS`].
pub(crate) fn above<S: InWorkspace>(tx: &mut Tx<'_, S>, page: Uuid) -> db::Result<Vec<Uuid>> {
    let values = vec![tx.workspace_id().into(), page.into(), levels().into()];
    Ok(tx.query_sql::<(Uuid,)>(ABOVE, values)?.into_iter().map(|row| row.0).collect())
}

/// The live pages below one, level by level, at most so many.
pub(crate) fn below<S: InWorkspace>(tx: &mut Tx<'_, S>, page: Uuid, most: usize) -> db::Result<Vec<Below>> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let values = vec![tx.workspace_id().into(), page.into(), levels().into(), most.into()];
    let rows = tx.query_sql(BELOW, values)?;
    let below = |(id, parent, archived_at, is_private, owner, level): (Uuid, Uuid, Option<Time>, bool, Uuid, i64)| {
        let level = usize::try_from(level).unwrap_or(MAX_LEVELS);
        Below { id, parent, archived_at, level, is_private, owner }
    };
    Ok(rows.into_iter().map(below).collect())
}

fn levels() -> i64 {
    i64::try_from(MAX_LEVELS).unwrap_or(i64::MAX)
}
