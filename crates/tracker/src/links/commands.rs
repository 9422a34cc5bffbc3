//! Making, changing and deleting links.

use std::collections::HashSet;

use aileron_db::{self as db, ExprTrait as _, ProjectScope, Set, Value, WriteTx, id_in, schema::WORK_ITEM_LINKS};
use aileron_kernel::{Change, Event, Refusal, Role, Time, Uuid, fields};
use serde_json::{Value as Json, json};

use super::{
    model::{Link, LinkFields},
    preview, queries, rules,
};
use crate::{members, projects::rules::check_writable, trash, work_items::visibility};

/// A link to be made, everything about it checked.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// The item.
    pub item: Uuid,
    /// What it is called.
    pub title: Option<String>,
    /// Where it leads.
    pub url: String,
    /// What is known of the page.
    pub metadata: Json,
    /// When it was made; none: now.
    pub created_at: Option<Time>,
    /// Who made it; none: the caller.
    pub created_by: Option<Uuid>,
    /// Who changed it last.
    pub updated_by: Option<Uuid>,
}

/// Links an item to an address. Its title is asked for afterwards, where none was given.
pub fn create(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, fields: LinkFields) -> db::Result<Uuid> {
    check_writable(tx.scope())?;
    visibility::check_open_item(tx, item)?;
    let url = fields.url.ok_or_else(|| Refusal::field("url", "This field is required."))?;
    check_new(tx, item, &url)?;
    let author = author(tx, fields.created_by)?;
    let me = tx.user_id();
    let link = NewLink {
        item,
        title: fields.title.flatten().filter(|title| !title.is_empty()),
        url: url.clone(),
        metadata: fields.metadata.unwrap_or_else(|| json!({})),
        created_at: None,
        created_by: Some(author),
        updated_by: Some(me),
    };
    let id = insert(tx, vec![link])?.into_iter().next().ok_or_else(|| db::Error::Inconsistent("no link was made".to_owned()))?;
    preview::ask(tx, id, &url)?;
    Ok(id)
}

/// Adds links that an import brings, to items that do not have them, not even as deleted ones. Nothing is asked for; what is no
/// address of the web is left out.
pub fn add(tx: &mut WriteTx<'_, ProjectScope>, mut links: Vec<NewLink>) -> db::Result<()> {
    let items: Vec<Uuid> = links.iter().map(|link| link.item).collect::<HashSet<_>>().into_iter().collect();
    if items.is_empty() {
        return Ok(());
    }
    let of = |column| WORK_ITEM_LINKS.col(column);
    let select = tx.from_with_deleted(WORK_ITEM_LINKS).filter(id_in(WORK_ITEM_LINKS, "item_id", &items));
    let mut known: HashSet<(Uuid, String)> = tx.all(&select.expr(of("item_id")).expr(of("url")))?.into_iter().collect();
    links.retain(|link| rules::check_url(&link.url).is_ok() && known.insert((link.item, link.url.clone())));
    insert(tx, links).map(|_| ())
}

/// Writes links and their events. The one way to do so.
fn insert(tx: &mut WriteTx<'_, ProjectScope>, links: Vec<NewLink>) -> db::Result<Vec<Uuid>> {
    let (project, now, me) = (tx.project_id(), tx.now(), tx.user_id());
    let mut ids = Vec::with_capacity(links.len());
    let mut rows: Vec<Vec<Value>> = Vec::with_capacity(links.len());
    for link in links {
        let id = tx.new_id();
        let at = link.created_at.unwrap_or(now);
        let mut changes = vec![Change::reference("link", None, Some((id, link.url.clone())))];
        changes.extend(link.title.as_deref().map(|title| Change::value("title", Json::Null, title)));
        rows.push(vec![
            id.into(),
            project.into(),
            link.item.into(),
            link.title.into(),
            link.url.into(),
            link.metadata.into(),
            at.micros().into(),
            at.micros().into(),
            Some(link.created_by.unwrap_or(me)).into(),
            link.updated_by.into(),
            tx.next_version().into(),
        ]);
        let event = Event::new("link", "created", id).in_project(project).about(link.item).with(changes);
        tx.record(Event { at: Some(at), ..event })?;
        ids.push(id);
    }
    let columns =
        ["id", "project_id", "item_id", "title", "url", "metadata", "created_at", "updated_at", "created_by", "updated_by", "version"];
    tx.insert_rows(WORK_ITEM_LINKS, &columns, rows)?;
    Ok(ids)
}

/// Changes a link. Another address is asked for its title.
pub fn update(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, id: Uuid, fields: LinkFields) -> db::Result<()> {
    check_writable(tx.scope())?;
    visibility::check_open_item(tx, item)?;
    let before = queries::get(tx, item, id)?;
    let url = fields.url.clone().filter(|url| *url != before.url);
    if let Some(url) = &url {
        check_new(tx, item, url)?;
    }
    let (set, changes) = changes(&before, fields);
    if set.is_empty() {
        return Ok(());
    }
    tx.update(WORK_ITEM_LINKS, id, set)?;
    let project = tx.project_id();
    tx.record(Event::new("link", "updated", id).in_project(project).about(item).with(changes))?;
    url.map_or(Ok(()), |url| preview::ask(tx, id, &url))
}

/// Deletes a link.
pub fn delete(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, id: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    visibility::check_open_item(tx, item)?;
    let link = queries::get(tx, item, id)?;
    tx.delete_where(WORK_ITEM_LINKS, WORK_ITEM_LINKS.col("id").eq(id))?;
    let project = tx.project_id();
    let changes = vec![Change::reference("link", Some((id, link.url)), None)];
    tx.record(Event::new("link", "deleted", id).in_project(project).about(item).with(changes))?;
    Ok(())
}

/// Brings a deleted link back, unless the item has another one to the same address.
pub fn restore(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, id: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    visibility::check_open_item(tx, item)?;
    let of = |column| WORK_ITEM_LINKS.col(column);
    let deleted = of("id").eq(id).and(of("item_id").eq(item)).and(of("deleted_at").is_not_null());
    let select = tx.from_with_deleted(WORK_ITEM_LINKS).filter(deleted).expr(of("url"));
    let Some((url,)) = tx.optional::<(String,)>(&select)? else { return Err(trash::missing(tx, WORK_ITEM_LINKS, "link", id)) };
    check_new(tx, item, &url)?;
    tx.restore_where(WORK_ITEM_LINKS, of("id").eq(id), Vec::new())?;
    let project = tx.project_id();
    let changes = vec![Change::reference("link", None, Some((id, url)))];
    tx.record(Event::new("link", "created", id).in_project(project).about(item).with(changes)).map(|_| ())
}

/// Columns and changes. The first change names the link, be its address another or not.
fn changes(before: &Link, fields: LinkFields) -> (Vec<Set>, Vec<Change>) {
    let url = fields.url.unwrap_or_else(|| before.url.clone());
    let mut set: Vec<Set> = Vec::new();
    let mut changes = vec![Change::reference("link", Some((before.id, before.url.clone())), Some((before.id, url.clone())))];
    if url != before.url {
        set.push(("url", url.into()));
    }
    let title = fields.title.map(|title| title.filter(|title| !title.is_empty()));
    if let Some(title) = title.filter(|title| *title != before.title) {
        changes.push(Change::value("title", before.title.clone(), title.clone()));
        set.push(("title", title.into()));
    }
    if let Some(metadata) = fields.metadata.filter(|metadata| *metadata != before.metadata) {
        changes.push(Change { field: "metadata".to_owned(), ..Change::default() });
        set.push(("metadata", metadata.into()));
    }
    (set, changes)
}

fn check_new(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, url: &str) -> db::Result<()> {
    let same = queries::of(tx, item).filter(WORK_ITEM_LINKS.col("url").eq(url));
    if tx.any(same)? { Err(Refusal::error("URL already exists for this Issue").into()) } else { Ok(()) }
}

/// Who made the link: for admins as they say, for others they themselves.
fn author(tx: &mut WriteTx<'_, ProjectScope>, said: Option<Uuid>) -> db::Result<Uuid> {
    let me = tx.user_id();
    let author = said.filter(|_| tx.scope().is_at_least(Role::Admin)).unwrap_or(me);
    if author != me && members::queries::in_workspace(tx, author)?.is_none() {
        return Err(Refusal::field("created_by", fields::unknown_id(author)).into());
    }
    Ok(author)
}
