//! What Aileron exchanges with other programs: webhooks, exports, calendar feeds, imports.

pub mod calendar;
pub mod exporters;
pub mod importers;
pub mod mails;
pub mod webhooks;

use std::sync::Arc;

use aileron_db::Db;
use aileron_identity::Context;
use aileron_platform::{consumers::Consumer, files::Files, jobs::Handlers, mail::Outbox, outgoing::Outgoing};
use utoipa_axum::router::OpenApiRouter;

/// The routes of this crate with their documentation, noun by noun: all documentation together takes tens of megabytes.
pub fn routes() -> Vec<fn() -> OpenApiRouter<Context>> {
    vec![webhooks::routes, exporters::http::routes, calendar::routes]
}

/// What this crate does for its jobs.
pub fn jobs(handlers: Handlers, db: &Db, files: &Arc<Files>, outgoing: &Outgoing, outbox: &Outbox) -> Handlers {
    let (own, sealer, outgoing, told) = (db.clone(), files.sealer().clone(), outgoing.clone(), outbox.clone());
    let handlers = handlers
        .with(webhooks::send::KIND, move |job| webhooks::send::run(own.clone(), sealer.clone(), outgoing.clone(), told.clone(), job));
    let (own, files, told) = (db.clone(), files.clone(), outbox.clone());
    handlers.with(exporters::run::KIND, move |job| exporters::run::run(own.clone(), files.clone(), told.clone(), job))
}

/// Who of this crate follows the log.
pub fn consumers() -> Vec<Arc<dyn Consumer>> {
    vec![Arc::new(webhooks::consumer::Webhooks)]
}
