//! From a Jira issue to an item of ours.
//!
//! Nothing is left out in silence: what has no place of its own is kept as text below the description, and what is
//! dropped or poorer than before is said in notes for the report.

mod item;
mod people;
mod relations;
mod texts;
mod words;

use aileron_kernel::{Priority, fields::NAME, text};
use sha2::{Digest as _, Sha256};

pub use item::{Attached, ImportedComment, ImportedItem, ImportedState, PersonRef, Relation};
pub use people::People;
pub use words::{priority, relation, state};

use super::{Issue, model::Named};
use crate::importers::Note;

/// Changes when the same issue is mapped to something else than before, so that an import by a newer version
/// writes it again.
const VERSION: &[u8] = b"jira-1";

/// The longest label. Jira allows the same.
const MAX_LABEL: usize = NAME;

/// Maps an issue. `people` gives mentions their names; what was lost is in the notes.
pub fn map(issue: &Issue, people: &People) -> (ImportedItem, Vec<Note>) {
    let mut notes = lost(issue);
    let (project_key, number) = issue.key.rsplit_once('-').unwrap_or((&issue.key, "0"));
    let project = issue.project.as_ref();
    let mut item = ImportedItem {
        external_id: issue.id.clone().unwrap_or_else(|| issue.key.clone()),
        key: issue.key.clone(),
        number: number.parse().unwrap_or(0),
        project_key: project_key.to_owned(),
        project_name: cut(project.map_or(project_key, |project| &project.name), "project", &mut notes),
        type_name: cut(issue.issue_type.as_ref().map_or("Task", |kind| &kind.name), "issuetype", &mut notes),
        state: state(issue.status.as_ref(), issue.resolution.as_ref().map(|resolution| resolution.name.as_str())),
        resolution: issue.resolution.as_ref().map(|resolution| resolution.name.clone()),
        priority: priority_of(issue, &mut notes),
        name: name(issue, &mut notes),
        creator: issue.creator.as_ref().or(issue.reporter.as_ref()).and_then(PersonRef::of),
        reporter: issue.reporter.as_ref().and_then(PersonRef::of),
        assignee: issue.assignee.as_ref().and_then(PersonRef::of),
        labels: labels(issue, &mut notes),
        parent_key: issue.parent.clone(),
        subtask_keys: issue.subtasks.clone(),
        relations: relations::relations(issue, &mut notes),
        created_at: issue.created,
        updated_at: issue.updated,
        completed_at: None,
        target_date: issue.due,
        ..ImportedItem::default()
    };
    if item.state.group.is_closed() {
        item.completed_at = issue.resolved.or(issue.updated);
    }
    item.attachments = texts::attachments(issue, &mut notes);
    item.description_html = texts::description(issue, people, &item, &mut notes);
    item.comments = texts::comments(issue, people, &item, &mut notes);
    item.content_hash = hash(&item);
    (item, notes)
}

/// What the first pass wants to know of an issue: all that has to exist before items do, and the issues that it names.
#[derive(Clone, Debug)]
pub(super) struct Outline {
    pub(super) project_key: String,
    pub(super) project_name: String,
    pub(super) number: i64,
    pub(super) type_name: String,
    pub(super) state: ImportedState,
    pub(super) labels: Vec<String>,
    pub(super) relations: Vec<Relation>,
}

/// The outline of an issue, the same as [`map`] has it. What is lost is said there.
pub(super) fn outline(issue: &Issue) -> Outline {
    let notes = &mut Vec::new();
    let (project_key, number) = issue.key.rsplit_once('-').unwrap_or((&issue.key, "0"));
    Outline {
        project_key: project_key.to_owned(),
        project_name: cut(issue.project.as_ref().map_or(project_key, |project| &project.name), "project", notes),
        number: number.parse().unwrap_or(0),
        type_name: cut(issue.issue_type.as_ref().map_or("Task", |kind| &kind.name), "issuetype", notes),
        state: state(issue.status.as_ref(), issue.resolution.as_ref().map(|resolution| resolution.name.as_str())),
        labels: labels(issue, notes),
        relations: relations::relations(issue, notes),
    }
}

/// Fields that have no place here, and those that could not be read.
fn lost(issue: &Issue) -> Vec<Note> {
    let unused = issue.unused.iter().map(|field| Note::dropped(field.clone(), "there is no such field here"));
    let odd = issue.odd.iter().map(|field| Note::dropped(field.clone(), "a value of an unexpected type"));
    let mut notes: Vec<_> = unused.chain(odd).collect();
    let mut missing = |absent: bool, field: &str, what| {
        if absent {
            notes.push(Note::degraded(field, what));
        }
    };
    missing(
        issue.created.is_none() && !issue.odd.iter().any(|field| field == "created"),
        "created",
        "is missing; the time of the import is taken",
    );
    missing(issue.status.is_none(), "status", "is missing; taken as not started");
    missing(issue.creator.is_none() && issue.reporter.is_none(), "creator", "is missing; the importing user is taken");
    missing(
        issue.creator.is_some() && issue.reporter.is_some() && issue.creator != issue.reporter,
        "reporter",
        "differs from the creator; kept as text",
    );
    missing(!issue.sprints.is_empty(), "sprint", "kept as text below the description");
    missing(!issue.fix_versions.is_empty(), "fixVersions", "kept as text below the description");
    missing(!issue.versions.is_empty(), "versions", "kept as text below the description");
    missing(!issue.environment.text.trim().is_empty(), "environment", "kept as text below the description");
    missing(issue.resolution.is_some(), "resolution", "decides completed or cancelled; kept as text below the description");
    let truncated = issue.comments_total.is_some_and(|total| total > issue.comments.len() as u64);
    missing(truncated, "comment", "the export holds only some of the comments");
    notes
}

fn name(issue: &Issue, notes: &mut Vec<Note>) -> String {
    let one_line = issue.summary.split_whitespace().collect::<Vec<_>>().join(" ");
    if one_line.is_empty() {
        notes.push(Note::degraded("summary", "is empty; the key is the name"));
        return issue.key.clone();
    }
    cut(&one_line, "summary", notes)
}

/// At most as many characters as a name may have.
fn cut(name: &str, field: &str, notes: &mut Vec<Note>) -> String {
    let name = text::without_nul(name.trim());
    if name.chars().count() > NAME {
        notes.push(Note::degraded(field, "cut at 255 characters"));
    }
    text::shortened(&name, NAME)
}

fn priority_of(issue: &Issue, notes: &mut Vec<Note>) -> Priority {
    let Some(named) = &issue.priority else { return Priority::None };
    priority(&named.name).unwrap_or_else(|| {
        notes.push(Note::degraded("priority", "an unknown word; taken as none"));
        Priority::None
    })
}

/// Labels and components, each once whatever its case.
fn labels(issue: &Issue, notes: &mut Vec<Note>) -> Vec<String> {
    if !issue.components.is_empty() {
        notes.push(Note::degraded("components", "imported as labels"));
    }
    let mut labels: Vec<String> = Vec::new();
    let mut keys = std::collections::BTreeSet::new();
    for label in issue.labels.iter().chain(issue.components.iter().map(|component| &component.name)) {
        let label = text::shortened(&text::without_nul(label.trim()), MAX_LABEL);
        if !label.is_empty() && keys.insert(text::key(&label)) {
            labels.push(label);
        }
    }
    labels
}

/// The names of a list, with commas.
fn names(list: &[Named]) -> String {
    list.iter().map(|named| named.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// The fields in their order, as JSON, is a form that changes only when a value does.
fn hash(item: &ImportedItem) -> String {
    let mut digest = Sha256::new();
    digest.update(VERSION);
    digest.update(serde_json::to_vec(item).unwrap_or_default());
    hex::encode(digest.finalize())
}

#[cfg(test)]
mod tests;
