//! Making, changing and deleting one's own favourites.

use aileron_db::{self as db, ExprTrait as _, Set, WorkspaceScope, WriteTx, schema::FAVORITES};
use aileron_kernel::{Change, Event, Refusal, Uuid, fields::unknown_id, limits};
use serde_json::Value;

use super::{
    model::{Entity, FOLDER, FavoriteFields},
    queries,
};
use crate::things;

/// The place of the first favourite.
const FIRST: f64 = 65_535.0;

/// The distance between new ones.
const STEP: f64 = 10_000.0;

/// Makes a favourite above all others, unless its place is given. What is one already stays as it is.
pub fn create(tx: &mut WriteTx<'_, WorkspaceScope>, fields: FavoriteFields) -> db::Result<Uuid> {
    let entity = fields.entity.unwrap_or(Entity::Folder);
    let (named, mut project) = (fields.entity_id.flatten(), None);
    if let (Some(id), Entity::Thing(thing)) = (named, entity) {
        let seen = things::seen(tx, &[(thing, id)])?.remove(&(thing.as_str(), id));
        project = seen.ok_or_else(|| Refusal::field("entity_identifier", unknown_id(id)))?.project;
        let of = |column| FAVORITES.col(column);
        let same = queries::own(tx).filter(of("entity_type").eq(entity.as_str()).and(of("entity_id").eq(id))).expr(of("id"));
        if let Some((known,)) = tx.optional::<(Uuid,)>(&same)? {
            return Ok(known);
        }
    }
    let parent = fields.parent.flatten();
    check_parent(tx, entity == Entity::Folder, parent)?;
    let own = queries::own(tx);
    limits::FAVORITES
        .check(tx.count(own)?, |most| format!("A member has at most {most} favorites. Delete one that is not needed any more."))?;
    let place = match fields.sequence {
        Some(place) => place,
        None => last_place(tx)?.map_or(FIRST, |place| place + STEP),
    };
    let id = tx.create(
        FAVORITES,
        vec![
            ("user_id", tx.user_id().into()),
            ("entity_type", entity.as_str().into()),
            ("entity_id", named.into()),
            ("project_id", project.into()),
            ("name", fields.name.flatten().into()),
            ("parent_id", parent.into()),
            ("sequence", place.into()),
        ],
    )?;
    let what = Change { new_id: named, ..Change::value("entity_type", Value::Null, entity.as_str()) };
    tx.record(Event::new("favorite", "created", id).with(vec![what]))?;
    Ok(id)
}

/// Changes a favourite of the caller's: its name, its place, its folder.
pub fn update(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid, fields: FavoriteFields) -> db::Result<()> {
    let before = queries::get(tx, id)?;
    let is_folder = before.entity_type == FOLDER;
    let (mut set, mut changes): (Vec<Set>, Vec<Change>) = (Vec::new(), Vec::new());
    if let Some(name) = fields.name.filter(|name| *name != before.name) {
        if is_folder && name.as_ref().is_none_or(String::is_empty) {
            return Err(Refusal::field("name", "A folder needs a name.").into());
        }
        changes.push(Change::value("name", before.name.clone(), name.clone()));
        set.push(("name", name.into()));
    }
    if let Some(parent) = fields.parent.filter(|parent| *parent != before.parent_id) {
        check_parent(tx, is_folder, parent)?;
        changes.push(Change { field: "parent".to_owned(), old_id: before.parent_id, new_id: parent, ..Change::default() });
        set.push(("parent_id", parent.into()));
    }
    if let Some(place) = fields.sequence.filter(|place| place.to_bits() != before.sequence.to_bits()) {
        changes.push(Change::value("sequence", before.sequence, place));
        set.push(("sequence", place.into()));
    }
    if changes.is_empty() {
        return Ok(());
    }
    tx.update(FAVORITES, id, set)?;
    tx.record(Event::new("favorite", "updated", id).with(changes)).map(|_| ())
}

/// Deletes a favourite of the caller's. What is in a folder stays, outside of it.
pub fn delete(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid) -> db::Result<()> {
    queries::get(tx, id)?;
    let of = |column| FAVORITES.col(column);
    let inside = queries::own(tx).filter(of("parent_id").eq(id)).expr(of("id"));
    let children = tx.all::<(Uuid,)>(&inside)?;
    if !children.is_empty() {
        let his = of("user_id").eq(tx.user_id()).and(of("parent_id").eq(id));
        tx.update_where(FAVORITES, his, vec![("parent_id", None::<Uuid>.into())])?;
    }
    for (child,) in children {
        let change = Change { field: "parent".to_owned(), old_id: Some(id), ..Change::default() };
        tx.record(Event::new("favorite", "updated", child).with(vec![change]))?;
    }
    tx.delete_where(FAVORITES, of("id").eq(id))?;
    tx.record(Event::new("favorite", "deleted", id)).map(|_| ())
}

/// A favourite is in a folder of the caller's, and a folder in none.
fn check_parent(tx: &mut WriteTx<'_, WorkspaceScope>, is_folder: bool, parent: Option<Uuid>) -> db::Result<()> {
    let Some(parent) = parent else { return Ok(()) };
    let of = |column| FAVORITES.col(column);
    let folder = queries::own(tx).filter(of("id").eq(parent).and(of("entity_type").eq(FOLDER)));
    if !tx.any(folder)? {
        return Err(Refusal::field("parent", unknown_id(parent)).into());
    }
    if is_folder { Err(Refusal::field("parent", "A folder is in no other folder.").into()) } else { Ok(()) }
}

fn last_place(tx: &mut WriteTx<'_, WorkspaceScope>) -> db::Result<Option<f64>> {
    let select = queries::own(tx).expr(FAVORITES.col("sequence").max());
    Ok(tx.optional::<(Option<f64>,)>(&select)?.and_then(|row| row.0))
}
