//! Modules: parts of what a project makes, each with a choice of its items, people who work on it and links. An item may be in
//! many modules.
//!
//! Events: `module` created, updated, deleted, restored, archived, unarchived; `module_item` (about the item; see
//! [`crate::collections`]) created, deleted; `module_link` created, updated, deleted.

pub mod commands;
pub mod fields;
pub mod http;
pub mod item_commands;
pub mod item_http;
pub mod link_commands;
pub mod link_http;
pub mod model;
pub mod queries;

pub(crate) mod docs;

use aileron_identity::Context;
use utoipa_axum::router::OpenApiRouter;

/// All routes of modules.
pub(crate) fn routes() -> OpenApiRouter<Context> {
    http::routes().merge(item_http::routes()).merge(link_http::routes())
}
