//! People in the place of their ids, for `expand=`.

use aileron_db::{self as db, InWorkspace, Tx};
use aileron_platform::web::Shape;
use serde_json::Value;

use crate::expand::{self, Field, Kind};

/// Replaces the ids in these fields of the rows by the people, where the caller asked for it.
pub(crate) fn expand<S: InWorkspace>(tx: &mut Tx<'_, S>, shape: &Shape, fields: &[&'static str], rows: &mut [Value]) -> db::Result<()> {
    let fields: Vec<Field> = fields.iter().map(|name| (*name, Kind::People)).collect();
    expand::fill(tx, rows, shape, &fields)
}
