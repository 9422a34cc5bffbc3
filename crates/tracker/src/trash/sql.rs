//! The statements of the trash that are written by hand: rows of several tables in one order.

use aileron_db::{
    self as db, InWorkspace, Table, Tx, Value, WriteTx, marks,
    schema::{COMMENTS, CYCLES, MODULES, PAGES, WORK_ITEMS},
};
use aileron_kernel::{PageRequest, Time, Uuid};

/// In which projects the caller could delete everything, and in which his own rows.
#[derive(Debug, Default)]
pub(super) struct Reach {
    pub(super) whole: Vec<Uuid>,
    pub(super) own: Vec<Uuid>,
    /// Whether deleted projects are listed: all of them, or those whose admin he was.
    pub(super) projects: Option<bool>,
}

/// Builds a statement whose values are numbered in the order in which they first appear.
struct Builder {
    values: Vec<Value>,
}

impl Builder {
    fn mark(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    fn list(&mut self, ids: &[Uuid]) -> String {
        // A list of none is none of PostgreSQL's; the nil id is nobody's.
        let nil = [Uuid::nil()];
        let ids = if ids.is_empty() { &nil } else { ids };
        ids.iter().map(|id| self.mark(*id)).collect::<Vec<_>>().join(", ")
    }
}

/// One page of the trash, what was deleted last first, and how much there is in all.
pub(super) fn page<S: InWorkspace>(tx: &mut Tx<'_, S>, reach: &Reach, page: PageRequest) -> db::Result<(Vec<Listed>, i64)> {
    let mut builder = Builder { values: Vec::new() };
    let rows = rows(&mut builder, tx.workspace_id(), tx.user_id(), reach);
    let total = tx.query_sql::<(i64,)>(&format!("SELECT count(*) FROM ({rows}) AS t"), builder.values.clone())?;
    let (limit, offset) = (builder.mark(page.per_page), builder.mark(page.offset()));
    let statement = format!(
        "SELECT entity, id, name, project_id, number, letters, deleted_at, deleted_by, with_it FROM ({rows}) AS t \
         ORDER BY deleted_at DESC, id DESC LIMIT {limit} OFFSET {offset}"
    );
    Ok((tx.query_sql(&statement, builder.values)?, total.first().map_or(0, |row| row.0)))
}

db::row! {
    /// A row of the trash.
    pub(super) struct Listed {
        pub(super) entity: String,
        pub(super) id: Uuid,
        pub(super) name: String,
        pub(super) project_id: Uuid,
        pub(super) number: Option<i64>,
        pub(super) letters: String,
        pub(super) deleted_at: Time,
        pub(super) deleted_by: Option<Uuid>,
        pub(super) with_it: i64,
    }
}

fn rows(builder: &mut Builder, workspace: Uuid, me: Uuid, reach: &Reach) -> String {
    let (workspace, whole) = (builder.mark(workspace), builder.list(&reach.whole));
    let (me, own) = (builder.mark(me), builder.list(&reach.own));
    let mut parts = vec![
        // Others' drafts are theirs, in the trash too.
        format!(
            "SELECT 'work_item' AS entity, r.id, r.name, r.project_id, r.sequence_id AS number, p.identifier AS letters, r.deleted_at, \
             r.updated_by AS deleted_by, (SELECT count(*) FROM work_items b WHERE b.workspace_id = r.workspace_id AND b.deleted_with = r.id \
             AND b.deleted_at IS NOT NULL) AS with_it FROM work_items r JOIN projects p ON p.workspace_id = r.workspace_id AND p.id = r.project_id \
             WHERE r.workspace_id = {workspace} AND r.deleted_at IS NOT NULL AND r.deleted_with IS NULL \
             AND (r.project_id IN ({whole}) AND (r.hidden IS NULL OR r.hidden <> 'draft' OR r.created_by = {me}) \
             OR r.project_id IN ({own}) AND r.created_by = {me})"
        ),
    ];
    for (entity, table, owner) in [("cycle", "cycles", "owned_by"), ("module", "modules", "created_by")] {
        parts.push(format!(
            "SELECT '{entity}' AS entity, r.id, r.name, r.project_id, CAST(NULL AS bigint) AS number, p.identifier AS letters, r.deleted_at, \
             r.updated_by AS deleted_by, CAST(0 AS bigint) AS with_it FROM {table} r \
             JOIN projects p ON p.workspace_id = r.workspace_id AND p.id = r.project_id \
             WHERE r.workspace_id = {workspace} AND r.deleted_at IS NOT NULL \
             AND (r.project_id IN ({whole}) OR r.project_id IN ({own}) AND r.{owner} = {me})"
        ));
    }
    if let Some(all) = reach.projects {
        let his = if all {
            "TRUE".to_owned()
        } else {
            format!(
                "EXISTS (SELECT 1 FROM project_members m WHERE m.workspace_id = r.workspace_id AND m.project_id = r.id AND m.member_id = {me} \
                 AND m.role = 20 AND m.is_active AND m.deleted_at IS NULL)"
            )
        };
        parts.push(format!(
            "SELECT 'project' AS entity, r.id, r.name, r.id AS project_id, CAST(NULL AS bigint) AS number, r.identifier AS letters, r.deleted_at, \
             r.updated_by AS deleted_by, CAST(0 AS bigint) AS with_it FROM projects r \
             WHERE r.workspace_id = {workspace} AND r.deleted_at IS NOT NULL AND {his}"
        ));
    }
    parts.join(" UNION ALL ")
}

/// What hangs on a row that was deleted and goes with it for good: the table of that row, the table that names it, and by which column. The
/// first ones may be named by those before them only.
pub const HANGING: &[(Table, &str, &str)] = &[
    (WORK_ITEMS, "reactions", "item_id"),
    (WORK_ITEMS, "comments", "item_id"),
    (WORK_ITEMS, "votes", "item_id"),
    (WORK_ITEMS, "work_item_assignees", "item_id"),
    (WORK_ITEMS, "work_item_labels", "item_id"),
    (WORK_ITEMS, "work_item_links", "item_id"),
    (WORK_ITEMS, "work_item_relations", "item_id"),
    (WORK_ITEMS, "work_item_relations", "related_item_id"),
    (WORK_ITEMS, "work_item_subscribers", "item_id"),
    (WORK_ITEMS, "cycle_items", "item_id"),
    (WORK_ITEMS, "module_items", "item_id"),
    (WORK_ITEMS, "intake_items", "item_id"),
    (WORK_ITEMS, "notifications", "item_id"),
    (WORK_ITEMS, "notification_mails", "item_id"),
    (WORK_ITEMS, "former_identifiers", "item_id"),
    (CYCLES, "cycle_items", "cycle_id"),
    (MODULES, "module_items", "module_id"),
    (MODULES, "module_members", "module_id"),
    (MODULES, "module_links", "module_id"),
    (COMMENTS, "reactions", "comment_id"),
    (PAGES, "page_labels", "page_id"),
];

/// What stays and names it no longer, in the same words. An answer to a comment is then a comment by itself.
pub const LET_GO: &[(Table, &str, &str)] = &[
    (WORK_ITEMS, "intake_items", "duplicate_to_id"),
    (WORK_ITEMS, "work_items", "parent_id"),
    (COMMENTS, "comments", "parent_id"),
    (PAGES, "pages", "parent_id"),
];

/// What names things of several kinds, without a reference that the database knows, by this column; it goes too.
pub const NAMING: &[(&str, &str)] =
    &[("text_versions", "entity_id"), ("favorites", "entity_id"), ("display_preferences", "entity_id"), ("recent_visits", "entity_id")];

/// Removes rows that are marked deleted, with what hangs on them; how many of them there were.
pub(super) fn purge<S: InWorkspace>(tx: &mut WriteTx<'_, S>, table: Table, ids: &[Uuid]) -> db::Result<u64> {
    if ids.is_empty() {
        return Ok(0);
    }
    let workspace = Value::from(tx.workspace_id());
    let values: Vec<Value> = std::iter::once(workspace).chain(ids.iter().map(|id| (*id).into())).collect();
    let these = marks(2, ids.len());
    if table == WORK_ITEMS {
        let texts = format!(
            "DELETE FROM text_versions WHERE workspace_id = $1 AND entity_id IN (SELECT c.id FROM comments c WHERE c.workspace_id = $1 \
             AND c.item_id IN ({these}))"
        );
        tx.execute_sql(&texts, values.clone())?;
    }
    for (_, named, column) in LET_GO.iter().filter(|(of, ..)| *of == table) {
        let let_go = format!("UPDATE {named} SET {column} = NULL WHERE workspace_id = $1 AND {column} IN ({these})");
        tx.execute_sql(&let_go, values.clone())?;
    }
    let hanging = HANGING.iter().filter(|(of, ..)| *of == table).map(|(_, hanging, column)| (hanging, column));
    for (hanging, column) in hanging.chain(NAMING.iter().map(|(naming, column)| (naming, column))) {
        tx.execute_sql(&format!("DELETE FROM {hanging} WHERE workspace_id = $1 AND {column} IN ({these})"), values.clone())?;
    }
    tx.execute_sql(&format!("DELETE FROM {} WHERE workspace_id = $1 AND id IN ({these})", table.name), values)
}
