//! Who the caller is: accounts, passwords, sessions, tokens, and the way from a request to a proved scope.
//!
//! This crate knows kernel, db and platform. It knows no workspace's content.

pub mod accounts;
pub mod call;
pub mod context;
pub mod credentials;
pub mod me;
pub mod tokens;
pub mod tokens_used;

pub use call::{AccountCall, Call, ProjectCall, WorkspaceCall};
pub use context::{Context, RequestInfo};
pub use credentials::Credentials;

/// All routes of this crate with their documentation.
pub fn routes() -> utoipa_axum::router::OpenApiRouter<Context> {
    utoipa_axum::router::OpenApiRouter::new().merge(me::routes())
}
