//! Follows the log for the consumers.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use aileron_db::{self as db, Db, Principal, Unscoped, WorkspaceScope, WriteTx, events};
use aileron_kernel::{Actor, Random, Time, Uuid};
use futures_util::{StreamExt as _, future, stream};
use tokio::{sync::watch, time::MissedTickBehavior};

use super::{Consumer, Progress, Start};
use crate::{
    jobs::backoff,
    metrics::Metrics,
    pubsub::{Heard, Hints, Listener},
};

/// How often is looked for events that nobody gave a hint of: recorded by processes that give none, or due for another try.
const POLL: Duration = Duration::from_secs(2);
/// The most events that a consumer is given at a time.
const BATCH: i64 = 100;
/// After so many batches of one workspace the others have their turn.
const BATCHES: usize = 20;
/// How many workspaces are followed at a time for one consumer.
const AT_ONCE: usize = 4;
/// How many workspaces one look at the database finds.
const FOUND: i64 = 1_000;
/// After so many tries an event is put aside: about five minutes.
const MOST_TRIES: i64 = 7;

/// The consumers of a server. Cloning it is cheap.
#[derive(Clone)]
pub struct Consumers {
    db: Db,
    all: Arc<[Arc<dyn Consumer>]>,
    actor: Actor,
    random: Arc<dyn Random>,
    metrics: Metrics,
    batch: i64,
}

/// What one try came to.
enum Tried {
    /// There was nothing to do, or another process does it.
    Nothing,
    /// So many events are done with.
    Done(usize),
    /// The consumer failed at one of several events.
    AtOneOfMany,
    /// It failed at this one, which is noted.
    Failed,
}

impl Consumers {
    /// What follows from events is done by this actor.
    pub fn new(db: Db, all: Vec<Arc<dyn Consumer>>, actor: Actor, random: Arc<dyn Random>, metrics: Metrics) -> Self {
        Self { db, all: all.into(), actor, random, metrics, batch: BATCH }
    }

    /// The same with so many events at a time.
    #[must_use]
    pub fn in_batches_of(self, batch: i64) -> Self {
        Self { batch: batch.max(1), ..self }
    }

    /// Enters those consumers that are new to the instance.
    pub async fn register(&self) -> db::Result<()> {
        for consumer in self.all.iter() {
            let (name, from_beginning) = (consumer.name(), consumer.start() == Start::Beginning);
            let entered = self.db.write(move |session| session.unscoped_to_write(Unscoped::Job)?.register_consumer(name, from_beginning));
            if entered.await? {
                tracing::info!(consumer = name, "a new consumer follows the log");
            }
        }
        Ok(())
    }

    /// Follows the log until `stop`; then the batches that have begun are finished.
    pub async fn run(&self, hints: &Hints, stop: impl Future<Output = ()> + Send) {
        let (tell, told) = watch::channel(false);
        let following = self.all.iter().map(|consumer| self.follow(consumer, hints.listen(), told.clone()));
        let stopped = async {
            stop.await;
            let _ = tell.send(true);
        };
        future::join(future::join_all(following), stopped).await;
    }

    /// Hands out events until nothing is left that is due. How many there were.
    pub async fn run_due(&self) -> db::Result<usize> {
        self.register().await?;
        let mut count = 0;
        loop {
            let mut handled = 0;
            for consumer in self.all.iter() {
                handled += self.sweep(consumer).await?;
            }
            if handled == 0 {
                return Ok(count);
            }
            count += handled;
        }
    }

    /// Has a consumer go through the log of a workspace anew from behind this place. False: there is no such workspace, or nothing was
    /// consumed there yet, or just now somebody does.
    pub async fn replay(&self, consumer: &'static str, workspace: Uuid, since: i64) -> db::Result<bool> {
        let principal = self.principal(consumer);
        let moved = self.db.write(move |session| {
            let Some((mut tx, position)) = session.workspace_for_consumer(&principal, workspace, consumer)? else { return Ok(false) };
            tx.move_consumer(consumer, since.clamp(0, position.seq)).map(|()| true)
        });
        moved.await
    }

    async fn follow(&self, consumer: &Arc<dyn Consumer>, mut hints: Listener, mut told: watch::Receiver<bool>) {
        let mut poll = tokio::time::interval(POLL);
        poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut reached: HashMap<Uuid, i64> = HashMap::new();
        let mut is_registered = false;
        loop {
            tokio::select! {
                () = stopped(&mut told) => return,
                heard = hints.next(), if is_registered => match heard {
                    Some(Heard::Hint(hint)) if reached.get(&hint.workspace).is_some_and(|seq| *seq >= hint.seq) => {}
                    Some(Heard::Hint(hint)) => match self.drain(consumer, hint.workspace).await {
                        Ok((_, Some(seq))) => { reached.insert(hint.workspace, seq); }
                        Ok((_, None)) => {}
                        Err(error) => unavailable(consumer.name(), &error),
                    },
                    Some(Heard::Everything) => poll.reset_immediately(),
                    // The caller has the giver of hints: this does not happen.
                    None => return,
                },
                _ = poll.tick() => {
                    if !is_registered {
                        is_registered = self.register().await.inspect_err(|error| unavailable(consumer.name(), error)).is_ok();
                    }
                    if is_registered && let Err(error) = self.sweep(consumer).await {
                        unavailable(consumer.name(), &error);
                    }
                }
            }
        }
    }

    /// Looks at all workspaces once. How many events were handled.
    async fn sweep(&self, consumer: &Arc<dyn Consumer>) -> db::Result<usize> {
        let name = consumer.name();
        let found = self.db.read(move |session| {
            let mut tx = session.unscoped(Unscoped::Job)?;
            Ok((tx.workspaces_ahead(name, FOUND)?, tx.workspaces_to_retry(name)?))
        });
        let (ahead, to_retry) = found.await?;
        let mut handled = 0;
        for workspace in to_retry {
            handled += self.retry(consumer, workspace).await?;
        }
        let drained = stream::iter(ahead).map(|workspace| self.drain(consumer, workspace)).buffer_unordered(AT_ONCE);
        handled += drained
            .fold(0, |sum, drained| async move {
                match drained {
                    Ok((count, _)) => sum + count,
                    Err(error) => {
                        unavailable(name, &error);
                        sum
                    }
                }
            })
            .await;
        self.measure(name).await?;
        Ok(handled)
    }

    /// Hands out what a workspace has, as far as it is its turn. How many events were handled, and the place that was reached, if nothing is left.
    async fn drain(&self, consumer: &Arc<dyn Consumer>, workspace: Uuid) -> db::Result<(usize, Option<i64>)> {
        let (mut handled, mut batch, mut reached) = (0, self.batch, None);
        for _ in 0..BATCHES {
            match self.step(consumer, workspace, batch).await? {
                (Tried::Done(count), seq) => {
                    handled += count;
                    reached = seq;
                }
                (Tried::AtOneOfMany, _) => batch = 1,
                (Tried::Nothing, _) => return Ok((handled, reached)),
                (Tried::Failed, _) => break,
            }
        }
        Ok((handled, None))
    }

    /// Hands out one batch, in one transaction.
    async fn step(&self, consumer: &Arc<dyn Consumer>, workspace: Uuid, batch: i64) -> db::Result<(Tried, Option<i64>)> {
        let (own, name, principal, given) =
            (consumer.clone(), consumer.name(), self.principal(consumer.name()), Arc::new(AtomicUsize::new(0)));
        let counted = given.clone();
        let done = self.db.write(move |session| {
            let Some((mut tx, position)) = session.workspace_for_consumer(&principal, workspace, name)? else { return Ok(None) };
            let events = events::behind(&mut tx, position.seq, if position.attempts > 0 { 1 } else { batch })?;
            let Some(last) = events.last() else { return Ok(None) };
            counted.store(events.len(), Ordering::Relaxed);
            let reached = match own.handle(&mut tx, &events)? {
                Progress::All => last.seq,
                Progress::Before(seq) => Ord::min(seq - 1, last.seq),
            };
            counted.store(events.iter().filter(|event| event.seq <= reached).count(), Ordering::Relaxed);
            tx.move_consumer(name, reached)?;
            Ok(Some(reached))
        });
        let done = done.await;
        let count = given.load(Ordering::Relaxed);
        match done {
            Ok(None) => Ok((Tried::Nothing, None)),
            Ok(Some(seq)) => {
                self.count(name, "done", count);
                Ok((Tried::Done(count), Some(seq)))
            }
            Err(error) if is_of_database(&error) => Err(error),
            Err(_) if count > 1 => Ok((Tried::AtOneOfMany, None)),
            // One that is put aside is done with.
            Err(error) => Ok(match self.failed(name, workspace, &error).await? {
                Some(seq) => (Tried::Done(1), Some(seq)),
                None => (Tried::Failed, None),
            }),
        }
    }

    /// Notes that a consumer failed at the next event of a workspace. The event, if it is put aside.
    async fn failed(&self, name: &'static str, workspace: Uuid, error: &db::Error) -> db::Result<Option<i64>> {
        let (principal, random, error) = (self.principal(name), self.random.clone(), told(error));
        let noted = self.db.write(move |session| {
            let now = session.now();
            let Some((mut tx, position)) = session.workspace_for_consumer(&principal, workspace, name)? else { return Ok(None) };
            let again = backoff::pause(position.attempts + 1, MOST_TRIES, random.as_ref()).map(|pause| now.plus_seconds(pause));
            tx.consumer_failed(name, position, &error, again)?;
            Ok(Some((position.seq + 1, again, error.clone())))
        });
        let Some((seq, again, error)) = noted.await? else { return Ok(None) };
        self.count(name, if again.is_some() { "failed" } else { "dead" }, 1);
        if again.is_some() {
            tracing::warn!(consumer = name, %workspace, seq, error, "a consumer failed at an event, which is tried again");
            return Ok(None);
        }
        tracing::error!(consumer = name, %workspace, seq, error, "a consumer failed at an event for good");
        Ok(Some(seq))
    }

    /// Hands out again what was put aside and is wanted tried once more. How many events were handled.
    async fn retry(&self, consumer: &Arc<dyn Consumer>, workspace: Uuid) -> db::Result<usize> {
        let (name, mut handled) = (consumer.name(), 0);
        loop {
            let own = consumer.clone();
            let done = self.aside(name, workspace, move |tx, id, event| match own.handle(tx, std::slice::from_ref(event))? {
                Progress::All => tx.forget_letter(id).map(|()| true),
                Progress::Before(_) => Ok(false),
            });
            match done.await {
                Ok(None) => return Ok(handled),
                // It goes on where it left off.
                Ok(Some(false)) => {}
                Ok(Some(true)) => {
                    self.count(name, "done", 1);
                    handled += 1;
                }
                Err(error) if is_of_database(&error) => return Err(error),
                Err(error) => {
                    let error = told(&error);
                    self.aside(name, workspace, move |tx, id, _| tx.letter_failed(id, &error).map(|()| true)).await?;
                    self.count(name, "dead", 1);
                }
            }
        }
    }

    /// Does something with the first event that was put aside and is wanted, and answers what that answers. None: there is no such event.
    async fn aside<F>(&self, name: &'static str, workspace: Uuid, work: F) -> db::Result<Option<bool>>
    where
        F: Fn(&mut WriteTx<'_, WorkspaceScope>, Uuid, &events::Logged) -> db::Result<bool> + Send + 'static,
    {
        let principal = self.principal(name);
        let done = self.db.write(move |session| {
            let Some(mut tx) = session.workspace_for_job(&principal, workspace)? else { return Ok(None) };
            let Some((id, event)) = tx.letter_to_retry(name)? else { return Ok(None) };
            work(&mut tx, id, &event).map(Some)
        });
        done.await
    }

    /// Tells the numbers how far a consumer is behind.
    async fn measure(&self, name: &'static str) -> db::Result<()> {
        let read = self.db.read(move |session| {
            let now = session.now();
            Ok((session.unscoped(Unscoped::Job)?.consumer_lag(name)?, now))
        });
        let (lag, now) = read.await?;
        let seconds = lag.since.map_or(0, |since| now.seconds() - Time::seconds(since));
        self.metrics.consumer_lag.with_label_values(&[name]).set(seconds.max(0));
        self.metrics.consumer_ahead.with_label_values(&[name]).set(lag.events);
        Ok(())
    }

    fn count(&self, name: &str, outcome: &str, events: usize) {
        self.metrics.consumed.with_label_values(&[name, outcome]).inc_by(events as u64);
    }

    fn principal(&self, name: &str) -> Principal {
        Principal::proved(Actor { request_id: format!("consumer {name}"), ..self.actor.clone() }, Vec::new())
    }
}

/// Waits until it is told to stop.
async fn stopped(told: &mut watch::Receiver<bool>) {
    let _ = told.wait_for(|stop| *stop).await;
}

/// What is the database's fault and no event's. That a statement takes too long is no such thing: what always does would keep back for ever
/// whatever is behind it.
const fn is_of_database(error: &db::Error) -> bool {
    matches!(error, db::Error::Unavailable(_) | db::Error::Conflict(_))
}

/// An error with what it comes from.
fn told(error: &db::Error) -> String {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

fn unavailable(consumer: &str, error: &db::Error) {
    tracing::warn!(consumer, %error, "the log cannot be followed now");
}
