//! Making, changing and deleting the values of an estimate.

use aileron_db::{self as db, ExprTrait as _, ProjectScope, Set, WriteTx, schema::ESTIMATE_POINTS};
use aileron_kernel::{Change, Event, Refusal, Uuid, fields::unknown_id, text};
use serde_json::Value;

use super::{
    items,
    model::{Point, PointFields},
    queries, rules,
};
use crate::projects::rules::check_writable;

/// Adds values to an estimate.
pub fn create(tx: &mut WriteTx<'_, ProjectScope>, estimate: Uuid, new: Vec<PointFields>) -> db::Result<()> {
    check_writable(tx.scope())?;
    let kind = queries::get(tx, estimate)?.kind();
    let there = queries::points(tx, estimate)?;
    let (keys, values) = (there.iter().map(|point| point.key).collect(), there.iter().map(|point| point.value_key.clone()).collect());
    let places = rules::places(kind, keys, values, &new)?;
    let project = tx.project_id();
    for (point, place) in new.into_iter().zip(places) {
        let value = point.value.unwrap_or_default();
        let id = tx.insert(
            ESTIMATE_POINTS,
            vec![
                ("project_id", project.into()),
                ("estimate_id", estimate.into()),
                ("key", place.into()),
                ("value", value.as_str().into()),
                ("value_key", text::key(&value).into()),
                ("description", point.description.unwrap_or_default().into()),
                ("external_source", point.external_source.flatten().into()),
                ("external_id", point.external_id.flatten().into()),
            ],
        )?;
        let changes = vec![Change::value("value", Value::Null, value), Change::value("key", Value::Null, place)];
        tx.record(Event::new("estimate_point", "created", id).in_project(project).with(changes))?;
    }
    Ok(())
}

/// Changes a value. Items that have it show the new one.
pub fn update(tx: &mut WriteTx<'_, ProjectScope>, estimate: Uuid, id: Uuid, fields: PointFields) -> db::Result<()> {
    check_writable(tx.scope())?;
    let kind = queries::get(tx, estimate)?.kind();
    let before = queries::point(tx, estimate, id)?;
    let others: Vec<Point> = queries::points(tx, estimate)?.into_iter().filter(|point| point.id != id).collect();
    if let Some(value) = &fields.value {
        rules::check_value(kind, value).map_err(|message| Refusal::field("value", message))?;
        let key = text::key(value);
        if others.iter().any(|point| point.value_key == key) {
            return Err(Refusal::field("value", "The estimate has this value already.").into());
        }
    }
    if fields.key.is_some_and(|key| others.iter().any(|point| point.key == key)) {
        return Err(Refusal::field("key", "The estimate has a value at this place already.").into());
    }
    let (set, changes) = changed(&before, fields);
    if changes.is_empty() {
        return Ok(());
    }
    tx.update(ESTIMATE_POINTS, id, set)?;
    let project = tx.project_id();
    tx.record(Event::new("estimate_point", "updated", id).in_project(project).with(changes)).map(|_| ())
}

/// Deletes a value. Items that have it get the one that replaces it, or none.
pub fn delete(tx: &mut WriteTx<'_, ProjectScope>, estimate: Uuid, id: Uuid, replacement: Option<Uuid>) -> db::Result<()> {
    check_writable(tx.scope())?;
    let point = queries::point(tx, estimate, id)?;
    let points = queries::points(tx, estimate)?;
    let other = |wanted: Uuid| points.iter().find(|point| point.id == wanted && point.id != id);
    let to = match replacement {
        Some(wanted) => {
            let point = other(wanted).ok_or_else(|| Refusal::field("replacement", unknown_id(wanted)))?;
            Some((point.id, point.value.clone()))
        }
        None => None,
    };
    items::give(tx, &[(id, point.value.clone())], to.as_ref())?;
    tx.delete_where(ESTIMATE_POINTS, ESTIMATE_POINTS.col("id").eq(id))?;
    let project = tx.project_id();
    let changes = vec![Change::value("value", point.value, Value::Null)];
    tx.record(Event::new("estimate_point", "deleted", id).in_project(project).with(changes))?;
    Ok(())
}

fn changed(before: &Point, fields: PointFields) -> (Vec<Set>, Vec<Change>) {
    let (mut set, mut changes): (Vec<Set>, Vec<Change>) = (Vec::new(), Vec::new());
    if let Some(key) = fields.key.filter(|key| *key != before.key) {
        changes.push(Change::value("key", before.key, key));
        set.push(("key", key.into()));
    }
    if let Some(value) = fields.value.filter(|value| *value != before.value) {
        changes.push(Change::value("value", before.value.as_str(), value.as_str()));
        set.extend([("value_key", text::key(&value).into()), ("value", value.into())]);
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
