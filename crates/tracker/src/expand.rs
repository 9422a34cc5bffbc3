//! `expand=`: objects in the place of ids, one statement for each kind of object on a page.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
};

use aileron_db::{
    self as db, Expr, ExprTrait as _, FromRow, InWorkspace, Table, Tx, id_in,
    schema::{CYCLES, ESTIMATE_POINTS, LABELS, MODULES, PROJECTS, STATES, USERS, WORK_ITEMS, WORKSPACE_MEMBERS, WORKSPACES},
};
use aileron_identity::me::{LiteUser, LiteUserView};
use aileron_kernel::{Action, Page, Role, Time, Uuid};
use aileron_platform::web::{Json, Shape};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;

use crate::{
    labels::model::{Label, LabelView},
    wire,
    work_items::visibility,
};

/// What the ids in a field name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Accounts that are or were members of the workspace. Guests, and tokens that may not read who is a member, get no e-mail address
    /// but their own.
    People,
    /// The project.
    Project,
    /// The workspace.
    Workspace,
    /// A work item.
    Item,
    /// A state.
    State,
    /// Labels.
    Labels,
    /// A value of an estimate.
    EstimatePoint,
    /// A cycle.
    Cycle,
    /// Modules.
    Modules,
}

/// A field that holds an id, or a list of them, and what these name.
pub type Field = (&'static str, Kind);

/// The fields that all rows of a project have.
pub const COMMON: [Field; 4] =
    [("created_by", Kind::People), ("updated_by", Kind::People), ("project", Kind::Project), ("workspace", Kind::Workspace)];

/// Objects by the ids in whose place they are put.
pub(crate) type Objects = HashMap<Uuid, Value>;

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
    struct LitePoint { id: Uuid, key: i64, value: String }
}

db::row! {
    #[derive(Serialize)]
    struct LiteCycle {
        id: Uuid, name: String,
        #[serde(rename = "start_date")]
        starts_at: Option<Time>,
        #[serde(rename = "end_date")]
        ends_at: Option<Time>,
    }
}

db::row! {
    #[derive(Serialize)]
    struct LiteModule { id: Uuid, name: String, status: String, start_date: Option<Date>, target_date: Option<Date> }
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

/// One row in the form that the caller asked for.
pub fn one<S: InWorkspace, T: Serialize>(tx: &mut Tx<'_, S>, view: &T, shape: &Shape, fields: &[Field]) -> db::Result<Json> {
    if shape.is_plain() {
        return Json::of(view);
    }
    let mut rows = vec![wire::value(view)?];
    fill(tx, &mut rows, shape, fields)?;
    Json::of(&rows.pop().map(|row| shape.cut(row)))
}

/// One page in the form that the caller asked for.
pub fn page<S: InWorkspace, T: Serialize>(tx: &mut Tx<'_, S>, page: Page<T>, shape: &Shape, fields: &[Field]) -> db::Result<Json> {
    if shape.is_plain() {
        return Json::of(&page);
    }
    let mut rows = page.results.iter().map(wire::value).collect::<db::Result<Vec<Value>>>()?;
    fill(tx, &mut rows, shape, fields)?;
    Json::of(&page.with(rows.into_iter().map(|row| shape.cut(row)).collect()))
}

/// Puts objects in the place of the ids in those of the fields that the caller wants expanded.
pub(crate) fn fill<S: InWorkspace>(tx: &mut Tx<'_, S>, rows: &mut [Value], shape: &Shape, fields: &[Field]) -> db::Result<()> {
    let wanted = || fields.iter().filter(|(name, _)| shape.expands(name));
    for kind in wanted().map(|(_, kind)| *kind).collect::<BTreeSet<_>>() {
        let names: Vec<&str> = wanted().filter(|(_, other)| *other == kind).map(|(name, _)| *name).collect();
        let mut ids = BTreeSet::new();
        for place in rows.iter().flat_map(|row| names.iter().filter_map(|name| row.get(*name))) {
            collect(place, &mut ids);
        }
        if ids.is_empty() {
            continue;
        }
        let objects = load(tx, kind, &ids.into_iter().collect::<Vec<_>>())?;
        for place in rows.iter_mut().filter_map(Value::as_object_mut) {
            for name in &names {
                replace(place.get_mut(*name), &objects);
            }
        }
    }
    Ok(())
}

fn id(place: &Value) -> Option<Uuid> {
    place.as_str().and_then(|text| Uuid::try_parse(text).ok())
}

fn collect(place: &Value, ids: &mut BTreeSet<Uuid>) {
    match place {
        Value::Array(places) => ids.extend(places.iter().filter_map(id)),
        place => ids.extend(id(place)),
    }
}

/// Puts objects in the place of an id or of a list of ids; those of a list with the newest first. An id without an object stays.
fn replace(place: Option<&mut Value>, objects: &Objects) {
    match place {
        Some(Value::Array(places)) => {
            // Ids begin with the time at which they were made.
            places.sort_by_key(|place| Reverse(id(place)));
            for place in places {
                replace(Some(place), objects);
            }
        }
        Some(place) => {
            if let Some(object) = id(place).and_then(|id| objects.get(&id)) {
                place.clone_from(object);
            }
        }
        None => {}
    }
}

/// The objects that these ids name. Outside of a project, what belongs to one is an object only to who sees items there now: a row of his
/// own can name what he does not see any more.
pub(crate) fn load<S: InWorkspace>(tx: &mut Tx<'_, S>, kind: Kind, ids: &[Uuid]) -> db::Result<Objects> {
    match kind {
        Kind::People => people(tx, ids),
        Kind::Project => projects(tx, ids),
        Kind::Workspace => objects::<S, LiteWorkspace>(tx, WORKSPACES, ids, |workspace| workspace.id),
        Kind::Item => objects::<S, LiteItem>(tx, WORK_ITEMS, ids, |item| item.id),
        Kind::State => objects::<S, LiteState>(tx, STATES, ids, |state| state.id),
        Kind::EstimatePoint => objects::<S, LitePoint>(tx, ESTIMATE_POINTS, ids, |point| point.id),
        Kind::Cycle => objects::<S, LiteCycle>(tx, CYCLES, ids, |cycle| cycle.id),
        Kind::Modules => objects::<S, LiteModule>(tx, MODULES, ids, |module| module.id),
        Kind::Labels => {
            let labels = rows::<S, Label>(tx, LABELS, ids)?;
            labels.into_iter().map(|label| Ok((label.id, wire::value(&LabelView::from(label))?))).collect()
        }
    }
}

fn rows<S: InWorkspace, T: FromRow>(tx: &mut Tx<'_, S>, table: Table, ids: &[Uuid]) -> db::Result<Vec<T>> {
    let shown = shown(tx, table)?;
    let select = tx.from(table).columns::<T>(table).filter(id_in(table, "id", ids)).filter_some(shown);
    tx.all(&select)
}

/// Which rows of a table are shown outside of a project; inside of one, the rows that name them were chosen there.
fn shown<S: InWorkspace>(tx: &mut Tx<'_, S>, table: Table) -> db::Result<Option<Expr>> {
    let is_everybodys = table.name == WORKSPACES.name;
    // Admins of the workspace set up projects that they are not in.
    let is_settled = table.name == PROJECTS.name && tx.workspace().role() == Role::Admin;
    if tx.scope().only_project().is_some() || is_everybodys || is_settled {
        return Ok(None);
    }
    let (projects, me) = (visibility::projects(tx)?, tx.user_id());
    let ids: Vec<Uuid> = projects.iter().map(|project| project.id).collect();
    Ok(Some(match table.name {
        name if name == PROJECTS.name => id_in(table, "id", &ids),
        name if name == WORK_ITEMS.name => visibility::items_of(&projects, me).and(visibility::no_draft_of_others(me)),
        name if name == LABELS.name => table.col("project_id").is_null().or(id_in(table, "project_id", &ids)),
        _ => id_in(table, "project_id", &ids),
    }))
}

fn objects<S: InWorkspace, T: FromRow + Serialize>(
    tx: &mut Tx<'_, S>,
    table: Table,
    ids: &[Uuid],
    id: impl Fn(&T) -> Uuid,
) -> db::Result<Objects> {
    rows::<S, T>(tx, table, ids)?.iter().map(|row| Ok((id(row), wire::value(row)?))).collect()
}

fn people<S: InWorkspace>(tx: &mut Tx<'_, S>, ids: &[Uuid]) -> db::Result<Objects> {
    let select = tx
        .from(USERS)
        .join(WORKSPACE_MEMBERS, WORKSPACE_MEMBERS.col("member_id").eq(USERS.col("id")))
        .filter(id_in(USERS, "id", ids))
        .columns::<LiteUser>(USERS);
    let hides = tx.workspace().role() == Role::Guest || !tx.workspace().token_allows(Action::WorkspaceMembersRead);
    let me = tx.user_id();
    let shown = tx.all::<LiteUser>(&select)?.into_iter().map(|mut user| {
        if hides && user.id != me {
            user.email = None;
        }
        Ok((user.id, wire::value(&LiteUserView::from(user))?))
    });
    shown.collect()
}

fn projects<S: InWorkspace>(tx: &mut Tx<'_, S>, ids: &[Uuid]) -> db::Result<Objects> {
    let mut projects = objects::<S, LiteProject>(tx, PROJECTS, ids, |project| project.id)?;
    for project in projects.values_mut().filter_map(Value::as_object_mut) {
        let image = project.get("cover_image").cloned().unwrap_or_default();
        project.insert("cover_image_url".to_owned(), image);
    }
    Ok(projects)
}
