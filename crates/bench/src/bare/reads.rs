//! Reading: who asks, may he, the rows.

use std::collections::HashMap;

use aileron_db::marks;
use anyhow::Result;
use uuid::Uuid;

use super::{
    Asked,
    conn::{Conn, Row, Value},
    json::{Item, Micros, Page},
    lanes::Totals,
};

/// Who may do what, as far as the routes of the baseline go.
pub(super) struct Proved {
    pub(super) user: Uuid,
    pub(super) workspace: Uuid,
    pub(super) seq: i64,
}

/// The look-ups that every request needs: token, membership, project.
pub(super) fn prove(conn: &mut Conn, asked: &Asked) -> Result<Option<Proved>> {
    let token = "SELECT t.user_id, CAST(t.scopes AS text), t.expires_at, t.revoked_at, u.kind FROM api_tokens t \
        JOIN users u ON u.id = t.user_id AND u.is_active AND u.deleted_at IS NULL WHERE t.token_hash = $1";
    let found = conn.one(token, &[&asked.token.as_slice()], |row| {
        (row.get::<Uuid>(0), row.get::<String>(1), row.get::<Option<i64>>(2), row.get::<Option<i64>>(3))
    })?;
    let Some((user, _, None, None)) = found else { return Ok(None) };
    let workspace = "SELECT w.id, w.seq, m.role FROM workspaces w JOIN workspace_members m ON m.workspace_id = w.id \
        WHERE w.slug_key = $1 AND m.member_id = $2 AND m.is_active AND m.deleted_at IS NULL AND w.deleted_at IS NULL";
    let found = conn.one(workspace, &[&asked.slug, &user], |row| (row.get::<Uuid>(0), row.get::<i64>(1), row.get::<i64>(2)))?;
    let Some((workspace, seq, _)) = found else { return Ok(None) };
    let project = "SELECT p.network, m.role FROM projects p LEFT JOIN project_members m ON m.workspace_id = p.workspace_id \
        AND m.project_id = p.id AND m.member_id = $1 AND m.is_active AND m.deleted_at IS NULL \
        WHERE p.workspace_id = $2 AND p.id = $3 AND p.deleted_at IS NULL";
    let role = conn.one(project, &[&user, &workspace, &asked.project], |row| row.get::<Option<i64>>(1))?.flatten();
    Ok(role.map(|_| Proved { user, workspace, seq }))
}

/// The columns of an item, in the order in which [`item`] takes them.
const COLUMNS: &str = "id, type_id, created_at, updated_at, point, name, description_html, priority, CAST(start_date AS text), \
    CAST(target_date AS text), sequence_id, sort_order, completed_at, CAST(archived_at AS text), is_draft, external_source, external_id, \
    created_by, updated_by, project_id, workspace_id, parent_id, state_id, estimate_point_id";

fn item(row: &Row<'_>) -> Item {
    let kind = row.get(1);
    Item {
        id: row.get(0),
        type_id: kind,
        created_at: Micros(row.get(2)),
        updated_at: Micros(row.get(3)),
        deleted_at: None,
        point: row.get(4),
        name: row.get(5),
        description_html: row.get(6),
        description_binary: None,
        priority: row.get(7),
        start_date: row.get(8),
        target_date: row.get(9),
        sequence_id: row.get(10),
        sort_order: row.get(11),
        completed_at: row.get::<Option<i64>>(12).map(Micros),
        archived_at: row.get(13),
        is_draft: row.get(14),
        external_source: row.get(15),
        external_id: row.get(16),
        created_by: row.get(17),
        updated_by: row.get(18),
        project: row.get(19),
        workspace: row.get(20),
        parent: row.get(21),
        state: row.get(22),
        estimate_point: row.get(23),
        kind,
        assignees: Vec::new(),
        labels: Vec::new(),
    }
}

/// One item.
pub(super) fn one(conn: &mut Conn, asked: &Asked, id: Uuid) -> Result<Option<Vec<u8>>> {
    let Some(proved) = prove(conn, asked)? else { return Ok(None) };
    show(conn, proved.workspace, asked.project, id)
}

/// One item whose reader was checked.
pub(super) fn show(conn: &mut Conn, workspace: Uuid, project: Uuid, id: Uuid) -> Result<Option<Vec<u8>>> {
    let sql = format!("SELECT {COLUMNS} FROM work_items WHERE workspace_id = $1 AND id = $2 AND project_id = $3 AND deleted_at IS NULL");
    let Some(found) = conn.one(&sql, &[&workspace, &id, &project], item)? else { return Ok(None) };
    let mut items = vec![found];
    sides(conn, workspace, &mut items)?;
    Ok(items.first().map(|item| serde_json::to_vec(item).expect("it is JSON")))
}

/// The first page of a list.
pub(super) fn list(conn: &mut Conn, totals: &Totals, asked: &Asked, per_page: i64, order_by: &str) -> Result<Option<Vec<u8>>> {
    let Some(proved) = prove(conn, asked)? else { return Ok(None) };
    let order = match order_by {
        "-created_at" => "created_at DESC, id DESC",
        "-updated_at" => "updated_at DESC, id DESC",
        "priority" => "priority_rank, id",
        "sort_order" => "sort_order, id",
        _ => return Ok(None),
    };
    let live = "FROM work_items WHERE workspace_id = $1 AND project_id = $2 AND deleted_at IS NULL AND hidden IS NULL";
    let sql = format!("SELECT {COLUMNS} {live} ORDER BY {order} LIMIT $3");
    let mut results = conn.all(&sql, &[&proved.workspace, &asked.project, &per_page], item)?;
    sides(conn, proved.workspace, &mut results)?;
    // Remembered as ours remembers it: counting anew each time would be no baseline.
    let known = totals.lock().expect("no panic").get(&asked.project).copied().filter(|(seq, _)| *seq == proved.seq);
    let total = if let Some((_, total)) = known {
        total
    } else {
        let sql = format!("SELECT count(*) {live}");
        let total = conn.one(&sql, &[&proved.workspace, &asked.project], |row| row.get(0))?.unwrap_or_default();
        totals.lock().expect("no panic").insert(asked.project, (proved.seq, total));
        total
    };
    let page = Page {
        grouped_by: None,
        sub_grouped_by: None,
        total_count: total,
        next_cursor: format!("{per_page}:1:0"),
        prev_cursor: format!("{per_page}:-1:1"),
        next_page_results: per_page < total,
        prev_page_results: false,
        count: results.len(),
        total_pages: (total + per_page - 1) / per_page,
        total_results: total,
        extra_stats: None,
        results,
    };
    Ok(Some(serde_json::to_vec(&page).expect("it is JSON")))
}

/// Assignees and labels of a page, one statement each.
fn sides(conn: &mut Conn, workspace: Uuid, items: &mut [Item]) -> Result<()> {
    let places: HashMap<Uuid, usize> = items.iter().enumerate().map(|(place, item)| (item.id, place)).collect();
    let ids: Vec<Uuid> = std::iter::once(workspace).chain(items.iter().map(|item| item.id)).collect();
    let (values, marks): (Vec<&dyn Value>, _) = (ids.iter().map(|id| id as &dyn Value).collect(), marks(2, items.len()));
    let live = "JOIN labels l ON l.workspace_id = s.workspace_id AND l.id = s.label_id AND l.deleted_at IS NULL";
    for (table, column, join) in [("work_item_assignees", "member_id", ""), ("work_item_labels", "label_id", live)] {
        let sql = format!(
            "SELECT s.item_id, s.{column} FROM {table} s {join} WHERE s.workspace_id = $1 AND s.item_id IN ({marks}) ORDER BY s.item_id, s.{column}"
        );
        conn.each(&sql, &values, |row| {
            let item = &mut items[places[&row.get::<Uuid>(0)]];
            let ids = if column == "member_id" { &mut item.assignees } else { &mut item.labels };
            ids.push(row.get(1));
        })?;
    }
    Ok(())
}
