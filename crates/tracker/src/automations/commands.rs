//! Making, changing and deleting rules.

use std::collections::BTreeSet;

use aileron_db::{self as db, ExprTrait as _, ProjectScope, Set, WriteTx, schema::AUTOMATIONS};
use aileron_kernel::{Action as Right, Change, Event, Refusal, Uuid, fields::unknown_id, limits};
use serde_json::{Value, json};

use super::{
    facts::Facts,
    fields::AutomationFields,
    model::{Stored, read, written},
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
    check_token(tx, fields.actions.iter().flatten())?;
    let (Some(name), Some(trigger), Some(actions)) = (fields.name, fields.trigger, fields.actions) else {
        return Err(db::Error::Inconsistent("a new automation without its parts".to_owned()));
    };
    let is_enabled = fields.is_enabled.unwrap_or(true);
    let (filters, actions) = (fields.filters.map_or_else(|| json!({}), |(sent, _)| sent), written(&actions)?);
    let changes = made(&name, is_enabled, (&written(&trigger)?, &filters, &actions));
    let mut set: Vec<Set> = vec![
        ("project_id", tx.project_id().into()),
        ("name", name.into()),
        ("is_enabled", is_enabled.into()),
        ("setting", None::<String>.into()),
        ("filters", filters.into()),
        ("actions", actions.into()),
        ("turn", 0_i64.into()),
        ("since", tx.next_version().into()),
        ("acted", 0_i64.into()),
    ];
    set.extend(columns(&trigger)?);
    let id = tx.create(AUTOMATIONS, set)?;
    record(tx, "created", id, changes)?;
    schedule::begin(tx, (id, None), is_enabled.then_some(&trigger)).map(|()| id)
}

/// What the log says of a new rule.
pub(super) fn made(name: &str, is_enabled: bool, (trigger, filters, actions): (&Value, &Value, &Value)) -> Vec<Change> {
    let fields = [("trigger", trigger), ("filters", filters), ("actions", actions)];
    let fields = fields.into_iter().map(|(field, value)| Change::value(field, Value::Null, summary(field, value)));
    [Change::value("name", Value::Null, name), Change::value("is_enabled", Value::Null, is_enabled)].into_iter().chain(fields).collect()
}

/// What the log says of a part of a rule: of a filter, what it asks for, of actions, of what kind they are. What they hold may be long, and is for
/// those who read the rule.
fn summary(field: &str, value: &Value) -> Value {
    match field {
        "filters" => {
            let mut asked = BTreeSet::new();
            gather(value, &mut asked);
            json!(asked)
        }
        "actions" => value.as_array().into_iter().flatten().filter_map(|action| action.get("kind").cloned()).collect(),
        _ => value.clone(),
    }
}

/// The words of a tree.
fn gather<'v>(tree: &'v Value, words: &mut BTreeSet<&'v str>) {
    for (word, inner) in tree.as_object().into_iter().flatten() {
        match word.to_ascii_lowercase().as_str() {
            "and" | "or" => inner.as_array().into_iter().flatten().for_each(|part| gather(part, words)),
            "not" => gather(inner, words),
            _ => {
                words.insert(word);
            }
        }
    }
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
    // Another occasion, or being switched on, has the actions act that are there already.
    if fields.is_enabled == Some(true) || fields.trigger.is_some() || fields.filters.is_some() || fields.actions.is_some() {
        let actions: Option<Vec<Action>> = fields.actions.clone().or_else(|| read(before.actions.clone()).ok());
        check_token(tx, actions.iter().flatten())?;
    }
    let trigger = fields.trigger.clone();
    let (changes, mut set) = changed(&before, fields)?;
    if changes.is_empty() {
        return Ok(());
    }
    let is_changed = |names: &[&str]| changes.iter().any(|change| names.contains(&change.field.as_str()));
    let is_enabled = before.is_enabled != is_changed(&["is_enabled"]);
    let (is_on, is_another) = (is_enabled && !before.is_enabled, is_changed(&["trigger", "filters", "actions"]));
    if is_on || is_another {
        set.extend([("since", tx.next_version().into()), ("acted", 0_i64.into()), ("acted_from", None::<i64>.into())]);
    }
    if is_on {
        set.push(("paused_at", None::<i64>.into()));
    }
    let is_begun = is_changed(&["is_enabled", "trigger"]);
    tx.update(AUTOMATIONS, id, set)?;
    record(tx, "updated", id, changes)?;
    if !is_begun {
        return Ok(());
    }
    let trigger = trigger.or_else(|| read(before.trigger_data).ok());
    schedule::begin(tx, (id, before.next_at), trigger.as_ref().filter(|_| is_enabled))
}

/// Deletes a rule. What it did stays.
pub fn delete(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    let stored = queries::get(tx, id)?;
    queries::written_by_people(&stored)?;
    tx.delete_where(AUTOMATIONS, AUTOMATIONS.col("id").eq(id))?;
    let was = made(&stored.name, stored.is_enabled, (&stored.trigger_data, &stored.filters, &stored.actions));
    let gone = was.into_iter().map(|change| Change { old: change.new, new: Value::Null, ..change }).collect();
    record(tx, "deleted", id, gone)
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
    let mut note = |field: &'static str, old: &Value, new: Value, columns: Vec<Set>| {
        if new != *old {
            changes.push(Change::value(field, summary(field, old), summary(field, &new)));
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

/// Refuses a token that does not cover what the actions do: a rule does it for whoever writes it.
pub(super) fn check_token<'a>(tx: &db::Tx<'_, ProjectScope>, actions: impl IntoIterator<Item = &'a Action>) -> db::Result<()> {
    let covers = |right: Right| tx.workspace().token_allows(right);
    if actions.into_iter().all(|action| covers(Right::WorkItemsArchive) && covers(right(action))) {
        return Ok(());
    }
    Err(Refusal::forbidden().into())
}

/// The right that people need for what an action does, besides the one to put items away, which stands for all that rules do to them.
const fn right(action: &Action) -> Right {
    match action {
        Action::AddToCycle { .. } => Right::CyclesWrite,
        Action::AddToModule { .. } => Right::ModulesWrite,
        Action::AddComment { .. } | Action::Notify { .. } => Right::CommentsCreate,
        Action::Archive => Right::WorkItemsArchive,
        _ => Right::WorkItemsUpdate,
    }
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
        Action::RemoveAssignees { assignees } => first("assignees", assignees, &|id| works(id) || facts.is_member(*id)),
        Action::Assign { members, .. } => first("members", members, &works),
        Action::AddToCycle { cycle } => first("cycle", &[*cycle], &|id| facts.cycles.contains(id)),
        Action::AddToModule { module } => first("module", &[*module], &|id| facts.modules.contains(id)),
        Action::Notify { members, .. } => first("members", members, &|id| facts.is_member(*id)),
        Action::SetEstimate { estimate_point: None }
        | Action::Close
        | Action::SetPriority { .. }
        | Action::SetStartDate { .. }
        | Action::SetTargetDate { .. }
        | Action::AddComment { .. }
        | Action::Archive => None,
    }
}
