//! What stops a rule: it acts too often, or nobody can read it.

use aileron_db::{self as db, ProjectScope, WriteTx, schema::AUTOMATIONS};
use aileron_kernel::{Change, Uuid};
use aileron_platform::metrics::Metrics;

use super::{
    commands,
    model::{Rule, Stored},
    plan::Notice,
    queries, run,
};

/// Switches a rule off that acts too often, and tells the admins of the project, at the item that it would have acted on next.
pub(super) fn pause(tx: &mut WriteTx<'_, ProjectScope>, metrics: &Metrics, rule: &Rule, item: Uuid, message: String) -> db::Result<()> {
    switch_off(tx, rule.id)?;
    let admins = queries::admins(tx)?;
    run::tell(tx, rule, item, &Notice { to: Vec::new(), members: Vec::new(), message }, admins)?;
    metrics.automation_pauses.inc();
    Ok(())
}

/// A rule that can act. One that cannot be read is switched off: it is in nobody's way, and admins find it paused.
pub(super) fn readable(tx: &mut WriteTx<'_, ProjectScope>, stored: Stored) -> db::Result<Option<Rule>> {
    let id = stored.id;
    match stored.rule() {
        Ok(rule) => Ok(Some(rule)),
        Err(error) => {
            tracing::error!(automation = %id, %error, "an automation cannot be read and is paused");
            switch_off(tx, id).map(|()| None)
        }
    }
}

fn switch_off(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid) -> db::Result<()> {
    let now = tx.now().micros();
    let set = vec![("is_enabled", false.into()), ("paused_at", Some(now).into()), ("next_at", None::<i64>.into())];
    tx.update(AUTOMATIONS, id, set)?;
    commands::record(tx, "paused", id, vec![Change::value("is_enabled", true, false)])
}
