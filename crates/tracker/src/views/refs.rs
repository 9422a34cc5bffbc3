//! The ids in a filter, looked up where the caller may look.

use std::collections::BTreeSet;

use aileron_db::{
    self as db, Condition as Where, ExprTrait as _, Table, Tx, id_in,
    schema::{CYCLES, LABELS, MODULES, PROJECT_WORK_ITEM_TYPES, STATES, WORK_ITEMS, WORKSPACE_MEMBERS},
};
use aileron_kernel::{
    Filter, Refusal, Uuid,
    fields::unknown_id,
    filter::{Condition, Reference},
};

use crate::{
    homes::Home,
    work_items::visibility::{self, Shown},
};

/// All that a filter can refer to, by the names that it has in the tree.
const REFERENCES: [(Reference, &str); 9] = [
    (Reference::State, "state_id"),
    (Reference::Assignee, "assignee_id"),
    (Reference::Label, "label_id"),
    (Reference::CreatedBy, "created_by_id"),
    (Reference::Type, "type_id"),
    (Reference::Parent, "parent_id"),
    (Reference::Project, "project_id"),
    (Reference::Cycle, "cycle_id"),
    (Reference::Module, "module_id"),
];

/// Refuses a filter, named by a field of a body, with an id of something that the caller does not find in this place: a statement for each
/// kind of thing.
pub(crate) fn check<S: Home>(tx: &mut Tx<'_, S>, field: &str, filter: &Filter) -> db::Result<()> {
    if filter.is_all() {
        return Ok(());
    }
    let shown = S::shown(tx)?;
    for (reference, name) in REFERENCES {
        let wanted = ids(filter, reference);
        let Some(unknown) = unknown(tx, reference, &wanted, &shown)? else { continue };
        return Err(Refusal::field(field, format!("{name}: {}", unknown_id(unknown))).into());
    }
    Ok(())
}

/// The ids that a filter has for a field.
fn ids(filter: &Filter, wanted: Reference) -> BTreeSet<Uuid> {
    let of = |condition: &&Condition| match condition {
        Condition::References { field, ids, .. } if *field == wanted => ids.clone(),
        _ => Vec::new(),
    };
    filter.conditions().iter().flat_map(of).collect()
}

/// The first of these ids that names nothing.
fn unknown<S: Home>(tx: &mut Tx<'_, S>, field: Reference, wanted: &BTreeSet<Uuid>, shown: &[Shown]) -> db::Result<Option<Uuid>> {
    if wanted.is_empty() {
        return Ok(None);
    }
    let projects: Vec<Uuid> = shown.iter().map(|shown| shown.id).collect();
    let ids: Vec<Uuid> = wanted.iter().copied().collect();
    let found: BTreeSet<Uuid> = if field == Reference::Project {
        projects.into_iter().collect()
    } else {
        let (table, column) = place(field);
        let select = tx.from(table).filter(id_in(table, column, &ids)).filter(inside(tx, field, &projects, shown));
        tx.all::<(Uuid,)>(&select.expr(table.col(column)))?.into_iter().map(|row| row.0).collect()
    };
    Ok(wanted.difference(&found).next().copied())
}

/// Where the rows are that a field refers to.
const fn place(field: Reference) -> (Table, &'static str) {
    match field {
        Reference::State => (STATES, "id"),
        Reference::Label => (LABELS, "id"),
        Reference::Cycle => (CYCLES, "id"),
        Reference::Module => (MODULES, "id"),
        Reference::Type => (PROJECT_WORK_ITEM_TYPES, "type_id"),
        Reference::Parent | Reference::Project => (WORK_ITEMS, "id"),
        Reference::Assignee | Reference::CreatedBy | Reference::Subscriber => (WORKSPACE_MEMBERS, "member_id"),
    }
}

/// Which of these rows the caller finds.
fn inside<S: Home>(tx: &Tx<'_, S>, field: Reference, projects: &[Uuid], shown: &[Shown]) -> Where {
    let (table, _) = place(field);
    let here = id_in(table, "project_id", projects);
    match field {
        Reference::Assignee | Reference::CreatedBy | Reference::Subscriber => Where::all(),
        // A label of no project is one of the workspace.
        Reference::Label => Where::any().add(here).add(table.col("project_id").is_null()),
        Reference::Parent => {
            let seen = shown.iter().fold(Where::any().add(id_in(table, "id", &[])), |any, project| any.add(project.items(tx.user_id())));
            Where::all().add(seen).add(visibility::no_draft_of_others(tx.user_id()))
        }
        _ => Where::all().add(here),
    }
}
