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

/// All routes of this crate with their documentation.
pub fn routes() -> utoipa_axum::router::OpenApiRouter<Context> {
    utoipa_axum::router::OpenApiRouter::new()
        .merge(me::routes())
        .merge(account::routes())
        .merge(sign_in::routes())
        .merge(own_sessions::routes())
        .merge(own_tokens::routes())
}
