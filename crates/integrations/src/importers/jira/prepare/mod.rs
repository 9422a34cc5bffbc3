//! What items need before they can be written: people, projects, states, types, labels. Found if an earlier import or
//! somebody here made them, else made.

mod people;
mod projects;

use std::{collections::HashMap, sync::Arc};

use aileron_db::{self as db, Db, Principal, Session, WorkspaceScope, WriteTx};
use aileron_kernel::{Action, Uuid};
use aileron_tracker::work_items::commands::{Named, NamedState};

use super::{
    map::ImportedState,
    plan::Plan,
    run::{ImportError, Stage, Watch},
};

/// The most rows that one transaction makes, so that others get their turn.
const BATCH: usize = 250;

/// Who imports, and into which workspace.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) principal: Principal,
    pub(super) slug: String,
}

/// All that items refer to.
#[derive(Debug)]
pub(super) struct Prepared {
    /// Accounts by the ids that the source has for them.
    pub(super) people: HashMap<String, Named>,
    /// Projects by their keys.
    pub(super) projects: HashMap<String, Place>,
}

/// A project with what its items refer to.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) id: Uuid,
    pub(super) states: HashMap<ImportedState, NamedState>,
    pub(super) types: HashMap<String, Uuid>,
    pub(super) labels: HashMap<String, Named>,
}

impl Target {
    /// The workspace, to write in it as one of its admins.
    pub(super) fn open<'s>(&self, session: &'s mut Session) -> db::Result<WriteTx<'s, WorkspaceScope>> {
        session.workspace_to_write(&self.principal, &self.slug, Action::WorkspaceUpdate)
    }

    /// The id of the workspace. Refuses who may not import into it.
    pub(super) async fn workspace(&self, db: &Db) -> db::Result<Uuid> {
        let target = self.clone();
        let open = move |session: &mut Session| {
            let tx = session.workspace(&target.principal, &target.slug, Action::WorkspaceUpdate)?;
            Ok(tx.workspace_id())
        };
        db.read(open).await
    }
}

/// Finds or makes everything. Done already: nothing is written.
pub(super) async fn prepare(db: &Db, target: &Target, plan: &Arc<Plan>, watch: &dyn Watch) -> Result<Prepared, ImportError> {
    let labels: usize = plan.projects.values().map(|project| project.labels.len()).sum();
    watch.stage(Stage::Preparing, (plan.people.iter().len() + plan.projects.len() + labels) as u64);
    let mut done = 0;
    let mut step = |count: usize| {
        done += count as u64;
        watch.at(done);
        if watch.goes_on() { Ok(()) } else { Err(ImportError::Stopped) }
    };
    let mut people = HashMap::new();
    let everybody: Vec<_> = plan.people.iter().cloned().collect();
    for batch in everybody.chunks(BATCH) {
        let (target, batch_) = (target.clone(), batch.to_vec());
        people.extend(db.write(move |session| people::find_or_make(session, &target, &batch_)).await?);
        step(batch.len())?;
    }
    let mut places = HashMap::new();
    for key in plan.projects.keys() {
        let (target_, plan_, key_) = (target.clone(), Arc::clone(plan), key.clone());
        let mut place = db.write(move |session| projects::find_or_make(session, &target_, &key_, &plan_)).await?;
        step(1)?;
        let labels: Vec<String> = plan.projects.get(key).into_iter().flat_map(|project| &project.labels).cloned().collect();
        for batch in labels.chunks(BATCH) {
            let (target_, batch_, project, key_) = (target.clone(), batch.to_vec(), place.id, key.clone());
            let made = db.write(move |session| projects::labels(session, &target_, project, &key_, &batch_)).await?;
            place.labels.extend(made);
            step(batch.len())?;
        }
        places.insert(key.clone(), place);
    }
    Ok(Prepared { people, projects: places })
}
