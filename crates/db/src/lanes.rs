//! Threads that own connections, and the queues before them.
//!
//! SQLite: one thread writes, several read. PostgreSQL: several of either kind, so that writers who wait for the lock of a busy
//! workspace keep nobody from reading. A caller hands in a closure and waits; the queue is bounded, and a full one is an
//! honest "try later".

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use aileron_kernel::{Clock, Random};
use crossbeam_channel::{Receiver, Sender, TrySendError};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::{
    Dialect, Error, Result, Session,
    conn::Conn,
    group::{Ran, Task, Work, lost},
    migrate,
    postgres::{PgConnection, Server},
    session::{Env, Statement},
    sqlite,
};

/// The most commands that share a commit.
const GROUP: usize = 64;
/// The longest that the first command of a group waits for the others.
const GROUP_TIME: Duration = Duration::from_millis(5);
/// How often a closure is run when transactions are in each other's way.
const RUNS: usize = 6;

/// Where the database is, and what its transactions are given.
#[derive(Clone)]
pub struct Settings {
    /// `postgres://...`; without it SQLite at `path`.
    pub url: Option<String>,
    /// Certificates (PEM) that PostgreSQL's may come from, beside those of the public authorities.
    pub ca_file: Option<PathBuf>,
    /// The SQLite file. Its folder must exist.
    pub path: PathBuf,
    /// Reading threads; on PostgreSQL as many write.
    pub threads: usize,
    /// How many closures may wait in each of the two queues.
    pub queue: usize,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// Told after each commit what it has brought.
    pub told: Option<Told>,
}

/// What a commit has brought that others wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// The log of this workspace has got so far.
    Reached(Uuid, i64),
    /// There is a job to do.
    Enqueued,
}

/// Told after a commit. Must not block.
pub type Told = Arc<dyn Fn(News) + Send + Sync>;

/// The sizes by which commits are counted.
pub const GROUP_SIZES: [u64; 7] = [1, 2, 4, 8, 16, 32, GROUP as u64];

/// What the lanes have done so far.
#[derive(Debug, Default)]
pub struct Stats {
    /// Commits on the writing side.
    pub commits: AtomicU64,
    /// Commands in these commits.
    pub commands: AtomicU64,
    /// Commits by how many commands they had: at most as many as [`GROUP_SIZES`] says at that place.
    pub groups: [AtomicU64; GROUP_SIZES.len()],
    /// Closures refused because too much was waiting.
    pub refused: AtomicU64,
}

/// Work in a queue.
struct Item {
    work: Box<dyn Work>,
    writes: bool,
}

/// The database. Cloning it is cheap; the threads end when the last clone is gone.
#[derive(Clone)]
pub struct Db {
    dialect: Dialect,
    read: Sender<Item>,
    write: Sender<Item>,
    stats: Arc<Stats>,
    statements: Arc<AtomicU64>,
}

impl Db {
    /// Opens the database, bringing its schema to this version, and starts the threads. Blocks while it migrates.
    pub fn open(settings: &Settings) -> Result<Self> {
        let env = Env { clock: settings.clock.clone(), random: settings.random.clone(), statements: Arc::default() };
        let stats = Arc::new(Stats::default());
        let lane = Lane { env, stats: stats.clone(), told: settings.told.clone() };
        let (read, reads) = crossbeam_channel::bounded(settings.queue);
        let threads = settings.threads.max(1);
        let statements = lane.env.statements.clone();
        let (dialect, write) = if let Some(url) = &settings.url {
            let server = Server::new(url, settings.ca_file.as_deref())?;
            on_own_thread(|| migrate::postgres(&server, settings.clock.as_ref()))?;
            let (write, writes) = crossbeam_channel::bounded(settings.queue);
            for (kind, queue) in [("read", reads), ("write", writes)] {
                for number in 0..threads {
                    let (server, queue, lane) = (server.clone(), queue.clone(), lane.clone());
                    start(format!("pg-{kind}-{number}"), move || lane.postgres(&server, &queue))?;
                }
            }
            (Dialect::Postgres, write)
        } else {
            let conn = migrate::sqlite(&settings.path, settings.clock.as_ref())?;
            let (write, writes) = crossbeam_channel::bounded(settings.queue);
            let writer = lane.clone();
            start("sqlite-write".to_owned(), move || writer.sqlite_writes(conn, &writes))?;
            for number in 0..threads {
                let (conn, reads, lane) = (sqlite::open_reader(&settings.path)?, reads.clone(), lane.clone());
                let patience = sqlite::Patience::of(&conn)?;
                start(format!("sqlite-read-{number}"), move || lane.sqlite_reads(conn, &patience, &reads))?;
            }
            (Dialect::Sqlite, write)
        };
        Ok(Self { dialect, read, write, stats, statements })
    }

    /// Runs a closure that reads, on one snapshot.
    pub async fn read<T, F>(&self, closure: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Session) -> Result<T> + Send + 'static,
    {
        self.submit(&self.read, closure, false).await
    }

    /// Runs a closure that may write, in one transaction. It may be run again when transactions were in each other's way.
    /// An answer `Ok` means that it is committed and durable.
    pub async fn write<T, F>(&self, closure: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Session) -> Result<T> + Send + 'static,
    {
        self.submit(&self.write, closure, true).await
    }

    async fn submit<T, F>(&self, queue: &Sender<Item>, closure: F, writes: bool) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Session) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let item = Item { work: Box::new(Task::new(closure, reply)), writes };
        queue.try_send(item).map_err(|error| match error {
            TrySendError::Full(_) => {
                self.stats.refused.fetch_add(1, Ordering::Relaxed);
                Error::Unavailable("too much is waiting".to_owned())
            }
            TrySendError::Disconnected(_) => Error::Unavailable("the database is closed".to_owned()),
        })?;
        answer.await.unwrap_or_else(|_| Err(Error::Unavailable("the database was closed".to_owned())))
    }

    /// Which database this is.
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// What the lanes have done.
    pub fn stats(&self) -> &Stats {
        &self.stats
    }

    /// How many statements were run since the start.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// How many closures wait.
    pub fn waiting(&self) -> usize {
        self.read.len() + self.write.len()
    }
}

/// The PostgreSQL client waits by itself, which it cannot on a thread that runs async code.
pub(crate) fn on_own_thread<T: Send>(work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    thread::scope(|scope| scope.spawn(work).join()).unwrap_or_else(|_| Err(Error::Inconsistent("a migration panicked".to_owned())))
}

fn start(name: String, body: impl FnOnce() + Send + 'static) -> Result<()> {
    thread::Builder::new().name(name).spawn(body).map(|_| ()).map_err(|error| Error::Unavailable(error.to_string()))
}

/// What a thread needs besides its connection.
#[derive(Clone)]
struct Lane {
    env: Env,
    stats: Arc<Stats>,
    told: Option<Told>,
}

impl Lane {
    fn sqlite_reads(&self, conn: rusqlite::Connection, patience: &sqlite::Patience, queue: &Receiver<Item>) {
        let mut session = Session::new(Conn::Sqlite(conn), self.env.clone());
        for Item { mut work, .. } in queue {
            if !work.is_wanted() {
                continue;
            }
            session.begin(false);
            let lost = session.conn.run("BEGIN").err();
            if lost.is_none() {
                patience.begin();
                work.run(&mut session);
                patience.end();
                let _ = session.conn.run("ROLLBACK");
            }
            work.answer(lost);
        }
    }

    fn sqlite_writes(&self, conn: rusqlite::Connection, queue: &Receiver<Item>) {
        let mut session = Session::new(Conn::Sqlite(conn), self.env.clone());
        while let Ok(first) = queue.recv() {
            self.sqlite_group(&mut session, first.work, queue);
        }
        let _ = session.conn.batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// Runs waiting commands in one transaction, each in its savepoint, and answers them after the commit.
    fn sqlite_group(&self, session: &mut Session, first: Box<dyn Work>, queue: &Receiver<Item>) {
        if let Err(error) = session.conn.run("BEGIN IMMEDIATE") {
            return first.answer(Some(error));
        }
        let started = Instant::now();
        let mut answers: Vec<Box<dyn Work>> = Vec::new();
        let mut reached: Vec<(Uuid, i64)> = Vec::new();
        let mut kept = Vec::new();
        let mut next = Some(first);
        let mut broken = None;
        while let Some(mut work) = next.take() {
            if work.is_wanted() {
                broken = sqlite_command(session, work.as_mut(), &mut reached, &mut kept).err();
                answers.push(work);
            }
            if broken.is_none() && answers.len() < GROUP && started.elapsed() < GROUP_TIME {
                next = queue.try_recv().ok().map(|item| item.work);
            }
        }
        let ended = broken.map_or_else(|| session.commit(kept), Err);
        if ended.is_err() {
            // Some failures (a full disk) have ended the transaction already.
            let _ = session.conn.run("ROLLBACK");
        }
        self.answered(session, answers, reached, ended);
    }

    fn answered(&self, session: &mut Session, answers: Vec<Box<dyn Work>>, reached: Vec<(Uuid, i64)>, ended: Result<()>) {
        self.stats.commits.fetch_add(1, Ordering::Relaxed);
        let size = answers.len() as u64;
        self.stats.commands.fetch_add(size, Ordering::Relaxed);
        if let Some((_, commits)) = GROUP_SIZES.iter().zip(&self.stats.groups).find(|(most, _)| size <= **most) {
            commits.fetch_add(1, Ordering::Relaxed);
        }
        let error = ended.err();
        let enqueued = std::mem::take(&mut session.enqueued).then_some(News::Enqueued);
        if error.is_none()
            && let Some(tell) = &self.told
        {
            reached.into_iter().map(|(workspace, seq)| News::Reached(workspace, seq)).chain(enqueued).for_each(|news| tell(news));
        }
        for work in answers {
            work.answer(error.as_ref().map(lost));
        }
    }

    fn postgres(&self, server: &Server, queue: &Receiver<Item>) {
        let mut session: Option<Session> = None;
        for Item { mut work, writes } in queue {
            if !work.is_wanted() {
                continue;
            }
            let begin = if writes { "BEGIN" } else { "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" };
            match self.begun(&mut session, server, begin) {
                Ok(open) => {
                    let (reached, ended) = postgres_transaction(open, work.as_mut(), writes, begin);
                    self.answered(open, vec![work], reached.into_iter().collect(), ended);
                }
                Err(error) => work.answer(Some(error)),
            }
        }
    }

    /// A connection in a transaction. One that was lost while nobody used it shows that here, before anything was done on it, and is
    /// replaced.
    fn begun<'a>(&self, session: &'a mut Option<Session>, server: &Server, begin: &'static str) -> Result<&'a mut Session> {
        if !session.as_mut().is_some_and(|open| !is_closed(open) && open.conn.run(begin).is_ok()) {
            *session = None;
            let mut conn = Conn::Postgres(Box::new(PgConnection::as_app(server)?));
            conn.run(begin)?;
            *session = Some(Session::new(conn, self.env.clone()));
        }
        session.as_mut().ok_or_else(|| Error::Unavailable("there is no connection".to_owned()))
    }
}

/// Runs a command in its savepoint. An error means that the whole transaction is gone.
fn sqlite_command(session: &mut Session, work: &mut dyn Work, reached: &mut Vec<(Uuid, i64)>, kept: &mut Vec<Statement>) -> Result<()> {
    session.conn.run("SAVEPOINT command")?;
    session.begin(true);
    match work.run(session) {
        Ran::Done(log) => {
            reached.extend(log);
            kept.append(&mut session.take_at_commit());
        }
        Ran::Failed | Ran::Again => session.conn.run("ROLLBACK TO command")?,
    }
    session.conn.run("RELEASE command")
}

fn is_closed(session: &Session) -> bool {
    matches!(&session.conn, Conn::Postgres(conn) if conn.is_closed())
}

/// Runs a closure in the transaction that has begun, and in another one where two were in each other's way.
fn postgres_transaction(
    session: &mut Session,
    work: &mut dyn Work,
    writes: bool,
    begin: &'static str,
) -> (Option<(Uuid, i64)>, Result<()>) {
    for run in 1..=RUNS {
        if run > 1
            && let Err(error) = session.conn.run(begin)
        {
            return (None, Err(error));
        }
        session.begin(writes);
        match work.run(session) {
            Ran::Done(reached) => {
                let kept = session.take_at_commit();
                let ended = session.commit(kept);
                if ended.is_err() {
                    // The next transaction of this connection must not begin inside a broken one.
                    let _ = session.conn.run("ROLLBACK");
                }
                return (reached, ended);
            }
            Ran::Failed => {
                let _ = session.conn.run("ROLLBACK");
                return (None, Ok(()));
            }
            Ran::Again => {
                let _ = session.conn.run("ROLLBACK");
                if run == RUNS {
                    return (None, Err(Error::Unavailable("other transactions were in the way".to_owned())));
                }
            }
        }
    }
    (None, Ok(()))
}
