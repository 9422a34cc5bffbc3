//! `expand=` of projects: ids replaced by people and the workspace.

use aileron_db::{self as db, InWorkspace, Tx};
use aileron_kernel::Page;
use aileron_platform::web::{Json, Shape};
use serde_json::{Map, Value};

use super::model::ProjectView;
use crate::{
    expand::{self, Field, Kind},
    wire,
};

/// The fields that name people.
const PEOPLE: [&str; 4] = ["project_lead", "default_assignee", "created_by", "updated_by"];

/// One project in the form that the caller asked for.
pub fn one<S: InWorkspace>(tx: &mut Tx<'_, S>, view: &ProjectView, shape: &Shape) -> db::Result<Json> {
    let mut values = vec![wire::value(view)?];
    fill(tx, &mut values, shape)?;
    Json::of(&values.pop().map(|value| shape.cut(value)))
}

/// One page of projects in the form that the caller asked for.
pub fn page<S: InWorkspace>(tx: &mut Tx<'_, S>, page: Page<ProjectView>, shape: &Shape) -> db::Result<Json> {
    if shape.is_plain() {
        return Json::of(&page);
    }
    let mut values = page.results.iter().map(wire::value).collect::<db::Result<Vec<Value>>>()?;
    fill(tx, &mut values, shape)?;
    let values: Vec<Value> = values.into_iter().map(|value| shape.cut(value)).collect();
    Json::of(&page.with(values))
}

fn fill<S: InWorkspace>(tx: &mut Tx<'_, S>, projects: &mut [Value], shape: &Shape) -> db::Result<()> {
    let people = PEOPLE.iter().map(|name| (*name, Kind::People));
    let fields: Vec<Field> = people.chain([("workspace", Kind::Workspace)]).collect();
    expand::fill(tx, projects, shape, &fields)?;
    // Where nobody is named, the compatible API gives an empty object.
    for field in PEOPLE.into_iter().filter(|field| shape.expands(field)) {
        for person in projects.iter_mut().filter_map(|project| project.get_mut(field)).filter(|person| **person == Value::Null) {
            *person = Value::Object(Map::new());
        }
    }
    Ok(())
}
