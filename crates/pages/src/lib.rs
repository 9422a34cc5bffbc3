//! Pages: texts of a project, or of the workspace itself, in a tree.
//!
//! A public page is read by everybody in its place and changed by everybody who may make pages; a private one is its owner's alone, whoever
//! the others are. A locked page is changed by nobody until it is unlocked, an archived one until it is taken back, together with the
//! pages below it that were archived with it. Who archives or moves a page takes along of those below it what is his or he manages; the rest
//! stays, below nothing. A deleted page can be restored.
//!
//! Every text that is replaced is kept as a version ([`aileron_tracker::kept_texts`]), and a version can be made the text again. What one
//! person saves within two minutes is one version, the oldest of too many go, and what was private stays its owner's when the page is
//! published.
//!
//! Events: `page` created, updated, archived, unarchived, moved, deleted, restored. Texts are version ids there, and of a private page
//! nothing is told but which fields changed.

pub mod commands;
pub mod fields;
pub mod http;
pub mod model;
pub mod queries;
pub mod rules;
pub mod tree;
pub mod upkeep_http;
pub mod version_http;
pub mod versions;
pub mod workspace_http;
pub mod workspace_upkeep_http;
pub mod workspace_version_http;

mod docs;
mod sql;

use aileron_identity::Context;
use utoipa_axum::router::OpenApiRouter;

/// The routes of this crate with their documentation, noun by noun: all documentation together takes tens of megabytes.
pub fn routes() -> Vec<fn() -> OpenApiRouter<Context>> {
    vec![
        http::routes,
        upkeep_http::routes,
        version_http::routes,
        workspace_http::routes,
        workspace_upkeep_http::routes,
        workspace_version_http::routes,
    ]
}
