//! Uploaded files: attachments of work items, other files of a workspace, and pictures of accounts.
//!
//! A row is made first; its answer carries a form that is good for an hour and for this row alone. Whoever holds the form sends the file
//! with it to our own address, which streams it into the store ([`upload`]). Then the row is confirmed, and only now the file is there for
//! others; said too early, it counts when the file comes. Each upload has a key of its own, `workspace/blob`, so that a stored file never changes and no name from outside is part of
//! a path. Downloads go to a signed address, ours or the bucket's, that is good for an hour.
//!
//! Deleting marks the row; the bytes stay for a month, so that a row can be restored. Then they are thrown away with it ([`sweep`]), and so
//! are uploads that were not confirmed within a day.
//! Events: `attachment` and `asset`, each `requested` (the row), `awaited` (confirmed before it is there), `created` (the file is confirmed and
//! there), `deleted`.

pub mod commands;
pub mod download;
mod gate;
pub mod http;
pub mod model;
pub mod queries;
pub mod rules;
pub mod signed;
pub mod sweep;
pub mod upload;
pub mod user_commands;
pub mod user_http;
pub mod workspace_http;

use aileron_identity::Context;
use utoipa_axum::router::OpenApiRouter;

/// The routes with their documentation.
pub(crate) fn routes() -> OpenApiRouter<Context> {
    http::routes().merge(workspace_http::routes()).merge(user_http::routes()).merge(upload::routes()).merge(download::routes())
}
