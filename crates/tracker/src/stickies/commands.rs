//! Making, changing and deleting one's own notes.

use aileron_db::{self as db, ExprTrait as _, Set, WorkspaceScope, WriteTx, schema::STICKIES};
use aileron_kernel::{Change, Event, Uuid, limits, text};
use serde_json::json;

use super::{
    model::{NO_TEXT, StickyFields},
    queries,
};
use crate::trash;

/// The place of the first note.
const FIRST: f64 = 65_535.0;

/// The distance between new notes.
const STEP: f64 = 10_000.0;

/// Makes a note above all others, unless its place is given.
pub fn create(tx: &mut WriteTx<'_, WorkspaceScope>, fields: StickyFields) -> db::Result<Uuid> {
    let own = queries::own(tx);
    limits::STICKIES
        .check(tx.count(own)?, |most| format!("A member keeps at most {most} stickies. Delete one that is not needed any more."))?;
    let place = match fields.sort_order {
        Some(place) => place,
        None => last_place(tx)?.map_or(FIRST, |place| place + STEP),
    };
    let text = fields.text.unwrap_or_default();
    let html = if text.html.is_empty() { NO_TEXT.to_owned() } else { text.html };
    let name = fields.name.flatten();
    let id = tx.create(
        STICKIES,
        vec![
            ("owner_id", tx.user_id().into()),
            ("text_key", text_key(name.as_deref(), &text.text).into()),
            ("name", name.into()),
            ("description", fields.description.unwrap_or_else(|| json!({})).into()),
            ("description_html", html.into()),
            ("description_text", text.text.into()),
            ("description_binary", fields.description_binary.flatten().into()),
            ("logo_props", fields.logo_props.unwrap_or_else(|| json!({})).into()),
            ("color", fields.color.flatten().into()),
            ("background_color", fields.background_color.flatten().into()),
            ("sort_order", place.into()),
        ],
    )?;
    tx.record(Event::new("sticky", "created", id))?;
    Ok(id)
}

/// Changes a note of the caller's.
pub fn update(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid, fields: StickyFields) -> db::Result<Uuid> {
    let before = queries::get(tx, id)?;
    let name = fields.name.clone().unwrap_or_else(|| before.name.clone());
    let text = fields.text.as_ref().map_or(before.description_text.as_str(), |text| text.text.as_str());
    let key = text_key(name.as_deref(), text);
    let changed = fields.changed(&before);
    if changed.is_empty() {
        return Ok(id);
    }
    let changes = changed.iter().map(|(field, _)| Change { field: (*field).to_owned(), ..Change::default() }).collect();
    let mut set: Vec<Set> = changed.into_iter().flat_map(|(_, columns)| columns).collect();
    set.push(("text_key", key.into()));
    tx.update(STICKIES, id, set)?;
    tx.record(Event::new("sticky", "updated", id).with(changes))?;
    Ok(id)
}

/// Deletes a note of the caller's.
pub fn delete(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid) -> db::Result<()> {
    queries::get(tx, id)?;
    tx.delete_where(STICKIES, STICKIES.col("id").eq(id))?;
    tx.record(Event::new("sticky", "deleted", id)).map(|_| ())
}

/// Brings a deleted note of the caller's back.
pub fn restore(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid) -> db::Result<()> {
    let own = STICKIES.col("id").eq(id).and(STICKIES.col("owner_id").eq(tx.user_id()));
    if tx.restore_where(STICKIES, own, Vec::new())? == 0 {
        return Err(trash::missing(tx, STICKIES, "sticky", id));
    }
    tx.record(Event::new("sticky", "restored", id)).map(|_| ())
}

fn last_place(tx: &mut WriteTx<'_, WorkspaceScope>) -> db::Result<Option<f64>> {
    let select = queries::own(tx).expr(STICKIES.col("sort_order").max());
    Ok(tx.optional::<(Option<f64>,)>(&select)?.and_then(|row| row.0))
}

/// What the search looks into.
fn text_key(name: Option<&str>, text: &str) -> String {
    text::key(&format!("{}\n{text}", name.unwrap_or_default()))
}
