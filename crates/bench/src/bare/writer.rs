//! Creating an item: the same checks, counter, row, event and seq, in hand-written statements.

use anyhow::Result;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    Asked,
    conn::Conn,
    reads::{self, Proved},
};

/// The body of the request.
#[derive(Deserialize)]
pub(super) struct New {
    name: String,
    description_html: String,
    priority: String,
}

/// Creates an item and shows it.
pub(super) fn create(conn: &mut Conn, asked: &Asked, new: &New) -> Result<Option<Vec<u8>>> {
    let Some(proved) = reads::prove(conn, asked)? else { return Ok(None) };
    let now = aileron_kernel::Clock::now(&aileron_kernel::SystemClock);
    let id = aileron_kernel::random::new_id(now, &aileron_kernel::SystemRandom);
    let state = "SELECT id FROM states WHERE workspace_id = $1 AND project_id = $2 AND is_default AND deleted_at IS NULL";
    let Some(state) = conn.one(state, &[&proved.workspace, &asked.project], |row| row.get::<Uuid>(0))? else { return Ok(None) };
    let place =
        "SELECT max(sort_order) FROM work_items WHERE workspace_id = $1 AND project_id = $2 AND state_id = $3 AND deleted_at IS NULL";
    let place = conn.one(place, &[&proved.workspace, &asked.project, &state], |row| row.get::<Option<f64>>(0))?.flatten();
    let number =
        "UPDATE project_counters SET last_number = last_number + 1 WHERE workspace_id = $1 AND project_id = $2 RETURNING last_number";
    let Some(number) = conn.one(number, &[&proved.workspace, &asked.project], |row| row.get::<i64>(0))? else { return Ok(None) };
    let rank = ["urgent", "high", "medium", "low", "none"].iter().position(|word| *word == new.priority).unwrap_or(4) as i64;
    let seq = proved.seq + 1;
    let (key, place) = (aileron_kernel::text::key(&new.name), place.map_or(65_535.0, |place| place + 10_000.0));
    let at = now.micros();
    let insert = "INSERT INTO work_items (workspace_id, id, project_id, sequence_id, name, name_key, description_text, description_html, \
         priority, priority_rank, state_id, sort_order, is_draft, created_at, updated_at, created_by, version) \
         VALUES ($1, $2, $3, $4, $5, $6, '', $7, $8, $9, $10, $11, 0, $12, $12, $13, $14)";
    let Proved { user, workspace, .. } = &proved;
    conn.each(
        insert,
        &[
            workspace,
            &id,
            &asked.project,
            &number,
            &new.name,
            &key,
            &new.description_html,
            &new.priority,
            &rank,
            &state,
            &place,
            &at,
            user,
            &seq,
        ],
        |_| {},
    )?;
    let changes = json!([{ "field": "name", "new": new.name }]).to_string();
    let event = aileron_kernel::random::new_id(now, &aileron_kernel::SystemRandom);
    let insert = "INSERT INTO events (workspace_id, seq, id, at, actor_id, actor_kind, origin, request_id, project_id, entity, entity_id, \
         subject_id, verb, changes, version) VALUES ($1, $2, $3, $4, $5, 'user', 'api', $6, $7, 'work_item', $8, $8, 'created', $9, 1)";
    conn.each(insert, &[workspace, &seq, &event, &at, user, &id.to_string(), &asked.project, &id, &changes], |_| {})?;
    conn.each("UPDATE workspaces SET seq = $1 WHERE id = $2", &[&seq, workspace], |_| {})?;
    reads::show(conn, *workspace, asked.project, id)
}
