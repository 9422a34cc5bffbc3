//! The statement of webhooks that is written by hand: it compares rows of one table with each other.

use aileron_db::{self as db, FromRow, InWorkspace, Tx};
use aileron_kernel::Uuid;

/// Deliveries of a webhook that are due and that nobody is sending. What waits behind another of its subject is not due, so that each
/// subject is told in order. `{}`: which deliveries may be sent now at all, and in which order they come.
const DUE: &str = "SELECT d.id, d.message_id, d.event, d.payload, d.attempts FROM webhook_deliveries d \
     WHERE d.workspace_id = $1 AND d.webhook_id = $2 AND d.status = 'waiting' AND d.next_attempt_at <= $3 \
     AND (d.claimed_until IS NULL OR d.claimed_until < $4) AND {which} \
     AND NOT EXISTS (SELECT 1 FROM webhook_deliveries e WHERE e.workspace_id = d.workspace_id AND e.webhook_id = d.webhook_id \
     AND e.subject_id = d.subject_id AND e.status = 'waiting' AND (e.seq, e.part, e.id) < (d.seq, d.part, d.id)) \
     ORDER BY {first}d.seq, d.part, d.id LIMIT $5";

/// Which deliveries are wanted.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted {
    /// As many as this, one of each subject.
    All(i64),
    /// One, to see whether anything gets through. The one that was tried least often, so that one that is never taken does not stand before
    /// all others.
    Probe,
    /// The first ping.
    Pings,
}

/// The deliveries of a webhook that are due.
pub(super) fn due<T: FromRow, S: InWorkspace>(tx: &mut Tx<'_, S>, webhook: Uuid, wanted: Wanted) -> db::Result<Vec<T>> {
    let now = tx.now().micros();
    let (which, first, limit) = match wanted {
        Wanted::All(limit) => ("1 = 1", "", limit),
        Wanted::Probe => ("1 = 1", "d.attempts, ", 1),
        Wanted::Pings => ("d.event_id IS NULL", "", 1),
    };
    let statement = DUE.replace("{which}", which).replace("{first}", first);
    tx.query_sql(&statement, vec![tx.workspace_id().into(), webhook.into(), now.into(), now.into(), limit.into()])
}
