//! Making, changing and deleting states.

use aileron_db::{self as db, Expr, ExprTrait as _, ProjectScope, WriteTx, schema::PROJECTS, schema::STATES, schema::WORK_ITEMS};
use aileron_kernel::{Change, Event, Fields, Refusal, Uuid, fields::NAME, limits, text};
use serde_json::Value;

use super::{
    model::{Group, State},
    queries,
};
use crate::{projects::rules::check_writable, versions::IfMatch, work_items};

/// The distance between new states.
const STEP: f64 = 15_000.0;

/// The distance between the states of a new project.
const DEFAULT_STEP: f64 = 10_000.0;

/// The states of a new project: name, colour, group.
pub const DEFAULTS: [(&str, &str, Group); 6] = [
    ("Backlog", "#60646C", Group::Backlog),
    ("Todo", "#60646C", Group::Unstarted),
    ("In Progress", "#F59E0B", Group::Started),
    ("Done", "#46A758", Group::Completed),
    ("Cancelled", "#9AA4BC", Group::Cancelled),
    ("Triage", "#4E5355", Group::Triage),
];

/// What a request says of a state. Absent fields stay as they are.
#[derive(Clone, Debug, Default)]
pub struct StateFields {
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Its colour, not checked, as recorded.
    pub color: Option<String>,
    /// Its place.
    pub sequence: Option<f64>,
    /// Its group.
    pub group: Option<Group>,
    /// Whether new items start here.
    pub default: Option<bool>,
    /// Where it came from.
    pub external_source: Option<Option<String>>,
    /// What it is called there.
    pub external_id: Option<Option<String>>,
}

impl StateFields {
    /// Reads a body; a new state needs a name and a colour.
    pub fn read(mut fields: Fields, is_new: bool) -> Result<Self, Refusal> {
        if is_new {
            fields.require("name");
            fields.require("color");
        }
        let read = Self {
            name: fields.text("name", NAME),
            description: fields.text_or_blank("description", limits::SHORT_DESCRIPTION.most),
            color: fields.text("color", NAME),
            sequence: fields.number("sequence"),
            group: fields.choice("group", Group::parse),
            default: fields.flag("default"),
            external_source: fields.nullable_text("external_source", NAME),
            external_id: fields.nullable_text("external_id", NAME),
        };
        if read.group == Some(Group::Triage) {
            fields.reject("group", "Cannot create triage state");
        }
        fields.finish()?;
        Ok(read)
    }
}

/// Makes a state.
pub fn create(tx: &mut WriteTx<'_, ProjectScope>, fields: StateFields) -> db::Result<Uuid> {
    check_writable(tx.scope())?;
    let name = fields.name.unwrap_or_default();
    let external = (fields.external_source.flatten(), fields.external_id.flatten());
    if let Some(existing) = with_external_id(tx, external.0.as_deref(), external.1.as_deref(), None)? {
        return Err(Refusal::taken("State with the same external id and external source already exists", existing).into());
    }
    if let Some(existing) = with_name(tx, &name, None)? {
        return Err(Refusal::taken("State with the same name already exists in the project", existing).into());
    }
    let sequence = match fields.sequence {
        Some(sequence) => sequence,
        None => last_sequence(tx)? + STEP,
    };
    let is_default = fields.default.unwrap_or(false);
    if is_default {
        clear_default(tx, None)?;
    }
    let group = fields.group.unwrap_or(Group::Backlog);
    let project = tx.project_id();
    let id = tx.create(
        STATES,
        vec![
            ("project_id", project.into()),
            ("name_key", text::key(&name).into()),
            ("slug", slug(&name).into()),
            ("name", name.clone().into()),
            ("description", fields.description.unwrap_or_default().into()),
            ("color", fields.color.unwrap_or_default().into()),
            ("sequence", sequence.into()),
            ("group_name", group.as_str().into()),
            ("is_default", is_default.into()),
            ("external_source", external.0.into()),
            ("external_id", external.1.into()),
        ],
    )?;
    tx.record(Event::new("state", "created", id).in_project(project).with(vec![Change::value("name", Value::Null, name)]))?;
    Ok(id)
}

/// The six states of a new project, triage among them.
pub fn create_defaults(tx: &mut WriteTx<'_, ProjectScope>) -> db::Result<()> {
    let mut sequence = STEP;
    for (name, color, group) in DEFAULTS {
        insert_default(tx, name, color, group, sequence)?;
        sequence += DEFAULT_STEP;
    }
    Ok(())
}

/// The state of items that wait in intake, made where an import left the project without one.
pub fn triage(tx: &mut WriteTx<'_, ProjectScope>) -> db::Result<State> {
    let select = tx.in_project(STATES).columns::<State>(STATES).filter(STATES.col("group_name").eq(Group::Triage.as_str())).limit(1);
    if let Some(state) = tx.optional::<State>(&select)? {
        return Ok(state);
    }
    let name = if with_name(tx, "Triage", None)?.is_none() { "Triage".to_owned() } else { format!("Triage {}", tx.new_id().simple()) };
    let sequence = last_sequence(tx)? + STEP;
    insert_default(tx, &name, "#4E5355", Group::Triage, sequence)?;
    tx.one(&select)
}

fn insert_default(tx: &mut WriteTx<'_, ProjectScope>, name: &str, color: &str, group: Group, sequence: f64) -> db::Result<()> {
    let project = tx.project_id();
    let id = tx.insert(
        STATES,
        vec![
            ("project_id", project.into()),
            ("name", name.into()),
            ("name_key", text::key(name).into()),
            ("slug", "".into()),
            ("description", "".into()),
            ("color", color.into()),
            ("sequence", sequence.into()),
            ("group_name", group.as_str().into()),
            ("is_default", (group == Group::Backlog).into()),
        ],
    )?;
    tx.record(Event::new("state", "created", id).in_project(project).with(vec![Change::value("name", Value::Null, name)])).map(|_| ())
}

/// Changes a state, if it is still as the caller read it. With another group its items are begun and completed, or no longer.
pub fn update(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid, fields: StateFields, if_match: &IfMatch) -> db::Result<()> {
    check_writable(tx.scope())?;
    let before = queries::get(tx, id)?;
    if_match.check(before.version, "state")?;
    let external_id = fields.external_id.clone().unwrap_or_else(|| before.external_id.clone());
    let external_source = fields.external_source.clone().unwrap_or_else(|| before.external_source.clone());
    if with_external_id(tx, external_source.as_deref(), external_id.as_deref(), Some(id))?.is_some() {
        return Err(Refusal::taken("State with the same external id and external source already exists", id).into());
    }
    if let Some(name) = &fields.name
        && with_name(tx, name, Some(id))?.is_some()
    {
        return Err(Refusal::error("The payload is not valid").into());
    }
    if before.is_default && fields.default == Some(false) {
        return Err(Refusal::field("default", "A project needs a default state: make another state the default instead.").into());
    }
    let changes = changes(&before, &fields);
    if changes.is_empty() {
        return Ok(());
    }
    if fields.default == Some(true) {
        clear_default(tx, Some(id))?;
    }
    let mut set = vec![("external_source", external_source.into()), ("external_id", external_id.into())];
    if let Some(name) = fields.name {
        set.extend([("name_key", text::key(&name).into()), ("slug", slug(&name).into()), ("name", name.into())]);
    }
    set.extend(fields.description.map(|value| ("description", value.into())));
    set.extend(fields.color.map(|value| ("color", value.into())));
    set.extend(fields.sequence.map(|value| ("sequence", value.into())));
    set.extend(fields.group.map(|value| ("group_name", value.as_str().into())));
    set.extend(fields.default.map(|value| ("is_default", value.into())));
    if let Some(group) = fields.group.filter(|group| group.as_str() != before.group_name) {
        // Told of before the state is: what takes the change back begins with the state.
        work_items::commands::regroup(tx, id, group)?;
    }
    tx.update(STATES, id, set)?;
    let project = tx.project_id();
    tx.record(Event::new("state", "updated", id).in_project(project).with(changes)).map(|_| ())
}

/// Deletes a state that no item is in. A project that closes its items into it closes them nowhere from then on.
pub fn delete(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    let state = queries::get(tx, id)?;
    if state.is_default {
        return Err(Refusal::error("Default state cannot be deleted").into());
    }
    let items = tx.in_project(WORK_ITEMS).filter(WORK_ITEMS.col("state_id").eq(id));
    if tx.any(items)? {
        return Err(Refusal::error("The state is not empty, only empty states can be deleted").into());
    }
    let project = tx.project_id();
    let closes_here = PROJECTS.col("id").eq(project).and(PROJECTS.col("default_state_id").eq(id));
    if tx.adjust_where(PROJECTS, closes_here, vec![("default_state_id", None::<Uuid>.into())])? > 0 {
        let change = Change { field: "default_state".to_owned(), old_id: Some(id), ..Change::default() };
        tx.record(Event::new("project", "updated", project).in_project(project).with(vec![change]))?;
    }
    tx.delete_where(STATES, STATES.col("id").eq(id))?;
    tx.record(Event::new("state", "deleted", id).in_project(project).with(vec![Change::value("name", state.name, Value::Null)]))?;
    Ok(())
}

fn changes(before: &State, after: &StateFields) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut note = |field: &str, old: Value, new: Option<Value>| {
        if let Some(new) = new.filter(|new| *new != old) {
            changes.push(Change::value(field, old, new));
        }
    };
    note("name", before.name.clone().into(), after.name.clone().map(Value::from));
    note("color", before.color.clone().into(), after.color.clone().map(Value::from));
    note("sequence", before.sequence.into(), after.sequence.map(Value::from));
    note("group", before.group_name.clone().into(), after.group.map(|group| group.as_str().into()));
    note("default", before.is_default.into(), after.default.map(Value::from));
    note("external_source", before.external_source.clone().into(), after.external_source.clone().map(Value::from));
    note("external_id", before.external_id.clone().into(), after.external_id.clone().map(Value::from));
    if after.description.as_ref().is_some_and(|description| *description != before.description) {
        // Long text is not kept in events.
        changes.push(Change { field: "description".to_owned(), ..Change::default() });
    }
    changes
}

fn last_sequence(tx: &mut WriteTx<'_, ProjectScope>) -> db::Result<f64> {
    let select = tx.in_project(STATES).filter(STATES.col("group_name").ne(Group::Triage.as_str())).expr(STATES.col("sequence").max());
    Ok(tx.optional::<(Option<f64>,)>(&select)?.and_then(|row| row.0).unwrap_or(0.0))
}

/// Takes the default from the state that has it. Nobody touched that state, so its author and time stay.
fn clear_default(tx: &mut WriteTx<'_, ProjectScope>, except: Option<Uuid>) -> db::Result<()> {
    let select = tx.in_project(STATES).columns::<State>(STATES).filter(STATES.col("is_default").eq(true));
    let Some(state) = tx.optional::<State>(&select)?.filter(|state| Some(state.id) != except) else { return Ok(()) };
    tx.adjust_where(STATES, STATES.col("id").eq(state.id), vec![("is_default", false.into())])?;
    let project = tx.project_id();
    let change = vec![Change::value("default", true, false)];
    tx.record(Event::new("state", "updated", state.id).in_project(project).with(change)).map(|_| ())
}

fn with_name(tx: &mut WriteTx<'_, ProjectScope>, name: &str, except: Option<Uuid>) -> db::Result<Option<Uuid>> {
    let select = tx.in_project(STATES).filter(STATES.col("name_key").eq(text::key(name))).expr(STATES.col("id"));
    Ok(tx.optional::<(Uuid,)>(&select)?.map(|row| row.0).filter(|id| Some(*id) != except))
}

fn with_external_id(
    tx: &mut WriteTx<'_, ProjectScope>,
    source: Option<&str>,
    id: Option<&str>,
    except: Option<Uuid>,
) -> db::Result<Option<Uuid>> {
    let (Some(source), Some(external)) = (source, id) else { return Ok(None) };
    let same: Expr = STATES.col("external_source").eq(source).and(STATES.col("external_id").eq(external));
    let select = tx.in_project(STATES).filter(same).expr(STATES.col("id"));
    Ok(tx.optional::<(Uuid,)>(&select)?.map(|row| row.0).filter(|id| Some(*id) != except))
}

/// A name in small letters, digits and hyphens.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for character in name.to_lowercase().chars() {
        if character.is_ascii_alphanumeric() || character == '_' {
            slug.push(character);
        } else if (character.is_whitespace() || character == '-') && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_matches('-').chars().take(100).collect()
}
