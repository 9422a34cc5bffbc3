//! Throwing away what rules did long ago.

use aileron_db::{self as db, Db, ExprTrait as _, Unscoped, id_in, schema::AUTOMATION_RUNS};
use aileron_kernel::Uuid;

use super::rules::KEPT;

/// How many rows are removed in one transaction.
const BATCH: i64 = 500;

/// Removes runs of long ago: how many.
pub async fn runs(db: &Db) -> db::Result<u64> {
    let mut removed = 0;
    loop {
        let batch = db.write(|session| {
            let mut tx = session.unscoped_to_write(Unscoped::Job)?;
            let before = tx.now().plus_seconds(-KEPT).micros();
            let old = AUTOMATION_RUNS.col("created_at").lt(before);
            let select = tx.from(AUTOMATION_RUNS).filter(old.clone());
            let found = tx.all::<(Uuid,)>(&select.expr(AUTOMATION_RUNS.col("id")).limit(BATCH))?;
            let ids: Vec<Uuid> = found.into_iter().map(|row| row.0).collect();
            // By time too: it is the index by time that finds them.
            if ids.is_empty() { Ok(0) } else { tx.purge_where(AUTOMATION_RUNS, old.and(id_in(AUTOMATION_RUNS, "id", &ids))) }
        });
        match batch.await? {
            0 => return Ok(removed),
            count => removed += count,
        }
    }
}
