//! `expand=`: objects in the place of ids, one statement for each kind on a page.

use std::collections::{BTreeSet, HashMap};

use aileron_db::{
    self as db, FromRow, ProjectScope, Table, Tx, id_in,
    schema::{LABELS, PROJECTS, STATES, USERS, WORK_ITEMS, WORKSPACES},
};
use aileron_identity::me::{LiteUser, LiteUserView};
use aileron_kernel::{Page, Role, Uuid};
use aileron_platform::web::{Json, Shape};
use serde::Serialize;
use serde_json::Value;

use super::model::WorkItemView;
use crate::{
    labels::model::{Label, LabelView},
    wire,
};

/// The fields that hold people.
const PEOPLE: [&str; 3] = ["assignees", "created_by", "updated_by"];

/// Objects by the ids in whose place they are put.
type Objects = HashMap<Uuid, Value>;

db::row! {
    #[derive(Serialize)]
    struct LiteState {
        id: Uuid, name: String, color: String,
        #[serde(rename = "group")]
        group_name: String,
    }
}

db::row! {
    #[derive(Serialize)]
    struct LiteItem { id: Uuid, sequence_id: i64, project_id: Uuid }
}

db::row! {
    #[derive(Serialize)]
    struct LiteWorkspace { name: String, slug: String, id: Uuid }
}

db::row! {
    #[derive(Serialize)]
    struct LiteProject {
        id: Uuid, identifier: String, name: String, cover_image: Option<String>, icon_prop: Option<Value>, emoji: Option<String>,
        description: String,
    }
}

/// One item in the form that the caller asked for.
pub(super) fn one(tx: &mut Tx<'_, ProjectScope>, view: &WorkItemView, shape: &Shape) -> db::Result<Json> {
    if shape.is_plain() {
        return Json::of(view);
    }
    let mut rows = vec![wire::value(view)?];
    expand(tx, std::slice::from_ref(view), &mut rows, shape)?;
    Json::of(&rows.pop().map(|row| shape.cut(row)))
}

/// One page in the form that the caller asked for.
pub(super) fn page(tx: &mut Tx<'_, ProjectScope>, page: Page<WorkItemView>, shape: &Shape) -> db::Result<Json> {
    if shape.is_plain() {
        return Json::of(&page);
    }
    let mut rows = page.results.iter().map(wire::value).collect::<db::Result<Vec<Value>>>()?;
    expand(tx, &page.results, &mut rows, shape)?;
    Json::of(&page.with(rows.into_iter().map(|row| shape.cut(row)).collect()))
}

fn expand(tx: &mut Tx<'_, ProjectScope>, views: &[WorkItemView], rows: &mut [Value], shape: &Shape) -> db::Result<()> {
    let mut put = |field: &str, objects: &Objects| rows.iter_mut().for_each(|row| replace(row.get_mut(field), objects));
    if PEOPLE.iter().any(|field| shape.expands(field)) {
        let people = people(tx, ids(views, |view| view.assignees.iter().copied().chain(view.created_by).chain(view.updated_by)))?;
        PEOPLE.iter().filter(|field| shape.expands(field)).for_each(|field| put(field, &people));
    }
    if shape.expands("labels") {
        put("labels", &labels(tx, &ids(views, |view| view.labels.iter().copied()))?);
    }
    if shape.expands("state") {
        put("state", &objects::<LiteState>(tx, STATES, ids(views, |view| Some(view.state)), |state| state.id)?);
    }
    if shape.expands("parent") {
        put("parent", &objects::<LiteItem>(tx, WORK_ITEMS, ids(views, |view| view.parent), |item| item.id)?);
    }
    if shape.expands("project") {
        put("project", &projects(tx, ids(views, |view| Some(view.project)))?);
    }
    if shape.expands("workspace") {
        put("workspace", &objects::<LiteWorkspace>(tx, WORKSPACES, vec![tx.workspace_id()], |workspace| workspace.id)?);
    }
    Ok(())
}

/// Puts objects in the place of an id or of a list of ids. An id without an object stays.
fn replace(place: Option<&mut Value>, objects: &Objects) {
    match place {
        Some(Value::Array(places)) => places.iter_mut().for_each(|place| replace(Some(place), objects)),
        Some(place) => {
            let id = place.as_str().and_then(|text| Uuid::try_parse(text).ok());
            if let Some(object) = id.and_then(|id| objects.get(&id)) {
                place.clone_from(object);
            }
        }
        None => {}
    }
}

/// Each id once.
fn ids<'v, I: IntoIterator<Item = Uuid>>(views: &'v [WorkItemView], of: impl Fn(&'v WorkItemView) -> I) -> Vec<Uuid> {
    views.iter().flat_map(of).collect::<BTreeSet<_>>().into_iter().collect()
}

fn load<T: FromRow>(tx: &mut Tx<'_, ProjectScope>, table: Table, ids: &[Uuid]) -> db::Result<Vec<T>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let select = tx.from(table).columns::<T>(table).filter(id_in(table, "id", ids));
    tx.all(&select)
}

fn objects<T: FromRow + Serialize>(
    tx: &mut Tx<'_, ProjectScope>,
    table: Table,
    ids: Vec<Uuid>,
    id: impl Fn(&T) -> Uuid,
) -> db::Result<Objects> {
    load::<T>(tx, table, &ids)?.iter().map(|row| Ok((id(row), wire::value(row)?))).collect()
}

/// Guests get no e-mail address but their own.
fn people(tx: &mut Tx<'_, ProjectScope>, ids: Vec<Uuid>) -> db::Result<Objects> {
    let (me, hides) = (tx.user_id(), tx.workspace().role() == Role::Guest);
    let users = load::<LiteUser>(tx, USERS, &ids)?;
    let shown = users.into_iter().map(|mut user| {
        if hides && user.id != me {
            user.email = None;
        }
        Ok((user.id, wire::value(&LiteUserView::from(user))?))
    });
    shown.collect()
}

fn labels(tx: &mut Tx<'_, ProjectScope>, ids: &[Uuid]) -> db::Result<Objects> {
    let labels = load::<Label>(tx, LABELS, ids)?;
    labels.into_iter().map(|label| Ok((label.id, wire::value(&LabelView::from(label))?))).collect()
}

fn projects(tx: &mut Tx<'_, ProjectScope>, ids: Vec<Uuid>) -> db::Result<Objects> {
    let mut projects = objects::<LiteProject>(tx, PROJECTS, ids, |project| project.id)?;
    for project in projects.values_mut().filter_map(Value::as_object_mut) {
        let image = project.get("cover_image").cloned().unwrap_or_default();
        project.insert("cover_image_url".to_owned(), image);
    }
    Ok(projects)
}
