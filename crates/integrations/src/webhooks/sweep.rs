//! Throwing away what was sent long ago.

use aileron_db::{self as db, Db, ExprTrait as _, Unscoped, id_in, schema::WEBHOOK_DELIVERIES};
use aileron_kernel::Uuid;

/// For how long the log is kept, in seconds.
const KEPT: i64 = 30 * 24 * 60 * 60;
/// How many rows are removed in one transaction.
const BATCH: i64 = 500;

/// Removes deliveries of long ago with how they went: how many. What waits stays, as long as its webhook does.
pub async fn deliveries(db: &Db) -> db::Result<u64> {
    let mut removed = 0;
    loop {
        let batch = db.write(|session| {
            let mut tx = session.unscoped_to_write(Unscoped::Job)?;
            let before = tx.now().plus_seconds(-KEPT).micros();
            let old = WEBHOOK_DELIVERIES.col("created_at").lt(before);
            let select = tx.from(WEBHOOK_DELIVERIES).filter(old.clone()).filter(WEBHOOK_DELIVERIES.col("status").ne("waiting"));
            let found = tx.all::<(Uuid,)>(&select.expr(WEBHOOK_DELIVERIES.col("id")).limit(BATCH))?;
            let ids: Vec<Uuid> = found.into_iter().map(|row| row.0).collect();
            // By time too: it is the index by time that finds them.
            if ids.is_empty() { Ok(0) } else { tx.purge_where(WEBHOOK_DELIVERIES, old.and(id_in(WEBHOOK_DELIVERIES, "id", &ids))) }
        });
        match batch.await? {
            0 => return Ok(removed),
            count => removed += count,
        }
    }
}
