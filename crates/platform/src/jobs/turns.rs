//! Whose turn it is. Addresses that users gave answer as slowly as they like: the jobs of one workspace must not keep those of
//! others waiting, nor one kind all the others.

use std::collections::{BTreeSet, HashMap};

use aileron_db::jobs::{Job, Passed};
use tokio::task::Id;
use uuid::Uuid;

/// How many jobs run at a time.
pub(super) const AT_ONCE: usize = 4;
/// How many jobs of one kind run at a time.
const OF_A_KIND: usize = AT_ONCE / 2;
/// After so many turns a new round begins, whoever still waits for his: statements stay short.
const LONGEST_ROUND: usize = 64;

/// A kind of jobs, and the workspace that they are for.
type Queue = (String, Option<Uuid>);

/// What a runner runs now, and who had his turn in this round. Of one kind a workspace has one job running at a time, and the next
/// one when each other workspace that waits has had its turn.
#[derive(Debug, Default)]
pub(super) struct Turns {
    running: HashMap<Id, Queue>,
    round: BTreeSet<(String, Uuid)>,
}

impl Turns {
    /// What must wait for a job to end.
    pub(super) fn busy(&self) -> Passed {
        let of_kind = |kind: &str| self.running.values().filter(|(other, _)| other == kind).count();
        let kinds = self.running.values().filter(|(kind, _)| of_kind(kind) >= OF_A_KIND).map(|(kind, _)| kind.clone()).collect();
        let queues = self.running.values().filter_map(|(kind, workspace)| Some((kind.clone(), (*workspace)?))).collect();
        Passed { kinds, queues }
    }

    /// The same and those who had their turn; none if they are no more.
    pub(super) fn round(&self) -> Option<Passed> {
        let busy = self.busy();
        if self.round.is_subset(&busy.queues) {
            return None;
        }
        let queues = busy.queues.union(&self.round).cloned().collect();
        Some(Passed { queues, ..busy })
    }

    /// Nobody waits for his turn in this round.
    pub(super) fn end_round(&mut self) {
        self.round.clear();
    }

    /// A job begins.
    pub(super) fn begin(&mut self, task: Id, job: &Queue) {
        if self.round.len() >= LONGEST_ROUND {
            self.round.clear();
        }
        self.round.extend(job.1.map(|workspace| (job.0.clone(), workspace)));
        self.running.insert(task, job.clone());
    }

    /// A job has ended.
    pub(super) fn end(&mut self, task: Id) {
        self.running.remove(&task);
    }
}

/// Where a job stands in line.
pub(super) fn queue(job: &Job) -> Queue {
    (job.kind.clone(), job.workspace_id)
}
