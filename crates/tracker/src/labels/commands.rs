//! Making, changing and deleting labels.

use aileron_db::{
    self as db, Expr, ExprTrait as _, ProjectScope, WriteTx,
    schema::{LABELS, WORK_ITEM_LABELS, WORK_ITEMS},
};
use aileron_kernel::{
    Change, Event, Fields, Refusal, Uuid,
    fields::{NAME, unknown_id},
    limits,
};
use serde_json::Value;

use super::{model::Label, queries, rules};
use crate::{projects::rules::check_writable, versions::IfMatch};

/// The distance between new labels.
pub(super) const STEP: f64 = 10_000.0;

/// The place of a project's first label.
const FIRST: f64 = 65_535.0;

/// What a request says of a label. Absent fields stay as they are.
#[derive(Clone, Debug, Default)]
pub struct LabelFields {
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Its colour, not checked, as recorded.
    pub color: Option<String>,
    /// Its place.
    pub sort_order: Option<f64>,
    /// The label above it.
    pub parent: Option<Option<Uuid>>,
    /// Where it came from.
    pub external_source: Option<Option<String>>,
    /// What it is called there.
    pub external_id: Option<Option<String>>,
}

impl LabelFields {
    /// Reads a body; a new label needs a name.
    pub fn read(mut fields: Fields, is_new: bool) -> Result<Self, Refusal> {
        if is_new {
            fields.require("name");
        }
        let read = Self {
            name: fields.text("name", NAME),
            description: fields.text_or_blank("description", limits::SHORT_DESCRIPTION.most),
            color: fields.text_or_blank("color", NAME),
            sort_order: fields.number("sort_order"),
            parent: fields.nullable_id("parent"),
            external_source: fields.nullable_text("external_source", NAME),
            external_id: fields.nullable_text("external_id", NAME),
        };
        fields.finish()?;
        Ok(read)
    }
}

/// Makes a label.
pub fn create(tx: &mut WriteTx<'_, ProjectScope>, fields: LabelFields) -> db::Result<Uuid> {
    check_writable(tx.scope())?;
    let name = fields.name.unwrap_or_default();
    let (source, external) = (fields.external_source.flatten(), fields.external_id.flatten());
    if let Some(existing) = with_external_id(tx, source.as_deref(), external.as_deref(), None)? {
        return Err(Refusal::taken("Label with the same external id and external source already exists", existing).into());
    }
    if let Some(existing) = with_name(tx, &name, None)? {
        return Err(Refusal::taken("Label with the same name already exists in the project", existing).into());
    }
    let parent = fields.parent.flatten();
    check_parent(tx, None, parent)?;
    let live = tx.in_project(LABELS);
    if tx.count(live)? >= limits::LABELS.count() {
        return Err(limits::LABELS.refuse(format!("A project has at most {} labels.", limits::LABELS.most)).into());
    }
    let sort_order = match fields.sort_order {
        Some(place) => place,
        None => next_place(tx)?,
    };
    let project = tx.project_id();
    let id = tx.create(
        LABELS,
        vec![
            ("project_id", Some(project).into()),
            ("parent_id", parent.into()),
            ("name_key", rules::name_key(&name).into()),
            ("name", name.clone().into()),
            ("description", fields.description.unwrap_or_default().into()),
            ("color", fields.color.unwrap_or_default().into()),
            ("sort_order", sort_order.into()),
            ("external_source", source.into()),
            ("external_id", external.into()),
        ],
    )?;
    tx.record(Event::new("label", "created", id).in_project(project).with(vec![Change::value("name", Value::Null, name)]))?;
    Ok(id)
}

/// Changes a label, if it is still as the caller read it.
pub fn update(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid, fields: LabelFields, if_match: &IfMatch) -> db::Result<()> {
    check_writable(tx.scope())?;
    let before = queries::get(tx, id)?;
    if_match.check(before.version, "label")?;
    let source = fields.external_source.clone().unwrap_or_else(|| before.external_source.clone());
    let external = fields.external_id.clone().unwrap_or_else(|| before.external_id.clone());
    if with_external_id(tx, source.as_deref(), external.as_deref(), Some(id))?.is_some() {
        return Err(Refusal::taken("Label with the same external id and external source already exists", id).into());
    }
    if let Some(name) = &fields.name
        && with_name(tx, name, Some(id))?.is_some()
    {
        return Err(Refusal::error("The payload is not valid").into());
    }
    check_parent(tx, Some(id), fields.parent.flatten())?;
    let changes = changes(tx, &before, &fields)?;
    if changes.is_empty() {
        return Ok(());
    }
    let mut set = vec![("external_source", source.into()), ("external_id", external.into())];
    if let Some(name) = fields.name {
        set.extend([("name_key", rules::name_key(&name).into()), ("name", name.into())]);
    }
    set.extend(fields.description.map(|value| ("description", value.into())));
    set.extend(fields.color.map(|value| ("color", value.into())));
    set.extend(fields.sort_order.map(|value| ("sort_order", value.into())));
    set.extend(fields.parent.map(|value| ("parent_id", value.into())));
    tx.update(LABELS, id, set)?;
    let project = tx.project_id();
    tx.record(Event::new("label", "updated", id).in_project(project).with(changes)).map(|_| ())
}

/// Deletes a label, which its items then have no more; that they had it stays known, for the past. The labels below it move to the top.
pub fn delete(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    let label = queries::get(tx, id)?;
    tx.update_where(LABELS, LABELS.col("parent_id").eq(id), vec![("parent_id", None::<Uuid>.into())])?;
    // The items are others without it, which their versions say: who follows the log finds them by that.
    let labelled = tx.from(WORK_ITEM_LABELS).filter(WORK_ITEM_LABELS.col("label_id").eq(id)).expr(WORK_ITEM_LABELS.col("item_id"));
    tx.adjust_where(WORK_ITEMS, labelled.contains(WORK_ITEMS.col("id")), Vec::new())?;
    tx.delete_where(LABELS, LABELS.col("id").eq(id))?;
    let project = tx.project_id();
    tx.record(Event::new("label", "deleted", id).in_project(project).with(vec![Change::value("name", label.name, Value::Null)]))?;
    Ok(())
}

/// A parent is a label of the project, and not below the label itself.
fn check_parent(tx: &mut WriteTx<'_, ProjectScope>, label: Option<Uuid>, parent: Option<Uuid>) -> db::Result<()> {
    let Some(parent) = parent else { return Ok(()) };
    let known = tx.in_project(LABELS).filter(LABELS.col("id").eq(parent));
    if !tx.any(known)? {
        return Err(Refusal::field("parent", unknown_id(parent)).into());
    }
    if let Some(label) = label
        && rules::makes_a_loop(label, parent, &queries::parents(tx)?)
    {
        return Err(Refusal::field("parent", "A label cannot be above itself.").into());
    }
    Ok(())
}

fn changes(tx: &mut WriteTx<'_, ProjectScope>, before: &Label, after: &LabelFields) -> db::Result<Vec<Change>> {
    let mut changes = Vec::new();
    let mut note = |field: &str, old: Value, new: Option<Value>| {
        if let Some(new) = new.filter(|new| *new != old) {
            changes.push(Change::value(field, old, new));
        }
    };
    note("name", before.name.clone().into(), after.name.clone().map(Value::from));
    note("color", before.color.clone().into(), after.color.clone().map(Value::from));
    note("sort_order", before.sort_order.into(), after.sort_order.map(Value::from));
    note("external_source", before.external_source.clone().into(), after.external_source.clone().map(Value::from));
    note("external_id", before.external_id.clone().into(), after.external_id.clone().map(Value::from));
    if after.description.as_ref().is_some_and(|description| *description != before.description) {
        changes.push(Change { field: "description".to_owned(), ..Change::default() });
    }
    if let Some(new) = after.parent.filter(|new| *new != before.parent_id) {
        let mut named = |id: Option<Uuid>| id.map(|id| Ok::<_, db::Error>((id, queries::get(tx, id)?.name))).transpose();
        changes.push(Change::reference("parent", named(before.parent_id)?, named(new)?));
    }
    Ok(changes)
}

/// The place of the next label.
pub(super) fn next_place(tx: &mut WriteTx<'_, ProjectScope>) -> db::Result<f64> {
    let select = tx.in_project(LABELS).expr(LABELS.col("sort_order").max());
    let last = tx.optional::<(Option<f64>,)>(&select)?.and_then(|row| row.0);
    Ok(last.map_or(FIRST, |last| last + STEP))
}

fn with_name(tx: &mut WriteTx<'_, ProjectScope>, name: &str, except: Option<Uuid>) -> db::Result<Option<Uuid>> {
    let select = tx.in_project(LABELS).filter(LABELS.col("name_key").eq(rules::name_key(name))).expr(LABELS.col("id"));
    Ok(tx.optional::<(Uuid,)>(&select)?.map(|row| row.0).filter(|id| Some(*id) != except))
}

fn with_external_id(
    tx: &mut WriteTx<'_, ProjectScope>,
    source: Option<&str>,
    id: Option<&str>,
    except: Option<Uuid>,
) -> db::Result<Option<Uuid>> {
    let (Some(source), Some(external)) = (source, id) else { return Ok(None) };
    let same: Expr = LABELS.col("external_source").eq(source).and(LABELS.col("external_id").eq(external));
    let select = tx.in_project(LABELS).filter(same).expr(LABELS.col("id"));
    Ok(tx.optional::<(Uuid,)>(&select)?.map(|row| row.0).filter(|id| Some(*id) != except))
}
