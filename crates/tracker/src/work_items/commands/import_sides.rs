//! Relations as imports bring them: many at once.

use std::collections::HashSet;

use aileron_db::{self as db, ExprTrait as _, Value, WorkspaceScope, WriteTx, id_in, schema::WORK_ITEM_RELATIONS};
use aileron_kernel::{Change, Event, Uuid};

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
