//! The statement of webhooks that is written by hand: it compares rows of one table with each other.

use aileron_db::{self as db, FromRow, InWorkspace, Tx};
use aileron_kernel::Uuid;

/// The first delivery of a webhook that is due and that nobody is sending. What waits behind another of its subject is not due, so
/// that each subject is told in order. `{}`: which deliveries may be sent now at all.
const DUE: &str = "SELECT d.id, d.message_id, d.event, d.payload, d.attempts FROM webhook_deliveries d \
     WHERE d.workspace_id = $1 AND d.webhook_id = $2 AND d.status = 'waiting' AND d.next_attempt_at <= $3 \
     AND (d.claimed_until IS NULL OR d.claimed_until < $4) AND {} \
     AND NOT EXISTS (SELECT 1 FROM webhook_deliveries e WHERE e.workspace_id = d.workspace_id AND e.webhook_id = d.webhook_id \
     AND e.subject_id = d.subject_id AND e.status = 'waiting' AND (e.seq, e.part, e.id) < (d.seq, d.part, d.id)) \
     ORDER BY d.seq, d.part, d.id LIMIT 1";

/// The first delivery of a webhook that is due; of one that must not be told anything now, the first ping.
pub(super) fn due<T: FromRow, S: InWorkspace>(tx: &mut Tx<'_, S>, webhook: Uuid, only_pings: bool) -> db::Result<Option<T>> {
    let now = tx.now().micros();
    let statement = DUE.replace("{}", if only_pings { "d.event_id IS NULL" } else { "1 = 1" });
    let values = vec![tx.workspace_id().into(), webhook.into(), now.into(), now.into()];
    Ok(tx.query_sql(&statement, values)?.into_iter().next())
}
