//! Making another work item like one that is there.

use std::collections::HashMap;

use aileron_db::{
    self as db, ExprTrait as _, Order, ProjectScope, Value, WriteTx, id_in,
    schema::{ASSETS, ESTIMATE_POINTS, LABELS, WORK_ITEM_LINKS, WORK_ITEM_TYPES, WORK_ITEMS},
};
use aileron_kernel::{
    Change, Event, Fields, Priority, Refusal, Uuid,
    fields::NAME,
    limits::{MOVED_AT_ONCE, NESTING},
};
use aileron_platform::html::Cleaned;
use serde_json::Value as Json;

use super::{Named, NewItem, insert, insert_many, refs};
use crate::{
    links::commands::{NewLink, add},
    projects::rules::check_writable,
    search::index,
    work_items::{model::WorkItem, queries, sides, sql},
};

/// What a copy takes along.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct CopyFields {
    name: Option<String>,
    assignees: bool,
    labels: bool,
    links: bool,
    attachments: bool,
    sub_items: bool,
}

impl CopyFields {
    /// Reads a body. What is not said is copied, but for the items below.
    pub fn read(mut fields: Fields) -> Result<Self, Refusal> {
        let read = Self {
            name: fields.text("name", NAME),
            assignees: fields.flag("assignees").unwrap_or(true),
            labels: fields.flag("labels").unwrap_or(true),
            links: fields.flag("links").unwrap_or(true),
            attachments: fields.flag("attachments").unwrap_or(true),
            sub_items: fields.flag("sub_items").unwrap_or(false),
        };
        fields.finish()?;
        Ok(read)
    }
}

/// Makes a copy of an item that the caller sees, below the same parent. The copy is his: nobody's comments, votes or history come with it,
/// and no external id.
pub fn duplicate(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid, fields: &CopyFields) -> db::Result<Uuid> {
    check_writable(tx.scope())?;
    let root = queries::find_accepted(tx, id)?.ok_or_else(Refusal::not_found)?;
    let mut levels = vec![vec![root]];
    if fields.sub_items {
        levels.extend(below(tx, id)?);
    }
    let items: Vec<&WorkItem> = levels.iter().flatten().collect();
    let originals = Originals::of(tx, &items, fields)?;
    let mut copies: HashMap<Uuid, Uuid> = HashMap::new();
    for (depth, level) in levels.iter().enumerate() {
        let new: Vec<NewItem> = level.iter().filter_map(|item| originals.copy(item, &copies, depth)).collect();
        let made = if depth == 0 { vec![first(tx, new, fields)?] } else { insert_many(tx, new)? };
        copies.extend(level.iter().map(|item| item.id).zip(made));
    }
    if fields.links {
        links(tx, &copies)?;
    }
    if fields.attachments {
        attachments(tx, &copies)?;
    }
    let copy = copies.remove(&id).ok_or_else(|| db::Error::Inconsistent("no copy was made".to_owned()))?;
    index::update_many(tx, &copies.into_values().collect::<Vec<_>>())?;
    Ok(copy)
}

fn first(tx: &mut WriteTx<'_, ProjectScope>, new: Vec<NewItem>, fields: &CopyFields) -> db::Result<Uuid> {
    let new = new.into_iter().next().ok_or_else(|| Refusal::error("The work item has no state."))?;
    insert(tx, NewItem { name: fields.name.clone().unwrap_or(new.name), ..new })
}

/// The items below one that lists show and the caller sees, level by level.
fn below(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid) -> db::Result<Vec<Vec<WorkItem>>> {
    let found = sql::below(tx, &[id], (NESTING.count(), MOVED_AT_ONCE.count()))?;
    if found.len() >= MOVED_AT_ONCE.most {
        return Err(MOVED_AT_ONCE.refuse(format!("More than {} work items would be duplicated at once.", MOVED_AT_ONCE.most)).into());
    }
    let ids: Vec<Uuid> = found.iter().map(|row| row.id).collect();
    let select = queries::shown(tx).columns::<WorkItem>(WORK_ITEMS).filter(id_in(WORK_ITEMS, "id", &ids));
    let mut shown: HashMap<Uuid, WorkItem> = tx.all::<WorkItem>(&select)?.into_iter().map(|item| (item.id, item)).collect();
    let mut levels: Vec<Vec<WorkItem>> = Vec::new();
    let mut above = vec![id];
    while !above.is_empty() {
        let level: Vec<Uuid> = found
            .iter()
            .filter(|row| shown.get(&row.id).and_then(|item| item.parent_id).is_some_and(|parent| above.contains(&parent)))
            .map(|row| row.id)
            .collect();
        levels.push(level.iter().filter_map(|id| shown.remove(id)).collect());
        above = level;
    }
    Ok(levels)
}

/// What the copies need of what is there: a statement each.
struct Originals {
    states: HashMap<Uuid, super::NamedState>,
    points: HashMap<Uuid, String>,
    kinds: HashMap<Uuid, String>,
    parents: HashMap<Uuid, String>,
    assignees: HashMap<Uuid, Vec<Uuid>>,
    people: HashMap<Uuid, Named>,
    labels: HashMap<Uuid, Vec<Uuid>>,
    words: HashMap<Uuid, String>,
    texts: HashMap<Uuid, String>,
}

impl Originals {
    fn of(tx: &mut WriteTx<'_, ProjectScope>, items: &[&WorkItem], fields: &CopyFields) -> db::Result<Self> {
        let ids: Vec<Uuid> = items.iter().map(|item| item.id).collect();
        let some = |of: fn(&WorkItem) -> Option<Uuid>| items.iter().filter_map(|item| of(item)).collect::<Vec<Uuid>>();
        let owned: Vec<WorkItem> = items.iter().copied().cloned().collect();
        let assignees = if fields.assignees { sides::assignees(tx, &ids)? } else { HashMap::new() };
        let labels = if fields.labels { sides::labels(tx, &ids)? } else { HashMap::new() };
        let people: Vec<Uuid> = assignees.values().flatten().copied().collect();
        let words: Vec<Uuid> = labels.values().flatten().copied().collect();
        Ok(Self {
            states: refs::states_of(tx, &owned)?,
            points: refs::names(tx, ESTIMATE_POINTS, "value", &some(|item| item.estimate_point_id))?,
            kinds: refs::names(tx, WORK_ITEM_TYPES, "name", &some(|item| item.type_id))?,
            parents: refs::item_names(tx, &some(|item| item.parent_id))?,
            // Who cannot work here any more is not assigned anew.
            people: refs::assignees(tx, &people)?.into_iter().map(|named| (named.id, named)).collect(),
            words: refs::names(tx, LABELS, "name", &words)?,
            texts: refs::names(tx, WORK_ITEMS, "description_text", &ids)?,
            assignees,
            labels,
        })
    }

    /// A copy, below the copy of its parent or, at the top, below the same parent.
    fn copy(&self, item: &WorkItem, copies: &HashMap<Uuid, Uuid>, depth: usize) -> Option<NewItem> {
        let state = self.states.get(&item.state_id)?.clone();
        let named = |names: &HashMap<Uuid, String>, id: Uuid| Named { id, name: names.get(&id).cloned().unwrap_or_default() };
        let parent = item.parent_id.map(|parent| match copies.get(&parent) {
            Some(copy) if depth > 0 => Named { id: *copy, name: self.parents.get(&parent).cloned().unwrap_or_default() },
            _ => named(&self.parents, parent),
        });
        let assignees = self.assignees.get(&item.id).into_iter().flatten().filter_map(|id| self.people.get(id).cloned()).collect();
        let labels = self.labels.get(&item.id).into_iter().flatten().map(|id| named(&self.words, *id)).collect();
        let new = NewItem::new(item.name.clone(), state);
        Some(NewItem {
            description: Cleaned { html: item.description_html.clone(), text: self.texts.get(&item.id).cloned().unwrap_or_default() },
            description_binary: item.description_binary.clone(),
            priority: Priority::parse(&item.priority).unwrap_or(Priority::None),
            parent,
            type_id: item.type_id.filter(|kind| self.kinds.contains_key(kind)),
            point: item.point,
            estimate_point: item.estimate_point_id.map(|point| named(&self.points, point)),
            start_date: item.start_date,
            target_date: item.target_date,
            is_draft: item.is_draft,
            assignees,
            labels,
            ..new
        })
    }
}

fn links(tx: &mut WriteTx<'_, ProjectScope>, copies: &HashMap<Uuid, Uuid>) -> db::Result<()> {
    let of = |column| WORK_ITEM_LINKS.col(column);
    let originals: Vec<Uuid> = copies.keys().copied().collect();
    let select = tx
        .in_project(WORK_ITEM_LINKS)
        .filter(id_in(WORK_ITEM_LINKS, "item_id", &originals))
        .expr(of("item_id"))
        .expr(of("title"))
        .expr(of("url"))
        .expr(of("metadata"))
        .order(of("created_at"), Order::Asc);
    let rows = tx.all::<(Uuid, Option<String>, String, Json)>(&select)?.into_iter();
    let new = rows.filter_map(|(item, title, url, metadata)| {
        let item = *copies.get(&item)?;
        Some(NewLink { item, title, url, metadata, created_at: None, created_by: None, updated_by: None })
    });
    add(tx, new.collect())
}

db::row! {
    /// A file, as far as a copy has it.
    struct File {
        item_id: Uuid,
        name: String,
        content_type: String,
        served_type: Option<String>,
        size: i64,
        stored_size: Option<i64>,
        blob_id: Option<Uuid>,
    }
}

/// The same files again: what is stored never changes, so that both rows name it.
fn attachments(tx: &mut WriteTx<'_, ProjectScope>, copies: &HashMap<Uuid, Uuid>) -> db::Result<()> {
    let of = |column| ASSETS.col(column);
    let originals: Vec<Uuid> = copies.keys().copied().collect();
    let there = id_in(ASSETS, "item_id", &originals).and(of("is_uploaded").eq(true));
    let select = tx.in_project(ASSETS).columns::<File>(ASSETS).filter(there).order(of("created_at"), Order::Asc);
    let (project, now, me) = (tx.project_id(), tx.now().micros(), tx.user_id());
    let mut rows: Vec<Vec<Value>> = Vec::new();
    for file in tx.all::<File>(&select)? {
        let Some(item) = copies.get(&file.item_id).copied() else { continue };
        let id = tx.new_id();
        rows.push(vec![
            id.into(),
            project.into(),
            item.into(),
            file.name.as_str().into(),
            file.content_type.into(),
            file.served_type.into(),
            file.size.into(),
            file.stored_size.into(),
            file.blob_id.into(),
            true.into(),
            now.into(),
            now.into(),
            Some(me).into(),
            tx.next_version().into(),
        ]);
        let attached = Change::reference("attachment", None, Some((id, file.name)));
        tx.record(Event::new("attachment", "created", id).in_project(project).about(item).with(vec![attached]))?;
    }
    let columns = [
        "id",
        "project_id",
        "item_id",
        "name",
        "content_type",
        "served_type",
        "size",
        "stored_size",
        "blob_id",
        "is_uploaded",
        "created_at",
        "updated_at",
        "created_by",
        "version",
    ];
    tx.insert_rows(ASSETS, &columns, rows)
}
