//! All consumers of the event log.

use std::sync::Arc;

use aileron_db::Db;
use aileron_identity::accounts;
use aileron_kernel::Random;
use aileron_platform::{consumers::Consumers, mail::Outbox, metrics::Metrics};

/// What follows the log on this server.
pub fn all(db: &Db, random: Arc<dyn Random>, metrics: Metrics, outbox: &Outbox) -> Consumers {
    let all = aileron_tracker::consumers(outbox, &metrics).into_iter().chain(aileron_integrations::consumers()).collect();
    Consumers::new(db.clone(), all, accounts::automation("consumers"), random, metrics)
}
