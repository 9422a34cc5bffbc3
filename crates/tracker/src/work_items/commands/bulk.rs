//! One change of many work items: all of them or none, in statements whose number does not grow with theirs but for those that end
//! with what is written.

use std::collections::HashMap;

use aileron_db::{
    self as db, ExprTrait as _, ProjectScope, Set, Table, Value, WriteTx, id_in,
    schema::{ESTIMATE_POINTS, LABELS, USERS, WORK_ITEM_ASSIGNEES, WORK_ITEM_LABELS, WORK_ITEM_TYPES, WORK_ITEMS},
};
use aileron_kernel::{Action, Event, Fields, Priority, Refusal, Time, Uuid, fields::unknown_id, refusal::Kind};
use jiff::civil::Date;
use serde_json::json;

use super::{
    Named, NamedState,
    edit::Edit,
    many, refs,
    update::{plain, settle},
};
use crate::{
    collections::{CYCLE, MODULE, rows},
    cycles, modules,
    projects::rules::check_writable,
    work_items::{fields::ItemFields, model::WorkItem, rules, sides},
};

/// What becomes of a list of each item: first it is replaced, if that is said, then elements come and go.
#[derive(Clone, Debug, Default)]
struct ListEdit {
    set: Option<Vec<Uuid>>,
    add: Vec<Uuid>,
    remove: Vec<Uuid>,
}

impl ListEdit {
    fn read(fields: &mut Fields, name: &str) -> Self {
        let set = fields.ids(name);
        let mut more = |verb: &str| fields.ids(&format!("{verb}_{name}")).unwrap_or_default();
        Self { set, add: more("add"), remove: more("remove") }
    }

    const fn is_empty(&self) -> bool {
        self.set.is_none() && self.add.is_empty() && self.remove.is_empty()
    }

    /// The ids that are to be in the list.
    fn named(&self) -> Vec<Uuid> {
        self.set.iter().flatten().chain(&self.add).copied().collect()
    }

    /// Who goes from a list and who comes. `able`: those that may be in it.
    fn judge(&self, stored: &[Uuid], able: &[Uuid]) -> (Vec<Uuid>, Vec<Uuid>) {
        let may = |id: &&Uuid| able.contains(id) || stored.contains(id);
        let mut wanted: Vec<Uuid> = match &self.set {
            Some(set) => set.iter().filter(may).copied().collect(),
            None => stored.to_vec(),
        };
        for id in self.add.iter().filter(may) {
            if !wanted.contains(id) {
                wanted.push(*id);
            }
        }
        wanted.retain(|id| !self.remove.contains(id));
        let gone = stored.iter().copied().filter(|id| !wanted.contains(id)).collect();
        (gone, wanted.into_iter().filter(|id| !stored.contains(id)).collect())
    }
}

/// What a request says of many items. Absent fields stay as they are.
#[derive(Clone, Debug, Default)]
pub struct BulkFields {
    /// The items.
    pub ids: Vec<Uuid>,
    /// What all of them get.
    same: ItemFields,
    cycle: Option<Option<Uuid>>,
    assignees: ListEdit,
    labels: ListEdit,
    modules: ListEdit,
}

impl BulkFields {
    /// Reads a body.
    pub fn read(mut fields: Fields) -> Result<Self, Refusal> {
        let ids = many::wanted(&mut fields).unwrap_or_default();
        let same = ItemFields {
            state: fields.nullable_id("state"),
            priority: fields.choice("priority", Priority::parse),
            parent: fields.nullable_id("parent"),
            type_id: fields.nullable_id("type_id"),
            estimate_point: fields.nullable_id("estimate_point"),
            start_date: fields.nullable_date("start_date"),
            target_date: fields.nullable_date("target_date"),
            ..ItemFields::default()
        };
        let read = Self {
            ids,
            same,
            cycle: fields.nullable_id("cycle"),
            assignees: ListEdit::read(&mut fields, "assignees"),
            labels: ListEdit::read(&mut fields, "labels"),
            modules: ListEdit::read(&mut fields, "modules"),
        };
        fields.finish()?;
        Ok(read)
    }
}

/// Changes many items alike.
pub fn update_many(tx: &mut WriteTx<'_, ProjectScope>, fields: &BulkFields) -> db::Result<()> {
    check_writable(tx.scope())?;
    let items = many::to_change(tx, &fields.ids, &Refusal::forbidden())?;
    if items.iter().any(|item| item.archived_at.is_some()) {
        return Err(rules::archived().into());
    }
    let found = Found::look_up(tx, &items, &fields.same)?;
    let mut edits = items.iter().map(|item| found.edit(item, &fields.same, tx.now())).collect::<Result<Vec<Edit>, Refusal>>()?;
    people(tx, &items, &mut edits, &fields.assignees)?;
    labels(tx, &items, &mut edits, &fields.labels)?;
    write(tx, &items, edits)?;
    places(tx, fields)
}

/// What the ids name that all items get, and what they had before.
struct Found {
    states: HashMap<Uuid, NamedState>,
    state: Option<NamedState>,
    parent: Option<Named>,
    kind: Option<Named>,
    point: Option<Named>,
    parents: HashMap<Uuid, String>,
    kinds: HashMap<Uuid, String>,
    points: HashMap<Uuid, String>,
}

impl Found {
    fn look_up(tx: &mut WriteTx<'_, ProjectScope>, items: &[WorkItem], same: &ItemFields) -> db::Result<Self> {
        let ids: Vec<Uuid> = items.iter().map(|item| item.id).collect();
        let old = |of: fn(&WorkItem) -> Option<Uuid>, wanted: Option<Option<Uuid>>| -> Vec<Uuid> {
            if wanted.is_some() { items.iter().filter_map(of).collect() } else { Vec::new() }
        };
        Ok(Self {
            states: refs::states_of(tx, items)?,
            state: same.state.map(|state| refs::state(tx, state)).transpose()?,
            parent: same.parent.flatten().map(|id| refs::parent_of_all(tx, id, &ids)).transpose()?,
            kind: same.type_id.flatten().map(|id| refs::new_type(tx, id)).transpose()?,
            point: same.estimate_point.flatten().map(|id| refs::estimate_point(tx, id)).transpose()?,
            parents: refs::item_names(tx, &old(|item| item.parent_id, same.parent))?,
            kinds: refs::names(tx, WORK_ITEM_TYPES, "name", &old(|item| item.type_id, same.type_id))?,
            points: refs::names(tx, ESTIMATE_POINTS, "value", &old(|item| item.estimate_point_id, same.estimate_point))?,
        })
    }

    /// What becomes of one item.
    fn edit(&self, item: &WorkItem, same: &ItemFields, now: Time) -> Result<Edit, Refusal> {
        let date = |wanted: Option<Option<Date>>, stored| wanted.unwrap_or(stored);
        rules::check_dates(date(same.start_date, item.start_date), date(same.target_date, item.target_date))?;
        let mut edit = Edit::default();
        if self.state.is_some() {
            settle(&mut edit, (&item.into(), same), (self.states.get(&item.state_id).cloned(), self.state.clone()), now);
        }
        let mut refer = |field: &str, column, old: Option<Uuid>, names: &HashMap<Uuid, String>, new: &Option<Named>| {
            let new = new.as_ref().map(Named::pair);
            if old != new.as_ref().map(|new| new.0) {
                edit.reference(field, column, old.map(|id| (id, names.get(&id).cloned().unwrap_or_default())), new);
            }
        };
        if same.parent.is_some() {
            refer("parent", "parent_id", item.parent_id, &self.parents, &self.parent);
        }
        if same.type_id.is_some() {
            refer("type", "type_id", item.type_id, &self.kinds, &self.kind);
        }
        if same.estimate_point.is_some() {
            refer("estimate_point", "estimate_point_id", item.estimate_point_id, &self.points, &self.point);
        }
        plain(&mut edit, item, same.clone());
        Ok(edit)
    }
}

fn people(tx: &mut WriteTx<'_, ProjectScope>, items: &[WorkItem], edits: &mut [Edit], list: &ListEdit) -> db::Result<()> {
    if list.is_empty() {
        return Ok(());
    }
    let mut able = refs::assignees(tx, list.set.as_deref().unwrap_or_default())?;
    able.extend(refs::assignees(tx, &list.add).map_err(|error| of_added(error, "assignees"))?);
    let stored = sides::assignees(tx, &ids(items))?;
    let of = List { field: "assignees", table: WORK_ITEM_ASSIGNEES, column: "member_id", names: USERS, name: "display_name" };
    of.edit(tx, items, edits, (list, &able, &stored))
}

fn labels(tx: &mut WriteTx<'_, ProjectScope>, items: &[WorkItem], edits: &mut [Edit], list: &ListEdit) -> db::Result<()> {
    if list.is_empty() {
        return Ok(());
    }
    let mut able = refs::labels(tx, list.set.as_deref().unwrap_or_default())?;
    able.extend(refs::labels(tx, &list.add).map_err(|error| of_added(error, "labels"))?);
    let stored = sides::labels(tx, &ids(items))?;
    let of = List { field: "labels", table: WORK_ITEM_LABELS, column: "label_id", names: LABELS, name: "name" };
    of.edit(tx, items, edits, (list, &able, &stored))
}

/// A refusal of ids under the name of the field that they came in.
fn of_added(error: db::Error, field: &str) -> db::Error {
    match error.refusal().and_then(|refusal| Some((refusal.kind, refusal.body.get(field)?))) {
        Some((kind, said)) => Refusal::new(kind, json!({ format!("add_{field}"): said })).into(),
        None => error,
    }
}

fn ids(items: &[WorkItem]) -> Vec<Uuid> {
    items.iter().map(|item| item.id).collect()
}

/// A list that items have, and where its elements have their names.
struct List {
    field: &'static str,
    table: Table,
    column: &'static str,
    names: Table,
    name: &'static str,
}

impl List {
    /// Writes the lists of all items, and adds to their edits what came and went.
    fn edit(
        &self,
        tx: &mut WriteTx<'_, ProjectScope>,
        items: &[WorkItem],
        edits: &mut [Edit],
        (list, able, stored): (&ListEdit, &[Named], &HashMap<Uuid, Vec<Uuid>>),
    ) -> db::Result<()> {
        let able: Vec<Uuid> = able.iter().map(|named| named.id).collect();
        let none = Vec::new();
        let judged: Vec<(Vec<Uuid>, Vec<Uuid>)> =
            items.iter().map(|item| list.judge(stored.get(&item.id).unwrap_or(&none), &able)).collect();
        let moved: Vec<Uuid> = judged.iter().flat_map(|(gone, come)| gone.iter().chain(come)).copied().collect();
        let names = refs::names(tx, self.names, self.name, &moved)?;
        let named = |id: &Uuid| Named { id: *id, name: names.get(id).cloned().unwrap_or_default() };
        let (mut come_rows, mut gone_from): (Vec<Vec<Value>>, HashMap<Uuid, Vec<Uuid>>) = (Vec::new(), HashMap::new());
        for ((item, edit), (gone, come)) in items.iter().zip(edits.iter_mut()).zip(&judged) {
            edit.list(self.field, &gone.iter().map(named).collect::<Vec<_>>(), &come.iter().map(named).collect::<Vec<_>>());
            come_rows.extend(come.iter().map(|id| vec![item.id.into(), (*id).into()]));
            for id in gone {
                gone_from.entry(*id).or_default().push(item.id);
            }
        }
        for (id, items) in gone_from {
            tx.remove_where(self.table, self.table.col(self.column).eq(id).and(id_in(self.table, "item_id", &items)))?;
        }
        tx.insert_rows(self.table, &["item_id", self.column], come_rows)
    }
}

/// Writes items with the same values together, then records what happened to each.
fn write(tx: &mut WriteTx<'_, ProjectScope>, items: &[WorkItem], edits: Vec<Edit>) -> db::Result<()> {
    let mut alike: Vec<(Vec<Set>, Vec<Uuid>)> = Vec::new();
    for (item, edit) in items.iter().zip(&edits).filter(|(_, edit)| !edit.changes.is_empty()) {
        match alike.iter_mut().find(|(set, _)| *set == edit.set) {
            Some((_, ids)) => ids.push(item.id),
            None => alike.push((edit.set.clone(), vec![item.id])),
        }
    }
    for (set, ids) in alike {
        tx.update_where(WORK_ITEMS, id_in(WORK_ITEMS, "id", &ids), set)?;
    }
    let project = tx.project_id();
    for (item, Edit { changes, .. }) in items.iter().zip(edits).filter(|(_, edit)| !edit.changes.is_empty()) {
        tx.record(Event::new("work_item", "updated", item.id).in_project(project).about(item.id).with(changes))?;
    }
    Ok(())
}

/// The cycle and the modules: as if each was put there.
fn places(tx: &mut WriteTx<'_, ProjectScope>, fields: &BulkFields) -> db::Result<()> {
    let (items, project) = (&fields.ids, tx.project_id());
    if let Some(cycle) = fields.cycle {
        let mut tx = tx.enter_to_write(project, Action::CyclesWrite)?.ok_or_else(Refusal::forbidden)?;
        match cycle {
            Some(cycle) => cycles::item_commands::add(&mut tx, cycle, items).map_err(|error| named(error, "cycle", cycle))?,
            None => drop(rows::take_out(&mut tx, CYCLE, items, None)?),
        }
    }
    if fields.modules.is_empty() {
        return Ok(());
    }
    let mut tx = tx.enter_to_write(project, Action::ModulesWrite)?.ok_or_else(Refusal::forbidden)?;
    if let Some(wanted) = &fields.modules.set {
        let held: Vec<Uuid> = sides::modules(&mut tx, items)?.into_values().flatten().filter(|module| !wanted.contains(module)).collect();
        rows::take_out(&mut tx, MODULE, items, Some(&held))?;
    }
    for module in fields.modules.named() {
        let field = if fields.modules.add.contains(&module) { "add_modules" } else { "modules" };
        modules::item_commands::add(&mut tx, module, items).map_err(|error| named(error, field, module))?;
    }
    rows::take_out(&mut tx, MODULE, items, Some(&fields.modules.remove)).map(|_| ())
}

/// A cycle or module that is not there is a wrong field here.
fn named(error: db::Error, field: &str, id: Uuid) -> db::Error {
    match error.refusal() {
        Some(refusal) if refusal.kind == Kind::NotFound => Refusal::field(field, unknown_id(id)).into(),
        _ => error,
    }
}

/// Puts items below another one, or to the top.
pub fn set_parent_of_all(tx: &mut WriteTx<'_, ProjectScope>, ids: Vec<Uuid>, parent: Option<Uuid>) -> db::Result<()> {
    let same = ItemFields { parent: Some(parent), ..ItemFields::default() };
    update_many(tx, &BulkFields { ids, same, ..BulkFields::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_replaced_first_then_elements_come_and_go() {
        let [a, b, c, d] = [1, 2, 3, 4].map(Uuid::from_u128);
        let edit = |set: Option<Vec<Uuid>>, add: Vec<Uuid>, remove: Vec<Uuid>| ListEdit { set, add, remove }.judge(&[a, b], &[a, c]);
        assert_eq!(edit(None, vec![c], vec![b]), (vec![b], vec![c]));
        assert_eq!(edit(Some(vec![c]), vec![], vec![]), (vec![a, b], vec![c]));
        assert_eq!(edit(Some(vec![]), vec![a], vec![]), (vec![b], vec![]));
        // Who cannot work here does not come, and who is removed does not come either.
        assert_eq!(edit(None, vec![d, c], vec![c]), (vec![], vec![]));
        assert_eq!(edit(None, vec![a], vec![]), (vec![], vec![]));
    }
}
