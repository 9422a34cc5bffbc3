//! Throwing away the files of exports whose time is over, and giving up what was never made.

use aileron_db::{self as db, Db, ExprTrait as _, Session, Unscoped, schema::EXPORTS};
use aileron_kernel::Uuid;
use aileron_platform::{
    blobs::{BlobKey, Blobs},
    mail::Outbox,
};
use aileron_tracker::assets::sweep::{SweepError, Swept};

use super::{
    commands::{self, Made},
    run::in_workspace,
};

/// After so many seconds an export that is not done never will be.
const GIVEN_UP: i64 = 24 * 60 * 60;
/// How many files are let go in one transaction.
const BATCH: i64 = 200;

/// Removes the files of exports whose time is over. The rows stay: they are the history.
pub async fn expired(db: &Db, blobs: &Blobs) -> Result<Swept, SweepError> {
    for (workspace, export) in db.read(stuck).await? {
        db.write(move |session| give_up(session, workspace, export)).await?;
    }
    let mut removed = 0;
    loop {
        let keys = db.write(let_go).await?;
        if keys.is_empty() {
            return Ok(Swept::from([("expired", removed)]));
        }
        for key in keys {
            // The row has let go of it: if this fails, it is an orphan.
            blobs.delete(key).await?;
            removed += 1;
        }
    }
}

/// Takes the files from some rows whose time is over.
fn let_go(session: &mut Session) -> db::Result<Vec<BlobKey>> {
    let mut tx = session.unscoped_to_write(Unscoped::Job)?;
    let over = EXPORTS.col("blob_id").is_not_null().and(EXPORTS.col("expires_at").lte(tx.now().micros()));
    let select = tx.from(EXPORTS).filter(over).expr(EXPORTS.col("workspace_id")).expr(EXPORTS.col("id")).expr(EXPORTS.col("blob_id"));
    let found = tx.all::<(Uuid, Uuid, Uuid)>(&select.limit(BATCH).locked())?;
    for (workspace, id, _) in &found {
        let this = EXPORTS.col("workspace_id").eq(*workspace).and(EXPORTS.col("id").eq(*id));
        tx.update_where(EXPORTS, this, vec![("blob_id", None::<Uuid>.into())])?;
    }
    Ok(found.into_iter().map(|(owner, _, blob)| BlobKey { owner, blob }).collect())
}

/// Exports that were not done within their time, as many as this looks at once.
fn stuck(session: &mut Session) -> db::Result<Vec<(Uuid, Uuid)>> {
    let mut tx = session.unscoped(Unscoped::Job)?;
    let before = tx.now().plus_seconds(-GIVEN_UP).micros();
    let stuck = EXPORTS.col("status").is_in(["queued", "processing"]).and(EXPORTS.col("created_at").lt(before));
    let select = tx.from(EXPORTS).filter(stuck).expr(EXPORTS.col("workspace_id")).expr(EXPORTS.col("id"));
    tx.all::<(Uuid, Uuid)>(&select.limit(BATCH))
}

fn give_up(session: &mut Session, workspace: Uuid, export: Uuid) -> db::Result<bool> {
    let Some(mut tx) = in_workspace(session, "housekeeping", workspace)? else { return Ok(false) };
    // Nobody waits for a mail about it a day later.
    let outbox = Outbox::default();
    commands::finish(&mut tx, export, &Made::Nothing("It was not finished within a day.".to_owned()), &outbox)
}
