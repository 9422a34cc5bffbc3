//! Notifications: what members are told of because they follow an item or are mentioned there. They are made from the event log
//! (`consumer`), so that it is all one by which way a change came; who is told of what is written down in `docs/notifications.md`.
//!
//! A notification keeps no text: it names an event, which says what happened, and an item. What a member no longer sees, he is no
//! longer told, although he was.
//!
//! By mail he is told after a few minutes ([`mail`]) what he has not read in the app by then.

pub mod commands;
pub mod consumer;
pub mod http;
pub mod mail;
pub mod model;
pub mod preferences;
pub mod queries;
pub mod rules;

mod book;
mod history;
mod mail_words;
mod preferences_http;
mod unsubscribe;
mod unsubscribe_http;

use aileron_identity::Context;
use utoipa_axum::router::OpenApiRouter;

/// The routes with their documentation.
pub fn routes() -> OpenApiRouter<Context> {
    http::routes().merge(preferences_http::routes()).merge(unsubscribe_http::routes())
}
