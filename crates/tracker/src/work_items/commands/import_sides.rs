//! Links as imports bring them: many at once.

use std::collections::HashSet;

use aileron_db::{self as db, ProjectScope, Value, WriteTx, id_in, schema::WORK_ITEM_LINKS};
use aileron_kernel::{Change, Event, Time, Uuid};

/// An address that belongs to an item.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// The item.
    pub item: Uuid,
    /// What it is called.
    pub title: String,
    /// Where it leads.
    pub url: String,
    /// What is known of it.
    pub metadata: serde_json::Value,
    /// When it was made; none: now.
    pub created_at: Option<Time>,
    /// Who made it; none: the caller.
    pub created_by: Option<Uuid>,
}

/// Adds links to items that do not have them, not even as deleted ones.
pub fn add_links(tx: &mut WriteTx<'_, ProjectScope>, links: Vec<NewLink>) -> db::Result<()> {
    if links.is_empty() {
        return Ok(());
    }
    let items: Vec<Uuid> = links.iter().map(|link| link.item).collect::<HashSet<_>>().into_iter().collect();
    let of = |column| WORK_ITEM_LINKS.col(column);
    let select = tx.from_with_deleted(WORK_ITEM_LINKS).filter(id_in(WORK_ITEM_LINKS, "item_id", &items));
    let mut known: HashSet<(Uuid, String)> = tx.all(&select.expr(of("item_id")).expr(of("url")))?.into_iter().collect();
    let (project, now, me) = (tx.project_id(), tx.now(), tx.user_id());
    let mut rows: Vec<Vec<Value>> = Vec::with_capacity(links.len());
    for link in links {
        if !known.insert((link.item, link.url.clone())) {
            continue;
        }
        let id = tx.new_id();
        let at = link.created_at.unwrap_or(now);
        let changes = vec![Change::value("title", serde_json::Value::Null, link.title.as_str())];
        let event = Event::new("link", "created", id).in_project(project).about(link.item).with(changes);
        rows.push(vec![
            id.into(),
            project.into(),
            link.item.into(),
            Some(link.title).into(),
            link.url.into(),
            link.metadata.into(),
            at.micros().into(),
            at.micros().into(),
            Some(link.created_by.unwrap_or(me)).into(),
            tx.next_version().into(),
        ]);
        tx.record(Event { at: Some(at), ..event })?;
    }
    let columns = ["id", "project_id", "item_id", "title", "url", "metadata", "created_at", "updated_at", "created_by", "version"];
    tx.insert_rows(WORK_ITEM_LINKS, &columns, rows)
}
