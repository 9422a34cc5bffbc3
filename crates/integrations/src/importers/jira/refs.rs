//! What an import made of what: rows of `import_refs`, by which a second run knows the first.

use std::collections::HashMap;

use aileron_db::{self as db, ExprTrait as _, InWorkspace, Tx, Value, WriteTx, schema::IMPORT_REFS};
use aileron_kernel::Uuid;
use sha2::{Digest as _, Sha256};

/// Where all of this comes from.
pub(super) const SOURCE: &str = "jira";

/// The most keys of one statement.
const BATCH: usize = 250;

/// What a key of the source is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) id: Uuid,
    pub(super) hash: Vec<u8>,
}

/// A row to be written.
pub(super) struct Row {
    pub(super) key: String,
    pub(super) id: Uuid,
    pub(super) hash: Vec<u8>,
    /// Whether there is a row of that key.
    pub(super) is_known: bool,
}

/// The hash of a text.
pub(super) fn hash(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

/// Those of the keys that are known.
pub(super) fn load<S: InWorkspace>(tx: &mut Tx<'_, S>, kind: &str, keys: &[String]) -> db::Result<HashMap<String, Known>> {
    let of = |column| IMPORT_REFS.col(column);
    let mut known = HashMap::new();
    for batch in keys.chunks(BATCH) {
        let select = tx
            .from(IMPORT_REFS)
            .filter(of("source").eq(SOURCE).and(of("kind").eq(kind)))
            .filter(of("source_key").is_in(batch.iter().map(String::as_str)))
            .expr(of("source_key"))
            .expr(of("entity_id"))
            .expr(of("content_hash"));
        let rows = tx.all::<(String, Uuid, Vec<u8>)>(&select)?;
        known.extend(rows.into_iter().map(|(key, id, hash)| (key, Known { id, hash })));
    }
    Ok(known)
}

/// Writes what became of keys.
pub(super) fn save<S: InWorkspace>(tx: &mut WriteTx<'_, S>, kind: &str, rows: Vec<Row>) -> db::Result<()> {
    let (known, new): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.is_known);
    let of = |column| IMPORT_REFS.col(column);
    for row in known {
        let same = of("source").eq(SOURCE).and(of("kind").eq(kind)).and(of("source_key").eq(row.key));
        tx.update_where(IMPORT_REFS, same, vec![("entity_id", row.id.into()), ("content_hash", row.hash.into())])?;
    }
    let values = |row: Row| -> Vec<Value> { vec![SOURCE.into(), kind.into(), row.key.into(), row.id.into(), row.hash.into()] };
    let columns = ["source", "kind", "source_key", "entity_id", "content_hash"];
    tx.insert_rows(IMPORT_REFS, &columns, new.into_iter().map(values).collect())
}
