//! The runner.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use aileron_db::{
    self as db, Db, Unscoped,
    jobs::{Job, Passed},
};
use aileron_kernel::{Random, random};
use futures_util::FutureExt as _;
use tokio::task::JoinSet;
use tracing::Instrument as _;

use super::{
    Failure, Handlers, Kind, backoff,
    turns::{self, AT_ONCE, Turns},
};
use crate::{metrics::Metrics, pubsub::Hints};

/// How often is looked for jobs that nobody gave a hint of: enqueued by processes that give none, or due after a pause.
const POLL: Duration = Duration::from_secs(5);
/// How often a lease is prolonged.
const RENEWAL: Duration = Duration::from_secs(20);
/// The longest that one job may take.
const MOST: Duration = Duration::from_mins(10);

/// Leases jobs, runs them and notes what became of them. Cloning it is cheap.
#[derive(Clone)]
pub struct Runner {
    db: Db,
    handlers: Handlers,
    random: Arc<dyn Random>,
    metrics: Metrics,
    holder: Arc<str>,
    renewal: Duration,
}

impl Runner {
    /// A runner with a name of its own.
    pub fn new(db: Db, handlers: Handlers, random: Arc<dyn Random>, metrics: Metrics) -> Self {
        let holder = format!("{:016x}", u64::from_le_bytes(random::bytes(random.as_ref()))).into();
        Self { db, handlers, random, metrics, holder, renewal: RENEWAL }
    }

    /// The same, prolonging its leases more often.
    #[must_use]
    pub fn renewing_every(self, renewal: Duration) -> Self {
        Self { renewal, ..self }
    }

    /// Runs jobs until `stop`; then those that have begun are finished. If they are not waited for, others take them when their
    /// leases run out.
    pub async fn run(&self, hints: &Hints, stop: impl Future<Output = ()> + Send) {
        let mut stop = std::pin::pin!(stop);
        let mut running = JoinSet::new();
        let mut turns = Turns::default();
        loop {
            let more = match self.fill(&mut running, &mut turns).await {
                Ok(()) => running.len() == AT_ONCE,
                Err(error) => {
                    tracing::warn!(%error, "jobs cannot be leased");
                    false
                }
            };
            tokio::select! {
                () = &mut stop => break,
                Some(ended) = running.join_next_with_id(), if !running.is_empty() => {
                    turns.end(ended.map_or_else(|error| error.id(), |(task, ())| task));
                }
                () = hints.job_enqueued(), if !more => {}
                () = tokio::time::sleep(POLL), if !more => {}
            }
        }
        while running.join_next().await.is_some() {}
    }

    /// Runs the jobs that are due, one after the other, and those that they enqueue. How many there were.
    pub async fn run_due(&self) -> db::Result<usize> {
        let mut count = 0;
        while let Some(job) = self.lease(Passed::default()).await? {
            self.clone().work(job).await;
            count += 1;
        }
        Ok(count)
    }

    /// Gives back what it holds, for others to take at once: for the end of a process that did not wait for its jobs.
    pub async fn give_back(&self) {
        let holder = self.holder.clone();
        let given = self.db.write(move |session| session.unscoped_to_write(Unscoped::Job)?.give_back_jobs(&holder));
        match given.await {
            Ok(0) => {}
            Ok(count) => tracing::warn!(count, "jobs were broken off, and are left to others"),
            Err(error) => tracing::warn!(%error, "jobs that were broken off wait until their leases run out"),
        }
    }

    /// Begins jobs until enough run or none is due.
    async fn fill(&self, running: &mut JoinSet<()>, turns: &mut Turns) -> db::Result<()> {
        while running.len() < AT_ONCE {
            let Some(job) = self.next(turns).await? else { break };
            let queue = turns::queue(&job);
            let task = running.spawn(self.clone().work(job));
            turns.begin(task.id(), &queue);
        }
        Ok(())
    }

    /// The next job in this round, or else the first of a new one.
    async fn next(&self, turns: &mut Turns) -> db::Result<Option<Job>> {
        if let Some(passed) = turns.round() {
            if let Some(job) = self.lease(passed).await? {
                return Ok(Some(job));
            }
            turns.end_round();
        }
        self.lease(turns.busy()).await
    }

    async fn lease(&self, passed: Passed) -> db::Result<Option<Job>> {
        let holder = self.holder.clone();
        self.db.write(move |session| session.unscoped_to_write(Unscoped::Job)?.lease_job(&holder, &passed)).await
    }

    /// Runs one job and notes what became of it.
    async fn work(self, job: Job) {
        let span = tracing::info_span!("job", id = %job.id, kind = job.kind, request = job.request_id, attempt = job.attempts);
        self.done(job).instrument(span).await;
    }

    async fn done(self, job: Job) {
        let id = job.id;
        let Some((kind, Kind { handler, attempts })) = self.handlers.of(&job.kind) else {
            // Perhaps a newer process knows it.
            return self
                .note(
                    &job,
                    ("unknown", backoff::MOST_ATTEMPTS),
                    Err(Failure::Later(format!("nothing is done for jobs of the kind {}", job.kind))),
                )
                .await;
        };
        let kind = (kind, *attempts);
        if backoff::is_spent(job.attempts, *attempts) {
            return self.note(&job, kind, Err(Failure::Never("whoever began it died".to_owned()))).await;
        }
        self.metrics.jobs_running.inc();
        let work = AssertUnwindSafe(async { handler(job.clone()).await }).catch_unwind();
        let outcome = tokio::select! {
            outcome = tokio::time::timeout(MOST, work) => Some(match outcome {
                Ok(Ok(outcome)) => outcome,
                Ok(Err(_)) => Err(Failure::Later("the handler panicked".to_owned())),
                Err(_) => Err(Failure::Later("it took too long".to_owned())),
            }),
            () = self.keep(id) => None,
        };
        self.metrics.jobs_running.dec();
        if let Some(outcome) = outcome {
            self.note(&job, kind, outcome).await;
        } else {
            tracing::warn!("another runner took the job");
        }
    }

    /// Prolongs the lease again and again; ends when it is lost.
    async fn keep(&self, id: uuid::Uuid) {
        loop {
            tokio::time::sleep(self.renewal).await;
            let holder = self.holder.clone();
            let kept = self.db.write(move |session| session.unscoped_to_write(Unscoped::Job)?.keep_job(id, &holder));
            if matches!(kept.await, Ok(false)) {
                return;
            }
        }
    }

    async fn note(&self, job: &Job, (kind, attempts): (&'static str, i64), outcome: Result<(), Failure>) {
        let (id, holder) = (job.id, self.holder.clone());
        let pause = match &outcome {
            Ok(()) | Err(Failure::Never(_)) => None,
            Err(Failure::Later(_)) => backoff::pause(job.attempts, attempts, self.random.as_ref()),
        };
        let word = match (&outcome, pause) {
            (Ok(()), _) => "done",
            (Err(_), Some(_)) => "failed",
            (Err(_), None) => "dead",
        };
        self.metrics.jobs.with_label_values(&[kind, word]).inc();
        match &outcome {
            Ok(()) => tracing::debug!("done"),
            Err(error) if pause.is_some() => tracing::info!(%error, pause, "failed, and is tried again"),
            Err(error) => tracing::error!(%error, "failed for good"),
        }
        let error = outcome.err().map(|failure| failure.to_string());
        let noted = self.db.write(move |session| {
            let mut tx = session.unscoped_to_write(Unscoped::Job)?;
            match &error {
                None => tx.finish_job(id, &holder).map(|_| ()),
                Some(error) => {
                    let again = pause.map(|seconds| tx.now().plus_seconds(seconds));
                    tx.fail_job(id, &holder, error, again)
                }
            }
        });
        if let Err(error) = noted.await {
            // Its lease runs out, and it is run again.
            tracing::warn!(%error, "what became of the job could not be noted");
        }
    }
}
