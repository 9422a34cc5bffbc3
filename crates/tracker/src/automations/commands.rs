//! Making, changing and deleting rules.

use aileron_db::{self as db, ExprTrait as _, ProjectScope, Set, WriteTx, schema::AUTOMATIONS};
use aileron_kernel::{Change, Event, Refusal, Uuid, fields::unknown_id, limits};
use serde_json::{Value, json};

use super::{
    facts::Facts,
    fields::AutomationFields,
    model::{Stored, written},
    parts::{Action, Trigger},
    queries, schedule,
};
use crate::{projects::rules::check_writable, versions::IfMatch, views};

/// Makes a rule.
pub fn create(tx: &mut WriteTx<'_, ProjectScope>, fields: AutomationFields) -> db::Result<Uuid> {
    check_writable(tx.scope())?;
    let there = tx.in_project(AUTOMATIONS);
    limits::AUTOMATIONS
        .check(tx.count(there)?, |most| format!("A project has at most {most} automations. Delete one that is not needed any more."))?;
    check(tx, &fields)?;
    let (Some(name), Some(trigger), Some(actions)) = (fields.name, fields.trigger, fields.actions) else {
        return Err(db::Error::Inconsistent("a new automation without its parts".to_owned()));
    };
    let is_enabled = fields.is_enabled.unwrap_or(true);
    let mut set: Vec<Set> = vec![
        ("project_id", tx.project_id().into()),
        ("name", name.as_str().into()),
        ("is_enabled", is_enabled.into()),
        ("setting", None::<String>.into()),
        ("filters", fields.filters.map_or_else(|| json!({}), |(sent, _)| sent).into()),
        ("actions", written(&actions)?.into()),
        ("turn", 0_i64.into()),
    ];
    set.extend(columns(&trigger)?);
    let id = tx.create(AUTOMATIONS, set)?;
    let changes = vec![Change::value("name", Value::Null, name), Change::value("is_enabled", Value::Null, is_enabled)];
    record(tx, "created", id, changes)?;
    schedule::begin(tx, id, is_enabled.then_some(&trigger)).map(|()| id)
}

/// The columns of a trigger.
pub(super) fn columns(trigger: &Trigger) -> db::Result<Vec<Set>> {
    Ok(vec![("trigger_kind", trigger.kind().into()), ("trigger_data", written(trigger)?.into())])
}

/// Changes a rule, if it is still as the caller read it. Whoever switches a paused one on takes the pause away.
pub fn update(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid, fields: AutomationFields, if_match: &IfMatch) -> db::Result<()> {
    check_writable(tx.scope())?;
    let before = queries::get(tx, id)?;
    queries::written_by_people(&before)?;
    if_match.check(before.version, "automation")?;
    check(tx, &fields)?;
    let trigger = fields.trigger.clone();
    let (changes, mut set) = changed(&before, fields)?;
    if changes.is_empty() {
        return Ok(());
    }
    let is_enabled = set.iter().any(|(column, _)| *column == "is_enabled").then_some(!before.is_enabled);
    if is_enabled == Some(true) {
        set.push(("paused_at", None::<i64>.into()));
    }
    tx.update(AUTOMATIONS, id, set)?;
    record(tx, "updated", id, changes)?;
    let trigger = match trigger {
        Some(trigger) => trigger,
        None => super::model::read(before.trigger_data)?,
    };
    schedule::begin(tx, id, is_enabled.unwrap_or(before.is_enabled).then_some(&trigger))
}

/// Deletes a rule. What it did stays.
pub fn delete(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    let stored = queries::get(tx, id)?;
    queries::written_by_people(&stored)?;
    tx.delete_where(AUTOMATIONS, AUTOMATIONS.col("id").eq(id))?;
    record(tx, "deleted", id, vec![Change::value("name", stored.name, Value::Null)])
}

/// Records what became of a rule itself.
pub(super) fn record(tx: &mut WriteTx<'_, ProjectScope>, verb: &'static str, id: Uuid, changes: Vec<Change>) -> db::Result<()> {
    let project = tx.project_id();
    tx.record(Event::new("automation", verb, id).in_project(project).with(changes)).map(|_| ())
}

/// What would be another than before.
fn changed(before: &Stored, fields: AutomationFields) -> db::Result<(Vec<Change>, Vec<Set>)> {
    let (mut changes, mut set) = (Vec::new(), Vec::<Set>::new());
    if let Some(name) = fields.name.filter(|name| *name != before.name) {
        changes.push(Change::value("name", before.name.clone(), name.clone()));
        set.push(("name", name.into()));
    }
    if let Some(is_enabled) = fields.is_enabled.filter(|is_enabled| *is_enabled != before.is_enabled) {
        changes.push(Change::value("is_enabled", before.is_enabled, is_enabled));
        set.push(("is_enabled", is_enabled.into()));
    }
    let mut note = |field: &str, old: &Value, new: Value, columns: Vec<Set>| {
        if new != *old {
            changes.push(Change::value(field, old.clone(), new));
            set.extend(columns);
        }
    };
    if let Some(trigger) = fields.trigger {
        note("trigger", &before.trigger_data, written(&trigger)?, columns(&trigger)?);
    }
    if let Some((filters, _)) = fields.filters {
        note("filters", &before.filters, filters.clone(), vec![("filters", filters.into())]);
    }
    if let Some(actions) = fields.actions {
        let actions = written(&actions)?;
        note("actions", &before.actions, actions.clone(), vec![("actions", actions.into())]);
    }
    Ok((changes, set))
}

/// Refuses ids of what is not in the project, and of people who cannot do there what they are named for.
pub(super) fn check(tx: &mut db::Tx<'_, ProjectScope>, fields: &AutomationFields) -> db::Result<()> {
    if let Some((_, filter)) = &fields.filters {
        views::refs::check(tx, "filters", filter)?;
    }
    let Some(actions) = &fields.actions else { return Ok(()) };
    let facts = Facts::look_up(tx, actions)?;
    for (index, action) in actions.iter().enumerate() {
        if let Some((field, id)) = unknown(action, &facts) {
            let inner = json!({ index.to_string(): { field: [unknown_id(id)] } });
            return Err(Refusal::new(aileron_kernel::refusal::Kind::Invalid, json!({ "actions": inner })).into());
        }
    }
    Ok(())
}

/// The first id of an action that names nothing there, and its field.
fn unknown(action: &Action, facts: &Facts) -> Option<(&'static str, Uuid)> {
    let first = |field, ids: &[Uuid], is_known: &dyn Fn(&Uuid) -> bool| ids.iter().find(|id| !is_known(id)).map(|id| (field, *id));
    let works = |id: &Uuid| facts.can_work(*id);
    match action {
        Action::SetState { state } => first("state", &[*state], &|id| facts.states.contains_key(id)),
        Action::SetEstimate { estimate_point: Some(point) } => first("estimate_point", &[*point], &|id| facts.points.contains(id)),
        Action::AddLabels { labels } | Action::RemoveLabels { labels } => first("labels", labels, &|id| facts.labels.contains(id)),
        Action::AddAssignees { assignees } => first("assignees", assignees, &works),
        Action::RemoveAssignees { assignees } => first("assignees", assignees, &|id| facts.people.contains_key(id)),
        Action::Assign { members, .. } => first("members", members, &works),
        Action::AddToCycle { cycle } => first("cycle", &[*cycle], &|id| facts.cycles.contains(id)),
        Action::AddToModule { module } => first("module", &[*module], &|id| facts.modules.contains(id)),
        Action::Notify { members, .. } => first("members", members, &|id| facts.people.contains_key(id)),
        Action::SetEstimate { estimate_point: None }
        | Action::Close
        | Action::SetPriority { .. }
        | Action::SetStartDate { .. }
        | Action::SetTargetDate { .. }
        | Action::AddComment { .. }
        | Action::Archive => None,
    }
}
