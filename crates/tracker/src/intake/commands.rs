//! Asking for work items, and deciding on what was asked for.

use aileron_db::{
    self as db, ExprTrait as _, ProjectScope, Set, WriteTx, id_in,
    schema::{INTAKE_ITEMS, INTAKES, PROJECTS},
};
use aileron_kernel::{Change, Event, Refusal, Role, Time, Uuid, fields::unknown_id};
use serde_json::Value;

use super::{
    model::{Decision, IntakeFields, IntakeItem, Status, described, worded},
    queries,
    rules::{self, Standing},
};
use crate::{
    projects::rules::check_writable,
    states,
    work_items::{self, fields::ItemFields, model::WorkItem},
};

/// The way by which items come that say nothing of it.
const IN_APP: &str = "IN_APP";

/// Asks for a work item. Answers its id, by which addresses name the intake item too.
pub fn create(tx: &mut WriteTx<'_, ProjectScope>, fields: IntakeFields) -> db::Result<Uuid> {
    check_writable(tx.scope())?;
    check_open(tx)?;
    let said = fields.issue.unwrap_or_default();
    let said = if tx.scope().is_at_least(Role::Member) { said } else { described(said) };
    let triage = states::commands::triage(tx)?;
    let item = work_items::commands::create_in(tx, said, triage.into(), Vec::new())?;
    let (intake, project) = (default_intake(tx)?, tx.project_id());
    let id = tx.insert(
        INTAKE_ITEMS,
        vec![
            ("project_id", project.into()),
            ("intake_id", intake.into()),
            ("item_id", item.into()),
            ("status", Status::Pending.number().into()),
            ("source", Some(IN_APP.to_owned()).into()),
        ],
    )?;
    tx.record(Event::new("intake_item", "created", id).in_project(project).about(item))?;
    Ok(item)
}

/// Changes an intake item. Guests word their own; members change what it says; admins decide on it. As recorded, what somebody
/// may not change is left as it is, without a refusal.
pub fn update(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, fields: IntakeFields) -> db::Result<()> {
    check_writable(tx.scope())?;
    let before = to_change(tx, item, &Refusal::error("You cannot edit intake work items"))?;
    let said = if tx.scope().is_at_least(Role::Member) { fields.issue } else { fields.issue.map(worded) };
    let decision = if tx.scope().is_at_least(Role::Admin) { Some(fields.decision) } else { None };
    apply(tx, &before, said, decision)
}

/// Decides on an intake item: for admins.
pub fn decide(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, decision: Decision) -> db::Result<()> {
    check_writable(tx.scope())?;
    let before = to_change(tx, item, &Refusal::forbidden())?;
    apply(tx, &before, None, Some(decision))
}

/// Deletes an intake item: one's own, or as an admin. Its work item goes with it unless it was accepted.
pub fn delete(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    let found = queries::find(tx, item)?;
    tx.scope().check_creator(found.as_ref().and_then(|row| row.created_by), Refusal::forbidden())?;
    let row = found.ok_or_else(Refusal::not_found)?;
    tx.delete_where(INTAKE_ITEMS, INTAKE_ITEMS.col("id").eq(row.id))?;
    tx.record(Event::new("intake_item", "deleted", row.id).in_project(tx.project_id()).about(item))?;
    if row.standing().status == Status::Accepted {
        return Ok(());
    }
    let name = work_item(tx, item)?.name;
    work_items::commands::remove(tx, &[(item, name)], &Refusal::forbidden())
}

/// Takes the requests of items that move away out of the intake: the events say what they were, so that [`put_back`] can bring them back.
/// The rows themselves go with what stays behind.
pub(crate) fn leave(tx: &mut WriteTx<'_, ProjectScope>, items: &[Uuid]) -> db::Result<()> {
    let select = tx.in_project(INTAKE_ITEMS).columns::<IntakeItem>(INTAKE_ITEMS).filter(id_in(INTAKE_ITEMS, "item_id", items));
    for row in tx.all::<IntakeItem>(&select)? {
        let gone = |field: &str, old: Value| Change::value(field, old, Value::Null);
        let author = Change { field: "created_by".to_owned(), old_id: row.created_by, ..Change::default() };
        let changes = vec![
            gone("status", row.status.into()),
            gone("source", row.source.into()),
            gone("source_email", row.source_email.into()),
            gone("external_source", row.external_source.into()),
            gone("external_id", row.external_id.into()),
            gone("created_at", row.created_at.to_string().into()),
            author,
        ];
        let event = Event::new("intake_item", "deleted", row.id).in_project(tx.project_id()).about(row.item_id);
        tx.record(event.with(changes))?;
    }
    Ok(())
}

/// Puts the request of an item that has come back into the intake again, as it was when it left.
pub(crate) fn put_back(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, id: Uuid, left: &[Change]) -> db::Result<()> {
    check_writable(tx.scope())?;
    let old = |field: &str| left.iter().find(|change| change.field == field);
    let text = |field: &str| old(field).and_then(|change| change.old.as_str()).map(ToOwned::to_owned);
    let made = text("created_at").and_then(|text| Time::parse(&text)).unwrap_or(tx.now());
    let (intake, project) = (default_intake(tx)?, tx.project_id());
    let values = vec![
        ("project_id", project.into()),
        ("intake_id", intake.into()),
        ("item_id", item.into()),
        ("status", old("status").and_then(|change| change.old.as_i64()).unwrap_or(Status::Accepted.number()).into()),
        ("source", text("source").into()),
        ("source_email", text("source_email").into()),
        ("external_source", text("external_source").into()),
        ("external_id", text("external_id").into()),
        ("created_at", made.micros().into()),
        ("created_by", old("created_by").and_then(|change| change.old_id).into()),
    ];
    tx.insert_as(INTAKE_ITEMS, id, values)?;
    tx.record(Event::new("intake_item", "restored", id).in_project(project).about(item)).map(|_| ())
}

/// The intake item, if the caller may change it. To somebody who may change only his own, others' are as forbidden as missing ones.
fn to_change(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, refusal: &Refusal) -> db::Result<IntakeItem> {
    check_open(tx)?;
    let found = queries::find(tx, item)?;
    tx.scope().check_creator(found.as_ref().and_then(|row| row.created_by), refusal.clone())?;
    found.ok_or_else(|| Refusal::not_found().into())
}

fn apply(
    tx: &mut WriteTx<'_, ProjectScope>,
    before: &IntakeItem,
    mut said: Option<ItemFields>,
    decision: Option<Decision>,
) -> db::Result<()> {
    let item = work_item(tx, before.item_id)?;
    let decided = decision.as_ref().map(|decision| rules::decide(item.id, before.standing(), decision, tx.now())).transpose()?;
    let is_accepted = decided.is_some_and(|after| after.status == Status::Accepted && before.standing().status != Status::Accepted);
    if is_accepted {
        // Null is the state in which items start.
        said.get_or_insert_default().state = Some(None);
    }
    if let Some(said) = said {
        work_items::commands::change(tx, &item, said)?;
    }
    decision.zip(decided).map_or(Ok(()), |(decision, after)| keep(tx, before, &decision, after))
}

/// Writes how the intake item stands, and where it came from.
fn keep(tx: &mut WriteTx<'_, ProjectScope>, before: &IntakeItem, decision: &Decision, after: Standing) -> db::Result<()> {
    let old = before.standing();
    let (mut set, mut changes): (Vec<Set>, Vec<Change>) = (Vec::new(), Vec::new());
    if after.status != old.status {
        changes.push(Change::value("status", old.status.number(), after.status.number()));
        set.push(("status", after.status.number().into()));
    }
    if after.snoozed_till != old.snoozed_till {
        let time = |time: Option<Time>| serde_json::to_value(time).unwrap_or_default();
        changes.push(Change::value("snoozed_till", time(old.snoozed_till), time(after.snoozed_till)));
        set.push(("snoozed_till", after.snoozed_till.map(Time::micros).into()));
    }
    if after.duplicate_to != old.duplicate_to {
        let new = after.duplicate_to.map(|id| duplicate(tx, id)).transpose()?;
        changes.push(Change { old_id: old.duplicate_to, ..Change::reference("duplicate_to", None, new) });
        set.push(("duplicate_to_id", after.duplicate_to.into()));
    }
    for (field, old, new) in [("source", &before.source, &decision.source), ("source_email", &before.source_email, &decision.source_email)]
    {
        let Some(new) = new.as_ref().filter(|new| *new != old) else { continue };
        changes.push(Change::value(field, old.clone(), new.clone()));
        set.push((field, new.clone().into()));
    }
    if changes.is_empty() {
        if before.updated_by.is_some() {
            return Ok(());
        }
        // As recorded, the first admin to send anything is named as who changed it, and the log tells that too.
        let me = tx.user_id();
        let name = db::scope::display_name(tx, me)?;
        changes.push(Change::reference("updated_by", None, Some((me, name))));
    }
    tx.update(INTAKE_ITEMS, before.id, set)?;
    let event = Event::new("intake_item", rules::verb(old.status, after.status), before.id);
    tx.record(event.in_project(tx.project_id()).about(before.item_id).with(changes)).map(|_| ())
}

/// The item that another is a duplicate of, named as `ENG-42`: one of the project that the caller sees.
fn duplicate(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid) -> db::Result<(Uuid, String)> {
    let found = work_items::queries::find(tx, id)?.ok_or_else(|| Refusal::field("duplicate_to", unknown_id(id)))?;
    Ok((id, format!("{}-{}", tx.scope().identifier(), found.sequence_id)))
}

fn work_item(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid) -> db::Result<WorkItem> {
    work_items::queries::find(tx, id)?.ok_or_else(|| Refusal::not_found().into())
}

fn check_open(tx: &mut WriteTx<'_, ProjectScope>) -> db::Result<()> {
    if queries::is_open(tx)? {
        return Ok(());
    }
    Err(Refusal::error("Intake is not enabled for this project enable it through the project's api").into())
}

/// The intake of the project, made when the first item comes.
fn default_intake(tx: &mut WriteTx<'_, ProjectScope>) -> db::Result<Uuid> {
    let select = tx.in_project(INTAKES).expr(INTAKES.col("id"));
    if let Some((id,)) = tx.optional::<(Uuid,)>(&select)? {
        return Ok(id);
    }
    let project = tx.project_id();
    let named = tx.from(PROJECTS).filter(PROJECTS.col("id").eq(project)).expr(PROJECTS.col("name"));
    let name = format!("{} Intake", tx.one::<(String,)>(&named)?.0);
    let id = tx.insert(INTAKES, vec![("project_id", project.into()), ("name", name.as_str().into())])?;
    tx.record(Event::new("intake", "created", id).in_project(project).with(vec![Change::value("name", Value::Null, name)]))?;
    Ok(id)
}
