//! Making, changing and deleting estimates.

use aileron_db::{
    self as db, ExprTrait as _, ProjectScope, Set, WriteTx,
    schema::{ESTIMATE_POINTS, ESTIMATES, PROJECTS},
};
use aileron_kernel::{Change, Event, Refusal, Uuid, fields::unknown_id};
use serde_json::Value;

use super::{
    items,
    model::{Estimate, EstimateFields, EstimateKind},
    queries,
};
use crate::projects::rules::check_writable;

/// Makes the estimate of a project, and puts it to use. A project has one.
pub fn create(tx: &mut WriteTx<'_, ProjectScope>, fields: EstimateFields) -> db::Result<Uuid> {
    check_writable(tx.scope())?;
    let there = tx.in_project(ESTIMATES).expr(ESTIMATES.col("id"));
    if let Some((existing,)) = tx.optional::<(Uuid,)>(&there)? {
        return Err(Refusal::taken("An estimate already exists for this project", existing).into());
    }
    let project = tx.project_id();
    let name = fields.name.unwrap_or_default();
    let kind = fields.kind.unwrap_or(EstimateKind::Categories).as_str();
    let id = tx.create(
        ESTIMATES,
        vec![
            ("project_id", project.into()),
            ("name", name.as_str().into()),
            ("description", fields.description.unwrap_or_default().into()),
            ("kind", kind.into()),
            ("last_used", fields.last_used.unwrap_or(false).into()),
            ("external_source", fields.external_source.flatten().into()),
            ("external_id", fields.external_id.flatten().into()),
        ],
    )?;
    let changes = vec![Change::value("name", Value::Null, name), Change::value("type", Value::Null, kind)];
    tx.record(Event::new("estimate", "created", id).in_project(project).with(changes))?;
    switch(tx, None, Some(id))?;
    Ok(id)
}

/// Changes the name and the description of the project's estimate, and where it came from.
pub fn update(tx: &mut WriteTx<'_, ProjectScope>, fields: EstimateFields) -> db::Result<Uuid> {
    check_writable(tx.scope())?;
    let before = queries::of_project(tx)?;
    let id = before.id;
    let (set, changes) = changed(&before, fields);
    if changes.is_empty() {
        return Ok(id);
    }
    tx.update(ESTIMATES, id, set)?;
    let project = tx.project_id();
    tx.record(Event::new("estimate", "updated", id).in_project(project).with(changes))?;
    Ok(id)
}

/// Deletes the project's estimate with its values. Items that have one have none from then on.
pub fn delete(tx: &mut WriteTx<'_, ProjectScope>) -> db::Result<()> {
    check_writable(tx.scope())?;
    let estimate = queries::of_project(tx)?;
    let id = estimate.id;
    let values: Vec<items::Named> = queries::points(tx, id)?.into_iter().map(|point| (point.id, point.value)).collect();
    items::give(tx, &values, None)?;
    let project = tx.project_id();
    let active = PROJECTS.col("id").eq(project).and(PROJECTS.col("estimate_id").eq(id));
    let is_active = tx.from(PROJECTS).filter(active);
    if tx.any(is_active)? {
        switch(tx, Some(id), None)?;
    }
    tx.delete_where(ESTIMATE_POINTS, ESTIMATE_POINTS.col("estimate_id").eq(id))?;
    tx.delete_where(ESTIMATES, ESTIMATES.col("id").eq(id))?;
    tx.record(Event::new("estimate", "deleted", id).in_project(project).with(vec![Change::value("name", estimate.name, Value::Null)]))?;
    Ok(())
}

/// Refuses an estimate, named by the field `estimate` of a body, that is not the project's.
pub fn check(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid) -> db::Result<()> {
    let known = tx.in_project(ESTIMATES).filter(ESTIMATES.col("id").eq(id));
    if tx.any(known)? { Ok(()) } else { Err(Refusal::field("estimate", unknown_id(id)).into()) }
}

/// Puts an estimate to use in the project, or takes it out of use. Nobody touched the project's row, so its author and time stay.
fn switch(tx: &mut WriteTx<'_, ProjectScope>, old: Option<Uuid>, new: Option<Uuid>) -> db::Result<()> {
    let project = tx.project_id();
    tx.adjust_where(PROJECTS, PROJECTS.col("id").eq(project), vec![("estimate_id", new.into())])?;
    let change = Change { field: "estimate".to_owned(), old_id: old, new_id: new, ..Change::default() };
    tx.record(Event::new("project", "updated", project).in_project(project).with(vec![change])).map(|_| ())
}

fn changed(before: &Estimate, fields: EstimateFields) -> (Vec<Set>, Vec<Change>) {
    let (mut set, mut changes): (Vec<Set>, Vec<Change>) = (Vec::new(), Vec::new());
    if let Some(name) = fields.name.filter(|name| *name != before.name) {
        changes.push(Change::value("name", before.name.as_str(), name.as_str()));
        set.push(("name", name.into()));
    }
    if let Some(description) = fields.description.filter(|description| *description != before.description) {
        changes.push(Change { field: "description".to_owned(), ..Change::default() });
        set.push(("description", description.into()));
    }
    if let Some(source) = fields.external_source.filter(|source| *source != before.external_source) {
        changes.push(Change::value("external_source", before.external_source.clone(), source.clone()));
        set.push(("external_source", source.into()));
    }
    if let Some(external) = fields.external_id.filter(|external| *external != before.external_id) {
        changes.push(Change::value("external_id", before.external_id.clone(), external.clone()));
        set.push(("external_id", external.into()));
    }
    (set, changes)
}
