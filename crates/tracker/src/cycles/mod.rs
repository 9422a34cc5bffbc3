//! Cycles: spans of time (sprints) in which a project works on a choice of its items. An item is in one cycle at most; putting
//! it into another moves it. A cycle without dates is a draft; one whose last day is over is completed: it takes no more items
//! and keeps its fields, and what is left undone can be moved on, which keeps how it stood.
//!
//! Events: `cycle` created, updated, deleted, restored, archived, unarchived, transferred, completed (when its end is past); `cycle_settings` updated; `cycle_item` (about
//! the item; see [`crate::collections`]) created, updated (moved), deleted.

pub mod cadence;
pub mod commands;
pub mod ending;
pub mod fields;
pub mod http;
pub mod item_commands;
pub mod item_http;
pub mod model;
pub mod queries;
pub mod rules;
pub mod settings;
pub mod settings_http;

pub(crate) mod docs;

use aileron_identity::Context;
use utoipa_axum::router::OpenApiRouter;

/// All routes of cycles.
pub(crate) fn routes() -> OpenApiRouter<Context> {
    http::routes().merge(item_http::routes()).merge(settings_http::routes())
}
