//! All kinds of jobs, with what is done for them.

use aileron_db::Db;
use aileron_platform::{
    config::Config,
    jobs::Handlers,
    outgoing::{Outgoing, Rules},
};

/// What this server does for its jobs.
pub fn handlers(db: &Db, outgoing: &Outgoing) -> Handlers {
    aileron_tracker::jobs(Handlers::default(), db, outgoing)
}

/// The way to the addresses of users, as the operator wants it.
pub(crate) fn outgoing(config: &Config) -> Outgoing {
    Outgoing::new(Rules::new(config.outgoing_allow.clone(), config.base_url.as_deref()))
}
