//! Making, changing and deleting links of modules.

use aileron_db::{self as db, ExprTrait as _, ProjectScope, Set, WriteTx, schema::MODULE_LINKS};
use aileron_kernel::{Change, Event, Refusal, Uuid, limits};
use serde_json::json;

use super::{model::Module, queries};
use crate::{links::model::LinkFields, projects::rules::check_writable};

/// Links a module to an address that it has no link to.
pub fn create(tx: &mut WriteTx<'_, ProjectScope>, module: Uuid, fields: LinkFields) -> db::Result<Uuid> {
    writable(tx, module)?;
    let url = fields.url.ok_or_else(|| Refusal::field("url", "This field is required."))?;
    check_new(tx, module, &url)?;
    let links = queries::links_of(tx, module);
    limits::MODULE_LINKS.check(tx.count(links)?, |most| format!("A module has at most {most} links"))?;
    let project = tx.project_id();
    let id = tx.create(
        MODULE_LINKS,
        vec![
            ("project_id", project.into()),
            ("module_id", module.into()),
            ("title", fields.title.flatten().filter(|title| !title.is_empty()).into()),
            ("url", url.as_str().into()),
            ("metadata", fields.metadata.unwrap_or_else(|| json!({})).into()),
        ],
    )?;
    record(tx, "created", id, vec![Change::reference("link", None, Some((id, url)))])?;
    Ok(id)
}

/// Changes a link of a module.
pub fn update(tx: &mut WriteTx<'_, ProjectScope>, module: Uuid, id: Uuid, fields: LinkFields) -> db::Result<()> {
    writable(tx, module)?;
    let before = queries::link(tx, module, id)?;
    let url = fields.url.filter(|url| *url != before.url);
    let mut set: Vec<Set> = Vec::new();
    let new_url = url.clone().unwrap_or_else(|| before.url.clone());
    let mut changes = vec![Change::reference("link", Some((id, before.url.clone())), Some((id, new_url)))];
    if let Some(url) = url {
        check_new(tx, module, &url)?;
        set.push(("url", url.into()));
    }
    let title = fields.title.map(|title| title.filter(|title| !title.is_empty()));
    if let Some(title) = title.filter(|title| *title != before.title) {
        changes.push(Change::value("title", before.title, title.clone()));
        set.push(("title", title.into()));
    }
    if let Some(metadata) = fields.metadata.filter(|metadata| *metadata != before.metadata) {
        changes.push(Change { field: "metadata".to_owned(), ..Change::default() });
        set.push(("metadata", metadata.into()));
    }
    if set.is_empty() {
        return Ok(());
    }
    tx.update(MODULE_LINKS, id, set)?;
    record(tx, "updated", id, changes)
}

/// Deletes a link of a module.
pub fn delete(tx: &mut WriteTx<'_, ProjectScope>, module: Uuid, id: Uuid) -> db::Result<()> {
    writable(tx, module)?;
    let link = queries::link(tx, module, id)?;
    tx.delete_where(MODULE_LINKS, MODULE_LINKS.col("id").eq(id))?;
    record(tx, "deleted", id, vec![Change::reference("link", Some((id, link.url)), None)])
}

/// The module, if it can be changed.
fn writable(tx: &mut WriteTx<'_, ProjectScope>, module: Uuid) -> db::Result<Module> {
    check_writable(tx.scope())?;
    queries::get(tx, module)
}

fn check_new(tx: &mut WriteTx<'_, ProjectScope>, module: Uuid, url: &str) -> db::Result<()> {
    let same = queries::links_of(tx, module).filter(MODULE_LINKS.col("url").eq(url));
    if tx.any(same)? { Err(Refusal::field("url", "The module has a link to this address.").into()) } else { Ok(()) }
}

fn record(tx: &mut WriteTx<'_, ProjectScope>, verb: &'static str, id: Uuid, changes: Vec<Change>) -> db::Result<()> {
    let project = tx.project_id();
    tx.record(Event::new("module_link", verb, id).in_project(project).with(changes)).map(|_| ())
}
