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

pub use sql::{HANGING, LET_GO, NAMING};

use aileron_db::{self as db, ExprTrait as _, InWorkspace, Table, Tx};
use aileron_kernel::{Refusal, Uuid, refusal::Kind};
use serde_json::json;

/// The refusal of a row whose name another one has got meanwhile: with another value in `field` it can come back.
pub(crate) fn taken(field: &str, message: &str, other: Uuid) -> Refusal {
    Refusal::new(Kind::Conflict, json!({ "error": message, "field": field, "id": other }))
}

/// The refusal of a row that is to come back and is not in the trash: of one that was removed for good, and that the log still knows, in
/// other words than of one that is there, or another's.
pub(crate) fn missing<S: InWorkspace>(tx: &mut Tx<'_, S>, table: Table, entity: &str, id: Uuid) -> db::Error {
    let there = tx.from_with_deleted(table).filter(table.col("id").eq(id));
    match tx.any(there) {
        Ok(true) => Refusal::not_found().into(),
        Ok(false) => {
            let message = "It was deleted too long ago: it is gone for good.";
            Refusal::new(Kind::NotFound, json!({ "error": message, "entity": entity, "id": id })).into()
        }
        Err(error) => error,
    }
}
