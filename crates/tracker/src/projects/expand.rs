//! `expand=` of projects: ids replaced by people and the workspace.

use aileron_db::{self as db, ExprTrait as _, InWorkspace, Tx, schema::WORKSPACES};
use aileron_kernel::{Page, Uuid};
use aileron_platform::web::{Json, Shape};
use serde_json::{Map, Value, json};

use super::model::ProjectView;
use crate::{members, wire};

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
    let fields: Vec<&str> = PEOPLE.into_iter().filter(|field| shape.expands(field)).collect();
    if !fields.is_empty() {
        let named = |project: &Value| fields.iter().filter_map(|field| id(project.get(*field)?)).collect::<Vec<Uuid>>();
        let ids: Vec<Uuid> = projects.iter().flat_map(named).collect();
        let people = members::queries::people(tx, &ids)?;
        for object in projects.iter_mut().filter_map(Value::as_object_mut) {
            for field in &fields {
                let person = object.get(*field).and_then(id).and_then(|id| people.get(&id));
                // Where nobody is named, the compatible API gives an empty object.
                let shown = person.map_or_else(|| Ok(Value::Object(Map::new())), wire::value)?;
                object.insert((*field).to_owned(), shown);
            }
        }
    }
    if shape.expands("workspace") {
        let workspace = tx.workspace_id();
        let select =
            tx.from(WORKSPACES).filter(WORKSPACES.col("id").eq(workspace)).expr(WORKSPACES.col("name")).expr(WORKSPACES.col("slug"));
        let (name, slug) = tx.one::<(String, String)>(&select)?;
        for object in projects.iter_mut().filter_map(Value::as_object_mut) {
            object.insert("workspace".to_owned(), json!({ "name": name, "slug": slug, "id": workspace }));
        }
    }
    Ok(())
}

fn id(value: &Value) -> Option<Uuid> {
    Uuid::try_parse(value.as_str()?).ok()
}
