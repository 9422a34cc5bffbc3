//! Making, changing and deleting one's own drafts, and making items of them.

use aileron_db::{
    self as db, ExprTrait as _, ProjectScope, Set, WorkspaceScope, WriteTx, id_in,
    schema::{MODULES, WORK_ITEM_DRAFTS},
};
use aileron_kernel::{Action, Change, Event, Fields, Refusal, Uuid, fields::unknown_id, limits, refusal::Kind};
use serde_json::{Map, Value, json};

use super::{
    fields::{self, DraftFields},
    model::{Draft, Text},
    queries,
};
use crate::{
    cycles, modules,
    projects::rules::check_writable,
    trash,
    versions::IfMatch,
    work_items::{self, fields::ItemFields},
};

/// The place of the first draft.
const FIRST: f64 = 65_535.0;

/// The distance between new drafts.
const STEP: f64 = 10_000.0;

/// Makes a draft above all others, unless its place is given.
pub fn create(tx: &mut WriteTx<'_, WorkspaceScope>, fields: DraftFields) -> db::Result<Uuid> {
    let own = queries::own(tx);
    limits::DRAFTS
        .check(tx.count(own)?, |most| format!("A member keeps at most {most} drafts. Delete one that is not needed any more."))?;
    let project = fields.project.flatten();
    let said = looked_up(tx, project, fields.said)?;
    let place = match fields.sort_order {
        Some(place) => place,
        None => last_place(tx)?.map_or(FIRST, |place| place + STEP),
    };
    let text = fields.item.description.unwrap_or_else(work_items::fields::no_description);
    let id = tx.create(
        WORK_ITEM_DRAFTS,
        vec![
            ("owner_id", tx.user_id().into()),
            ("project_id", project.into()),
            ("name", fields.name.unwrap_or_default().into()),
            ("description_html", text.html.into()),
            ("description_binary", fields.item.description_binary.flatten().into()),
            ("fields", Value::Object(said).into()),
            ("sort_order", place.into()),
        ],
    )?;
    tx.record(Event::new("draft", "created", id))?;
    Ok(id)
}

/// Changes a draft of the caller's. In another project, what the draft says has to be there too.
pub fn update(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid, fields: DraftFields, if_match: &IfMatch) -> db::Result<()> {
    let before = queries::get(tx, id)?;
    if_match.check(before.version, "draft")?;
    let project = fields.project.unwrap_or(before.project_id);
    let mut said = before.said();
    let is_touched = project != before.project_id || !fields.said.is_empty();
    said.extend(fields.said.clone());
    if is_touched {
        said = looked_up(tx, project, said)?;
    }
    let changed = changed((&before, &queries::text(tx, id)?), &fields, project, &said);
    if changed.is_empty() {
        return Ok(());
    }
    let changes = changed.iter().map(|(field, _)| Change { field: (*field).to_owned(), ..Change::default() }).collect();
    tx.update(WORK_ITEM_DRAFTS, id, changed)?;
    tx.record(Event::new("draft", "updated", id).with(changes)).map(|_| ())
}

/// Deletes a draft of the caller's.
pub fn delete(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid) -> db::Result<()> {
    queries::get(tx, id)?;
    tx.delete_where(WORK_ITEM_DRAFTS, WORK_ITEM_DRAFTS.col("id").eq(id))?;
    tx.record(Event::new("draft", "deleted", id)).map(|_| ())
}

/// Brings a draft of the caller's back that was deleted or published.
pub fn restore(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid) -> db::Result<()> {
    let own = WORK_ITEM_DRAFTS.col("id").eq(id).and(WORK_ITEM_DRAFTS.col("owner_id").eq(tx.user_id()));
    if tx.restore_where(WORK_ITEM_DRAFTS, own, Vec::new())? == 0 {
        return Err(trash::missing(tx, WORK_ITEM_DRAFTS, "draft", id));
    }
    tx.record(Event::new("draft", "restored", id)).map(|_| ())
}

/// Makes the item of a draft, in its project or in this one, and deletes the draft. Answers the item.
pub fn publish(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid, project: Option<Uuid>) -> db::Result<Uuid> {
    let draft = queries::get(tx, id)?;
    let project = project.or(draft.project_id).ok_or_else(|| Refusal::field("project_id", "This field is required."))?;
    if draft.name.is_empty() {
        return Err(Refusal::field("name", "This field may not be blank.").into());
    }
    let said = draft.said();
    let ids = |name: &str| said.get(name).map(places).unwrap_or_default();
    let (cycle, modules) = (ids("cycle_id"), ids("module_ids"));
    let read = ItemFields::read(Fields::of(Value::Object(said.clone()))?, false)?;
    let text = queries::text(tx, id)?;
    let description = work_items::fields::kept_description(text.description_html);
    let fields = ItemFields {
        name: Some(draft.name),
        description: Some(description),
        description_binary: text.description_binary.map(Some),
        ..read
    };
    let mut inside = tx.enter_to_write(project, Action::WorkItemsCreate)?.ok_or_else(|| no_project(project))?;
    let item = work_items::commands::create(&mut inside, fields)?;
    for cycle in cycle {
        let mut inside = tx.enter_to_write(project, Action::CyclesWrite)?.ok_or_else(Refusal::forbidden)?;
        cycles::item_commands::add(&mut inside, cycle, &[item]).map_err(|error| named("cycle_id", cycle, error))?;
    }
    for module in modules {
        let mut inside = tx.enter_to_write(project, Action::ModulesWrite)?.ok_or_else(Refusal::forbidden)?;
        modules::item_commands::add(&mut inside, module, &[item]).map_err(|error| named("module_ids", module, error))?;
    }
    tx.delete_where(WORK_ITEM_DRAFTS, WORK_ITEM_DRAFTS.col("id").eq(id))?;
    let became = Change { field: "work_item".to_owned(), new_id: Some(item), ..Change::default() };
    tx.record(Event::new("draft", "published", id).with(vec![became]))?;
    Ok(item)
}

/// What a draft says, with ids that are there: those of the request for the item, looked up as there.
fn looked_up(tx: &mut WriteTx<'_, WorkspaceScope>, project: Option<Uuid>, said: Map<String, Value>) -> db::Result<Map<String, Value>> {
    let Some(project) = project else {
        fields::check_no_project(&said)?;
        return Ok(said);
    };
    let item = ItemFields::read(Fields::of(Value::Object(said.clone()))?, false)?;
    let mut inside = tx.enter_to_write(project, Action::WorkItemsCreate)?.ok_or_else(|| no_project(project))?;
    check_writable(inside.scope())?;
    let item = work_items::commands::looked_up(&mut inside, item)?;
    let ids = |name: &str| said.get(name).map(places).unwrap_or_default();
    for cycle in ids("cycle_id") {
        cycles::queries::get(&mut inside, cycle).map_err(|error| named("cycle_id", cycle, error))?;
    }
    check_modules(&mut inside, &ids("module_ids"))?;
    let kept = said.into_iter().filter(|(name, _)| matches!(name.as_str(), "cycle_id" | "module_ids"));
    Ok(fields::said(&item).into_iter().chain(kept).collect())
}

/// A project that is not there, or in which the caller makes no items.
fn no_project(project: Uuid) -> Refusal {
    Refusal::new(Kind::Forbidden, json!({ "project_id": [unknown_id(project)] }))
}

/// Refuses modules that the project does not have, or that are archived.
fn check_modules(tx: &mut WriteTx<'_, ProjectScope>, modules: &[Uuid]) -> db::Result<()> {
    if modules.is_empty() {
        return Ok(());
    }
    let there = tx.in_project(MODULES).filter(id_in(MODULES, "id", modules).and(MODULES.col("archived_at").is_null()));
    let found = tx.all::<(Uuid,)>(&there.expr(MODULES.col("id")))?;
    match modules.iter().find(|module| !found.contains(&(**module,))) {
        Some(module) => Err(Refusal::field("module_ids", unknown_id(*module)).into()),
        None => Ok(()),
    }
}

/// Something that is not there, under the name of the field.
fn named(field: &str, id: Uuid, error: db::Error) -> db::Error {
    match error.refusal() {
        Some(refusal) if refusal.kind == Kind::NotFound => Refusal::field(field, unknown_id(id)).into(),
        _ => error,
    }
}

/// The ids in a value.
fn places(value: &Value) -> Vec<Uuid> {
    let id = |value: &Value| value.as_str().and_then(|text| Uuid::try_parse(text).ok());
    match value {
        Value::Array(values) => values.iter().filter_map(id).collect(),
        value => id(value).into_iter().collect(),
    }
}

/// The fields that would be others than before, with the values of their columns.
fn changed((before, before_text): (&Draft, &Text), fields: &DraftFields, project: Option<Uuid>, said: &Map<String, Value>) -> Vec<Set> {
    let mut changed: Vec<Set> = Vec::new();
    let mut note = |field: &'static str, value: Option<db::Value>| changed.extend(value.map(|value| (field, value)));
    note("project_id", (project != before.project_id).then(|| project.into()));
    note("name", fields.name.clone().filter(|name| *name != before.name).map(Into::into));
    let text = fields.item.description.as_ref().filter(|text| text.html != before_text.description_html);
    note("description_html", text.map(|text| text.html.clone().into()));
    let binary = fields.item.description_binary.clone().filter(|binary| *binary != before_text.description_binary);
    note("description_binary", binary.map(Into::into));
    note("fields", (*said != before.said()).then(|| Value::Object(said.clone()).into()));
    let place = fields.sort_order.filter(|place| place.to_bits() != before.sort_order.to_bits());
    note("sort_order", place.map(Into::into));
    changed
}

fn last_place(tx: &mut WriteTx<'_, WorkspaceScope>) -> db::Result<Option<f64>> {
    let select = queries::own(tx).expr(WORK_ITEM_DRAFTS.col("sort_order").max());
    Ok(tx.optional::<(Option<f64>,)>(&select)?.and_then(|row| row.0))
}
