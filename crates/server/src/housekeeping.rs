//! Throwing away what nobody asks for any more: once an hour, by one process.

use std::time::Duration;

use aileron_db::{self as db, Db, ExprTrait as _, Session, Unscoped, dump, idempotency, schema};
use aileron_identity::mailed_codes;
use aileron_integrations::{exporters, webhooks};
use aileron_kernel::Random;
use aileron_platform::{blobs::Blobs, mail, metrics::Metrics};
use aileron_tracker::{
    assets::sweep::{self, SweepError, Swept},
    automations, cycles, description_versions, trash,
};

/// A day, in seconds.
const DAY: i64 = 24 * 60 * 60;
/// How often.
const PAUSE: Duration = Duration::from_hours(1);
/// For how long others leave it to who does it, in seconds: a little less than the pause.
const LEASE: i64 = 55 * 60;
/// The same for going through the whole store of files.
const DAILY: i64 = DAY - 5 * 60;
/// How long ended sessions, finished jobs and what was told by mail are kept, in days.
const KEPT_DAYS: i64 = 30;

/// What is kept in order.
#[derive(Clone)]
pub struct House {
    /// The database.
    pub db: Db,
    /// The store of files.
    pub blobs: Blobs,
    /// Where is counted what was thrown away.
    pub metrics: Metrics,
    /// For how many days what was deleted can be brought back; 0: for ever.
    pub trash_days: u32,
}

/// Whose turn it is, and what was thrown away in finding out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Turn {
    /// To do what is done every hour.
    hourly: bool,
    /// To do what is done once a day.
    daily: bool,
    /// Old rows of the instance that were removed, by what they were.
    removed: Vec<(&'static str, u64)>,
}

impl House {
    /// Runs until `stop`. What it was about then, another process does.
    pub(crate) async fn run(&self, random: &dyn Random, stop: impl Future<Output = ()> + Send) {
        let holder = format!("{:016x}", u64::from_le_bytes(aileron_kernel::random::bytes(random)));
        let mut pause = tokio::time::interval(PAUSE);
        let mut stop = std::pin::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => return,
                _ = pause.tick() => {}
            }
            tokio::select! {
                () = &mut stop => return self.give_back(holder).await,
                cleaned = self.clean(&holder) => {
                    if let Err(error) = cleaned {
                        tracing::warn!(%error, "not all that is old could be thrown away");
                    }
                }
            }
        }
    }

    /// Leaves its turns to others.
    async fn give_back(&self, holder: String) {
        let given = self.db.write(move |session| session.unscoped_to_write(Unscoped::Job)?.give_back_leases(&holder));
        if let Err(error) = given.await {
            tracing::warn!(%error, "what is old is thrown away an hour later");
        }
    }

    /// Throws away what is old, if it is this holder's turn.
    pub async fn clean(&self, holder: &str) -> Result<(), SweepError> {
        let holder = holder.to_owned();
        let turn = self.db.write(move |session| rows(session, &holder)).await?;
        self.count_rows(turn.removed);
        if turn.hourly {
            self.recover_automations().await;
            self.recover_endings().await;
            let kept = (self.trash_days > 0).then(|| i64::from(self.trash_days) * DAY);
            self.count(sweep::rows(&self.db, &self.blobs, kept).await?);
            if let Some(kept) = kept {
                self.count_rows(trash::sweep::empty(&self.db, kept).await?);
            }
            self.count(exporters::sweep::expired(&self.db, &self.blobs).await?);
            self.count_rows([("webhook_delivery", webhooks::sweep::deliveries(&self.db).await?)]);
            self.count_rows([("automation_run", automations::sweep::runs(&self.db).await?)]);
        }
        if turn.daily {
            self.count(sweep::orphans(&self.db, &self.blobs).await?);
            self.count_rows([("description_version", description_versions::sweep::too_many(&self.db).await?)]);
        }
        Ok(())
    }

    /// First of all, and whatever comes of it: rules are not to wait for files that cannot be thrown away.
    async fn recover_automations(&self) {
        match automations::schedule::recover(&self.db).await {
            Ok(0) => {}
            Ok(automations) => tracing::info!(automations, "automations that nobody was to run are run again"),
            Err(error) => tracing::warn!(%error, "not all automations that nobody was to run are run again"),
        }
    }

    /// Nor is that a cycle is over.
    async fn recover_endings(&self) {
        if let Err(error) = cycles::ending::recover(&self.db).await {
            tracing::warn!(%error, "not all cycles that end soon are followed");
        }
    }

    fn count_rows(&self, removed: impl IntoIterator<Item = (&'static str, u64)>) {
        for (what, count) in removed {
            self.metrics.rows_removed.with_label_values(&[what]).inc_by(count);
        }
    }

    fn count(&self, swept: Swept) {
        for (why, count) in swept {
            self.metrics.files_removed.with_label_values(&[why]).inc_by(count);
        }
    }
}

/// Removes old rows of the instance, and takes the leases for the rest. Nobody's turn it is while a backup copies files.
fn rows(session: &mut Session, holder: &str) -> db::Result<Turn> {
    let mut tx = session.unscoped_to_write(Unscoped::Job)?;
    let now = tx.now();
    let leases = schema::LEASES;
    let backup = leases.col("name").eq(dump::KEEPING_FILES).and(leases.col("expires_at").gt(now.micros()));
    let backup = tx.from(leases).filter(backup);
    if tx.any(backup)? || !tx.take_lease("housekeeping", holder, now.plus_seconds(LEASE))? {
        return Ok(Turn::default());
    }
    let days_ago = |days: i64| now.plus_seconds(-days * DAY).micros();
    let (keys, sessions, jobs) = (schema::IDEMPOTENCY_KEYS, schema::SESSIONS, schema::JOBS);
    let ended = sessions.col("expires_at").lt(days_ago(KEPT_DAYS)).or(sessions.col("revoked_at").lt(days_ago(KEPT_DAYS)));
    let mails = schema::NOTIFICATION_MAILS;
    // Whoever reads the table reads what stands in them.
    let old_mails = jobs.col("kind").eq(mail::KIND).and(jobs.col("dead_at").lt(days_ago(KEPT_DAYS)));
    let removed = vec![
        ("mailed_code", mailed_codes::sweep(&mut tx, now)?),
        ("notification_mail", tx.purge_where(mails, mails.col("done_at").lt(days_ago(KEPT_DAYS)))?),
        ("idempotency_key", tx.remove_where(keys, keys.col("created_at").lt(days_ago(idempotency::KEPT_DAYS)))?),
        ("session", tx.remove_where(sessions, ended)?),
        ("job", tx.remove_where(jobs, jobs.col("finished_at").lt(days_ago(KEPT_DAYS)).or(old_mails))?),
    ];
    // A holder of its own each time: whoever holds a lease may take it again.
    let daily = tx.take_lease("file sweep", &format!("{holder} {}", now.micros()), now.plus_seconds(DAILY))?;
    Ok(Turn { hourly: true, daily, removed })
}
