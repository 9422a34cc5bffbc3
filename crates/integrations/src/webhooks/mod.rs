//! Webhooks: addresses that are told what happens in a workspace. Only admins see them and what was sent to them.
//!
//! A consumer of the log ([`consumer`]) writes what is to be sent as rows ([`deliveries`]), which say how things were at the event. A job
//! ([`send`]) sends what is due: in order for each work item, again after a pause that grows where it was not taken, and one at a time
//! as long as an address takes nothing. An address that took nothing for five days is left alone until an admin switches it on again.
//! Who would rather fetch than be told reads the same in the order of the log ([`feed`]).
//!
//! The secret with which deliveries are signed is shown when it is made and never again; at rest it is sealed.
//!
//! Events: `webhook` created, updated, deleted, `secret_rotated`, disabled (by the server). They name the fields that changed, and of an
//! address no more than its origin: the rest of it is a secret with many receivers.

mod audience;
mod body;
pub mod commands;
pub mod consumer;
pub mod deliveries;
pub mod delivery_http;
pub mod feed;
pub mod http;
pub mod model;
pub mod nouns;
pub mod queries;
pub mod redelivery;
pub mod rules;
pub mod send;
mod signature;
mod sql;
pub mod sweep;
mod tries;

use aileron_identity::Context;
use utoipa_axum::router::OpenApiRouter;

/// All routes of webhooks.
pub(crate) fn routes() -> OpenApiRouter<Context> {
    http::routes().merge(delivery_http::routes())
}
