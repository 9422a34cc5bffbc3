//! Live sync: the rows of a workspace as a stream, what changed since, and a socket that says so as it happens.
//!
//! What is sent, and to whom, is decided in `aileron_tracker::sync`; this crate is the way there. No transaction is open while
//! somebody downloads, and nothing is kept for somebody who reads slowly: each part is read when there is room for it.

mod http;
mod live;
mod stream;
mod wire;

pub use live::{Live, Settings};

/// The routes of this crate with their documentation, noun by noun: all documentation together takes tens of megabytes. They need a [`Live`] as an extension.
pub fn routes() -> Vec<fn() -> utoipa_axum::router::OpenApiRouter<aileron_identity::Context>> {
    vec![http::routes]
}
