//! Workspaces, projects, members, work items and what hangs on them.
//!
//! One folder (or file) a noun; in each: `model` (types that leave the crate), `rules` (pure functions), `commands`
//! (writes with their events), `queries` (reads), `http` (routes: extract, call, answer).

pub mod activities;
pub mod assets;
pub mod collections;
pub mod comments;
pub mod cycles;
pub mod estimates;
mod expand;
pub mod favorites;
pub mod intake;
pub mod invitations;
pub mod labels;
pub mod links;
pub mod members;
pub mod modules;
pub mod preferences;
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
pub mod types;
pub mod versions;
pub mod votes;
pub mod wire;
pub mod work_items;
pub mod workspaces;

use aileron_db::Db;
use aileron_identity::Context;
use aileron_platform::{jobs::Handlers, outgoing::Outgoing};
use utoipa_axum::router::OpenApiRouter;

/// All routes of this crate with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .merge(workspaces::http::routes())
        .merge(projects::http::routes())
        .merge(members::http::routes())
        .merge(members::workspace_http::routes())
        .merge(invitations::http::routes())
        .merge(states::http::routes())
        .merge(labels::http::routes())
        .merge(types::http::routes())
        .merge(estimates::http::routes())
        .merge(intake::http::routes())
        .merge(work_items::http::routes())
        .merge(search::http::routes())
        .merge(cycles::routes())
        .merge(modules::routes())
        .merge(comments::http::routes())
        .merge(links::http::routes())
        .merge(relations::http::routes())
        .merge(activities::http::routes())
        .merge(reactions::http::routes())
        .merge(votes::http::routes())
        .merge(subscriptions::http::routes())
        .merge(stickies::http::routes())
        .merge(favorites::http::routes())
        .merge(recents::http::routes())
        .merge(quick_links::http::routes())
        .merge(preferences::http::routes())
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
