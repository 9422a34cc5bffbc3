//! Views: which work items are shown, and how, under a name. A project has some, and so has the workspace itself. A public view is for
//! everybody there, and changed by everybody who may make views; a private one is its owner's alone; a locked one is changed by its
//! owner and by admins.
//!
//! What a view shows are the items that its filter lets through and that the caller sees: a view opens nothing to anybody.
//!
//! Events: `view` created, updated, deleted. Filters are named without their values, and of a private view nothing is told but which
//! fields changed.

pub mod commands;
pub mod fields;
pub mod http;
pub mod model;
pub mod queries;
pub mod rules;
pub mod workspace_http;

pub(crate) mod docs;
pub(crate) mod refs;

use aileron_identity::Context;
use utoipa_axum::router::OpenApiRouter;

/// All routes of views.
pub(crate) fn routes() -> OpenApiRouter<Context> {
    http::routes().merge(workspace_http::routes())
}
