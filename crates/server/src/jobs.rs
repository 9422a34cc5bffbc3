//! All kinds of jobs, with what is done for them.

use std::sync::Arc;

use aileron_db::Db;
use aileron_platform::{
    config::Config,
    files::Files,
    jobs::Handlers,
    outgoing::{Outgoing, Rules},
};

/// What this server does for its jobs.
pub fn handlers(db: &Db, files: &Arc<Files>, outgoing: &Outgoing) -> Handlers {
    let handlers = aileron_tracker::jobs(Handlers::default(), db, outgoing);
    aileron_integrations::jobs(handlers, db, files, outgoing)
}

/// The way to the addresses of users, as the operator wants it.
pub(crate) fn outgoing(config: &Config) -> Outgoing {
    Outgoing::new(rules(config))
}

/// Which addresses of users may be asked.
pub(crate) fn rules(config: &Config) -> Rules {
    Rules::new(config.outgoing_allow.clone(), config.base_url.as_deref())
}
