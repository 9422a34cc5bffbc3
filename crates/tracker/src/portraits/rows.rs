//! The rows of now as objects with the fields of the wire, rows that are marked deleted included.

use std::collections::{BTreeSet, HashMap};

use aileron_db::{
    self as db, FromRow, Select, Table, Tx, WorkspaceScope, id_in,
    schema::{COMMENTS, CYCLES, LABELS, MODULE_MEMBERS, MODULES, PROJECTS, STATES, USERS, WORK_ITEM_LABELS, WORK_ITEMS},
};
use aileron_identity::me::{LiteUser, LiteUserView};
use aileron_kernel::{Time, Uuid};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::rules::{Noun, Past};
use crate::{
    collections::progress::Progress,
    comments::model::{Comment, CommentView},
    cycles::model::{Cycle, CycleView},
    modules::model::{Module, ModuleView},
    projects::model::{Project, ProjectView, Standing},
    wire,
    work_items::{
        model::{WorkItem, WorkItemView},
        sides,
    },
};

/// What views say that is no matter of the row: how the caller stands to it.
const LEFT_OUT: [&str; 7] = ["total_members", "total_cycles", "total_modules", "is_member", "member_role", "is_deployed", "type_id"];

/// Rows of this noun by id.
pub(super) fn read(tx: &mut Tx<'_, WorkspaceScope>, noun: Noun, ids: &BTreeSet<Uuid>) -> db::Result<HashMap<Uuid, Past>> {
    let ids: Vec<Uuid> = ids.iter().copied().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    match noun {
        Noun::Project => {
            let projects = all::<Project>(tx, PROJECTS, &ids)?;
            past(projects.into_iter().map(|project| (project.id, ProjectView::new(project, Standing::default()))), &[])
        }
        Noun::WorkItem => work_items(tx, &ids),
        Noun::Cycle => {
            let (cycles, now) = (all::<Cycle>(tx, CYCLES, &ids)?, tx.now());
            let views = cycles.into_iter().map(|cycle| (cycle.id, CycleView::new(cycle, Progress::default(), now)));
            past(views, &["status"])
        }
        Noun::Module => {
            let (modules, mut members) = (all::<Module>(tx, MODULES, &ids)?, members(tx, &ids)?);
            let views = modules.into_iter().map(|module| {
                let members = members.remove(&module.id).unwrap_or_default();
                (module.id, ModuleView::new(module, Progress::default(), members))
            });
            past(views, &[])
        }
        Noun::Comment => {
            let comments = all::<Comment>(tx, COMMENTS, &ids)?;
            past(comments.into_iter().map(|comment| (comment.id, CommentView::from(comment))), &[])
        }
        Noun::Label => parts(tx, LABELS, &ids, None),
        Noun::State => parts(tx, STATES, &ids, Some("group_name")),
    }
}

/// People by id, as others see them.
pub(super) fn people(tx: &mut Tx<'_, WorkspaceScope>, ids: &BTreeSet<Uuid>) -> db::Result<HashMap<Uuid, Value>> {
    let ids: Vec<Uuid> = ids.iter().copied().collect();
    let select = tx.from_with_deleted(USERS).columns::<LiteUser>(USERS).filter(id_in(USERS, "id", &ids));
    let found = tx.all::<LiteUser>(&select)?.into_iter().map(|user| Ok((user.id, wire::value(&LiteUserView::from(user))?)));
    found.collect()
}

fn all<T: FromRow>(tx: &mut Tx<'_, WorkspaceScope>, table: Table, ids: &[Uuid]) -> db::Result<Vec<T>> {
    let select = these(tx, table, ids).columns::<T>(table);
    tx.all::<T>(&select)
}

fn these(tx: &Tx<'_, WorkspaceScope>, table: Table, ids: &[Uuid]) -> Select {
    tx.from_with_deleted(table).filter(id_in(table, "id", ids))
}

/// Views without what is left out of all and of these.
fn past<T: Serialize>(views: impl Iterator<Item = (Uuid, T)>, more: &[&str]) -> db::Result<HashMap<Uuid, Past>> {
    let past = |(id, view): (Uuid, T)| {
        let Value::Object(mut fields) = wire::value(&view)? else { return Ok((id, Past::new(Map::new(), true))) };
        fields.retain(|name, _| !LEFT_OUT.contains(&name.as_str()) && !more.contains(&name.as_str()) && !is_counted(name));
        Ok((id, Past::new(fields, true)))
    };
    views.map(past).collect()
}

/// Whether a field counts items or sums their points.
fn is_counted(name: &str) -> bool {
    name.ends_with("_issues") || name.ends_with("_estimates")
}

fn work_items(tx: &mut Tx<'_, WorkspaceScope>, ids: &[Uuid]) -> db::Result<HashMap<Uuid, Past>> {
    let (items, mut assignees, mut labels) = (all::<WorkItem>(tx, WORK_ITEMS, ids)?, sides::assignees(tx, ids)?, labels(tx, ids)?);
    let views = items.into_iter().map(|item| {
        let (people, words) = (assignees.remove(&item.id).unwrap_or_default(), labels.remove(&item.id).unwrap_or_default());
        (item.id, WorkItemView::new(item, people, words))
    });
    past(views, &[])
}

/// The labels of items, deleted ones included: whether a label was there is for the label to say.
fn labels(tx: &mut Tx<'_, WorkspaceScope>, items: &[Uuid]) -> db::Result<HashMap<Uuid, Vec<Uuid>>> {
    let of = |column| WORK_ITEM_LABELS.col(column);
    let select = tx.from(WORK_ITEM_LABELS).filter(id_in(WORK_ITEM_LABELS, "item_id", items));
    Ok(by_first(tx.all(&select.expr(of("item_id")).expr(of("label_id")))?))
}

fn members(tx: &mut Tx<'_, WorkspaceScope>, modules: &[Uuid]) -> db::Result<HashMap<Uuid, Vec<Uuid>>> {
    let of = |column| MODULE_MEMBERS.col(column);
    let select = tx.from(MODULE_MEMBERS).filter(id_in(MODULE_MEMBERS, "module_id", modules));
    Ok(by_first(tx.all(&select.expr(of("module_id")).expr(of("member_id")))?))
}

fn by_first(rows: Vec<(Uuid, Uuid)>) -> HashMap<Uuid, Vec<Uuid>> {
    let mut by: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (first, second) in rows {
        by.entry(first).or_default().push(second);
    }
    for ids in by.values_mut() {
        ids.sort_unstable();
    }
    by
}

/// Labels and states, as items show them.
fn parts(tx: &mut Tx<'_, WorkspaceScope>, table: Table, ids: &[Uuid], group: Option<&'static str>) -> db::Result<HashMap<Uuid, Past>> {
    let of = |column| table.col(column);
    let select = these(tx, table, ids).expr(of("id")).expr(of("name")).expr(of("color")).expr(of("deleted_at"));
    let select = select.expr(of(group.unwrap_or("name")));
    let part = |(id, name, color, deleted_at, word): (Uuid, String, String, Option<Time>, String)| {
        let mut fields =
            Map::from_iter([("id".to_owned(), json!(id)), ("name".to_owned(), name.into()), ("color".to_owned(), color.into())]);
        if group.is_some() {
            fields.insert("group".to_owned(), word.into());
        }
        (id, Past::new(fields, deleted_at.is_none()))
    };
    Ok(tx.all(&select)?.into_iter().map(part).collect())
}
