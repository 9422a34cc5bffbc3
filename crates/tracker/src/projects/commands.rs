//! Making, changing, archiving and deleting projects.

use aileron_db::{
    self as db, ExprTrait as _, InWorkspace, ProjectScope, Set, WorkspaceScope, WriteTx,
    schema::{PROJECT_COUNTERS, PROJECTS, STATES, WORKSPACE_MEMBERS},
};
use aileron_kernel::{Action, Change, Event, Refusal, Role, Uuid, fields::unknown_id, refusal::Kind, text};
use serde_json::{Value, json};

use super::{
    fields::{ProjectFields, SWITCHES, switches},
    model::Project,
    queries, rules,
};
use crate::{
    automations::{schedule, settings},
    cycles::cadence,
    estimates,
    kept_texts::{self, Kept},
    members, states,
    versions::IfMatch,
};

/// Makes a project with its states. Its maker and its lead become its admins.
pub fn create(tx: &mut WriteTx<'_, WorkspaceScope>, fields: &ProjectFields) -> db::Result<Uuid> {
    let project = create_empty(tx, fields)?;
    let maker = tx.user_id();
    let lead = fields.project_lead.flatten().filter(|lead| *lead != maker);
    let mut inside = tx.enter_as_admin(project)?;
    states::commands::create_defaults(&mut inside)?;
    members::commands::put(&mut inside, maker, Role::Admin)?;
    if let Some(lead) = lead {
        members::commands::put(&mut inside, lead, Role::Admin)?;
    }
    Ok(project)
}

/// Makes a project with neither states nor members: for imports, which bring their own.
pub fn create_empty(tx: &mut WriteTx<'_, WorkspaceScope>, fields: &ProjectFields) -> db::Result<Uuid> {
    check(tx, None, fields)?;
    if let Some(Some(state)) = fields.default_state {
        return Err(Refusal::field("default_state", unknown_id(state)).into());
    }
    if let Some(Some(estimate)) = fields.estimate {
        return Err(Refusal::field("estimate", unknown_id(estimate)).into());
    }
    let mut columns = fields.columns();
    let logo = rules::picture(tx.random());
    let mut defaults: Vec<Set> = vec![
        ("description", "".into()),
        ("network", 2_i64.into()),
        ("logo_props", logo.into()),
        ("archive_in", 0_i64.into()),
        ("close_in", 0_i64.into()),
        ("timezone", "UTC".into()),
    ];
    defaults.extend(SWITCHES.into_iter().map(|name| (name, (name == "page_view").into())));
    for (column, value) in defaults {
        if !columns.iter().any(|(given, _)| *given == column) {
            columns.push((column, value));
        }
    }
    let id = tx.create(PROJECTS, columns)?;
    tx.insert_row(PROJECT_COUNTERS, vec![("project_id", id.into()), ("last_number", 0_i64.into())])?;
    let named = |field: &str, value: &Option<String>| Change::value(field, Value::Null, value.clone());
    let changes = vec![named("name", &fields.name), named("identifier", &fields.identifier)];
    tx.record(Event::new("project", "created", id).in_project(id).with(changes))?;
    if fields.archive_in.is_some_and(|months| months > 0) || fields.close_in.is_some_and(|months| months > 0) {
        settings::keep(tx, id)?;
    }
    Ok(id)
}

/// Changes a project that is not archived, if it is still as the caller read it.
pub fn update(tx: &mut WriteTx<'_, ProjectScope>, fields: &ProjectFields, if_match: &IfMatch) -> db::Result<()> {
    let id = tx.project_id();
    let before = queries::get(tx, id)?;
    rules::check_writable(tx.scope())?;
    if_match.check(before.version, "project")?;
    check(tx, Some(id), fields)?;
    if let Some(Some(state)) = fields.default_state {
        let known = tx.in_project(STATES).filter(STATES.col("id").eq(state));
        if !tx.any(known)? {
            return Err(Refusal::field("default_state", unknown_id(state)).into());
        }
    }
    if let Some(Some(estimate)) = fields.estimate {
        estimates::commands::check(tx, estimate)?;
    }
    let changes = changes(tx, &before, fields)?;
    if changes.is_empty() {
        return Ok(());
    }
    tx.update(PROJECTS, id, fields.columns())?;
    let is_changed = |field: &str| changes.iter().any(|change| change.field == field);
    let (is_kept, is_elsewhere) = (is_changed("archive_in") || is_changed("close_in"), is_changed("timezone"));
    tx.record(Event::new("project", "updated", id).in_project(id).with(changes))?;
    if is_kept {
        settings::keep(tx, id)?;
    }
    if is_elsewhere {
        schedule::begin_all(tx, id, false)?;
    }
    if let Some(Some(lead)) = fields.project_lead
        && before.project_lead_id != Some(lead)
    {
        // Who leads becomes an admin of the project.
        if !tx.scope().workspace().token_allows(Action::ProjectMembersWrite) {
            return Err(Refusal::forbidden().into());
        }
        members::commands::put(tx, lead, Role::Admin)?;
    }
    Ok(())
}

/// Archives a project, or takes it back. Done already: nothing happens.
pub fn archive(tx: &mut WriteTx<'_, ProjectScope>, archived: bool) -> db::Result<()> {
    if tx.scope().archived_at().is_some() == archived {
        return Ok(());
    }
    let (id, now) = (tx.project_id(), tx.now());
    tx.update(PROJECTS, id, vec![("archived_at", archived.then_some(now.micros()).into())])?;
    let verb = if archived { "archived" } else { "unarchived" };
    tx.record(Event::new("project", verb, id).in_project(id)).map(|_| ())
}

/// Deletes a project. Its rows stay, out of reach; its name and identifier are free again.
pub fn delete(tx: &mut WriteTx<'_, ProjectScope>) -> db::Result<()> {
    let id = tx.project_id();
    let project = queries::get(tx, id)?;
    tx.delete_where(PROJECTS, PROJECTS.col("id").eq(id))?;
    let changes = vec![Change::value("name", project.name, Value::Null), Change::value("identifier", project.identifier, Value::Null)];
    tx.record(Event::new("project", "deleted", id).in_project(id).with(changes)).map(|_| ())
}

/// Brings a deleted project back with all that is in it, its cadence of cycles and its automations included: who could delete it. Where its name or identifier is taken meanwhile (409) it can
/// have another one.
pub fn restore(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid, read: impl FnOnce() -> Result<ProjectFields, Refusal>) -> db::Result<()> {
    if !tx.may_in_deleted(id, Action::ProjectRestore)? {
        return Err(Refusal::forbidden().into());
    }
    let fields = read()?;
    let select = tx.from_with_deleted(PROJECTS).columns::<Project>(PROJECTS).filter(PROJECTS.col("id").eq(id));
    let project = tx.one::<Project>(&select)?;
    let name = fields.name.clone().unwrap_or_else(|| project.name.clone());
    let identifier = fields.identifier.clone().unwrap_or_else(|| project.identifier.clone());
    let wanted = ProjectFields { name: Some(name.clone()), identifier: Some(identifier.clone()), ..ProjectFields::default() };
    check(tx, None, &wanted)?;
    tx.restore_where(PROJECTS, PROJECTS.col("id").eq(id), wanted.columns())?;
    let changes = vec![Change::value("name", Value::Null, name), Change::value("identifier", Value::Null, identifier)];
    tx.record(Event::new("project", "restored", id).in_project(id).with(changes))?;
    schedule::begin_all(tx, id, true)?;
    cadence::begin(tx, id)
}

/// Refuses a name or identifier that is taken, and people who are not in the workspace.
fn check<S: InWorkspace>(tx: &mut WriteTx<'_, S>, id: Option<Uuid>, fields: &ProjectFields) -> db::Result<()> {
    for (column, value) in [("name_key", &fields.name), ("identifier_key", &fields.identifier)] {
        let Some(value) = value else { continue };
        let same = tx.from(PROJECTS).filter(PROJECTS.col(column).eq(text::key(value)));
        let same = same.filter_some(id.map(|id| PROJECTS.col("id").ne(id)));
        if tx.any(same)? {
            let what = if column == "name_key" { "name" } else { "identifier" };
            // Clients know the conflict by the field `name`, whichever of the two is taken.
            let body = json!({ "name": "The project name is already taken", "error": format!("The project {what} is already taken") });
            return Err(Refusal::new(Kind::Conflict, body).into());
        }
    }
    for (field, person) in [("project_lead", fields.project_lead), ("default_assignee", fields.default_assignee)] {
        let Some(Some(person)) = person else { continue };
        let member = WORKSPACE_MEMBERS.col("member_id").eq(person).and(WORKSPACE_MEMBERS.col("is_active").eq(true));
        let member = tx.from(WORKSPACE_MEMBERS).filter(member);
        if !tx.any(member)? {
            return Err(Refusal::field(field, "The provided user is not a member of this workspace.").into());
        }
    }
    Ok(())
}

/// The most bytes of a JSON value that an event repeats.
const SHORT: usize = 4_096;

fn changes(tx: &mut WriteTx<'_, ProjectScope>, before: &Project, after: &ProjectFields) -> db::Result<Vec<Change>> {
    let mut changes = Vec::new();
    let mut note = |field: &str, old: Value, new: Option<Value>| {
        if let Some(new) = new.filter(|new| *new != old) {
            changes.push(Change::value(field, old, new));
        }
    };
    note("name", before.name.clone().into(), after.name.clone().map(Value::from));
    note("identifier", before.identifier.clone().into(), after.identifier.clone().map(Value::from));
    note("network", before.network.into(), after.network.map(Value::from));
    note("timezone", before.timezone.clone().into(), after.timezone.clone().map(Value::from));
    note("archive_in", before.archive_in.into(), after.archive_in.map(Value::from));
    note("close_in", before.close_in.into(), after.close_in.map(Value::from));
    note("emoji", before.emoji.clone().into(), after.emoji.clone().map(Value::from));
    note("cover_image", before.cover_image.clone().into(), after.cover_image.clone().map(Value::from));
    note("logo_props", before.logo_props.clone(), after.logo_props.clone());
    note("external_source", before.external_source.clone().into(), after.external_source.clone().map(Value::from));
    note("external_id", before.external_id.clone().into(), after.external_id.clone().map(Value::from));
    for (name, was) in switches(before) {
        note(name, was.into(), Some(after.switch(name, was).into()));
    }
    if after.description.as_ref().is_some_and(|description| *description != before.description) {
        let text = Kept { html: before.description.clone(), ..Kept::default() };
        let version = kept_texts::keep(tx, "project", before.id, text)?;
        changes.push(Change { field: "description".to_owned(), old_id: Some(version), ..Change::default() });
    }
    let icon = before.icon_prop.clone().unwrap_or_default();
    if let Some(new) = after.icon_prop.clone().filter(|new| *new != icon) {
        let short = |value: Value| if value.to_string().len() <= SHORT { value } else { Value::Null };
        changes.push(Change::value("icon_prop", short(icon), short(new)));
    }
    let people = [
        ("project_lead", before.project_lead_id, after.project_lead),
        ("default_assignee", before.default_assignee_id, after.default_assignee),
    ];
    for (field, old, new) in people {
        let Some(new) = new.filter(|new| *new != old) else { continue };
        let mut named = |id: Option<Uuid>| id.map(|id| Ok::<_, db::Error>((id, db::scope::display_name(tx, id)?))).transpose();
        changes.push(Change::reference(field, named(old)?, named(new)?));
    }
    if let Some(new) = after.default_state.filter(|new| *new != before.default_state_id) {
        changes.push(Change { field: "default_state".to_owned(), old_id: before.default_state_id, new_id: new, ..Change::default() });
    }
    if let Some(new) = after.estimate.filter(|new| *new != before.estimate_id) {
        changes.push(Change { field: "estimate".to_owned(), old_id: before.estimate_id, new_id: new, ..Change::default() });
    }
    Ok(changes)
}
