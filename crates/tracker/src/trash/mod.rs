//! The trash: what was deleted and can come back. Nothing is stored for it: it is the rows that are marked deleted, shown to who could
//! delete them, with who did and when. Each noun brings its own rows back (`restore` among its commands); the event is `restored`.
//!
//! What was deleted together with a work item above it is not listed beside it: it comes back with it. Files of what was deleted are
//! thrown away when its time in the trash is over, and then it is removed itself ([`sweep`]).

pub mod http;
pub mod model;
pub mod queries;
mod sql;
pub mod sweep;

pub use sql::HANGING;

use aileron_kernel::{Refusal, Uuid, refusal::Kind};
use serde_json::json;

/// The refusal of a row whose name another one has got meanwhile: with another value in `field` it can come back.
pub(crate) fn taken(field: &str, message: &str, other: Uuid) -> Refusal {
    Refusal::new(Kind::Conflict, json!({ "error": message, "field": field, "id": other }))
}
