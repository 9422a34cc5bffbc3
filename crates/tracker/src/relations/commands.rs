//! Relating items to each other, and ending that.

use std::collections::{BTreeSet, HashMap};

use aileron_db::{
    self as db, ExprTrait as _, InWorkspace, ProjectScope, Value, WriteTx, id_in,
    schema::{PROJECTS, WORK_ITEM_RELATIONS, WORK_ITEMS},
};
use aileron_kernel::{Action, Change, Event, Refusal, Uuid, work::RelationKind};

use super::{model::RelationFields, queries};
use crate::{projects::rules::check_writable, work_items::visibility};

/// An item at one end of a relation.
#[derive(Clone, Debug)]
pub struct End {
    /// The item.
    pub id: Uuid,
    /// Its project.
    pub project: Uuid,
    /// What people call it: `ENG-42`.
    pub name: String,
}

/// Two items that are to have to do with each other.
#[derive(Clone, Debug)]
pub struct NewRelation {
    /// How, read from the first.
    pub kind: RelationKind,
    /// The first item.
    pub item: End,
    /// The other item.
    pub related: End,
}

impl NewRelation {
    /// The same as it is stored: kind, item, related item.
    fn stored(&self) -> (RelationKind, Uuid, Uuid) {
        stored(self.kind, self.item.id, self.related.id)
    }
}

/// A relation as it is stored, whichever end it is read from.
fn stored(kind: RelationKind, item: Uuid, related: Uuid) -> (RelationKind, Uuid, Uuid) {
    let turned = if kind.is_symmetric() { item > related } else { kind.stored() != kind };
    if turned { (kind.stored(), related, item) } else { (kind, item, related) }
}

/// Relates items to each other, where that relation is not there. Answers the ids, also of those that were there.
/// The one way in which relations are made: the caller has looked both ends up.
pub fn relate<S: InWorkspace>(tx: &mut WriteTx<'_, S>, relations: &[NewRelation]) -> db::Result<Vec<Uuid>> {
    let mut known = known(tx, relations)?;
    let (now, me) = (tx.now().micros(), tx.user_id());
    let (mut rows, mut ids): (Vec<Vec<Value>>, _) = (Vec::new(), Vec::with_capacity(relations.len()));
    for relation in relations {
        let key = relation.stored();
        if key.1 == key.2 {
            return Err(Refusal::field("issues", "A work item cannot be related to itself.").into());
        }
        if let Some(id) = known.get(&key) {
            ids.push(*id);
            continue;
        }
        let id = tx.new_id();
        let (kind, item, related) = key;
        let version = tx.next_version();
        let author = Value::from(Some(me));
        rows.push(vec![
            id.into(),
            item.into(),
            related.into(),
            kind.as_str().into(),
            now.into(),
            now.into(),
            author.clone(),
            author,
            version.into(),
        ]);
        record(tx, "created", id, relation)?;
        known.insert(key, id);
        ids.push(id);
    }
    let columns = ["id", "item_id", "related_item_id", "kind", "created_at", "updated_at", "created_by", "updated_by", "version"];
    tx.insert_rows(WORK_ITEM_RELATIONS, &columns, rows)?;
    Ok(ids)
}

/// Relates an item to others that the caller sees. One that he does not see refuses all of them.
pub fn create(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, fields: &RelationFields) -> db::Result<()> {
    check_writable(tx.scope())?;
    visibility::check_open_item(tx, item)?;
    let ends = ends(tx, item, &fields.items)?;
    let unknown = || Refusal::error("The payload is not valid");
    let end = |id: &Uuid| ends.get(id).cloned().ok_or_else(unknown);
    let new = |id: &Uuid| Ok(NewRelation { kind: fields.kind, item: end(&item)?, related: end(id)? });
    let relations = fields.items.iter().map(new).collect::<Result<Vec<_>, Refusal>>()?;
    check_projects(tx, relations.iter().map(|relation| relation.related.project), &unknown())?;
    relate(tx, &relations).map(|_| ())
}

/// Ends the relations of these kinds between two items. Refuses with 404 where there is none.
pub fn remove(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, other: Uuid, kinds: impl Fn(RelationKind) -> bool) -> db::Result<()> {
    check_writable(tx.scope())?;
    visibility::check_open_item(tx, item)?;
    let mut found = queries::to(tx, item, &[other])?;
    found.retain(|related| kinds(related.kind));
    check_projects(tx, found.iter().map(|related| related.project_id), &Refusal::forbidden())?;
    let ids: Vec<Uuid> = found.iter().map(|related| related.id).collect();
    if tx.delete_where(WORK_ITEM_RELATIONS, id_in(WORK_ITEM_RELATIONS, "id", &ids))? == 0 {
        return Err(Refusal::not_found().into());
    }
    let own = ends(tx, item, &[])?.remove(&item).ok_or_else(Refusal::not_found)?;
    for related in found {
        let name = format!("{}-{}", related.identifier, related.sequence_id);
        let end = End { id: related.item, project: related.project_id, name };
        record(tx, "deleted", related.id, &NewRelation { kind: related.kind, item: own.clone(), related: end })?;
    }
    Ok(())
}

/// A relation changes the item at its other end too: who may only read there is refused.
fn check_projects(tx: &mut WriteTx<'_, ProjectScope>, projects: impl Iterator<Item = Uuid>, refusal: &Refusal) -> db::Result<()> {
    let here = tx.project_id();
    let projects: BTreeSet<Uuid> = projects.filter(|project| *project != here).collect();
    let allowed = tx.allowed_in(&projects.iter().copied().collect::<Vec<_>>(), Action::RelationsWrite)?;
    if allowed == projects { Ok(()) } else { Err(refusal.clone().into()) }
}

/// One event about each of the two items.
fn record<S: InWorkspace>(tx: &mut WriteTx<'_, S>, verb: &'static str, id: Uuid, relation: &NewRelation) -> db::Result<()> {
    let NewRelation { kind, item, related } = relation;
    for (kind, item, other) in [(*kind, item, related), (kind.inverse(), related, item)] {
        let named = Some((other.id, other.name.clone()));
        let (old, new) = if verb == "deleted" { (named, None) } else { (None, named) };
        let change = Change::reference(kind.as_str(), old, new);
        tx.record(Event::new("relation", verb, id).in_project(item.project).about(item.id).with(vec![change]))?;
    }
    Ok(())
}

/// Those of the relations that are there, by what they are stored as.
fn known<S: InWorkspace>(tx: &mut WriteTx<'_, S>, relations: &[NewRelation]) -> db::Result<HashMap<(RelationKind, Uuid, Uuid), Uuid>> {
    let (items, others): (Vec<Uuid>, Vec<Uuid>) = relations.iter().map(|relation| (relation.stored().1, relation.stored().2)).unzip();
    let of = |column| WORK_ITEM_RELATIONS.col(column);
    let between = id_in(WORK_ITEM_RELATIONS, "item_id", &items).and(id_in(WORK_ITEM_RELATIONS, "related_item_id", &others));
    let select =
        tx.from(WORK_ITEM_RELATIONS).filter(between).expr(of("kind")).expr(of("item_id")).expr(of("related_item_id")).expr(of("id"));
    let rows = tx.all::<(String, Uuid, Uuid, Uuid)>(&select)?.into_iter();
    Ok(rows.filter_map(|(kind, item, related, id)| Some(((RelationKind::parse(&kind)?, item, related), id))).collect())
}

/// The item, and those of the others that the caller sees, of this project and of others.
fn ends(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, others: &[Uuid]) -> db::Result<HashMap<Uuid, End>> {
    let seen = id_in(WORK_ITEMS, "id", others).and(visibility::around(tx));
    let select = tx
        .from(WORK_ITEMS)
        .join(PROJECTS, PROJECTS.col("id").eq(WORK_ITEMS.col("project_id")))
        .filter(seen.or(WORK_ITEMS.col("id").eq(item)))
        .expr(WORK_ITEMS.col("id"))
        .expr(PROJECTS.col("id"))
        .expr(PROJECTS.col("identifier"))
        .expr(WORK_ITEMS.col("sequence_id"));
    let rows = tx.all::<(Uuid, Uuid, String, i64)>(&select)?.into_iter();
    Ok(rows.map(|(id, project, letters, number)| (id, End { id, project, name: format!("{letters}-{number}") })).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_relation_is_the_same_read_from_either_end(one in any::<u128>(), other in any::<u128>(), number in 0_usize..10) {
            let words = ["blocking", "blocked_by", "duplicate", "relates_to", "start_after", "start_before", "finish_after",
                "finish_before", "implements", "implemented_by"];
            let kind = RelationKind::parse(words[number]).unwrap();
            let (one, other) = (Uuid::from_u128(one), Uuid::from_u128(other));
            prop_assert_eq!(stored(kind, one, other), stored(kind.inverse(), other, one));
        }
    }
}
