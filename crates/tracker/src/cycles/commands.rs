//! Making, changing, archiving and deleting cycles.

use aileron_db::{self as db, ExprTrait as _, InWorkspace as _, ProjectScope, Set, Tx, WriteTx, schema::CYCLES};
use aileron_kernel::{Change, Event, Refusal, Role, Time, Uuid, fields::unknown_id, refusal::Kind};
use serde_json::{Value, json};

use super::{
    ending,
    fields::CycleFields,
    model::Cycle,
    queries,
    rules::{Status, When, limits, zone},
};
use crate::{
    collections::{CYCLE, rows},
    kept_texts::{self, Kept},
    members,
    projects::rules::check_writable,
    versions::IfMatch,
};

/// The place of the first cycle in manual order.
const FIRST_PLACE: f64 = 65_535.0;

/// How far a new cycle is put before the others.
const STEP: f64 = 10_000.0;

/// A cycle to be made: everything looked up.
#[derive(Clone, Debug)]
pub struct NewCycle {
    /// Its name.
    pub name: String,
    /// Its first and last instant.
    pub limits: Option<(Time, Time)>,
    /// The zone of its days.
    pub timezone: String,
    /// Whose it is.
    pub owned_by: Uuid,
    /// Its number among those that the cadence made.
    pub cadence_number: Option<i64>,
    /// More columns, as they are.
    pub more: Vec<Set>,
}

/// Makes a cycle as a request describes it. Its days may be those of others: only the app and the check of dates mind.
pub fn create(tx: &mut WriteTx<'_, ProjectScope>, fields: CycleFields) -> db::Result<Uuid> {
    check_writable(tx.scope())?;
    check_project(tx, fields.project_id)?;
    let (is_on, project_zone) = queries::project(tx)?;
    if !is_on {
        return Err(Refusal::non_field("Cycles are not enabled for this project").into());
    }
    let timezone = fields.timezone.unwrap_or(project_zone);
    let limits = span(fields.start_date.flatten(), fields.end_date.flatten(), &timezone)?;
    let (source, external) = (fields.external_source.flatten(), fields.external_id.flatten());
    check_external_id(tx, source.as_deref(), external.as_deref(), None)?;
    let owned_by = match fields.owned_by {
        Some(owner) => check_owner(tx, owner)?,
        None => tx.user_id(),
    };
    let mut more: Vec<Set> = vec![
        ("description", fields.description.unwrap_or_default().into()),
        ("view_props", fields.view_props.unwrap_or_else(|| json!({})).into()),
        ("logo_props", fields.logo_props.unwrap_or_else(|| json!({})).into()),
        ("external_source", source.into()),
        ("external_id", external.into()),
    ];
    more.extend(fields.sort_order.map(|place| ("sort_order", place.into())));
    insert(tx, NewCycle { name: fields.name.unwrap_or_default(), limits, timezone, owned_by, cadence_number: None, more })
}

/// Writes a new cycle and records that it was made. The one way to do so.
pub(super) fn insert(tx: &mut WriteTx<'_, ProjectScope>, new: NewCycle) -> db::Result<Uuid> {
    let project = tx.project_id();
    let (start, end) = new.limits.unzip();
    let mut set: Vec<Set> = vec![
        ("project_id", project.into()),
        ("name", new.name.as_str().into()),
        ("starts_at", start.map(Time::micros).into()),
        ("ends_at", end.map(Time::micros).into()),
        ("timezone", new.timezone.into()),
        ("owned_by", new.owned_by.into()),
        ("progress_snapshot", json!({}).into()),
        ("cadence_number", new.cadence_number.into()),
    ];
    set.extend(new.more);
    if !set.iter().any(|(column, _)| *column == "sort_order") {
        set.push(("sort_order", first_place(tx)?.into()));
    }
    let id = tx.create(CYCLES, set)?;
    let mut changes = vec![Change::value("name", Value::Null, new.name)];
    for (field, time) in [("start_date", start), ("end_date", end)] {
        changes.extend(time.map(|time| Change::value(field, Value::Null, time.to_string())));
    }
    tx.record(Event::new("cycle", "created", id).in_project(project).with(changes))?;
    ending::ask(tx, id, end).map(|()| id)
}

/// Changes a cycle that is not archived. One that is over changes nothing but its place.
pub fn update(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid, mut fields: CycleFields, if_match: &IfMatch) -> db::Result<()> {
    check_writable(tx.scope())?;
    let before = queries::find(tx, id)?;
    check_project(tx, fields.project_id)?;
    if_match.check(before.version, "cycle")?;
    if before.archived_at.is_some() {
        return Err(Refusal::error("Archived cycle cannot be edited").into());
    }
    if before.status(tx.now()) == Status::Completed && !fields.is_only_place() {
        return Err(Refusal::error("The Cycle has already been completed so it cannot be edited").into());
    }
    let source = fields.external_source.as_ref().unwrap_or(&before.external_source);
    let external = fields.external_id.as_ref().unwrap_or(&before.external_id);
    check_external_id(tx, source.as_deref(), external.as_deref(), Some(id))?;
    let limits = new_limits(&before, &fields)?;
    let owner = fields.owned_by.filter(|owner| *owner != before.owned_by).map(|owner| check_owner(tx, owner)).transpose()?;
    let mut edit = Edit::default();
    edit.times(&before, limits);
    if let Some(owner) = owner {
        let old = (before.owned_by, db::scope::display_name(tx, before.owned_by)?);
        let new = (owner, db::scope::display_name(tx, owner)?);
        edit.set.push(("owned_by", owner.into()));
        edit.changes.push(Change::reference("owned_by", Some(old), Some(new)));
    }
    if let Some(text) = fields.description.take().filter(|text| *text != before.description) {
        // As with every long text, the log names the version that is kept.
        let kept = Kept { html: before.description.clone(), ..Kept::default() };
        let version = kept_texts::keep(tx, "cycle", id, kept)?;
        edit.changes.push(Change { field: "description".to_owned(), old_id: Some(version), ..Change::default() });
        edit.set.push(("description", text.into()));
    }
    edit.plain(&before, fields);
    if edit.changes.is_empty() {
        return Ok(());
    }
    tx.update(CYCLES, id, edit.set)?;
    ending::ask(tx, id, limits.map(|limits| limits.1))?;
    let project = tx.project_id();
    tx.record(Event::new("cycle", "updated", id).in_project(project).with(edit.changes)).map(|_| ())
}

/// Archives a cycle that is over, or takes it back. Done already: nothing happens.
pub fn archive(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid, archived: bool) -> db::Result<()> {
    check_writable(tx.scope())?;
    let cycle = queries::find(tx, id)?;
    if cycle.archived_at.is_some() == archived {
        return Ok(());
    }
    if archived && cycle.status(tx.now()) != Status::Completed {
        return Err(Refusal::error("Only completed cycles can be archived").into());
    }
    let (project, now) = (tx.project_id(), tx.now());
    tx.update(CYCLES, id, vec![("archived_at", archived.then_some(now.micros()).into())])?;
    let verb = if archived { "archived" } else { "unarchived" };
    tx.record(Event::new("cycle", verb, id).in_project(project)).map(|_| ())
}

/// Deletes a cycle: admins, and its owner. Its items stay, in no cycle.
pub fn delete(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    let refusal = if tx.scope().is_at_least(Role::Member) {
        Refusal::new(Kind::Forbidden, json!({ "error": "Only admin or creator can delete the cycle" }))
    } else {
        Refusal::forbidden()
    };
    let select = tx.in_project(CYCLES).columns::<Cycle>(CYCLES).filter(CYCLES.col("id").eq(id));
    let found = tx.optional::<Cycle>(&select)?;
    // Whose it is not is told the same of what is not there.
    tx.scope().check_creator(found.as_ref().map(|cycle| cycle.owned_by), refusal)?;
    let cycle = found.ok_or_else(Refusal::not_found)?;
    rows::remove(tx, CYCLE, &cycle.named(), None)?;
    tx.delete_where(CYCLES, CYCLES.col("id").eq(id))?;
    let project = tx.project_id();
    tx.record(Event::new("cycle", "deleted", id).in_project(project).with(vec![Change::value("name", cycle.name, Value::Null)])).map(|_| ())
}

/// Brings a deleted cycle back: who could delete it. Its items come back into it, but for those that are in another by now.
pub fn restore(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    let of = |column| CYCLES.col(column);
    let deleted = of("id").eq(id).and(of("project_id").eq(tx.project_id())).and(of("deleted_at").is_not_null());
    let select = tx.from_with_deleted(CYCLES).filter(deleted);
    let found = tx.optional::<Cycle>(&select.clone().columns::<Cycle>(CYCLES))?;
    tx.scope().check_creator(found.as_ref().map(|cycle| cycle.owned_by), Refusal::forbidden())?;
    let cycle = found.ok_or_else(Refusal::not_found)?;
    check_external_id(tx, cycle.external_source.as_deref(), cycle.external_id.as_deref(), None)?;
    let deleted_at = tx.one::<(Option<Time>,)>(&select.expr(of("deleted_at")))?.0;
    tx.restore_where(CYCLES, of("id").eq(id), Vec::new())?;
    ending::ask(tx, id, cycle.ends_at)?;
    let project = tx.project_id();
    let change = Change::value("name", Value::Null, cycle.name.as_str());
    tx.record(Event::new("cycle", "restored", id).in_project(project).with(vec![change]))?;
    rows::put_back(tx, CYCLE, &cycle.named(), deleted_at)
}

/// The first and last instant of these days; both are there or neither.
pub(super) fn span(start: Option<When>, end: Option<When>, timezone: &str) -> Result<Option<(Time, Time)>, Refusal> {
    let zone = zone(timezone);
    match (start, end) {
        (Some(start), Some(end)) => limits(start.day(&zone), end.day(&zone), &zone).map(Some),
        (None, None) => Ok(None),
        _ => Err(Refusal::error("Both start date and end date are either required or are to be null")),
    }
}

/// The limits after a change. In another time zone it keeps its days.
fn new_limits(before: &Cycle, fields: &CycleFields) -> Result<Option<(Time, Time)>, Refusal> {
    if fields.start_date.is_none() && fields.end_date.is_none() && fields.timezone.is_none() {
        return Ok(before.starts_at.zip(before.ends_at));
    }
    let (first, last) = queries::days(before).unzip();
    let start = fields.start_date.unwrap_or_else(|| first.map(When::Day));
    let end = fields.end_date.unwrap_or_else(|| last.map(When::Day));
    span(start, end, fields.timezone.as_deref().unwrap_or(&before.timezone))
}

/// Columns with their values, and the changes of the event.
#[derive(Default)]
struct Edit {
    set: Vec<Set>,
    changes: Vec<Change>,
}

impl Edit {
    fn value<T: PartialEq + Clone + Into<db::Value> + Into<Value>>(&mut self, field: &'static str, old: &T, new: Option<T>) {
        let Some(new) = new.filter(|new| new != old) else { return };
        self.changes.push(Change::value(field, old.clone(), new.clone()));
        self.set.push((field, new.into()));
    }

    fn times(&mut self, before: &Cycle, limits: Option<(Time, Time)>) {
        let (start, end) = limits.unzip();
        for (field, column, old, new) in
            [("start_date", "starts_at", before.starts_at, start), ("end_date", "ends_at", before.ends_at, end)]
        {
            if old != new {
                let text = |time: Option<Time>| time.map(|time| time.to_string());
                self.changes.push(Change::value(field, text(old), text(new)));
                self.set.push((column, new.map(Time::micros).into()));
            }
        }
    }

    fn plain(&mut self, before: &Cycle, fields: CycleFields) {
        self.value("name", &before.name, fields.name);
        self.value("timezone", &before.timezone, fields.timezone);
        self.value("sort_order", &before.sort_order, fields.sort_order);
        self.value("view_props", &before.view_props, fields.view_props);
        self.value("logo_props", &before.logo_props, fields.logo_props);
        self.value("external_source", &before.external_source, fields.external_source);
        self.value("external_id", &before.external_id, fields.external_id);
    }
}

/// The place before all others.
fn first_place(tx: &mut Tx<'_, ProjectScope>) -> db::Result<f64> {
    let select = tx.in_project(CYCLES).expr(CYCLES.col("sort_order").min());
    let least = tx.optional::<(Option<f64>,)>(&select)?.and_then(|row| row.0);
    Ok(least.map_or(FIRST_PLACE, |least| least - STEP))
}

/// Refuses a body that names another project than the address.
fn check_project(tx: &Tx<'_, ProjectScope>, said: Option<Uuid>) -> Result<(), Refusal> {
    match said.filter(|project| *project != tx.project_id()) {
        Some(other) => Err(Refusal::field("project_id", unknown_id(other))),
        None => Ok(()),
    }
}

/// Refuses an owner who is not in the project.
fn check_owner(tx: &mut Tx<'_, ProjectScope>, owner: Uuid) -> db::Result<Uuid> {
    let is_member =
        owner == tx.scope().workspace().user_id() || members::queries::of_account(tx, owner)?.is_some_and(|member| member.is_active);
    if is_member { Ok(owner) } else { Err(Refusal::field("owned_by", unknown_id(owner)).into()) }
}

/// Refuses an external id that another live cycle of the project has. `itself` is named in the refusal, if there is one.
fn check_external_id(tx: &mut Tx<'_, ProjectScope>, source: Option<&str>, id: Option<&str>, itself: Option<Uuid>) -> db::Result<()> {
    let (Some(source), Some(id)) = (source, id) else { return Ok(()) };
    let same = CYCLES.col("external_source").eq(source).and(CYCLES.col("external_id").eq(id));
    let others = tx.in_project(CYCLES).filter(same).filter_some(itself.map(|itself| CYCLES.col("id").ne(itself)));
    match tx.optional::<(Uuid,)>(&others.expr(CYCLES.col("id")))? {
        Some((other,)) => {
            Err(Refusal::taken("Cycle with the same external id and external source already exists", itself.unwrap_or(other)).into())
        }
        None => Ok(()),
    }
}
