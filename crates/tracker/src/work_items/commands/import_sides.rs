//! Links and relations as imports bring them: many at once.

use std::collections::HashSet;

use aileron_db::{
    self as db, ExprTrait as _, ProjectScope, Value, WorkspaceScope, WriteTx, id_in,
    schema::{WORK_ITEM_LINKS, WORK_ITEM_RELATIONS},
};
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

/// Two items that have to do with each other.
#[derive(Clone, Debug)]
pub struct NewRelation {
    /// The project of the first item.
    pub project: Uuid,
    /// The first item, with its name for the history.
    pub item: (Uuid, String),
    /// The other item.
    pub related: (Uuid, String),
    /// How, in the word of the table, read from the first.
    pub kind: &'static str,
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

/// Relates items to each other, where no relation of the two is there. Answers the new ids, none for those left out.
pub fn relate(tx: &mut WriteTx<'_, WorkspaceScope>, relations: &[NewRelation]) -> db::Result<Vec<Option<Uuid>>> {
    let items: Vec<Uuid> = relations.iter().map(|relation| relation.item.0).collect();
    let others: Vec<Uuid> = relations.iter().map(|relation| relation.related.0).collect();
    let of = |column| WORK_ITEM_RELATIONS.col(column);
    let forth = id_in(WORK_ITEM_RELATIONS, "item_id", &items).and(id_in(WORK_ITEM_RELATIONS, "related_item_id", &others));
    let back = id_in(WORK_ITEM_RELATIONS, "item_id", &others).and(id_in(WORK_ITEM_RELATIONS, "related_item_id", &items));
    let select = tx.from(WORK_ITEM_RELATIONS).filter(forth.or(back)).expr(of("item_id")).expr(of("related_item_id"));
    let mut known: HashSet<(Uuid, Uuid)> = tx.all::<(Uuid, Uuid)>(&select)?.into_iter().map(ordered).collect();
    let (now, me) = (tx.now().micros(), tx.user_id());
    let (mut rows, mut ids): (Vec<Vec<Value>>, _) = (Vec::new(), Vec::with_capacity(relations.len()));
    for relation in relations {
        let (item, related) = (relation.item.0, relation.related.0);
        if item == related || !known.insert(ordered((item, related))) {
            ids.push(None);
            continue;
        }
        let id = tx.new_id();
        let version = tx.next_version();
        rows.push(vec![
            id.into(),
            item.into(),
            related.into(),
            relation.kind.into(),
            now.into(),
            now.into(),
            Some(me).into(),
            version.into(),
        ]);
        let change = Change::reference(relation.kind, None, Some(relation.related.clone()));
        tx.record(Event::new("relation", "created", id).in_project(relation.project).about(item).with(vec![change]))?;
        ids.push(Some(id));
    }
    let columns = ["id", "item_id", "related_item_id", "kind", "created_at", "updated_at", "created_by", "version"];
    tx.insert_rows(WORK_ITEM_RELATIONS, &columns, rows)?;
    Ok(ids)
}

/// A pair, whichever of the two names the other.
fn ordered((one, other): (Uuid, Uuid)) -> (Uuid, Uuid) {
    if one <= other { (one, other) } else { (other, one) }
}
