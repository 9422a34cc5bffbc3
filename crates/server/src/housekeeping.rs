//! Throwing away what nobody asks for any more: once an hour, by one process.

use std::time::Duration;

use aileron_db::{self as db, Db, ExprTrait as _, Session, Unscoped, idempotency, schema};
use aileron_kernel::Random;

/// How often.
const PAUSE: Duration = Duration::from_hours(1);
/// For how long others leave it to who does it, in seconds: a little less than the pause.
const LEASE: i64 = 55 * 60;
/// How long ended sessions and finished jobs are kept, in days.
const KEPT_DAYS: i64 = 30;

/// Runs until it is dropped.
pub(crate) async fn run(db: Db, random: &dyn Random) {
    let holder = format!("{:016x}", u64::from_le_bytes(aileron_kernel::random::bytes(random)));
    let mut pause = tokio::time::interval(PAUSE);
    loop {
        pause.tick().await;
        let holder = holder.clone();
        match db.write(move |session| clean(session, &holder)).await {
            Ok(removed) => tracing::debug!(removed, "threw away old rows"),
            Err(error) => tracing::warn!(%error, "old rows could not be thrown away"),
        }
    }
}

fn clean(session: &mut Session, holder: &str) -> db::Result<u64> {
    let mut tx = session.unscoped_to_write(Unscoped::Job)?;
    let now = tx.now();
    if !tx.take_lease("housekeeping", holder, now.plus_seconds(LEASE))? {
        return Ok(0);
    }
    let days_ago = |days: i64| now.plus_seconds(-days * 24 * 60 * 60).micros();
    let (keys, sessions, jobs) = (schema::IDEMPOTENCY_KEYS, schema::SESSIONS, schema::JOBS);
    let mut removed = tx.remove_where(keys, keys.col("created_at").lt(days_ago(idempotency::KEPT_DAYS)))?;
    let ended = sessions.col("expires_at").lt(days_ago(KEPT_DAYS)).or(sessions.col("revoked_at").lt(days_ago(KEPT_DAYS)));
    removed += tx.remove_where(sessions, ended)?;
    removed += tx.remove_where(jobs, jobs.col("finished_at").lt(days_ago(KEPT_DAYS)))?;
    Ok(removed)
}
