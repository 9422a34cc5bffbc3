//! The second pass, writing: a batch of drafts in one transaction.

use std::{collections::BTreeMap, sync::Arc};

use aileron_db::{self as db, ProjectScope, Session, WriteTx};
use aileron_kernel::{Uuid, fields::NAME, text};
use aileron_platform::html::Cleaned;
use aileron_tracker::{
    comments::import::{self as comments, NewComment},
    links::commands::{NewLink, add as add_links},
    search::index,
    work_items::commands::{self, Named, NewItem},
};
use serde_json::json;

use super::{
    draft::{Draft, Fate},
    map::PersonRef,
    prepare::{Place, Prepared, Target},
    refs::{self, Row, SOURCE},
};

/// Writes drafts with all that hangs on them. Parents and relations come later, when all items are there.
pub(super) fn batch(session: &mut Session, target: &Target, prepared: &Prepared, drafts: &[Arc<Draft>]) -> db::Result<()> {
    let mut tx = target.open(session)?;
    tx.plan_anew()?;
    let mut rows = Vec::with_capacity(drafts.len());
    let mut by_project: BTreeMap<&str, Vec<&Draft>> = BTreeMap::new();
    for draft in drafts {
        by_project.entry(&draft.item.project_key).or_default().push(draft);
    }
    for (key, drafts) in by_project {
        let Some(place) = prepared.projects.get(key) else { return Err(db::Error::Inconsistent(format!("project {key} is missing"))) };
        let writer = Writer { place, prepared };
        let mut inside = tx.enter_as_admin(place.id)?;
        rows.extend(writer.new_items(&mut inside, &drafts)?);
        for draft in drafts {
            if let Fate::Changed(id) = draft.fate {
                writer.change(&mut inside, draft, id)?;
                rows.push(Row { key: draft.item.key.clone(), id, hash: draft.hash.clone(), is_known: true });
            }
        }
    }
    refs::save(&mut tx, "work_item", rows)
}

struct Writer<'a> {
    place: &'a Place,
    prepared: &'a Prepared,
}

impl Writer<'_> {
    fn new_items(&self, tx: &mut WriteTx<'_, ProjectScope>, drafts: &[&Draft]) -> db::Result<Vec<Row>> {
        let new: Vec<&Draft> = drafts.iter().copied().filter(|draft| matches!(draft.fate, Fate::New { .. })).collect();
        let items = new.iter().map(|draft| self.item(draft)).collect::<db::Result<Vec<_>>>()?;
        let ids = commands::insert_many(tx, items)?;
        let made: Vec<(Uuid, &Draft)> = ids.into_iter().zip(new).collect();
        comments::insert_many(tx, SOURCE, made.iter().flat_map(|(id, draft)| self.comments(*id, draft)).collect())?;
        add_links(tx, made.iter().flat_map(|(id, draft)| self.links(*id, draft)).collect())?;
        let (kept, renumbered): (Vec<_>, Vec<_>) =
            made.iter().copied().partition(|(_, draft)| draft.fate == Fate::New { keeps_number: true });
        index::put(tx, kept.into_iter().map(|(id, draft)| (id, draft.tokens.clone())).collect())?;
        index::update_many(tx, &renumbered.into_iter().map(|(id, _)| id).collect::<Vec<_>>())?;
        let row = |(id, draft): (Uuid, &Draft)| Row { key: draft.item.key.clone(), id, hash: draft.hash.clone(), is_known: false };
        Ok(made.into_iter().map(row).collect())
    }

    fn change(&self, tx: &mut WriteTx<'_, ProjectScope>, draft: &Draft, id: Uuid) -> db::Result<()> {
        // An item that was deleted a moment ago stays so.
        if commands::replace(tx, id, self.item(draft)?)? {
            comments::replace(tx, SOURCE, self.comments(id, draft))?;
            add_links(tx, self.links(id, draft))?;
            index::update(tx, id)?;
        }
        Ok(())
    }

    fn item(&self, draft: &Draft) -> db::Result<NewItem> {
        let item = &draft.item;
        let state = self.place.states.get(&item.state).cloned();
        let state = state.ok_or_else(|| db::Error::Inconsistent(format!("the state of {} was not planned", item.key)))?;
        let labels = item.labels.iter().filter_map(|name| self.place.labels.get(name)).cloned().collect();
        let new = NewItem::new(item.name.clone(), state);
        Ok(NewItem {
            description: draft.description.clone(),
            priority: item.priority,
            type_id: self.place.types.get(&item.type_name).copied(),
            target_date: item.target_date,
            completed_at: item.completed_at,
            external_source: Some(SOURCE.to_owned()),
            external_id: Some(text::shortened(&text::without_nul(&item.external_id), NAME)),
            assignees: item.assignee.iter().filter_map(|person| self.person(person)).cloned().collect(),
            labels: distinct(labels),
            number: (draft.fate == Fate::New { keeps_number: true }).then_some(item.number),
            created_at: item.created_at,
            created_by: item.creator.as_ref().and_then(|person| self.person(person)).map(|named| named.id),
            updated_at: item.updated_at.or(item.created_at),
            ..new
        })
    }

    fn person(&self, person: &PersonRef) -> Option<&Named> {
        self.prepared.people.get(&person.id)
    }

    fn comments(&self, item: Uuid, draft: &Draft) -> Vec<NewComment> {
        let comment = |(comment, said): (&super::map::ImportedComment, &Cleaned)| NewComment {
            item,
            external_id: text::shortened(&text::without_nul(&comment.external_id), NAME),
            author: comment.author.as_ref().and_then(|person| self.person(person)).map(|named| named.id),
            said: said.clone(),
            created_at: comment.created_at,
            updated_at: comment.updated_at,
        };
        draft.item.comments.iter().zip(&draft.said).map(comment).collect()
    }

    fn links(&self, item: Uuid, draft: &Draft) -> Vec<NewLink> {
        let link = |file: &super::map::Attached| NewLink {
            item,
            title: Some(text::without_nul(&file.title)),
            url: text::without_nul(&file.url),
            metadata: json!({ "source": SOURCE, "size": file.size }),
            created_at: file.created_at,
            created_by: file.author.as_ref().and_then(|person| self.person(person)).map(|named| named.id),
            updated_by: None,
        };
        draft.item.attachments.iter().map(link).collect()
    }
}

/// Each label once: two names of the source can be one label here.
fn distinct(mut labels: Vec<Named>) -> Vec<Named> {
    labels.sort_by_key(|label| label.id);
    labels.dedup_by_key(|label| label.id);
    labels
}
