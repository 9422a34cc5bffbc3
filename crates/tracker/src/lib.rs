//! Workspaces, projects, members, work items and what hangs on them.
//!
//! One folder (or file) a noun; in each: `model` (types that leave the crate), `rules` (pure functions), `commands`
//! (writes with their events), `queries` (reads), `http` (routes: extract, call, answer).

pub mod activities;
pub mod analytics;
pub mod assets;
pub mod audit;
pub mod automations;
pub mod collections;
pub mod comments;
pub mod cycles;
pub mod description_versions;
pub mod drafts;
pub mod estimates;
pub mod event_consumers;
pub mod expand;
pub mod favorites;
pub mod history;
pub mod home_preferences;
pub mod homes;
pub mod intake;
pub mod invitations;
pub mod kept_texts;
pub mod labels;
pub mod links;
pub mod mails;
pub mod members;
pub mod modules;
pub mod notifications;
pub mod portraits;
pub mod preferences;
pub mod profiles;
pub mod projects;
pub mod quick_links;
pub mod reactions;
pub mod recents;
pub mod relations;
pub mod search;
pub mod states;
pub mod stickies;
pub mod subscriptions;
pub mod sync;
pub mod things;
pub mod timezones;
pub mod trash;
pub mod types;
pub mod undo;
pub mod versions;
pub mod views;
pub mod votes;
pub mod wire;
pub mod work_items;
pub mod workspaces;

use std::sync::Arc;

use aileron_db::Db;
use aileron_identity::Context;
use aileron_platform::{consumers::Consumer, jobs::Handlers, mail::Outbox, metrics::Metrics, outgoing::Outgoing};
use utoipa_axum::router::OpenApiRouter;

/// The routes of this crate with their documentation, noun by noun: all documentation together takes tens of megabytes.
pub fn routes() -> Vec<fn() -> OpenApiRouter<Context>> {
    vec![
        timezones::routes,
        workspaces::http::routes,
        event_consumers::http::routes,
        audit::http::routes,
        projects::http::routes,
        members::http::routes,
        members::workspace_http::routes,
        invitations::http::routes,
        profiles::http::routes,
        states::http::routes,
        labels::http::routes,
        types::http::routes,
        automations::http::routes,
        estimates::http::routes,
        intake::http::routes,
        work_items::http::routes,
        work_items::archive_http::routes,
        work_items::bulk_http::routes,
        work_items::move_http::routes,
        work_items::tree_http::routes,
        trash::http::routes,
        undo::http::routes,
        search::http::routes,
        analytics::http::routes,
        cycles::routes,
        modules::routes,
        comments::http::routes,
        links::http::routes,
        relations::http::routes,
        activities::http::routes,
        description_versions::http::routes,
        reactions::http::routes,
        votes::http::routes,
        subscriptions::http::routes,
        notifications::routes,
        stickies::http::routes,
        favorites::http::routes,
        recents::http::routes,
        quick_links::http::routes,
        preferences::http::routes,
        home_preferences::http::routes,
        drafts::http::routes,
        views::routes,
        assets::routes,
    ]
}

/// What this crate does for its jobs.
pub fn jobs(handlers: Handlers, db: &Db, outgoing: &Outgoing, outbox: &Outbox, metrics: &Metrics) -> Handlers {
    let (own, outgoing) = (db.clone(), outgoing.clone());
    let handlers = handlers.with(links::preview::KIND, move |job| links::preview::run(own.clone(), outgoing.clone(), job));
    let own = db.clone();
    let handlers = handlers.with(cycles::cadence::KIND, move |job| cycles::cadence::run(own.clone(), job));
    let own = db.clone();
    let handlers = handlers.with(cycles::ending::KIND, move |job| cycles::ending::run(own.clone(), job));
    let (own, outbox) = (db.clone(), outbox.clone());
    let handlers = handlers.with(notifications::mail::KIND, move |job| notifications::mail::run(own.clone(), outbox.clone(), job));
    let (own, rules) = (db.clone(), automations::consumer::Automations::new(metrics));
    let handlers = handlers.with(automations::schedule::KIND, move |job| automations::schedule::run(own.clone(), rules.clone(), job));
    let own = db.clone();
    handlers.with(aileron_identity::accounts::SHOWN_OTHERWISE, move |job| members::shown::run(own.clone(), job))
}

/// Who of this crate follows the log.
pub fn consumers(outbox: &Outbox, metrics: &Metrics) -> Vec<Arc<dyn Consumer>> {
    vec![
        Arc::new(automations::consumer::Automations::new(metrics)),
        Arc::new(notifications::consumer::Notifications { by_mail: outbox.is_open() }),
    ]
}
