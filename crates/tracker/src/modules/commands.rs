//! Making, changing, archiving and deleting modules.

use aileron_db::{
    self as db, ExprTrait as _, ProjectScope, Set, Tx, WriteTx, id_in,
    schema::{MODULE_MEMBERS, MODULES, PROJECT_MEMBERS, PROJECTS, USERS},
};
use aileron_kernel::{Change, Event, Refusal, Role, Time, Uuid, fields::unknown_id, refusal::Kind, text, work::ModuleStatus};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{fields::ModuleFields, model::Module, queries};
use crate::{
    collections::{MODULE, rows},
    kept_texts::{self, Kept},
    projects::rules::check_writable,
    trash,
    versions::IfMatch,
};

/// The place of the first module in manual order.
const FIRST_PLACE: f64 = 65_535.0;

/// How far a new module is put before the others.
const STEP: f64 = 10_000.0;

/// What is said where a name is taken.
const TAKEN: &str = "Module with this name already exists";

/// A person by id and name.
type Person = (Uuid, String);

/// Makes a module.
pub fn create(tx: &mut WriteTx<'_, ProjectScope>, fields: ModuleFields) -> db::Result<Uuid> {
    check_writable(tx.scope())?;
    let project = tx.project_id();
    let on = tx.from(PROJECTS).filter(PROJECTS.col("id").eq(project).and(PROJECTS.col("module_view").eq(true)));
    if !tx.any(on)? {
        return Err(Refusal::non_field("Modules are not enabled for this project").into());
    }
    let name = fields.name.unwrap_or_default();
    check_dates(fields.start_date.flatten(), fields.target_date.flatten())?;
    let (source, external) = (fields.external_source.flatten(), fields.external_id.flatten());
    check_external_id(tx, source.as_deref(), external.as_deref(), None)?;
    if let Some(other) = with_name(tx, &name, None)? {
        let body = json!({ "id": other, "code": "MODULE_NAME_ALREADY_EXISTS", "error": TAKEN, "message": TAKEN });
        return Err(Refusal::new(Kind::Invalid, body).into());
    }
    let lead = fields.lead.flatten().map(|lead| self::lead(tx, lead)).transpose()?;
    let members = people(tx, &fields.members.unwrap_or_default())?;
    let place = match fields.sort_order {
        Some(place) => place,
        None => first_place(tx)?,
    };
    let status = fields.status.unwrap_or(ModuleStatus::Planned);
    let set: Vec<Set> = vec![
        ("project_id", project.into()),
        ("name_key", text::key(&name).into()),
        ("name", name.as_str().into()),
        ("description", fields.description.unwrap_or_default().into()),
        ("start_date", fields.start_date.flatten().into()),
        ("target_date", fields.target_date.flatten().into()),
        ("status", status.as_str().into()),
        ("lead_id", lead.as_ref().map(|lead| lead.0).into()),
        ("view_props", fields.view_props.unwrap_or_else(|| json!({})).into()),
        ("logo_props", fields.logo_props.unwrap_or_else(|| json!({})).into()),
        ("sort_order", place.into()),
        ("external_source", source.into()),
        ("external_id", external.into()),
    ];
    let id = tx.create(MODULES, set)?;
    join(tx, id, &members)?;
    let mut changes = vec![Change::value("name", Value::Null, name), Change::value("status", Value::Null, status.as_str())];
    changes.extend(lead.map(|lead| Change::reference("lead", None, Some(lead))));
    changes.extend(members.into_iter().map(|member| Change::reference("members", None, Some(member))));
    tx.record(Event::new("module", "created", id).in_project(project).with(changes))?;
    Ok(id)
}

/// Changes a module that is not archived. The members that are sent replace those that were there.
pub fn update(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid, mut fields: ModuleFields, if_match: &IfMatch) -> db::Result<()> {
    check_writable(tx.scope())?;
    let before = queries::find(tx, id)?;
    if_match.check(before.version, "module")?;
    if before.archived_at.is_some() {
        return Err(Refusal::error("Archived module cannot be edited").into());
    }
    check_dates(fields.start_date.unwrap_or(before.start_date), fields.target_date.unwrap_or(before.target_date))?;
    let source = fields.external_source.as_ref().unwrap_or(&before.external_source);
    let external = fields.external_id.as_ref().unwrap_or(&before.external_id);
    check_external_id(tx, source.as_deref(), external.as_deref(), Some(id))?;
    if let Some(name) = &fields.name
        && with_name(tx, name, Some(id))?.is_some()
    {
        return Err(Refusal::error(TAKEN).into());
    }
    let mut edit = Edit::default();
    if let Some(new) = fields.lead.filter(|lead| *lead != before.lead_id) {
        let new = new.map(|lead| self::lead(tx, lead)).transpose()?;
        let old = before.lead_id.map(|id| Ok::<_, db::Error>((id, db::scope::display_name(tx, id)?))).transpose()?;
        edit.set.push(("lead_id", new.as_ref().map(|lead| lead.0).into()));
        edit.changes.push(Change::reference("lead", old, new));
    }
    if let Some(wanted) = &fields.members {
        members(tx, &mut edit, id, wanted)?;
    }
    if let Some(text) = fields.description.take().filter(|text| *text != before.description) {
        // As with every long text, the log names the version that is kept.
        let kept = Kept { html: before.description.clone(), ..Kept::default() };
        let version = kept_texts::keep(tx, "module", id, kept)?;
        edit.changes.push(Change { field: "description".to_owned(), old_id: Some(version), ..Change::default() });
        edit.set.push(("description", text.into()));
    }
    edit.plain(&before, fields);
    if edit.changes.is_empty() {
        return Ok(());
    }
    tx.update(MODULES, id, edit.set)?;
    let project = tx.project_id();
    tx.record(Event::new("module", "updated", id).in_project(project).with(edit.changes)).map(|_| ())
}

/// Archives a module that is completed or cancelled, or takes it back. Done already: nothing happens.
pub fn archive(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid, archived: bool) -> db::Result<()> {
    check_writable(tx.scope())?;
    let module = queries::find(tx, id)?;
    if module.archived_at.is_some() == archived {
        return Ok(());
    }
    let is_closed = matches!(ModuleStatus::parse(&module.status), Some(ModuleStatus::Completed | ModuleStatus::Cancelled));
    if archived && !is_closed {
        return Err(Refusal::error("Only completed or cancelled modules can be archived").into());
    }
    let (project, now) = (tx.project_id(), tx.now());
    tx.update(MODULES, id, vec![("archived_at", archived.then_some(now.micros()).into())])?;
    let verb = if archived { "archived" } else { "unarchived" };
    tx.record(Event::new("module", verb, id).in_project(project)).map(|_| ())
}

/// Deletes a module: admins, and who made it. Its items stay.
pub fn delete(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    let refusal = if tx.scope().is_at_least(Role::Member) {
        Refusal::new(Kind::Forbidden, json!({ "error": "Only admin or creator can delete the module" }))
    } else {
        Refusal::forbidden()
    };
    let select = tx.in_project(MODULES).columns::<Module>(MODULES).filter(MODULES.col("id").eq(id));
    let found = tx.optional::<Module>(&select)?;
    // Whose it is not is told the same of what is not there.
    tx.scope().check_creator(found.as_ref().and_then(|module| module.created_by), refusal)?;
    let module = found.ok_or_else(Refusal::not_found)?;
    rows::remove(tx, MODULE, &module.named(), None)?;
    tx.delete_where(MODULES, MODULES.col("id").eq(id))?;
    let project = tx.project_id();
    let change = Change::value("name", module.name, Value::Null);
    tx.record(Event::new("module", "deleted", id).in_project(project).with(vec![change])).map(|_| ())
}

/// Brings a deleted module back with its links and items: who could delete it. Where its name is taken meanwhile (409) it can have another.
pub fn restore(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid, name: Option<String>) -> db::Result<()> {
    check_writable(tx.scope())?;
    let of = |column| MODULES.col(column);
    let deleted = of("id").eq(id).and(of("project_id").eq(tx.project_id())).and(of("deleted_at").is_not_null());
    let select = tx.from_with_deleted(MODULES).filter(deleted);
    let found = tx.optional::<Module>(&select.clone().columns::<Module>(MODULES))?;
    tx.scope().check_creator(found.as_ref().and_then(|module| module.created_by), Refusal::forbidden())?;
    let module = found.ok_or_else(Refusal::not_found)?;
    let name = name.unwrap_or_else(|| module.name.clone());
    if let Some(other) = with_name(tx, &name, None)? {
        return Err(trash::taken("name", "The name is taken by another module. Send another one as name.", other).into());
    }
    check_external_id(tx, module.external_source.as_deref(), module.external_id.as_deref(), None)?;
    let deleted_at = tx.one::<(Option<Time>,)>(&select.expr(of("deleted_at")))?.0;
    tx.restore_where(MODULES, of("id").eq(id), vec![("name_key", text::key(&name).into()), ("name", name.as_str().into())])?;
    let project = tx.project_id();
    let change = Change::value("name", Value::Null, name.as_str());
    tx.record(Event::new("module", "restored", id).in_project(project).with(vec![change]))?;
    rows::put_back(tx, MODULE, &(id, name), deleted_at)
}

/// A module is not due before it begins.
fn check_dates(start: Option<Date>, target: Option<Date>) -> Result<(), Refusal> {
    match (start, target) {
        (Some(start), Some(target)) if start > target => Err(Refusal::non_field("Start date cannot exceed target date")),
        _ => Ok(()),
    }
}

/// Columns with their values, and the changes of the event.
#[derive(Default)]
struct Edit {
    set: Vec<Set>,
    changes: Vec<Change>,
}

impl Edit {
    fn value<T: PartialEq + Clone + Into<db::Value> + serde::Serialize>(&mut self, field: &'static str, old: &T, new: Option<T>) {
        let Some(new) = new.filter(|new| new != old) else { return };
        let json = |value: &T| serde_json::to_value(value).unwrap_or_default();
        self.changes.push(Change::value(field, json(old), json(&new)));
        self.set.push((field, new.into()));
    }

    fn plain(&mut self, before: &Module, fields: ModuleFields) {
        if let Some(name) = fields.name.as_ref().filter(|name| **name != before.name) {
            self.set.push(("name_key", text::key(name).into()));
        }
        self.value("name", &before.name, fields.name);
        self.value("start_date", &before.start_date, fields.start_date);
        self.value("target_date", &before.target_date, fields.target_date);
        self.value("status", &before.status, fields.status.map(|status| status.as_str().to_owned()));
        self.value("sort_order", &before.sort_order, fields.sort_order);
        self.value("view_props", &before.view_props, fields.view_props);
        self.value("logo_props", &before.logo_props, fields.logo_props);
        self.value("external_source", &before.external_source, fields.external_source);
        self.value("external_id", &before.external_id, fields.external_id);
    }
}

/// Who goes and who comes.
fn members(tx: &mut WriteTx<'_, ProjectScope>, edit: &mut Edit, id: Uuid, wanted: &[Uuid]) -> db::Result<()> {
    let stored = queries::members(tx, &[id])?.remove(&id).unwrap_or_default();
    let wanted = people(tx, wanted)?;
    let gone: Vec<Uuid> = stored.iter().copied().filter(|member| !wanted.iter().any(|person| person.0 == *member)).collect();
    let come: Vec<Person> = wanted.into_iter().filter(|person| !stored.contains(&person.0)).collect();
    if !gone.is_empty() {
        let select = tx.from(USERS).filter(id_in(USERS, "id", &gone)).expr(USERS.col("id")).expr(USERS.col("display_name"));
        let names = tx.all::<Person>(&select)?;
        let these = MODULE_MEMBERS.col("module_id").eq(id).and(id_in(MODULE_MEMBERS, "member_id", &gone));
        tx.remove_where(MODULE_MEMBERS, these)?;
        edit.changes.extend(names.into_iter().map(|person| Change::reference("members", Some(person), None)));
    }
    join(tx, id, &come)?;
    edit.changes.extend(come.into_iter().map(|person| Change::reference("members", None, Some(person))));
    Ok(())
}

fn join(tx: &mut WriteTx<'_, ProjectScope>, module: Uuid, people: &[Person]) -> db::Result<()> {
    let rows = people.iter().map(|person| vec![module.into(), person.0.into()]).collect();
    tx.insert_rows(MODULE_MEMBERS, &["module_id", "member_id"], rows)
}

/// Those of these people who are in the project. Who is not is left out, as the compatible API does.
fn people(tx: &mut Tx<'_, ProjectScope>, ids: &[Uuid]) -> db::Result<Vec<Person>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let select = tx
        .in_project(PROJECT_MEMBERS)
        .join(USERS, USERS.col("id").eq(PROJECT_MEMBERS.col("member_id")))
        .filter(id_in(PROJECT_MEMBERS, "member_id", ids).and(PROJECT_MEMBERS.col("is_active").eq(true)))
        .expr(USERS.col("id"))
        .expr(USERS.col("display_name"));
    tx.all(&select)
}

/// Who is to answer for a module: somebody who is in the project.
fn lead(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<Person> {
    people(tx, &[id])?.pop().ok_or_else(|| Refusal::field("lead", unknown_id(id)).into())
}

/// The place before all others.
fn first_place(tx: &mut Tx<'_, ProjectScope>) -> db::Result<f64> {
    let select = tx.in_project(MODULES).expr(MODULES.col("sort_order").min());
    let least = tx.optional::<(Option<f64>,)>(&select)?.and_then(|row| row.0);
    Ok(least.map_or(FIRST_PLACE, |least| least - STEP))
}

fn with_name(tx: &mut Tx<'_, ProjectScope>, name: &str, except: Option<Uuid>) -> db::Result<Option<Uuid>> {
    let select = tx.in_project(MODULES).filter(MODULES.col("name_key").eq(text::key(name))).expr(MODULES.col("id"));
    Ok(tx.optional::<(Uuid,)>(&select)?.map(|row| row.0).filter(|id| Some(*id) != except))
}

/// Refuses an external id that another live module of the project has. `itself` is named in the refusal, if there is one.
fn check_external_id(tx: &mut Tx<'_, ProjectScope>, source: Option<&str>, id: Option<&str>, itself: Option<Uuid>) -> db::Result<()> {
    let (Some(source), Some(id)) = (source, id) else { return Ok(()) };
    let same = MODULES.col("external_source").eq(source).and(MODULES.col("external_id").eq(id));
    let others = tx.in_project(MODULES).filter(same).filter_some(itself.map(|itself| MODULES.col("id").ne(itself)));
    match tx.optional::<(Uuid,)>(&others.expr(MODULES.col("id")))? {
        Some((other,)) => {
            Err(Refusal::taken("Module with the same external id and external source already exists", itself.unwrap_or(other)).into())
        }
        None => Ok(()),
    }
}
