//! Whether the caller still sees what a change was about. Who does not is told nothing of what happened to it since.

use std::collections::BTreeSet;

use aileron_db::{self as db, ExprTrait as _, Tx, WorkspaceScope, WriteTx, id_in, schema::WORK_ITEMS};
use aileron_kernel::{Action, Refusal, Uuid};

use super::rules::Happened;
use crate::work_items::visibility;

/// How many items one statement asks about.
const CHUNK: usize = 500;

/// Refuses with 403 where the caller has left one of the projects, and with 404 where he does not see one of the items any more.
pub(super) fn check(tx: &mut WriteTx<'_, WorkspaceScope>, mine: &[Happened]) -> db::Result<()> {
    let deleted: BTreeSet<Uuid> = mine.iter().filter(|event| event.is("project", "deleted")).map(|event| event.id).collect();
    for project in &deleted {
        // It may have been brought back since.
        if !tx.may_in_deleted(*project, Action::ProjectRestore)? && tx.enter(*project, Action::ProjectRestore)?.is_none() {
            return Err(Refusal::forbidden().into());
        }
    }
    let mut asked: Vec<(Uuid, Action)> = Vec::new();
    for event in mine {
        let Some(project) = event.project.filter(|project| !deleted.contains(project)) else { continue };
        let right = (project, reading(&event.entity));
        if asked.contains(&right) {
            continue;
        }
        if tx.enter(project, right.1)?.is_none() {
            return Err(Refusal::forbidden().into());
        }
        asked.push(right);
    }
    items(tx, mine, &deleted.into_iter().collect::<Vec<_>>())
}

/// The items, wherever they are now and be they deleted.
fn items(tx: &mut Tx<'_, WorkspaceScope>, mine: &[Happened], deleted: &[Uuid]) -> db::Result<()> {
    let own = |event: &Happened| (event.entity == "work_item").then_some(event.id);
    let ids: BTreeSet<Uuid> = mine.iter().flat_map(|event| [own(event), event.subject]).flatten().collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    for chunk in ids.chunks(CHUNK) {
        let these = id_in(WORK_ITEMS, "id", chunk).and(id_in(WORK_ITEMS, "project_id", deleted).not());
        let seen = visibility::in_workspace(tx).and(visibility::no_draft_of_others(tx.user_id()));
        let unseen = tx.from_with_deleted(WORK_ITEMS).filter(these.and(seen.not()));
        if tx.any(unseen)? {
            return Err(Refusal::not_found().into());
        }
    }
    Ok(())
}

/// The right to read rows of a noun.
fn reading(entity: &str) -> Action {
    match entity {
        "cycle" | "cycle_item" => Action::CyclesRead,
        "module" | "module_item" => Action::ModulesRead,
        "state" => Action::StatesRead,
        "label" => Action::LabelsRead,
        "comment" => Action::CommentsRead,
        "link" => Action::LinksRead,
        "attachment" => Action::AttachmentsRead,
        "relation" => Action::RelationsRead,
        "intake_item" | "intake" => Action::IntakeRead,
        // Admins of the workspace set up projects that they are not in.
        "project" => Action::ProjectUpdate,
        _ => Action::WorkItemsRead,
    }
}
