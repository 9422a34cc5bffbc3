//! What an item that moves to another project finds there of what it has: by name, or by default, or not at all.

use std::collections::{HashMap, HashSet};

use aileron_db::{
    self as db, ExprTrait as _, ProjectScope, Tx, WriteTx, id_in,
    schema::{ESTIMATE_POINTS, LABELS, PROJECT_WORK_ITEM_TYPES, PROJECTS, USERS, WORK_ITEM_TYPES},
};
use aileron_kernel::{Time, Uuid, text};

use super::{Named, NamedState, counterpart::States, edit::Edit, refs, update::settle};
use crate::work_items::{fields::ItemFields, model::WorkItem, sides};

/// What items of a project have that is not everybody's: read before they leave.
pub(super) struct Luggage {
    states: HashMap<Uuid, NamedState>,
    points: HashMap<Uuid, String>,
    kinds: HashMap<Uuid, String>,
    assignees: HashMap<Uuid, Vec<Uuid>>,
    people: HashMap<Uuid, String>,
    labels: HashMap<Uuid, Vec<Uuid>>,
    /// Their names, and whether they are of the whole workspace.
    words: HashMap<Uuid, (String, bool)>,
    parents: HashMap<Uuid, String>,
}

impl Luggage {
    pub(super) fn of(tx: &mut WriteTx<'_, ProjectScope>, items: &[WorkItem]) -> db::Result<Self> {
        let ids: Vec<Uuid> = items.iter().map(|item| item.id).collect();
        let some = |of: fn(&WorkItem) -> Option<Uuid>| items.iter().filter_map(of).collect::<Vec<Uuid>>();
        let (assignees, labels) = (sides::assignees(tx, &ids)?, sides::labels(tx, &ids)?);
        let people: Vec<Uuid> = assignees.values().flatten().copied().collect();
        let words: Vec<Uuid> = labels.values().flatten().copied().collect();
        let of = |column| LABELS.col(column);
        let select = tx.from(LABELS).filter(id_in(LABELS, "id", &words)).expr(of("id")).expr(of("name")).expr(of("project_id").is_null());
        let words = tx.all::<(Uuid, String, bool)>(&select)?.into_iter();
        Ok(Self {
            states: refs::states_of(tx, items)?,
            points: refs::names(tx, ESTIMATE_POINTS, "value", &some(|item| item.estimate_point_id))?,
            kinds: refs::names(tx, WORK_ITEM_TYPES, "name", &some(|item| item.type_id))?,
            people: refs::names(tx, USERS, "display_name", &people)?,
            words: words.map(|(id, name, is_everywhere)| (id, (name, is_everywhere))).collect(),
            parents: refs::item_names(tx, &some(|item| item.parent_id))?,
            assignees,
            labels,
        })
    }
}

/// What there is in the project that items move to.
pub(super) struct Place {
    pub(super) letters: String,
    states: States,
    labels: HashMap<String, Named>,
    points: HashMap<String, Named>,
    kinds: HashSet<Uuid>,
    able: HashSet<Uuid>,
}

impl Place {
    pub(super) fn of(tx: &mut WriteTx<'_, ProjectScope>, luggage: &Luggage) -> db::Result<Self> {
        let people: Vec<Uuid> = luggage.people.keys().copied().collect();
        let used = PROJECT_WORK_ITEM_TYPES.col("project_id").eq(tx.project_id());
        let kinds = tx.from(PROJECT_WORK_ITEM_TYPES).filter(used).expr(PROJECT_WORK_ITEM_TYPES.col("type_id"));
        Ok(Self {
            letters: tx.scope().identifier().to_owned(),
            states: States::of(tx)?,
            labels: labels(tx)?,
            points: points(tx)?,
            kinds: tx.all::<(Uuid,)>(&kinds)?.into_iter().map(|row| row.0).collect(),
            able: refs::assignees(tx, &people)?.into_iter().map(|named| named.id).collect(),
        })
    }
}

fn labels(tx: &mut Tx<'_, ProjectScope>) -> db::Result<HashMap<String, Named>> {
    let select = tx.in_project(LABELS).expr(LABELS.col("id")).expr(LABELS.col("name"));
    let rows = tx.all::<(Uuid, String)>(&select)?.into_iter();
    Ok(rows.map(|(id, name)| (text::key(&name), Named { id, name })).collect())
}

/// The values of the estimate that is in use.
fn points(tx: &mut Tx<'_, ProjectScope>) -> db::Result<HashMap<String, Named>> {
    let of = |column| ESTIMATE_POINTS.col(column);
    let active = PROJECTS.col("id").eq(of("project_id")).and(PROJECTS.col("estimate_id").eq(of("estimate_id")));
    let select = tx.in_project(ESTIMATE_POINTS).join(PROJECTS, active).expr(of("id")).expr(of("value"));
    let rows = tx.all::<(Uuid, String)>(&select)?.into_iter();
    Ok(rows.map(|(id, name)| (text::key(&name), Named { id, name })).collect())
}

/// What becomes of an item: columns and changes, and the people and labels that it loses and gets.
pub(super) struct Mapped {
    pub(super) edit: Edit,
    pub(super) unassigned: Vec<Uuid>,
    pub(super) unlabelled: Vec<Uuid>,
    pub(super) labelled: Vec<Named>,
}

/// What becomes of an item in its new place. `is_top`: the item above it does not come along.
pub(super) fn map(item: &WorkItem, luggage: &Luggage, place: &Place, is_top: bool, now: Time) -> Mapped {
    let mut edit = Edit::default();
    let old = luggage.states.get(&item.state_id);
    let new = place.states.counterpart(old);
    settle(&mut edit, (&item.into(), &ItemFields::default()), (old.cloned(), Some(new)), now);
    if let Some(parent) = item.parent_id.filter(|_| is_top) {
        let name = luggage.parents.get(&parent).cloned().unwrap_or_default();
        edit.reference("parent", "parent_id", Some((parent, name)), None);
    }
    if let Some(point) = item.estimate_point_id {
        let value = luggage.points.get(&point).cloned().unwrap_or_default();
        let new = place.points.get(&text::key(&value)).map(Named::pair);
        edit.reference("estimate_point", "estimate_point_id", Some((point, value)), new);
    }
    if let Some(kind) = item.type_id.filter(|kind| !place.kinds.contains(kind)) {
        edit.reference("type", "type_id", Some((kind, luggage.kinds.get(&kind).cloned().unwrap_or_default())), None);
    }
    let assigned = luggage.assignees.get(&item.id).into_iter().flatten();
    let unassigned: Vec<Uuid> = assigned.filter(|person| !place.able.contains(person)).copied().collect();
    let named = |id: &Uuid, name: Option<&String>| Named { id: *id, name: name.cloned().unwrap_or_default() };
    edit.list("assignees", &unassigned.iter().map(|id| named(id, luggage.people.get(id))).collect::<Vec<_>>(), &[]);
    let own = luggage.labels.get(&item.id).into_iter().flatten();
    let own = own.filter_map(|id| luggage.words.get(id).filter(|(_, is_everywhere)| !is_everywhere).map(|(name, _)| named(id, Some(name))));
    let own: Vec<Named> = own.collect();
    let labelled: Vec<Named> = own.iter().filter_map(|label| place.labels.get(&text::key(&label.name)).cloned()).collect();
    edit.list("labels", &own, &labelled);
    Mapped { edit, unassigned, unlabelled: own.into_iter().map(|label| label.id).collect(), labelled }
}

/// Refuses an external id that another item of the new place has.
pub(super) fn check_external(tx: &mut WriteTx<'_, ProjectScope>, items: &[WorkItem]) -> db::Result<()> {
    for item in items.iter().filter(|item| item.external_id.is_some()) {
        refs::check_external_id(tx, item.external_source.as_deref(), item.external_id.as_deref(), None)?;
    }
    Ok(())
}
