//! Threads with connections: one writes in groups, several read.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;
use crossbeam_channel::{Receiver, Sender};
use rusqlite::{Connection, OpenFlags};
use tokio::sync::oneshot;
use uuid::Uuid;

type Answer = Option<Vec<u8>>;
type Job = (Box<dyn FnOnce(&Connection) -> rusqlite::Result<Answer> + Send>, oneshot::Sender<Answer>);

/// The total of a project at a seq of its workspace.
pub(super) type Totals = Arc<Mutex<HashMap<Uuid, (i64, i64)>>>;

pub(super) struct Lanes {
    reads: Sender<Job>,
    writes: Sender<Job>,
    pub(super) totals: Totals,
}

impl Lanes {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let (reads, read) = crossbeam_channel::bounded::<Job>(1_000);
        let (writes, written) = crossbeam_channel::bounded::<Job>(1_000);
        let conn = opened(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        conn.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; \
             PRAGMA cache_size = -65536; PRAGMA mmap_size = 268435456; PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 4000",
        )?;
        thread::spawn(move || write(&conn, &written));
        for _ in 0..2 * thread::available_parallelism()?.get() {
            let conn = opened(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
            conn.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192; PRAGMA mmap_size = 268435456")?;
            let read = read.clone();
            thread::spawn(move || {
                for (job, reply) in read {
                    run(&conn, "BEGIN");
                    let answer = job(&conn).expect("the statement runs");
                    run(&conn, "COMMIT");
                    let _ = reply.send(answer);
                }
            });
        }
        Ok(Self { reads, writes, totals: Totals::default() })
    }

    pub(super) async fn read(&self, job: impl FnOnce(&Connection) -> rusqlite::Result<Answer> + Send + 'static) -> Answer {
        let (reply, answer) = oneshot::channel();
        self.reads.try_send((Box::new(job), reply)).ok()?;
        answer.await.ok()?
    }

    pub(super) async fn write(&self, job: impl FnOnce(&Connection) -> rusqlite::Result<Answer> + Send + 'static) -> Answer {
        let (reply, answer) = oneshot::channel();
        self.writes.try_send((Box::new(job), reply)).ok()?;
        answer.await.ok()?
    }
}

fn opened(path: &Path, flags: OpenFlags) -> Result<Connection> {
    let conn = Connection::open_with_flags(path, flags)?;
    conn.set_prepared_statement_cache_capacity(100);
    Ok(conn)
}

fn run(conn: &Connection, sql: &'static str) {
    conn.prepare_cached(sql).and_then(|mut statement| statement.raw_execute()).expect("the statement runs");
}

/// Commands that wait share a commit, each in its savepoint.
fn write(conn: &Connection, queue: &Receiver<Job>) {
    while let Ok(first) = queue.recv() {
        let started = Instant::now();
        let mut answers = Vec::new();
        let mut next = Some(first);
        run(conn, "BEGIN IMMEDIATE");
        while let Some((job, reply)) = next.take() {
            run(conn, "SAVEPOINT command");
            let answer = job(conn);
            if answer.is_err() {
                run(conn, "ROLLBACK TO command");
            }
            run(conn, "RELEASE command");
            answers.push((answer.expect("the statement runs"), reply));
            if answers.len() < 64 && started.elapsed() < Duration::from_millis(5) {
                next = queue.try_recv().ok();
            }
        }
        run(conn, "COMMIT");
        for (answer, reply) in answers {
            let _ = reply.send(answer);
        }
    }
}
