//! The statements of the audit log, written by hand: it is read from two logs.

use aileron_db::{self as db, Dialect, FromRow, Row, Tx, Value, WorkspaceScope};
use aileron_kernel::{Time, Uuid};
use serde_json::Value as Json;

use super::model::{ENTITIES, OWN_PLACE, Stored, TOKEN, Wanted};

/// A place in the log, for what comes after it: the time and the id of the last entry before.
pub(super) type After = (Time, Uuid);

/// How many entries there are.
pub(super) fn count(tx: &mut Tx<'_, WorkspaceScope>, wanted: &Wanted) -> db::Result<i64> {
    let (from, values) = both(tx, wanted);
    Ok(tx.query_sql::<(i64,)>(&format!("SELECT count(*) FROM ({from}) l"), values)?.first().map_or(0, |row| row.0))
}

/// Entries, the newest first.
pub(super) fn page(tx: &mut Tx<'_, WorkspaceScope>, wanted: &Wanted, limit: i64, offset: i64) -> db::Result<Vec<Stored>> {
    let (from, mut values) = both(tx, wanted);
    let next = values.len() + 1;
    values.extend([Value::from(limit), offset.into()]);
    let sql = format!("SELECT l.* FROM ({from}) l ORDER BY l.at DESC, l.id DESC LIMIT ${next} OFFSET ${}", next + 1);
    Ok(tx.query_sql::<Entry>(&sql, values)?.into_iter().map(|entry| entry.0).collect())
}

/// Entries behind a place, the newest first.
pub(super) fn after(tx: &mut Tx<'_, WorkspaceScope>, wanted: &Wanted, after: Option<After>, limit: i64) -> db::Result<Vec<Stored>> {
    let (from, mut values) = both(tx, wanted);
    let next = values.len() + 1;
    let (at, id) = after.unwrap_or((Time::from_micros(i64::MAX), Uuid::max()));
    values.extend([Value::from(at.micros()), at.micros().into(), id.into(), limit.into()]);
    let sql = format!(
        "SELECT l.* FROM ({from}) l WHERE l.at < ${next} OR l.at = ${} AND l.id < ${} ORDER BY l.at DESC, l.id DESC LIMIT ${}",
        next + 1,
        next + 2,
        next + 3
    );
    Ok(tx.query_sql::<Entry>(&sql, values)?.into_iter().map(|entry| entry.0).collect())
}

/// The entries of both logs as one table.
fn both(tx: &Tx<'_, WorkspaceScope>, wanted: &Wanted) -> (String, Vec<Value>) {
    let mut parts = Parts { values: Vec::new() };
    let mut selects = Vec::new();
    let entities: Vec<&str> = if wanted.entities.is_empty() { ENTITIES.to_vec() } else { wanted.entities.clone() };
    let of_workspace: Vec<&str> = entities.iter().copied().filter(|entity| *entity != TOKEN).collect();
    if !of_workspace.is_empty() {
        let workspace = parts.value(tx.workspace_id());
        let named = of_workspace.iter().map(|entity| parts.value(*entity)).collect::<Vec<_>>().join(", ");
        let project = wanted.project.map_or_else(String::new, |project| format!(" AND e.project_id = {}", parts.value(project)));
        let own_place = own_place(tx.dialect());
        selects.push(format!(
            "SELECT e.id, e.at, e.actor_id, e.actor_kind, e.origin, e.entity, e.entity_id, e.verb, e.project_id, e.changes FROM events e \
             WHERE e.workspace_id = {workspace} AND e.subject_id IS NULL AND e.entity IN ({named}){project} \
             AND NOT (e.entity = 'project_member' AND e.verb = 'updated' AND {own_place}){}",
            parts.common(wanted)
        ));
    }
    if entities.contains(&TOKEN) && wanted.project.is_none() {
        let workspace = parts.value(tx.workspace_id());
        let nowhere = match tx.dialect() {
            Dialect::Sqlite => "NULL",
            Dialect::Postgres => "NULL::uuid",
        };
        selects.push(format!(
            "SELECT e.id, e.at, e.actor_id, e.actor_kind, e.origin, e.entity, e.entity_id, e.verb, {nowhere} AS project_id, e.changes \
             FROM workspace_members m JOIN api_tokens t ON t.user_id = m.member_id \
             JOIN instance_events e ON e.entity_id = t.id AND e.entity = 'api_token' \
             WHERE m.workspace_id = {workspace} AND m.deleted_at IS NULL AND e.at >= m.created_at AND (m.is_active OR e.at <= m.updated_at){}",
            parts.common(wanted)
        ));
    }
    if selects.is_empty() {
        // Tokens are in no project.
        let workspace = parts.value(tx.workspace_id());
        selects.push(format!(
            "SELECT e.id, e.at, e.actor_id, e.actor_kind, e.origin, e.entity, e.entity_id, e.verb, e.project_id, e.changes FROM events e \
             WHERE e.workspace_id = {workspace} AND e.seq < 0"
        ));
    }
    (selects.join(" UNION ALL "), parts.values)
}

/// Whether the first change is where somebody wants a project among his.
fn own_place(dialect: Dialect) -> String {
    match dialect {
        Dialect::Sqlite => format!("coalesce(json_extract(e.changes, '$[0].field'), '') = '{OWN_PLACE}'"),
        Dialect::Postgres => format!("coalesce(e.changes -> 0 ->> 'field', '') = '{OWN_PLACE}'"),
    }
}

/// A statement in the making: the values in the order in which their marks appear.
struct Parts {
    values: Vec<Value>,
}

impl Parts {
    fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// What both logs are asked alike.
    fn common(&mut self, wanted: &Wanted) -> String {
        let mut parts = Vec::new();
        parts.extend(wanted.actor.map(|actor| format!(" AND e.actor_id = {}", self.value(actor))));
        parts.extend(wanted.verb.as_ref().map(|verb| format!(" AND e.verb = {}", self.value(verb.as_str()))));
        parts.extend(wanted.from.map(|from| format!(" AND e.at >= {}", self.value(from.micros()))));
        parts.extend(wanted.before.map(|before| format!(" AND e.at < {}", self.value(before.micros()))));
        parts.concat()
    }
}

struct Entry(Stored);

impl FromRow for Entry {
    const COLUMNS: &'static [&'static str] = &[];
    fn from_row(row: &mut Row<'_>) -> db::Result<Self> {
        let (id, at, actor, kind) = (row.take()?, row.take()?, row.take()?, row.take()?);
        let what = (row.take()?, row.take()?, row.take()?, row.take()?);
        Ok(Self((id, at, actor, kind, what, row.take()?, row.take::<Json>()?)))
    }
}
