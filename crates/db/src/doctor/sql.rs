//! The statements of the doctor. Each answers how many rows are wrong, and which the first ones are.

/// What SQLite itself finds wrong in its file.
pub(super) const SQLITE_INTEGRITY: &str = "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'";

/// Rows whose references lead nowhere, by table.
pub(super) const SQLITE_REFERENCES: &str =
    "SELECT \"table\" || ' names ' || parent || ': ' || count(*) FROM pragma_foreign_key_check GROUP BY \"table\", parent";

/// Indexes and constraints that do not hold.
pub(super) const POSTGRES_INVALID: &str = "SELECT 'the index ' || indexrelid::regclass::text FROM pg_index i \
     JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = 'public'::regnamespace AND NOT (i.indisvalid AND i.indisready) \
     UNION ALL SELECT 'the constraint ' || conname || ' of ' || conrelid::regclass::text FROM pg_constraint \
     WHERE connamespace = 'public'::regnamespace AND NOT convalidated";

/// The references between tables: table, its columns, table that is named, the columns there.
pub(super) const POSTGRES_REFERENCES: &str = "SELECT k.conrelid::regclass::text, k.confrelid::regclass::text, \
     (SELECT string_agg('c.' || quote_ident(a.attname) || ' = p.' || quote_ident(b.attname), ' AND ') \
      FROM unnest(k.conkey, k.confkey) AS u (mine, theirs) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.mine \
      JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = u.theirs), \
     (SELECT string_agg('c.' || quote_ident(a.attname) || ' IS NOT NULL', ' AND ') \
      FROM unnest(k.conkey) AS u (mine) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.mine) \
     FROM pg_constraint k WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace AND k.conparentid = 0 ORDER BY 1, 2";

/// Rows of a table whose reference leads nowhere.
pub(super) fn astray(table: &str, parent: &str, same: &str, named: &str) -> String {
    format!("SELECT count(*) FROM {table} c WHERE {named} AND NOT EXISTS (SELECT 1 FROM {parent} p WHERE {same})")
}

/// Workspaces whose log has gaps, or another end than they say.
pub(super) const LOGS: &str = "SELECT w.slug || ': ' || CAST(count(e.seq) AS text) || ' events, numbered ' || CAST(coalesce(min(e.seq), 0) AS text) || ' to ' \
     || CAST(coalesce(max(e.seq), 0) AS text) || ', while the workspace is at ' || CAST(w.seq AS text) \
     FROM workspaces w LEFT JOIN events e ON e.workspace_id = w.id GROUP BY w.id, w.slug, w.seq \
     HAVING count(e.seq) <> w.seq OR coalesce(max(e.seq), 0) <> w.seq";

/// The same of the log of the instance.
pub(super) const INSTANCE_LOG: &str = "SELECT CAST(count(*) AS text) || ' events, numbered up to ' || CAST(max(seq) AS text) FROM instance_events \
     HAVING count(*) <> coalesce(max(seq), 0)";

/// Rows that say they were changed by an event that is not there yet.
pub(super) fn versions(table: &str) -> String {
    format!("SELECT count(*) FROM {table} t JOIN workspaces w ON w.id = t.workspace_id WHERE t.version > w.seq OR t.version < 0")
}

/// Projects whose next number was given already, or that have no counter.
pub(super) const COUNTERS: &str = "SELECT p.identifier || ': the counter is at ' || coalesce(CAST(c.last_number AS text), 'none') || ', the largest number is ' \
     || CAST(coalesce(n.largest, 0) AS text) FROM projects p \
     LEFT JOIN project_counters c ON c.workspace_id = p.workspace_id AND c.project_id = p.id \
     LEFT JOIN (SELECT workspace_id, project_id, max(sequence_id) AS largest FROM \
         (SELECT workspace_id, project_id, sequence_id FROM work_items UNION ALL SELECT workspace_id, project_id, sequence_id FROM former_identifiers) a \
         GROUP BY workspace_id, project_id) n ON n.workspace_id = p.workspace_id AND n.project_id = p.id \
     WHERE c.last_number IS NULL OR c.last_number < coalesce(n.largest, 0)";

/// Numbers that an item has and another one had.
pub(super) const NUMBERS: &str = "SELECT p.identifier || '-' || CAST(i.sequence_id AS text) FROM work_items i \
     JOIN former_identifiers f ON f.workspace_id = i.workspace_id AND f.project_id = i.project_id AND f.sequence_id = i.sequence_id \
     JOIN projects p ON p.workspace_id = i.workspace_id AND p.id = i.project_id WHERE f.item_id <> i.id";

/// Live work items that no event made.
pub(super) const ITEMS_WITHOUT_EVENT: &str = "SELECT p.identifier || '-' || CAST(i.sequence_id AS text) FROM work_items i \
     JOIN projects p ON p.workspace_id = i.workspace_id AND p.id = i.project_id \
     WHERE i.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM events e WHERE e.workspace_id = i.workspace_id AND e.entity_id = i.id \
     AND e.entity = 'work_item')";

/// Work items that are there and deleted by their last event, or gone although none deleted them.
pub(super) const ITEMS_AND_EVENTS: &str = "SELECT w.slug || ', event ' || CAST(e.seq AS text) || ': ' || e.verb FROM \
     (SELECT workspace_id, entity_id, max(seq) AS seq FROM events WHERE entity = 'work_item' AND verb IN ('created', 'deleted', 'restored') \
      GROUP BY workspace_id, entity_id) l \
     JOIN events e ON e.workspace_id = l.workspace_id AND e.seq = l.seq JOIN workspaces w ON w.id = e.workspace_id \
     LEFT JOIN work_items i ON i.workspace_id = l.workspace_id AND i.id = l.entity_id \
     WHERE (e.verb = 'deleted') <> (i.id IS NULL OR i.deleted_at IS NOT NULL)";

/// Live work items that the search does not find.
pub(super) const ITEMS_WITHOUT_DOCUMENT: &str = "SELECT p.identifier || '-' || CAST(i.sequence_id AS text) FROM work_items i \
     JOIN projects p ON p.workspace_id = i.workspace_id AND p.id = i.project_id \
     WHERE i.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM search_documents d WHERE d.workspace_id = i.workspace_id AND d.item_id = i.id)";

/// Jobs that failed for good.
pub(super) const DEAD_JOBS: &str =
    "SELECT kind || ': ' || coalesce(last_error, '') FROM jobs WHERE dead_at IS NOT NULL AND finished_at IS NULL ORDER BY dead_at DESC";

/// Jobs that were due long ago and that nobody runs: due before $1, held until before $2.
pub(super) const STUCK_JOBS: &str = "SELECT kind FROM jobs WHERE dead_at IS NULL AND finished_at IS NULL AND run_at < $1 \
     AND (leased_until IS NULL OR leased_until < $2) ORDER BY run_at";

/// Events that consumers could not bear.
pub(super) const DEAD_LETTERS: &str = "SELECT w.slug || ', event ' || CAST(d.seq AS text) || ', ' || d.consumer || ': ' || d.last_error \
     FROM dead_letters d JOIN workspaces w ON w.id = d.workspace_id ORDER BY d.created_at DESC";

/// Consumers that are beyond the end of a log, or had an event of before $1 before them.
pub(super) const CONSUMERS: &str = "SELECT p.consumer || ' in ' || w.slug || ': at ' || CAST(p.seq AS text) || ' of ' || CAST(w.seq AS text) \
     FROM consumer_positions p JOIN workspaces w ON w.id = p.workspace_id AND w.deleted_at IS NULL \
     LEFT JOIN events e ON e.workspace_id = p.workspace_id AND e.seq = p.seq + 1 WHERE p.seq > w.seq OR e.at < $1 AND p.moved_at < $1";
