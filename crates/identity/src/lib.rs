//! Who the caller is: accounts, passwords, sessions, tokens, and the way from a request to a proved scope.
//!
//! This crate knows kernel, db and platform. It knows no workspace's content.

pub mod account;
pub mod accounts;
pub mod attempts;
pub mod call;
pub mod context;
pub mod credentials;
pub mod me;
pub mod passwords;
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

pub use call::{AccountCall, Call, ProjectCall, WorkspaceCall};
pub use context::{Context, RequestInfo};
pub use credentials::Credentials;
pub use visitor::Visitor;

/// The routes of this crate with their documentation, noun by noun: all documentation together takes tens of megabytes.
pub fn routes() -> Vec<fn() -> utoipa_axum::router::OpenApiRouter<Context>> {
    vec![me::routes, account::routes, sign_in::routes, own_sessions::routes, own_tokens::routes]
}
