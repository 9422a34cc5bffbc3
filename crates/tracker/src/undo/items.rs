//! The opposite of what happened to work items.

use std::collections::{BTreeMap, BTreeSet};

use aileron_db::{
    self as db, ExprTrait as _, ProjectScope, WorkspaceScope, WriteTx, id_in,
    schema::{TEXT_VERSIONS, WORK_ITEMS},
};
use aileron_kernel::{Action, Fields, Time, Uuid};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::{
    commands::enter,
    rules::{self, Happened},
};
use crate::{
    trash,
    versions::IfMatch,
    work_items::{
        commands::{self, Below},
        fields::ItemFields,
        sides,
    },
};

/// Brings deleted items back: those that went by themselves, with what went with them.
pub(super) fn bring_back(tx: &mut WriteTx<'_, WorkspaceScope>, mine: &[Happened]) -> db::Result<()> {
    let deleted: Vec<&Happened> = mine.iter().filter(|event| event.is("work_item", "deleted")).collect();
    let ids: Vec<Uuid> = deleted.iter().map(|event| event.id).collect();
    let there = tx.from_with_deleted(WORK_ITEMS).filter(id_in(WORK_ITEMS, "id", &ids)).expr(WORK_ITEMS.col("id"));
    let there: BTreeSet<Uuid> = tx.all::<(Uuid,)>(&there)?.into_iter().map(|row| row.0).collect();
    if let Some(gone) = ids.iter().find(|id| !there.contains(id)) {
        return Err(trash::missing(tx, WORK_ITEMS, "work_item", *gone));
    }
    let alone = id_in(WORK_ITEMS, "id", &ids).and(WORK_ITEMS.col("deleted_with").is_null());
    let select = tx.from_with_deleted(WORK_ITEMS).filter(alone.and(WORK_ITEMS.col("deleted_at").is_not_null())).expr(WORK_ITEMS.col("id"));
    let roots: BTreeSet<Uuid> = tx.all::<(Uuid,)>(&select)?.into_iter().map(|row| row.0).collect();
    for event in deleted.into_iter().filter(|event| roots.contains(&event.id)) {
        commands::restore(&mut enter(tx, event, Action::WorkItemsDelete)?, event.id)?;
    }
    Ok(())
}

/// Moves items back to the projects that they came from.
pub(super) fn move_back(tx: &mut WriteTx<'_, WorkspaceScope>, mine: &[Happened]) -> db::Result<()> {
    let mut ways: BTreeMap<(Uuid, Uuid), Vec<&Happened>> = BTreeMap::new();
    for event in mine.iter().filter(|event| event.is("work_item", "updated")) {
        let way = event.changes.iter().find(|change| change.field == "project");
        if let Some(way) = way.and_then(|change| change.new_id.zip(change.old_id)) {
            ways.entry(way).or_default().push(event);
        }
    }
    for ((_, source), events) in ways {
        let ids: Vec<Uuid> = events.iter().map(|event| event.id).collect();
        if let Some(event) = events.first() {
            commands::move_many(&mut enter(tx, event, Action::WorkItemsUpdate)?, &ids, source, Below::Move)?;
        }
    }
    Ok(())
}

/// Gives an item its old values; `mine` are all that are taken back.
pub(super) fn revert(tx: &mut WriteTx<'_, WorkspaceScope>, event: &Happened, mine: &[Happened]) -> db::Result<()> {
    // Where it is back now, if that it moved is told by this or by another part of the same.
    let way = |other: &Happened| other.changes.iter().find(|change| change.field == "project" && change.new_id == event.project)?.old_id;
    let source = mine.iter().filter(|other| other.id == event.id && other.entity == "work_item").find_map(way);
    let back = Happened { project: source.or(event.project), ..event.clone() };
    let mut body = rules::old_values(&event.changes).ok_or_else(|| rules::no_way_back(event))?;
    let mut tx = enter(tx, &back, Action::WorkItemsUpdate)?;
    for (field, now) in [("assignees", sides::assignees(&mut tx, &[event.id])?), ("labels", sides::labels(&mut tx, &[event.id])?)] {
        let now = now.into_values().flatten().collect();
        if let Some(before) = rules::old_list(field, &event.changes, now) {
            body.insert(field.to_owned(), json!(before));
        }
    }
    text(&mut tx, event, &mut body)?;
    let started = event.changes.iter().find(|change| change.field == "started_at");
    if body.is_empty() && started.is_none() {
        return Ok(());
    }
    let mut fields = ItemFields::read(Fields::of(Value::Object(body))?, false)?;
    fields.started_at = started.map(|change| change.old.as_str().and_then(Time::parse));
    commands::update(&mut tx, event.id, fields, &IfMatch::default())
}

/// The description that was kept.
fn text(tx: &mut WriteTx<'_, ProjectScope>, event: &Happened, body: &mut serde_json::Map<String, Value>) -> db::Result<()> {
    let is_text = |field: &str| matches!(field, "description" | "description_binary");
    let touched: Vec<_> = event.changes.iter().filter(|change| is_text(&change.field)).collect();
    if touched.is_empty() {
        return Ok(());
    }
    let kept = touched.iter().find_map(|change| change.old_id);
    let of = |column| TEXT_VERSIONS.col(column);
    let (html, state) = match kept {
        Some(version) => {
            let select = tx.from(TEXT_VERSIONS).filter(of("id").eq(version).and(of("entity_id").eq(event.id)));
            tx.one::<(String, Option<Vec<u8>>)>(&select.expr(of("html")).expr(of("editor_state")))?
        }
        // Nothing was kept: the state of the editor was the first one.
        None => (String::new(), None),
    };
    for change in touched {
        if change.field == "description" {
            body.insert("description_html".to_owned(), html.as_str().into());
        } else {
            body.insert("description_binary".to_owned(), json!(state.as_ref().map(|bytes| BASE64_STANDARD.encode(bytes))));
        }
    }
    Ok(())
}

/// Deletes what was made, or came back.
pub(super) fn remove(tx: &mut WriteTx<'_, WorkspaceScope>, mine: &[Happened], except: &BTreeSet<Uuid>) -> db::Result<()> {
    let mut made: BTreeMap<Uuid, Vec<&Happened>> = BTreeMap::new();
    let is_making = |event: &&Happened| event.is("work_item", "created") || event.is("work_item", "restored");
    for event in mine.iter().filter(is_making).filter(|event| !except.contains(&event.id)) {
        made.entry(event.project.unwrap_or_default()).or_default().push(event);
    }
    for events in made.into_values() {
        let ids: Vec<Uuid> = events.iter().map(|event| event.id).collect();
        if let Some(event) = events.first() {
            commands::delete_many(&mut enter(tx, event, Action::WorkItemsDelete)?, &ids)?;
        }
    }
    Ok(())
}
