//! Who the caller is: accounts, passwords, sessions, tokens, and the way from a request to a proved scope.
//!
//! This crate knows kernel, db and platform. It knows no workspace's content.

pub mod account;
pub mod accounts;
pub mod attempts;
pub mod call;
pub mod context;
pub mod credentials;
pub mod email_change;
pub mod forgotten;
pub mod mail_preferences;
pub mod mailed_codes;
pub mod mails;
pub mod me;
pub mod passwords;
pub mod recipients;
pub mod sessions;
pub mod setup;
pub mod sign_in;
pub mod tokens;
pub mod upkeep;
pub mod uses;
pub mod visitor;
pub mod wire;

mod own_sessions;
mod own_tokens;
mod sql;

use aileron_db::Db;
use aileron_platform::{jobs::Handlers, mail::Outbox};

pub use call::{AccountCall, Call, ProjectCall, WorkspaceCall};
pub use context::{Context, RequestInfo};
pub use credentials::Credentials;
pub use visitor::Visitor;

/// The routes of this crate with their documentation, noun by noun: all documentation together takes tens of megabytes.
pub fn routes() -> Vec<fn() -> utoipa_axum::router::OpenApiRouter<Context>> {
    vec![
        me::routes,
        account::routes,
        email_change::routes,
        mail_preferences::routes,
        sign_in::routes,
        forgotten::routes,
        own_sessions::routes,
        own_tokens::routes,
    ]
}

/// What this crate does for its jobs.
pub fn jobs(handlers: Handlers, db: &Db, outbox: &Outbox) -> Handlers {
    let (db, outbox) = (db.clone(), outbox.clone());
    handlers.with(forgotten::KIND, move |job| forgotten::run(db.clone(), outbox.clone(), job))
}
