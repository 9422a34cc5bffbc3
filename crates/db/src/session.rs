//! One open transaction, before anybody has proved anything.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use aileron_kernel::{Cause, Clock, Random, Refusal, Time, random};
use sea_query::{QueryStatementWriter, Values};
use uuid::Uuid;

use crate::{Dialect, Error, FromRow, Result, Row, conn::Conn, events, query, sql};

/// What every transaction is given.
#[derive(Clone)]
pub(crate) struct Env {
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub statements: Arc<AtomicU64>,
}

/// A transaction. Nothing of a tenant can be reached from here; [`crate::scope`] says how to get further.
pub struct Session {
    pub(crate) conn: Conn,
    pub(crate) env: Env,
    now: Time,
    writable: bool,
    write: Option<Write>,
    at_commit: Vec<Statement>,
    /// The rule that acts now.
    cause: Option<Cause>,
    pub(crate) told: Told,
    /// Whether a job was enqueued since the last commit.
    pub(crate) enqueued: bool,
}

/// A statement with its values.
pub(crate) type Statement = (&'static str, Vec<sea_query::Value>);

/// What row-level security knows in this transaction (PostgreSQL): each telling is a way to the server and back.
#[derive(Clone, Copy, Default)]
pub(crate) struct Told {
    pub user: Option<Uuid>,
    pub workspace: Option<Uuid>,
}

/// The log of the workspace that this transaction writes to.
pub(crate) struct Write {
    pub workspace: Uuid,
    /// The seq that the workspace had when it was locked.
    pub start: i64,
    /// The last seq given out.
    pub seq: i64,
    pub pending: Vec<events::Pending>,
}

impl Session {
    pub(crate) fn new(conn: Conn, env: Env) -> Self {
        let now = env.clock.now();
        Self { conn, env, now, writable: false, write: None, at_commit: Vec::new(), cause: None, told: Told::default(), enqueued: false }
    }

    /// Forgets what the transaction before knew.
    pub(crate) fn begin(&mut self, writable: bool) {
        self.now = self.env.clock.now();
        self.writable = writable;
        self.write = None;
        self.at_commit.clear();
        self.cause = None;
        self.told = Told::default();
    }

    /// Writes the recorded events, and answers how far the log of the workspace has got.
    pub(crate) fn finish(&mut self) -> Result<Option<(Uuid, i64)>> {
        let Some(write) = self.write.take() else { return Ok(None) };
        if write.pending.is_empty() {
            return Ok(None);
        }
        events::insert(self, &write)?;
        self.execute(sql::SET_SEQ, vec![write.seq.into(), write.workspace.into()])?;
        Ok(Some((write.workspace, write.seq)))
    }

    /// Keeps a statement for the end of the transaction.
    pub(crate) fn run_at_commit(&mut self, statement: Statement) {
        self.at_commit.push(statement);
    }

    /// What the command that has just ended wants to be run at the end of the transaction.
    pub(crate) fn take_at_commit(&mut self) -> Vec<Statement> {
        std::mem::take(&mut self.at_commit)
    }

    /// Runs what was kept for the end, then commits.
    pub(crate) fn commit(&mut self, kept: Vec<Statement>) -> Result<()> {
        for (sql, values) in kept {
            self.execute(sql, values)?;
        }
        self.conn.run("COMMIT")
    }

    /// The instant at which this transaction began, unless [`crate::WriteTx::act_at`] said another.
    pub const fn now(&self) -> Time {
        self.now
    }

    pub(crate) const fn act_at(&mut self, at: Time) {
        self.now = at;
    }

    /// Which rule acts, in what is recorded from now on.
    pub(crate) const fn act_for(&mut self, cause: Option<Cause>) {
        self.cause = cause;
    }

    pub(crate) const fn cause(&self) -> Option<Cause> {
        self.cause
    }

    /// Runs work in a savepoint. If it is refused, all that it wrote and recorded is taken back, and the transaction goes on.
    pub(crate) fn attempt<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<Result<T, Refusal>> {
        self.conn.run("SAVEPOINT attempt")?;
        let (kept, enqueued, told) = (self.at_commit.len(), self.enqueued, self.told);
        let log = self.write.as_ref().map(|log| (log.seq, log.pending.len()));
        match work(self) {
            Ok(done) => self.conn.run("RELEASE attempt").map(|()| Ok(done)),
            Err(Error::Refused(refusal)) => {
                self.conn.run("ROLLBACK TO attempt")?;
                self.conn.run("RELEASE attempt")?;
                self.at_commit.truncate(kept);
                // What row-level security was told since then it has forgotten.
                (self.enqueued, self.told) = (enqueued, told);
                if let (Some(write), Some((seq, pending))) = (self.write.as_mut(), log) {
                    write.seq = seq;
                    write.pending.truncate(pending);
                }
                Ok(Err(refusal))
            }
            Err(error) => Err(error),
        }
    }

    /// A new id.
    pub fn new_id(&self) -> Uuid {
        random::new_id(self.now, self.env.random.as_ref())
    }

    /// Randomness for tokens and codes.
    pub fn random(&self) -> &dyn Random {
        self.env.random.as_ref()
    }

    /// Which database this is.
    pub const fn dialect(&self) -> Dialect {
        self.conn.dialect()
    }

    /// A command that runs in a transaction which only reads is a defect of ours.
    pub(crate) fn check_writable(&self) -> Result<()> {
        if self.writable { Ok(()) } else { Err(Error::Inconsistent("a command was run in a transaction that only reads".to_owned())) }
    }

    /// The workspace whose log this transaction writes to. A transaction writes to one log only.
    pub(crate) fn write_to(&mut self, workspace: Uuid, seq: i64) -> Result<()> {
        self.check_writable()?;
        match &self.write {
            Some(write) if write.workspace != workspace => {
                Err(Error::Inconsistent("one transaction wrote to the logs of two workspaces".to_owned()))
            }
            Some(_) => Ok(()),
            None => {
                self.write = Some(Write { workspace, start: seq, seq, pending: Vec::new() });
                Ok(())
            }
        }
    }

    pub(crate) const fn log(&mut self) -> Option<&mut Write> {
        self.write.as_mut()
    }

    pub(crate) fn log_seq(&self) -> i64 {
        self.write.as_ref().map_or(0, |write| write.seq)
    }

    /// Lets references wait for what they name, or no longer. Not a prepared statement: SQLite carries it out while it reads it.
    pub(crate) fn defer_references(&mut self, deferred: bool) -> Result<()> {
        self.count();
        let statement = sql::defer_references(self.dialect(), deferred);
        self.conn.batch(statement)
    }

    fn count(&self) {
        self.env.statements.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn execute(&mut self, sql: &str, values: Vec<sea_query::Value>) -> Result<u64> {
        self.count();
        self.conn.execute(sql, Values(values))
    }

    pub(crate) fn query<T>(
        &mut self,
        sql: &str,
        values: Vec<sea_query::Value>,
        decode: impl FnMut(&mut Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.count();
        self.conn.query(sql, Values(values), decode)
    }

    pub(crate) fn select<T: FromRow>(&mut self, statement: &impl QueryStatementWriter) -> Result<Vec<T>> {
        let (sql, values) = query::render(statement, self.dialect());
        self.count();
        self.conn.query(&sql, values, T::from_row)
    }

    pub(crate) fn change(&mut self, statement: &impl QueryStatementWriter) -> Result<u64> {
        let (sql, values) = query::render(statement, self.dialect());
        self.count();
        self.conn.execute(&sql, values)
    }
}
