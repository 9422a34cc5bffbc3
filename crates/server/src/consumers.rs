//! All consumers of the event log.

use std::sync::Arc;

use aileron_db::Db;
use aileron_identity::accounts;
use aileron_kernel::Random;
use aileron_platform::{consumers::Consumers, metrics::Metrics};

/// What follows the log on this server.
pub fn all(db: &Db, random: Arc<dyn Random>, metrics: Metrics) -> Consumers {
    Consumers::new(db.clone(), aileron_tracker::consumers(), accounts::automation("consumers"), random, metrics)
}
