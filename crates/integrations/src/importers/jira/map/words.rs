//! Words of Jira and the words that they are here: priorities, states, relations.

use aileron_kernel::{Priority, StateGroup, text, work::RelationKind};

use super::ImportedState;
use crate::importers::jira::model::Status;

/// Our priority, if the word is known. Covers the classic scheme (Blocker to Trivial) and the newer one (Highest to
/// Lowest), which Jira itself takes for one another: Minor is Low there, too.
pub fn priority(word: &str) -> Option<Priority> {
    Some(match text::key(word).as_str() {
        "blocker" | "critical" | "highest" | "urgent" | "immediate" | "p0" | "showstopper" => Priority::Urgent,
        "high" | "major" | "p1" => Priority::High,
        "medium" | "normal" | "moderate" | "p2" => Priority::Medium,
        "low" | "lowest" | "minor" | "trivial" | "p3" | "p4" | "p5" => Priority::Low,
        "none" | "undefined" | "not set" | "unprioritized" | "" => Priority::None,
        _ => return None,
    })
}

/// Our state: the status under its name, in the group of its category. What is done without having been done
/// (duplicates, what will not be fixed) goes to the state Cancelled, since a state has one group.
pub fn state(status: Option<&Status>, resolution: Option<&str>) -> ImportedState {
    let Some(status) = status else { return ImportedState::default() };
    let name = status.name.trim();
    let group = group(&text::key(name), status.category.as_ref().map_or("", |category| &category.key));
    if group == StateGroup::Completed && resolution.is_some_and(gave_up) {
        return ImportedState { name: "Cancelled".to_owned(), group: StateGroup::Cancelled };
    }
    let name = text::shortened(if name.is_empty() { "To Do" } else { name }, aileron_kernel::fields::NAME);
    ImportedState { name, group }
}

fn group(name: &str, category: &str) -> StateGroup {
    let given_up = ["cancelled", "canceled", "rejected", "declined", "abandoned", "won't do", "won't fix", "wontfix", "obsolete"];
    match category {
        "done" if given_up.contains(&name) => StateGroup::Cancelled,
        "done" => StateGroup::Completed,
        "indeterminate" => StateGroup::Started,
        "new" if is_backlog(name) => StateGroup::Backlog,
        "new" => StateGroup::Unstarted,
        // Old servers have no categories; the names of the default workflow are known.
        _ => match name {
            "open" | "reopened" | "to do" | "todo" | "selected for development" | "ready" => StateGroup::Unstarted,
            "in progress" | "in review" | "in testing" | "testing" | "in development" | "review" => StateGroup::Started,
            "done" | "closed" | "resolved" | "complete" | "completed" | "fixed" | "released" | "verified" => StateGroup::Completed,
            name if given_up.contains(&name) => StateGroup::Cancelled,
            _ => StateGroup::Backlog,
        },
    }
}

fn is_backlog(name: &str) -> bool {
    name.contains("backlog") || matches!(name, "new" | "idea" | "ideas" | "icebox" | "draft" | "triage" | "needs triage")
}

/// Whether an issue with this resolution was closed without the work being done.
fn gave_up(resolution: &str) -> bool {
    let word = text::key(resolution).replace('\u{2019}', "'");
    let known = [
        "won't fix",
        "won't do",
        "wontfix",
        "will not fix",
        "duplicate",
        "invalid",
        "incomplete",
        "cannot reproduce",
        "can't reproduce",
        "not a bug",
        "not our bug",
        "not a problem",
        "not an issue",
        "declined",
        "rejected",
        "abandoned",
        "obsolete",
        "cancelled",
        "canceled",
        "works for me",
        "as designed",
        "works as designed",
        "needs more info",
        "known error",
        "hold",
    ];
    known.contains(&word.as_str())
}

/// Our relation for what this item does to the other, and whether that says all of it.
pub fn relation(phrase: &str) -> (RelationKind, bool) {
    let words = text::key(phrase);
    let exactly = |kind| (kind, true);
    match words.as_str() {
        "blocks" | "is blocking" | "is dependent of" | "is depended on by" | "is depended upon by" | "is required by" => {
            exactly(RelationKind::Blocking)
        }
        "is blocked by" | "blocked by" | "depends on" | "depends upon" | "is dependent on" | "requires" => exactly(RelationKind::BlockedBy),
        "duplicates" | "is duplicated by" | "is a duplicate of" => exactly(RelationKind::Duplicate),
        "relates to" | "is related to" | "relates" => exactly(RelationKind::RelatesTo),
        _ => (RelationKind::RelatesTo, false),
    }
}
