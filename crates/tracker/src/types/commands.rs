//! Making types, and using them in projects.

use aileron_db::{
    self as db, ExprTrait as _, InWorkspace, ProjectScope, WriteTx,
    schema::{PROJECT_WORK_ITEM_TYPES, PROJECTS, WORK_ITEM_TYPES},
};
use aileron_kernel::{Change, Event, Uuid, text};
use serde_json::{Value, json};

/// The type of that name in the workspace, without regard to case; made where there is none.
pub fn find_or_create<S: InWorkspace>(tx: &mut WriteTx<'_, S>, name: &str) -> db::Result<Uuid> {
    if let Some(id) = super::named(tx, name)? {
        return Ok(id);
    }
    let is_epic = text::key(name) == "epic";
    let id = tx.insert(
        WORK_ITEM_TYPES,
        vec![
            ("name", name.trim().into()),
            ("name_key", text::key(name).into()),
            ("description", "".into()),
            ("logo_props", json!({}).into()),
            ("is_epic", is_epic.into()),
            ("is_default", false.into()),
            ("is_active", true.into()),
            ("level", 0.0_f64.into()),
        ],
    )?;
    tx.record(Event::new("work_item_type", "created", id).with(vec![Change::value("name", Value::Null, name.trim())]))?;
    Ok(id)
}

/// Lets the project use a type of the workspace, and switches types on in it. Done already: nothing happens.
pub fn enable(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid) -> db::Result<()> {
    let project = tx.project_id();
    let same = PROJECT_WORK_ITEM_TYPES.col("project_id").eq(project).and(PROJECT_WORK_ITEM_TYPES.col("type_id").eq(id));
    let used = tx.from(PROJECT_WORK_ITEM_TYPES).filter(same);
    if tx.any(used)? {
        return Ok(());
    }
    tx.insert_row(PROJECT_WORK_ITEM_TYPES, vec![("project_id", project.into()), ("type_id", id.into())])?;
    let off = PROJECTS.col("id").eq(project).and(PROJECTS.col("is_issue_type_enabled").eq(false));
    tx.update_where(PROJECTS, off, vec![("is_issue_type_enabled", true.into())])?;
    tx.record(Event::new("work_item_type", "enabled", id).in_project(project)).map(|_| ())
}
