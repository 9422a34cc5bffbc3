//! The last part: items below items, and relations between them.

use std::collections::HashMap;

use aileron_db::{self as db, Session, WorkspaceScope, WriteTx, id_in, schema::WORK_ITEMS};
use aileron_kernel::{Uuid, work::RelationKind};
use aileron_tracker::{
    relations::commands::{End, NewRelation, relate},
    work_items::{commands, model::WorkItem},
};

use super::{
    prepare::Target,
    refs::{self, Known, Row},
};

/// A relation of two items by their keys, read from the first.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) item: String,
    pub(super) other: String,
    pub(super) kind: RelationKind,
}

/// Puts items below others. Answers the keys of those that could not be.
pub(super) fn parents(session: &mut Session, target: &Target, pairs: &[(String, String)]) -> db::Result<Vec<String>> {
    let mut tx = target.open(session)?;
    tx.plan_anew()?;
    let children: Vec<String> = pairs.iter().map(|(child, _)| child.clone()).collect();
    let done = refs::load(&mut tx, "parent", &children)?;
    let is_open = |(child, parent): &&(String, String)| done.get(child).is_none_or(|known| known.hash != refs::hash(parent));
    let open: Vec<&(String, String)> = pairs.iter().filter(is_open).collect();
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let items = items(&mut tx, open.iter().flat_map(|(child, parent)| [child, parent]))?;
    let ids: Vec<Uuid> = open.iter().filter_map(|(child, _)| items.get(child)).map(|known| known.id).collect();
    let select = tx.from(WORK_ITEMS).columns::<WorkItem>(WORK_ITEMS).filter(id_in(WORK_ITEMS, "id", &ids));
    let stored: HashMap<Uuid, WorkItem> = tx.all::<WorkItem>(&select)?.into_iter().map(|item| (item.id, item)).collect();
    let (mut rows, mut failed) = (Vec::new(), Vec::new());
    for (child, parent) in open {
        let below = items.get(child).and_then(|known| stored.get(&known.id));
        let (Some(below), Some(above)) = (below, items.get(parent)) else { continue };
        if below.parent_id != Some(above.id) {
            let mut inside = tx.enter_as_admin(below.project_id)?;
            match commands::set_parent(&mut inside, below, above.id) {
                Err(db::Error::Refused(_)) => failed.push(child.clone()),
                other => other?,
            }
        }
        rows.push(Row { key: child.clone(), id: below.id, hash: refs::hash(parent), is_known: done.contains_key(child) });
    }
    refs::save(&mut tx, "parent", rows)?;
    Ok(failed)
}

/// Relates items to each other.
pub(super) fn relations(session: &mut Session, target: &Target, pairs: &[Pair]) -> db::Result<()> {
    let mut tx = target.open(session)?;
    tx.plan_anew()?;
    let keys: Vec<String> = pairs.iter().map(key).collect();
    let done = refs::load(&mut tx, "relation", &keys)?;
    let open: Vec<&Pair> = pairs.iter().filter(|pair| !done.contains_key(&key(pair))).collect();
    if open.is_empty() {
        return Ok(());
    }
    let items = items(&mut tx, open.iter().flat_map(|pair| [&pair.item, &pair.other]))?;
    let ids: Vec<Uuid> = items.values().map(|known| known.id).collect();
    let select = tx.from(WORK_ITEMS).filter(id_in(WORK_ITEMS, "id", &ids)).expr(WORK_ITEMS.col("id")).expr(WORK_ITEMS.col("project_id"));
    let projects: HashMap<Uuid, Uuid> = tx.all::<(Uuid, Uuid)>(&select)?.into_iter().collect();
    let end = |name: &String| {
        let id = items.get(name)?.id;
        Some(End { id, project: *projects.get(&id)?, name: name.clone() })
    };
    let (mut new, mut keys) = (Vec::new(), Vec::new());
    for pair in open {
        let (Some(item), Some(related)) = (end(&pair.item), end(&pair.other)) else { continue };
        new.push(NewRelation { kind: pair.kind, item, related });
        keys.push(key(pair));
    }
    let made = relate(&mut tx, &new)?.into_iter().zip(keys);
    refs::save(&mut tx, "relation", made.map(|(id, key)| Row { key, id, hash: Vec::new(), is_known: false }).collect())
}

/// The name of a relation, whichever of its ends is read.
fn key(pair: &Pair) -> String {
    let (one, other) = if pair.item <= pair.other { (&pair.item, &pair.other) } else { (&pair.other, &pair.item) };
    format!("{one}|{other}")
}

fn items<'a>(tx: &mut WriteTx<'_, WorkspaceScope>, keys: impl Iterator<Item = &'a String>) -> db::Result<HashMap<String, Known>> {
    let mut keys: Vec<String> = keys.cloned().collect();
    keys.sort_unstable();
    keys.dedup();
    refs::load(tx, "work_item", &keys)
}
