//! All kinds of jobs, with what is done for them.

use std::sync::Arc;

use aileron_db::Db;
use aileron_platform::{
    config::Config,
    files::Files,
    jobs::Handlers,
    mail,
    metrics::Metrics,
    outgoing::{Outgoing, Rules},
};

use crate::mail::Post;

/// What this server does for its jobs.
pub fn handlers(db: &Db, files: &Arc<Files>, outgoing: &Outgoing, post: &Post, metrics: &Metrics) -> Handlers {
    let (mailer, sealer, asked) = (post.mailer.clone(), files.sealer().clone(), db.clone());
    let send = move |job| crate::mail::send(asked.clone(), mailer.clone(), sealer.clone(), job);
    let handlers = Handlers::default().with_attempts(mail::KIND, mail::ATTEMPTS, send);
    let handlers = aileron_identity::jobs(handlers, db, &post.outbox);
    let handlers = aileron_tracker::jobs(handlers, db, outgoing, &post.outbox, metrics);
    aileron_integrations::jobs(handlers, db, files, outgoing, &post.outbox)
}

/// The way to the addresses of users, as the operator wants it.
pub(crate) fn outgoing(config: &Config) -> Outgoing {
    Outgoing::new(rules(config))
}

/// Which addresses of users may be asked.
pub(crate) fn rules(config: &Config) -> Rules {
    Rules::new(config.outgoing_allow.clone(), config.base_url.as_deref())
}
