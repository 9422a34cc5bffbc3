//! The statement that is written by hand: versions are counted an item.

/// Removes the versions of each item beyond the newest so many.
pub(super) const REMOVE_TOO_MANY: &str = "DELETE FROM text_versions WHERE entity = $1 AND (workspace_id, id) IN ( \
     SELECT workspace_id, id FROM (SELECT workspace_id, id, \
         row_number() OVER (PARTITION BY workspace_id, entity_id ORDER BY created_at DESC, id DESC) AS place \
         FROM text_versions WHERE entity = $1) AS v WHERE place > $2)";
