//! Workspaces, projects, members, work items and what hangs on them.
//!
//! One folder (or file) a noun; in each: `model` (types that leave the crate), `rules` (pure functions), `commands`
//! (writes with their events), `queries` (reads), `http` (routes: extract, call, answer).

pub mod activities;
pub mod analytics;
pub mod assets;
pub mod audit;
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
use aileron_platform::{consumers::Consumer, jobs::Handlers, outgoing::Outgoing};
use utoipa_axum::router::OpenApiRouter;

/// All routes of this crate with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .merge(timezones::routes())
        .merge(workspaces::http::routes())
        .merge(event_consumers::http::routes())
        .merge(audit::http::routes())
        .merge(projects::http::routes())
        .merge(members::http::routes())
        .merge(members::workspace_http::routes())
        .merge(invitations::http::routes())
        .merge(profiles::http::routes())
        .merge(states::http::routes())
        .merge(labels::http::routes())
        .merge(types::http::routes())
        .merge(estimates::http::routes())
        .merge(intake::http::routes())
        .merge(work_items::http::routes())
        .merge(work_items::archive_http::routes())
        .merge(work_items::bulk_http::routes())
        .merge(work_items::move_http::routes())
        .merge(work_items::tree_http::routes())
        .merge(trash::http::routes())
        .merge(undo::http::routes())
        .merge(search::http::routes())
        .merge(analytics::http::routes())
        .merge(cycles::routes())
        .merge(modules::routes())
        .merge(comments::http::routes())
        .merge(links::http::routes())
        .merge(relations::http::routes())
        .merge(activities::http::routes())
        .merge(description_versions::http::routes())
        .merge(reactions::http::routes())
        .merge(votes::http::routes())
        .merge(subscriptions::http::routes())
        .merge(notifications::routes())
        .merge(stickies::http::routes())
        .merge(favorites::http::routes())
        .merge(recents::http::routes())
        .merge(quick_links::http::routes())
        .merge(preferences::http::routes())
        .merge(home_preferences::http::routes())
        .merge(drafts::http::routes())
        .merge(views::routes())
        .merge(assets::routes())
}

/// What this crate does for its jobs.
pub fn jobs(handlers: Handlers, db: &Db, outgoing: &Outgoing) -> Handlers {
    let (own, outgoing) = (db.clone(), outgoing.clone());
    let handlers = handlers.with(links::preview::KIND, move |job| links::preview::run(own.clone(), outgoing.clone(), job));
    let own = db.clone();
    let handlers = handlers.with(cycles::cadence::KIND, move |job| cycles::cadence::run(own.clone(), job));
    let own = db.clone();
    handlers.with(aileron_identity::accounts::SHOWN_OTHERWISE, move |job| members::shown::run(own.clone(), job))
}

/// Who of this crate follows the log.
pub fn consumers() -> Vec<Arc<dyn Consumer>> {
    vec![Arc::new(notifications::consumer::Notifications)]
}
