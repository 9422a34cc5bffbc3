//! Calendar feeds: due dates and cycles for calendar programs, under an address that is a secret.
//!
//! Who has the address reads what the feed's owner sees at that moment: what he works on wherever it is, or one project. The token in
//! the address is shown when it is made and never again; only its hash is stored. A feed ends with its revocation, with the membership of its owner
//! and with his account.
//!
//! Events: `calendar_feed` created, rotated, revoked.

pub mod commands;
pub mod entries;
pub mod feed_http;
pub mod http;
pub mod ical;
pub mod model;
pub mod queries;

use aileron_identity::Context;
use utoipa_axum::router::OpenApiRouter;

/// All routes of calendar feeds.
pub(crate) fn routes() -> OpenApiRouter<Context> {
    http::routes().merge(feed_http::routes())
}
