//! Labels as imports bring them: many at once.

use aileron_db::{self as db, ProjectScope, Value, WriteTx, schema::LABELS};
use aileron_kernel::{Change, Event, Uuid};

use super::{
    commands::{STEP, next_place},
    rules,
};
use crate::projects::rules::check_writable;

/// Makes labels of these names in few statements, and answers their ids. That no two of them and none of the project is the same was
/// looked up before.
pub fn insert_many(tx: &mut WriteTx<'_, ProjectScope>, names: &[String]) -> db::Result<Vec<Uuid>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    check_writable(tx.scope())?;
    let mut place = next_place(tx)?;
    let (project, now, me) = (tx.project_id(), tx.now().micros(), tx.user_id());
    let (mut ids, mut rows): (Vec<Uuid>, Vec<Vec<Value>>) = (Vec::with_capacity(names.len()), Vec::with_capacity(names.len()));
    for name in names {
        let id = tx.new_id();
        rows.push(vec![
            id.into(),
            Some(project).into(),
            rules::name_key(name).into(),
            name.as_str().into(),
            "".into(),
            "".into(),
            place.into(),
            now.into(),
            now.into(),
            Some(me).into(),
            tx.next_version().into(),
        ]);
        let named = Change::value("name", serde_json::Value::Null, name.as_str());
        tx.record(Event::new("label", "created", id).in_project(project).with(vec![named]))?;
        place += STEP;
        ids.push(id);
    }
    let columns =
        ["id", "project_id", "name_key", "name", "description", "color", "sort_order", "created_at", "updated_at", "created_by", "version"];
    tx.insert_rows(LABELS, &columns, rows)?;
    Ok(ids)
}
