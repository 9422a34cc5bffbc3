//! Bringing deleted work items back.

use std::collections::{HashMap, HashSet};

use aileron_db::{
    self as db, ExprTrait as _, ProjectScope, Set, WriteTx, id_in,
    schema::{ESTIMATE_POINTS, INTAKE_ITEMS, STATES, WORK_ITEMS},
};
use aileron_kernel::{Change, Event, Refusal, Time, Uuid, refusal::Kind};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{
    NamedState,
    counterpart::States,
    delete::refusal,
    edit::Edit,
    refs,
    update::{Standing, settle},
};
use crate::{
    projects::rules::check_writable,
    search::index,
    states,
    work_items::{fields::ItemFields, sql, visibility},
};

db::row! {
    /// An item in the trash.
    struct Trashed {
        id: Uuid,
        name: String,
        state_id: Uuid,
        parent_id: Option<Uuid>,
        estimate_point_id: Option<Uuid>,
        is_draft: bool,
        archived_at: Option<Date>,
        hidden: Option<String>,
        completed_at: Option<Time>,
        started_at: Option<Time>,
        created_by: Option<Uuid>,
        deleted_at: Option<Time>,
        deleted_with: Option<Uuid>,
    }
}

impl Trashed {
    const fn standing(&self) -> Standing {
        let &Self { state_id, completed_at, started_at, is_draft, archived_at, .. } = self;
        Standing { state_id, completed_at, started_at, is_draft, archived_at }
    }
}

/// Brings an item back from the trash with all that went with it: the items that were below it and what hangs on them. What is not
/// there any more of what it names is left out; instead of its state it gets the one that stands for it. Who could delete it may.
pub fn restore(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    let refusal = refusal(tx);
    let root = trashed(tx, WORK_ITEMS.col("id").eq(id))?.pop();
    tx.scope().check_creator(root.as_ref().and_then(|item| item.created_by), refusal.clone())?;
    let root = root.ok_or_else(Refusal::not_found)?;
    if let Some(with) = root.deleted_with {
        let message = "The work item was deleted together with one above it. Restore that one.";
        return Err(Refusal::new(Kind::Conflict, json!({ "error": message, "id": with })).into());
    }
    let (deleted_at, is_triage) = (root.deleted_at, root.hidden.as_deref() == Some("triage"));
    let mut items = trashed(tx, WORK_ITEMS.col("deleted_with").eq(id))?;
    for item in &items {
        tx.scope().check_creator(item.created_by, refusal.clone())?;
    }
    items.insert(0, root);
    let ids: Vec<Uuid> = items.iter().map(|item| item.id).collect();
    let lost = Lost::of(tx, &items, &ids)?;
    tx.restore_where(WORK_ITEMS, id_in(WORK_ITEMS, "id", &ids), vec![("deleted_with", None::<Uuid>.into())])?;
    for item in items {
        let (set, changes) = lost.mend(&item);
        if !set.is_empty() {
            tx.adjust_where(WORK_ITEMS, WORK_ITEMS.col("id").eq(item.id), set)?;
        }
        let event = |verb| Event::new("work_item", verb, item.id).in_project(tx.project_id()).about(item.id);
        let (restored, mended) = (event("restored"), event("updated"));
        tx.record(restored.with(vec![Change::value("name", Value::Null, item.name)]))?;
        if !changes.is_empty() {
            tx.record(mended.with(changes))?;
        }
    }
    if is_triage {
        ask_again(tx, id, deleted_at)?;
    }
    index::update_many(tx, &ids)
}

/// Items in the trash of the project, drafts of others left out.
fn trashed(tx: &mut WriteTx<'_, ProjectScope>, which: db::Expr) -> db::Result<Vec<Trashed>> {
    let deleted = WORK_ITEMS.col("project_id").eq(tx.project_id()).and(WORK_ITEMS.col("deleted_at").is_not_null());
    // What went with an item comes back with it, whosever draft it is.
    let own = visibility::no_draft_of_others(tx.user_id()).or(WORK_ITEMS.col("deleted_with").is_not_null());
    let select = tx.from_with_deleted(WORK_ITEMS).columns::<Trashed>(WORK_ITEMS).filter(deleted.and(which).and(own));
    tx.all(&select)
}

/// With a request that was deleted, its row in intake comes back.
fn ask_again(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, deleted_at: Option<Time>) -> db::Result<()> {
    let of = |column| INTAKE_ITEMS.col(column);
    let same = of("item_id").eq(item).and(of("deleted_at").eq(deleted_at.map(Time::micros)));
    let select = tx.from_with_deleted(INTAKE_ITEMS).filter(same).expr(of("id"));
    let Some((row,)) = tx.optional::<(Uuid,)>(&select)? else { return Ok(()) };
    tx.restore_where(INTAKE_ITEMS, of("id").eq(row), Vec::new())?;
    tx.record(Event::new("intake_item", "restored", row).in_project(tx.project_id()).about(item)).map(|_| ())
}

/// What is not there any more of what deleted items name.
struct Lost {
    now: Time,
    /// The states that are gone, each with the one that stands for it.
    states: HashMap<Uuid, (NamedState, NamedState)>,
    parent: Option<(Uuid, String)>,
    points: HashMap<Uuid, String>,
    external: HashSet<Uuid>,
}

impl Lost {
    fn of(tx: &mut WriteTx<'_, ProjectScope>, items: &[Trashed], ids: &[Uuid]) -> db::Result<Self> {
        let gone = |tx: &mut WriteTx<'_, ProjectScope>, table: db::Table, name, ids: &[Uuid]| {
            let deleted = id_in(table, "id", ids).and(table.col("deleted_at").is_not_null());
            let select = tx.from_with_deleted(table).filter(deleted).expr(table.col("id")).expr(table.col(name));
            Ok::<HashMap<Uuid, String>, db::Error>(tx.all::<(Uuid, String)>(&select)?.into_iter().collect())
        };
        let states: Vec<Uuid> = items.iter().map(|item| item.state_id).collect();
        let points: Vec<Uuid> = items.iter().filter_map(|item| item.estimate_point_id).collect();
        let points = gone(tx, ESTIMATE_POINTS, "value", &points)?;
        let parent = match items.first().and_then(|root| root.parent_id) {
            Some(parent) => {
                let there = tx.in_project(WORK_ITEMS).filter(WORK_ITEMS.col("id").eq(parent));
                if tx.any(there)? { None } else { Some(refs::item_name(tx, parent)?.pair()) }
            }
            None => None,
        };
        let external = sql::taken_external(tx, ids)?.into_iter().collect();
        Ok(Self { now: tx.now(), states: gone_states(tx, &states)?, parent, points, external })
    }

    /// What has to change of an item, so that it names only what is there.
    fn mend(&self, item: &Trashed) -> (Vec<Set>, Vec<Change>) {
        let (mut set, mut changes): (Vec<Set>, Vec<Change>) = (Vec::new(), Vec::new());
        if let Some((old, new)) = self.states.get(&item.state_id) {
            let mut edit = Edit::default();
            settle(&mut edit, (&item.standing(), &ItemFields::default()), (Some(old.clone()), Some(new.clone())), self.now);
            set.extend(edit.set);
            changes.extend(edit.changes);
        }
        if let Some(parent) = self.parent.as_ref().filter(|parent| item.parent_id == Some(parent.0)) {
            set.push(("parent_id", None::<Uuid>.into()));
            changes.push(Change::reference("parent", Some(parent.clone()), None));
        }
        if let Some((point, value)) = item.estimate_point_id.and_then(|point| Some((point, self.points.get(&point)?))) {
            set.push(("estimate_point_id", None::<Uuid>.into()));
            changes.push(Change::reference("estimate_point", Some((point, value.clone())), None));
        }
        if self.external.contains(&item.id) {
            set.extend([("external_source", None::<String>.into()), ("external_id", None::<String>.into())]);
            changes.push(Change { field: "external_id".to_owned(), ..Change::default() });
        }
        (set, changes)
    }
}

/// Those of these states that are deleted, each with the one that stands for it.
fn gone_states(tx: &mut WriteTx<'_, ProjectScope>, ids: &[Uuid]) -> db::Result<HashMap<Uuid, (NamedState, NamedState)>> {
    let deleted = id_in(STATES, "id", ids).and(STATES.col("deleted_at").is_not_null());
    let select = tx.from_with_deleted(STATES).columns::<states::State>(STATES).filter(deleted);
    let gone = tx.all::<states::State>(&select)?;
    if gone.is_empty() {
        return Ok(HashMap::new());
    }
    let there = States::of(tx)?;
    let gone = gone.into_iter().map(NamedState::from);
    Ok(gone.map(|old| (old.id, (old.clone(), there.counterpart(Some(&old))))).collect())
}
