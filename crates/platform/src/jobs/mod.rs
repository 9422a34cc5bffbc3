//! Runs jobs: work that a command enqueued in its transaction, done after the commit by whoever is free. The runner knows no
//! feature; each kind of job has its handler, and the server puts them together ([`Handlers`]).
//!
//! A job runs at least once: its runner may die between the work and the note that it is done, so handlers bear being run
//! again. One runner holds a job at a time, by a lease that is prolonged while the handler works. Workspaces take turns.

pub(crate) mod backoff;
mod runner;
mod turns;

use std::{collections::BTreeMap, sync::Arc};

use aileron_db::jobs::Job;
use futures_util::future::BoxFuture;

pub use runner::Runner;

/// Why a job was not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It may be done later: tried again after a pause that grows.
    #[error("{0}")]
    Later(String),
    /// It can never be done: put aside for the operator.
    #[error("{0}")]
    Never(String),
}

impl From<aileron_db::Error> for Failure {
    /// What the database cannot do now, it may do later; so may a defect of ours be mended.
    fn from(error: aileron_db::Error) -> Self {
        Self::Later(error.to_string())
    }
}

/// What is done for jobs of a kind, and how often it is tried.
#[derive(Clone)]
struct Kind {
    handler: Handler,
    attempts: i64,
}

type Handler = Arc<dyn Fn(Job) -> BoxFuture<'static, Result<(), Failure>> + Send + Sync>;

/// What is done for each kind of job.
#[derive(Clone, Default)]
pub struct Handlers(BTreeMap<&'static str, Kind>);

impl Handlers {
    /// Says what is done for jobs of this kind.
    #[must_use]
    pub fn with<F, R>(self, kind: &'static str, handler: F) -> Self
    where
        F: Fn(Job) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        self.with_attempts(kind, backoff::MOST_ATTEMPTS, handler)
    }

    /// The same with another number of attempts. From the tenth on about an hour lies between two.
    #[must_use]
    pub fn with_attempts<F, R>(mut self, kind: &'static str, attempts: i64, handler: F) -> Self
    where
        F: Fn(Job) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        self.0.insert(kind, Kind { handler: Arc::new(move |job| Box::pin(handler(job))), attempts });
        self
    }

    /// The kind as numbers name it, and what is done for it.
    fn of(&self, kind: &str) -> Option<(&'static str, &Kind)> {
        self.0.get_key_value(kind).map(|(name, kind)| (*name, kind))
    }
}
