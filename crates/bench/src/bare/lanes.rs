//! Threads with connections: one writes in groups (on SQLite; on PostgreSQL creates are not compared), several read.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use aileron_testkit::program::Place;
use anyhow::Result;
use crossbeam_channel::{Receiver, Sender};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::conn::Conn;

type Answer = Option<Vec<u8>>;
type Job = (Box<dyn FnOnce(&mut Conn) -> Result<Answer> + Send>, oneshot::Sender<Answer>);

/// The total of a project at a seq of its workspace.
pub(super) type Totals = Arc<Mutex<HashMap<Uuid, (i64, i64)>>>;

pub(super) struct Lanes {
    reads: Sender<Job>,
    writes: Option<Sender<Job>>,
    pub(super) totals: Totals,
}

impl Lanes {
    pub(super) fn open(place: &Place) -> Result<Self> {
        let file = place.folder.join("aileron.db");
        let writes = if place.url.is_none() {
            let (writes, written) = crossbeam_channel::bounded::<Job>(1_000);
            let mut conn = Conn::writer(&file)?;
            thread::spawn(move || write(&mut conn, &written));
            Some(writes)
        } else {
            None
        };
        let (reads, read) = crossbeam_channel::bounded::<Job>(1_000);
        for _ in 0..2 * thread::available_parallelism()?.get() {
            let mut conn = place.url.as_ref().map_or_else(|| Conn::reader(&file), |url| Conn::postgres(url))?;
            let read = read.clone();
            thread::spawn(move || {
                for (job, reply) in read {
                    conn.run(conn.begin());
                    let answer = job(&mut conn).expect("the statement runs");
                    conn.run("COMMIT");
                    let _ = reply.send(answer);
                }
            });
        }
        Ok(Self { reads, writes, totals: Totals::default() })
    }

    pub(super) async fn read(&self, job: impl FnOnce(&mut Conn) -> Result<Answer> + Send + 'static) -> Answer {
        let (reply, answer) = oneshot::channel();
        self.reads.try_send((Box::new(job), reply)).ok()?;
        answer.await.ok()?
    }

    pub(super) async fn write(&self, job: impl FnOnce(&mut Conn) -> Result<Answer> + Send + 'static) -> Answer {
        let (reply, answer) = oneshot::channel();
        self.writes.as_ref()?.try_send((Box::new(job), reply)).ok()?;
        answer.await.ok()?
    }
}

/// Commands that wait share a commit, each in its savepoint.
fn write(conn: &mut Conn, queue: &Receiver<Job>) {
    while let Ok(first) = queue.recv() {
        let started = Instant::now();
        let mut answers = Vec::new();
        let mut next = Some(first);
        conn.run("BEGIN IMMEDIATE");
        while let Some((job, reply)) = next.take() {
            conn.run("SAVEPOINT command");
            let answer = job(conn);
            if answer.is_err() {
                conn.run("ROLLBACK TO command");
            }
            conn.run("RELEASE command");
            answers.push((answer.expect("the statement runs"), reply));
            if answers.len() < 64 && started.elapsed() < Duration::from_millis(5) {
                next = queue.try_recv().ok();
            }
        }
        conn.run("COMMIT");
        for (answer, reply) in answers {
            let _ = reply.send(answer);
        }
    }
}
