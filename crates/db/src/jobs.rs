//! Jobs: work to do after a commit, enqueued in the transaction that calls for it, leased by whoever runs it.

use std::collections::BTreeSet;

use aileron_kernel::Time;
use sea_query::{Condition, Expr, ExprTrait as _, Order};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{InWorkspace, Result, Tx, Unscoped, WriteTx, query, row, schema::JOBS, session::Session};

/// How long a runner has for one job before another may take it, in seconds. [`WriteTx::keep_job`] begins it anew.
pub const LEASE: i64 = 60;

row! {
    /// A leased job.
    #[derive(Clone, Debug)]
    pub struct Job {
        /// Its id.
        pub id: Uuid,
        /// What is to be done.
        pub kind: String,
        /// With what.
        pub payload: Json,
        /// For which workspace.
        pub workspace_id: Option<Uuid>,
        /// How often it was tried, this time included.
        pub attempts: i64,
        /// The request that called for it.
        pub request_id: String,
    }
}

row! {
    /// A job that failed for good.
    #[derive(Clone, Debug)]
    pub struct DeadJob {
        /// Its id.
        pub id: Uuid,
        /// What was to be done.
        pub kind: String,
        /// For which workspace.
        pub workspace_id: Option<Uuid>,
        /// How often it was tried.
        pub attempts: i64,
        /// When it was given up.
        pub dead_at: Time,
        /// Why it failed the last time.
        pub last_error: Option<String>,
    }
}

/// Jobs that are passed over for now, so that nobody's keep those of others waiting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// Kinds of which enough run.
    pub kinds: BTreeSet<String>,
    /// Kinds in workspaces whose turn it is not. Each is a condition of the statement: the caller keeps them few.
    pub queues: BTreeSet<(String, Uuid)>,
}

impl<S: InWorkspace> WriteTx<'_, S> {
    /// Enqueues a job of this workspace. With a `dedup` key, a waiting job of that kind and key is enough.
    pub fn enqueue(&mut self, kind: &str, payload: Json, dedup: Option<&str>) -> Result<()> {
        let now = self.now();
        self.enqueue_at(kind, payload, dedup, now)
    }

    /// The same, not to be run before this instant.
    pub fn enqueue_at(&mut self, kind: &str, payload: Json, dedup: Option<&str>, run_at: Time) -> Result<()> {
        let workspace = self.workspace_id();
        let request = self.workspace().actor().request_id.clone();
        enqueue(self.session(), kind, payload, dedup, (Some(workspace), run_at), &request)
    }
}

fn enqueue(
    session: &mut Session,
    kind: &str,
    payload: Json,
    dedup: Option<&str>,
    (workspace, run_at): (Option<Uuid>, Time),
    request: &str,
) -> Result<()> {
    let now = session.now().micros();
    let mut statement = sea_query::Query::insert();
    statement
        .into_table(JOBS.iden())
        .columns(["id", "kind", "payload", "workspace_id", "dedup_key", "run_at", "attempts", "request_id", "created_at"])
        .values_panic([
            session.new_id().into(),
            kind.into(),
            payload.into(),
            workspace.into(),
            dedup.map(ToOwned::to_owned).into(),
            run_at.micros().into(),
            0_i64.into(),
            request.into(),
            now.into(),
        ])
        .on_conflict(sea_query::OnConflict::new().do_nothing().to_owned());
    session.enqueued = true;
    session.change(&statement).map(|_| ())
}

/// "It failed for good."
fn is_dead() -> Expr {
    JOBS.col("dead_at").is_not_null().and(JOBS.col("finished_at").is_null())
}

impl Tx<'_, Unscoped> {
    /// So many of the jobs that failed for good, the newest first, behind so many; and how many there are.
    pub fn dead_jobs(&mut self, (limit, offset): (i64, i64)) -> Result<(Vec<DeadJob>, i64)> {
        let dead = self.from(JOBS).filter(is_dead());
        let count = self.count(dead.clone())?;
        let select = dead.columns::<DeadJob>(JOBS).order(JOBS.col("dead_at"), Order::Desc).order(JOBS.col("id"), Order::Desc);
        Ok((self.all(&select.page(limit, offset))?, count))
    }

    /// Which of these jobs failed for good.
    pub fn dead_among(&mut self, ids: &[Uuid]) -> Result<Vec<Uuid>> {
        let select = self.from(JOBS).filter(is_dead().and(query::id_in(JOBS, "id", ids))).expr(JOBS.col("id"));
        Ok(self.all::<(Uuid,)>(&select)?.into_iter().map(|row| row.0).collect())
    }

    /// How many jobs of a kind wait or run.
    pub fn waiting_jobs(&mut self, kind: &str) -> Result<i64> {
        let waiting = JOBS.col("finished_at").is_null().and(JOBS.col("dead_at").is_null()).and(JOBS.col("kind").eq(kind));
        let waiting = self.from(JOBS).filter(waiting);
        self.count(waiting)
    }
}

impl WriteTx<'_, Unscoped> {
    /// Has jobs that failed for good tried once more, as if they were new: these, or all; how many.
    pub fn revive_jobs(&mut self, ids: Option<&[Uuid]>) -> Result<u64> {
        let now = self.now().micros();
        self.session().enqueued = true;
        let mut revive = |dead: Expr| {
            // Another of its key may wait already: this one is tried all the same.
            let alone = ("dedup_key", None::<String>.into());
            let values = vec![("dead_at", None::<i64>.into()), ("attempts", 0_i64.into()), ("run_at", now.into()), alone];
            self.update_where(JOBS, dead, values)
        };
        match ids {
            None => revive(is_dead()),
            Some(ids) => ids.chunks(500).map(|some| revive(is_dead().and(query::id_in(JOBS, "id", some)))).sum(),
        }
    }

    /// Gives a job up that failed for good: nobody is shown it any more. Whether there was such a one.
    pub fn discard_job(&mut self, id: Uuid) -> Result<bool> {
        let now = self.now().micros();
        let this = is_dead().and(JOBS.col("id").eq(id));
        Ok(self.update_where(JOBS, this, vec![("finished_at", Some(now).into())])? > 0)
    }

    /// Enqueues a job of no workspace, called for by this request. With a `dedup` key, a waiting job of that kind and key is enough.
    pub fn enqueue(&mut self, kind: &str, payload: Json, dedup: Option<&str>, request: &str) -> Result<()> {
        let now = self.now();
        enqueue(self.session(), kind, payload, dedup, (None, now), request)
    }

    /// Takes the job that has been due for longest and is not passed over, if there is one, for a minute.
    pub fn lease_job(&mut self, holder: &str, passed: &Passed) -> Result<Option<Job>> {
        let now = self.now();
        let due = passed
            .condition()
            .add(JOBS.col("finished_at").is_null())
            .add(JOBS.col("dead_at").is_null())
            .add(JOBS.col("run_at").lte(now.micros()))
            .add(Condition::any().add(JOBS.col("leased_until").is_null()).add(JOBS.col("leased_until").lt(now.micros())));
        let next = self.from(JOBS).columns::<Job>(JOBS).filter(due).order(JOBS.col("run_at"), Order::Asc).limit(1).locked_unless_busy();
        let Some(mut job) = self.optional::<Job>(&next)? else { return Ok(None) };
        job.attempts += 1;
        let until = now.plus_seconds(LEASE).micros();
        // What is asked for from now on may come too late for this run: it is a job of its own.
        let none = Option::<String>::None.into();
        self.update_where(
            JOBS,
            JOBS.col("id").eq(job.id),
            vec![("leased_by", holder.into()), ("leased_until", until.into()), ("attempts", job.attempts.into()), ("dedup_key", none)],
        )?;
        Ok(Some(job))
    }

    /// Marks a job done, if this runner still holds it. With what it was done is nobody's business any more.
    pub fn finish_job(&mut self, id: Uuid, holder: &str) -> Result<bool> {
        let now = self.now().micros();
        Ok(self.update_where(JOBS, held(id, holder), vec![("finished_at", Some(now).into()), ("payload", serde_json::json!({}).into())])?
            == 1)
    }

    /// Keeps a job for another minute; whether this runner still holds it.
    pub fn keep_job(&mut self, id: Uuid, holder: &str) -> Result<bool> {
        let held = held(id, holder);
        let until = self.now().plus_seconds(LEASE).micros();
        Ok(self.update_where(JOBS, held, vec![("leased_until", Some(until).into())])? == 1)
    }

    /// Gives back a job that failed, to be tried again at `again`. Without a time it is dead, and waits for the operator.
    pub fn fail_job(&mut self, id: Uuid, holder: &str, error: &str, again: Option<Time>) -> Result<()> {
        let now = self.now();
        let values = vec![
            ("leased_by", Option::<String>::None.into()),
            ("leased_until", Option::<i64>::None.into()),
            ("run_at", again.unwrap_or(now).micros().into()),
            ("last_error", Some(aileron_kernel::text::shortened(error, 2_000)).into()),
            ("dead_at", again.is_none().then(|| now.micros()).into()),
        ];
        self.update_where(JOBS, held(id, holder), values).map(|_| ())
    }

    /// Gives back the jobs that this runner holds, for others to take at once, as if it had not begun them; how many.
    pub fn give_back_jobs(&mut self, holder: &str) -> Result<u64> {
        let held = JOBS.col("leased_by").eq(holder).and(JOBS.col("finished_at").is_null());
        let select = self.from(JOBS).filter(held).expr(JOBS.col("id")).expr(JOBS.col("attempts"));
        // As many as one runner runs at a time.
        let jobs = self.all::<(Uuid, i64)>(&select)?;
        for (id, attempts) in &jobs {
            let values = vec![
                ("leased_by", Option::<String>::None.into()),
                ("leased_until", Option::<i64>::None.into()),
                ("attempts", (*attempts - 1).into()),
            ];
            self.update_where(JOBS, JOBS.col("id").eq(*id), values)?;
        }
        Ok(jobs.len() as u64)
    }

    /// Gives back the named leases that are this holder's, under his name or one that begins with it.
    pub fn give_back_leases(&mut self, holder: &str) -> Result<()> {
        use crate::schema::LEASES;
        self.remove_where(LEASES, LEASES.col("holder").like(format!("{holder}%"))).map(|_| ())
    }

    /// Takes or keeps a named lease until `until`; whether it is this holder's now.
    pub fn take_lease(&mut self, name: &str, holder: &str, until: Time) -> Result<bool> {
        use crate::schema::LEASES;
        let now = self.now().micros();
        let free = LEASES.col("name").eq(name).and(LEASES.col("holder").eq(holder).or(LEASES.col("expires_at").lt(now)));
        if self.update_where(LEASES, free, vec![("holder", holder.into()), ("expires_at", until.micros().into())])? == 1 {
            return Ok(true);
        }
        let known = self.from(LEASES).filter(LEASES.col("name").eq(name));
        if self.any(known)? {
            return Ok(false);
        }
        self.insert(LEASES, vec![("name", name.into()), ("holder", holder.into()), ("expires_at", until.micros().into())])?;
        Ok(true)
    }
}

impl Passed {
    /// "It is none of these."
    fn condition(&self) -> Condition {
        let mut others = Condition::all();
        for kind in &self.kinds {
            others = others.add(JOBS.col("kind").ne(kind.as_str()));
        }
        for (kind, workspace) in &self.queues {
            let of_instance = JOBS.col("workspace_id").is_null();
            others = others.add(JOBS.col("kind").ne(kind.as_str()).or(of_instance).or(JOBS.col("workspace_id").ne(*workspace)));
        }
        others
    }
}

/// The job, if this runner holds it still.
fn held(id: Uuid, holder: &str) -> sea_query::Expr {
    JOBS.col("id").eq(id).and(JOBS.col("leased_by").eq(holder)).and(JOBS.col("finished_at").is_null())
}
