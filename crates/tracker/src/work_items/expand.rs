//! `expand=` of work items: what their ids name; and the fields that an item has only where they are asked for.

use aileron_db::{self as db, InWorkspace, Tx};
use aileron_kernel::{Page, Uuid};
use aileron_platform::web::{Json, Shape};
use serde_json::{Map, Value, json};

use super::{model::WorkItemView, sides};
use crate::{
    expand::{self, COMMON, Field, Kind},
    wire,
};

/// The fields that hold ids.
pub(crate) fn fields() -> Vec<Field> {
    let own = [
        ("assignees", Kind::People),
        ("labels", Kind::Labels),
        ("state", Kind::State),
        ("parent", Kind::Item),
        ("estimate_point", Kind::EstimatePoint),
        ("cycle", Kind::Cycle),
        ("modules", Kind::Modules),
    ];
    own.into_iter().chain(COMMON).collect()
}

/// One item in the form that the caller asked for.
pub(super) fn one<S: InWorkspace>(tx: &mut Tx<'_, S>, view: &WorkItemView, shape: &Shape) -> db::Result<Json> {
    if !names_places(shape) {
        return expand::one(tx, view, shape, &fields());
    }
    let view = with_places(tx, std::slice::from_ref(view), shape)?.pop();
    expand::one(tx, &view, shape, &fields())
}

/// One page in the form that the caller asked for.
pub(super) fn page<S: InWorkspace>(tx: &mut Tx<'_, S>, page: Page<WorkItemView>, shape: &Shape) -> db::Result<Json> {
    if !names_places(shape) {
        return expand::page(tx, page, shape, &fields());
    }
    let results = with_places(tx, &page.results, shape)?;
    expand::page(tx, page.with(results), shape, &fields())
}

/// Where an item is: `cycle` and `modules` by id, or by object with `expand=`; `cycle_id` and `module_ids` always by id.
const PLACES: [(&str, &str); 2] = [("cycle", "cycle_id"), ("modules", "module_ids")];

fn names_places(shape: &Shape) -> bool {
    PLACES.iter().any(|(name, ids)| shape.names(name) || shape.names(ids))
}

/// The items with the cycle and the modules that they are in, as far as they are asked for: a statement each.
fn with_places<S: InWorkspace>(tx: &mut Tx<'_, S>, views: &[WorkItemView], shape: &Shape) -> db::Result<Vec<Value>> {
    let items: Vec<Uuid> = views.iter().map(|view| view.id).collect();
    let mut values = views.iter().map(wire::value).collect::<db::Result<Vec<Value>>>()?;
    for (name, ids) in PLACES {
        if !shape.names(name) && !shape.names(ids) {
            continue;
        }
        let mut places = if name == "cycle" { sides::cycles(tx, &items)? } else { sides::modules(tx, &items)? };
        for (item, row) in items.iter().zip(values.iter_mut().filter_map(Value::as_object_mut)) {
            fill(row, (name, ids), places.remove(item).unwrap_or_default());
        }
    }
    Ok(values)
}

fn fill(row: &mut Map<String, Value>, (name, ids): (&str, &str), places: Vec<Uuid>) {
    let value = if name == "cycle" { json!(places.first()) } else { json!(places) };
    row.insert(name.to_owned(), value.clone());
    row.insert(ids.to_owned(), value);
}
