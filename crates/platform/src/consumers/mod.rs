//! Consumers of the event log: what follows from a change, made after its commit by who follows the log by position.
//!
//! A consumer gets the events of each workspace in their order, some at a time, and writes what follows from them in the transaction
//! that moves its position: in the database each event has its consequences once, whoever dies when. What reaches outside (a
//! request, a mail) is a job that it enqueues there. One process at a time follows a workspace for a consumer. An event at which it
//! fails is tried again after pauses that grow and then put aside; other workspaces do not wait for that.

mod runner;

use aileron_db::{self as db, WorkspaceScope, WriteTx, events::Logged};

pub use runner::Consumers;

/// Where in the logs that there are a consumer begins that is new to the instance. Workspaces made later it follows from their beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// With what happens from now on.
    #[default]
    End,
    /// With everything that ever happened.
    Beginning,
}

/// How far a consumer got with the events that it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It is done with all of them.
    All,
    /// It is done with those before this place in the log. Of the one there it did a part, and knows that when it is given it again: what
    /// follows from some events is too much for one transaction.
    Before(i64),
}

/// One who follows the log.
pub trait Consumer: Send + Sync + 'static {
    /// Its name in the database and in numbers. It never changes.
    fn name(&self) -> &'static str;

    /// Where it begins.
    fn start(&self) -> Start {
        Start::End
    }

    /// Writes what follows from these events of a workspace, which follow on each other. It may be called again with events that it has
    /// seen: after a failure, when two transactions were in each other's way, and when somebody has the log gone through anew.
    fn handle(&self, tx: &mut WriteTx<'_, WorkspaceScope>, events: &[Logged]) -> db::Result<Progress>;
}
