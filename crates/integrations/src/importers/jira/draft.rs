//! The second pass: issues become drafts of items, and it is found out what is to become of each.

use std::collections::{HashMap, HashSet};

use aileron_db::{
    self as db, ExprTrait as _, Tx, WorkspaceScope, id_in,
    schema::{PROJECTS, WORK_ITEMS},
};
use aileron_kernel::{Uuid, text};
use aileron_platform::html::Cleaned;
use aileron_tracker::{
    comments::model::said,
    projects::rules,
    search::index,
    work_items::fields::{description, no_description},
};
use sha2::{Digest as _, Sha256};

use super::{
    ImportedItem, Issue, map,
    markup::escaped,
    plan::{Plan, Presence, is_same_project},
    refs::{self, Known},
};
use crate::importers::Note;

/// An item to be written.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) item: ImportedItem,
    pub(super) hash: Vec<u8>,
    pub(super) notes: Vec<Note>,
    pub(super) fate: Fate,
    /// Whether the source has an earlier record of the same key, which counts.
    pub(super) is_repeated: bool,
    /// Its description, once it is cleaned.
    pub(super) description: Cleaned,
    /// What its comments say, once they are cleaned, in the same order.
    pub(super) said: Vec<Cleaned>,
    /// What it is found by.
    pub(super) tokens: Vec<String>,
}

/// What is to become of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// A new item. Its number may be taken already.
    New {
        /// Whether its number is free.
        keeps_number: bool,
    },
    /// A change of this item.
    Changed(Uuid),
    /// Nothing is to be done.
    Unchanged,
}

/// Maps an issue. What it says of issues that are neither in the source nor here becomes text. `here`: keys that an earlier
/// import brought.
pub(super) fn draft(issue: &Issue, plan: &Plan, here: &HashSet<String>) -> Draft {
    let (mut item, mut notes) = map(issue, &plan.people);
    let exists = |key: &str| plan.keys.presence(key) != Presence::Named || here.contains(key);
    let below = unresolved(&item, &mut notes, exists);
    let mut digest = Sha256::new();
    digest.update(item.content_hash.as_bytes());
    digest.update(below.as_bytes());
    item.description_html.push_str(&below);
    Draft {
        item,
        hash: digest.finalize().to_vec(),
        notes,
        fate: Fate::Unchanged,
        is_repeated: false,
        description: Cleaned::default(),
        said: Vec::new(),
        tokens: Vec::new(),
    }
}

/// Links to issues that do not exist here, as text.
fn unresolved(item: &ImportedItem, notes: &mut Vec<Note>, exists: impl Fn(&str) -> bool) -> String {
    let mut lines = Vec::new();
    if let Some(parent) = &item.parent_key {
        if !exists(parent) {
            notes.push(Note::degraded("parent", "is not in the source; kept as text below the description"));
            lines.push(format!("parent: {}", escaped(parent)));
        } else if !is_same_project(parent, &item.key) {
            notes.push(Note::degraded("parent", "is in another project; imported as \"relates to\""));
        }
    }
    for relation in item.relations.iter().filter(|relation| !exists(&relation.other_key)) {
        notes.push(Note::degraded("issuelinks", "to an issue that is not in the source; kept as text below the description"));
        let name = relation.other_name.as_deref().map(|name| format!(" ({})", escaped(name))).unwrap_or_default();
        lines.push(format!("{}: {}{name}", escaped(&relation.phrase), escaped(&relation.other_key)));
    }
    for subtask in item.subtask_keys.iter().filter(|key| !exists(key)) {
        notes.push(Note::degraded("subtasks", "one is not in the source; kept as text below the description"));
        lines.push(format!("sub-task: {}", escaped(subtask)));
    }
    if lines.is_empty() {
        return String::new();
    }
    let lines = lines.join("</p></li><li><p>");
    format!("<p><strong>Not imported</strong></p><ul><li><p>{lines}</p></li></ul>")
}

/// Finds out what is to become of drafts.
pub(super) fn judge(tx: &mut Tx<'_, WorkspaceScope>, drafts: &[(String, Vec<u8>)]) -> db::Result<Vec<Judged>> {
    let keys: Vec<String> = drafts.iter().map(|(key, _)| key.clone()).collect();
    let known = refs::load(tx, "work_item", &keys)?;
    let changed: Vec<Uuid> =
        drafts.iter().filter_map(|(key, hash)| known.get(key).filter(|known| known.hash != *hash)).map(|known| known.id).collect();
    let live = live(tx, &changed)?;
    let new: Vec<&str> = keys.iter().filter(|key| !known.contains_key(*key)).map(String::as_str).collect();
    let taken = taken(tx, &new)?;
    let judged = drafts.iter().map(|(key, hash)| match known.get(key) {
        None => Judged::Fate(Fate::New { keeps_number: !taken.contains(key) }),
        Some(Known { hash: before, .. }) if before == hash => Judged::Fate(Fate::Unchanged),
        Some(Known { id, .. }) if live.contains(id) => Judged::Fate(Fate::Changed(*id)),
        Some(_) => Judged::Deleted,
    });
    Ok(judged.collect())
}

/// What [`judge`] found out.
#[derive(Clone, Copy, Debug)]
pub(super) enum Judged {
    Fate(Fate),
    /// An earlier import made it, and somebody deleted it.
    Deleted,
}

fn live(tx: &mut Tx<'_, WorkspaceScope>, ids: &[Uuid]) -> db::Result<HashSet<Uuid>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let select = tx.from(WORK_ITEMS).filter(id_in(WORK_ITEMS, "id", ids)).expr(WORK_ITEMS.col("id"));
    Ok(tx.all::<(Uuid,)>(&select)?.into_iter().map(|row| row.0).collect())
}

/// The keys whose numbers are taken, in projects that exist.
fn taken(tx: &mut Tx<'_, WorkspaceScope>, keys: &[&str]) -> db::Result<HashSet<String>> {
    let mut numbers: HashMap<&str, Vec<i64>> = HashMap::new();
    for (project, number) in keys.iter().filter_map(|key| key.rsplit_once('-')) {
        numbers.entry(project).or_default().extend(number.parse::<i64>());
    }
    let mut taken = HashSet::new();
    for (project, numbers) in numbers.into_iter().filter(|(_, numbers)| !numbers.is_empty()) {
        let key = text::key(&identifier(project));
        let select = tx
            .from_with_deleted(WORK_ITEMS)
            .join(PROJECTS, PROJECTS.col("id").eq(WORK_ITEMS.col("project_id")).and(PROJECTS.col("identifier_key").eq(key)))
            .filter(WORK_ITEMS.col("sequence_id").is_in(numbers))
            .expr(WORK_ITEMS.col("sequence_id"));
        taken.extend(tx.all::<(i64,)>(&select)?.into_iter().map(|row| format!("{project}-{}", row.0)));
    }
    Ok(taken)
}

/// The identifier of a project here.
pub(super) fn identifier(key: &str) -> String {
    rules::identifier(key).chars().take(rules::IDENTIFIER).collect()
}

/// Cleans the texts of a draft that will be written, and finds the words that it is found by.
pub(super) fn finish(draft: &mut Draft, workspace: Uuid) {
    let item = &mut draft.item;
    draft.description = cleaned_description(&std::mem::take(&mut item.description_html));
    let texts = &mut draft.said;
    item.comments.retain_mut(|comment| {
        let cleaned = said(&std::mem::take(&mut comment.html));
        let is_kept = !cleaned.html.is_empty();
        texts.extend(is_kept.then_some(cleaned));
        is_kept
    });
    let below = std::iter::once(&draft.description).chain(draft.said.iter().rev()).map(|cleaned| cleaned.text.as_str());
    draft.tokens = index::tokens(workspace, item.number, &item.name, below);
}

/// Several elements are put into one beforehand: the cleaner would find out by cleaning twice.
fn cleaned_description(markup: &str) -> Cleaned {
    if markup.is_empty() {
        return no_description();
    }
    let is_one = markup.starts_with("<p>") && markup.find("</p>").is_some_and(|end| end + "</p>".len() == markup.len());
    if is_one { description(markup) } else { description(&format!("<div>{markup}</div>")) }
}
