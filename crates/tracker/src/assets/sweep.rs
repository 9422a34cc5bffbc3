//! Throwing away files that nobody can ask for any more: rows that were never confirmed, that were deleted long ago or are in what was,
//! with what is stored of them; and what is stored without any row that names it.

use std::collections::{BTreeMap, BTreeSet};

use aileron_db::{
    self as db, Condition, Db, ExprTrait as _, Session, Table, Tx, Unscoped, id_in,
    schema::{ASSETS, EXPORTS, PROJECTS, USER_ASSETS, USERS, WORK_ITEMS, WORKSPACES},
};
use aileron_kernel::Uuid;
use aileron_platform::blobs::{BlobError, BlobKey, Blobs};
use futures_util::TryStreamExt as _;

/// For how long a row waits for its file, in seconds: much longer than its form is good.
const UNCONFIRMED: i64 = 24 * 60 * 60;
/// How old a file is that has no row, in seconds: long enough for whoever notices that he runs an older copy of the database.
const ORPHANED: i64 = 7 * 24 * 60 * 60;
/// How many rows are removed in one transaction, and how many files are asked about in one statement.
const BATCH: usize = 200;
const BATCH_ROWS: i64 = 200;

/// Why a sweep ended early. What it has not reached is reached by the next one.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The database.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// The store of files.
    #[error(transparent)]
    Blobs(#[from] BlobError),
}

/// How much was thrown away, by why: the words that numbers have.
pub type Swept = BTreeMap<&'static str, u64>;

/// Why a row can go.
#[derive(Clone, Copy, Debug)]
enum Why {
    /// It was never confirmed.
    Unconfirmed,
    /// It was deleted, or what it is in, longer ago than this, in seconds.
    Deleted(i64),
}

impl Why {
    const fn word(self) -> &'static str {
        match self {
            Self::Unconfirmed => "unconfirmed",
            Self::Deleted(_) => "deleted",
        }
    }
}

/// A row that can go: its owner and its id.
type Gone = (Uuid, Uuid);

/// Removes rows that can go, and what is stored of them. The rows go first: what is left behind of a file then is an orphan. What was
/// deleted can be brought back for so many seconds, or for ever.
pub async fn rows(db: &Db, blobs: &Blobs, kept: Option<i64>) -> Result<Swept, SweepError> {
    let mut swept = Swept::new();
    for table in [ASSETS, USER_ASSETS] {
        for why in std::iter::once(Why::Unconfirmed).chain(kept.map(Why::Deleted)) {
            loop {
                let found = db.read(move |session| find(session, table, why)).await?;
                if found.is_empty() {
                    break;
                }
                for key in db.write(move |session| remove(session, table, why, &found)).await? {
                    *swept.entry(why.word()).or_default() += 1;
                    if let Some(key) = key {
                        blobs.delete(key).await?;
                    }
                }
            }
        }
    }
    Ok(swept)
}

/// Removes files that no row names and that are older than a week. Those of an owner whom the database does not know stay: they may be
/// another server's.
pub async fn orphans(db: &Db, blobs: &Blobs) -> Result<Swept, SweepError> {
    let before = db.read(|session| Ok(session.now())).await?.plus_seconds(-ORPHANED);
    let mut listed = std::pin::pin!(blobs.list());
    let (mut keys, mut removed) = (Vec::with_capacity(BATCH), 0);
    loop {
        let next = listed.try_next().await?;
        let is_last = next.is_none();
        keys.extend(next.filter(|stored| stored.changed_at < before).map(|stored| stored.key));
        if keys.len() == BATCH || is_last {
            let asked = std::mem::take(&mut keys);
            for key in db.read(move |session| unnamed(session, &asked)).await? {
                blobs.delete(key).await?;
                removed += 1;
            }
        }
        if is_last {
            return Ok(Swept::from([("orphan", removed)]));
        }
    }
}

const fn owner(table: Table) -> &'static str {
    if matches!(table.name.as_bytes(), b"assets") { "workspace_id" } else { "user_id" }
}

/// Some rows that can go.
fn find(session: &mut Session, table: Table, why: Why) -> db::Result<Vec<Gone>> {
    let mut tx = session.unscoped(Unscoped::Job)?;
    let select = tx.from_with_deleted(table).filter(can_go(&tx, table, why)).expr(table.col(owner(table))).expr(table.col("id"));
    tx.all::<Gone>(&select.limit(BATCH_ROWS))
}

/// Removes those of the rows that can go still: for each of them what is stored of it and no other row names.
fn remove(session: &mut Session, table: Table, why: Why, found: &[Gone]) -> db::Result<Vec<Option<BlobKey>>> {
    let mut tx = session.unscoped_to_write(Unscoped::Job)?;
    let (owners, ids): (BTreeSet<Uuid>, Vec<Uuid>) = found.iter().copied().unzip();
    let these = id_in(table, owner(table), &owners.into_iter().collect::<Vec<_>>()).and(id_in(table, "id", &ids));
    let select = tx.from_with_deleted(table).filter(these).filter(can_go(&tx, table, why)).locked();
    let select = select.expr(table.col(owner(table))).expr(table.col("id")).expr(table.col("blob_id"));
    let rows = tx.all::<(Uuid, Uuid, Option<Uuid>)>(&select)?;
    let (owners, ids): (Vec<Uuid>, Vec<Uuid>) = rows.iter().map(|(owner, id, _)| (*owner, *id)).unzip();
    tx.purge_where(table, id_in(table, owner(table), &owners).and(id_in(table, "id", &ids)))?;
    let blobs: Vec<Uuid> = rows.iter().filter_map(|(.., blob)| *blob).collect();
    // A copy of an item names the files of the first.
    let named = self::ids(&mut tx, table, "blob_id", &blobs)?;
    let stored = |blob: Option<Uuid>| blob.filter(|blob| !named.contains(blob));
    Ok(rows.into_iter().map(|(owner, _, blob)| stored(blob).map(|blob| BlobKey { owner, blob })).collect())
}

/// The condition of rows that can go.
fn can_go(tx: &Tx<'_, Unscoped>, table: Table, why: Why) -> Condition {
    let before = |seconds: i64| tx.now().plus_seconds(-seconds).micros();
    let Why::Deleted(kept) = why else {
        return Condition::all().add(table.col("is_uploaded").eq(false).and(table.col("created_at").lt(before(UNCONFIRMED))));
    };
    let gone = |table: Table| table.col("deleted_at").lt(before(kept));
    let any = Condition::any().add(gone(table));
    if table != ASSETS {
        return any;
    }
    let around = |outer: Table, column| {
        let same = outer.col("id").eq(ASSETS.col(column));
        let same = if outer == WORKSPACES { same } else { same.and(outer.col("workspace_id").eq(ASSETS.col("workspace_id"))) };
        tx.from_with_deleted(outer).filter(same.and(gone(outer))).exists()
    };
    any.add(around(WORK_ITEMS, "item_id")).add(around(PROJECTS, "project_id")).add(around(WORKSPACES, "workspace_id"))
}

/// Those of the files that no row names, of owners whom the database knows.
fn unnamed(session: &mut Session, keys: &[BlobKey]) -> db::Result<Vec<BlobKey>> {
    let mut tx = session.unscoped(Unscoped::Job)?;
    let owners: BTreeSet<Uuid> = keys.iter().map(|key| key.owner).collect();
    let owners: Vec<Uuid> = owners.into_iter().collect();
    let mut known = ids(&mut tx, WORKSPACES, "id", &owners)?;
    known.extend(ids(&mut tx, USERS, "id", &owners)?);
    let blobs: Vec<Uuid> = keys.iter().map(|key| key.blob).collect();
    let mut named = ids(&mut tx, ASSETS, "blob_id", &blobs)?;
    named.extend(ids(&mut tx, USER_ASSETS, "blob_id", &blobs)?);
    named.extend(ids(&mut tx, EXPORTS, "blob_id", &blobs)?);
    Ok(keys.iter().copied().filter(|key| known.contains(&key.owner) && !named.contains(&key.blob)).collect())
}

/// Those of these ids that stand in a column.
fn ids(tx: &mut Tx<'_, Unscoped>, table: Table, column: &'static str, ids: &[Uuid]) -> db::Result<BTreeSet<Uuid>> {
    let select = tx.from_with_deleted(table).filter(id_in(table, column, ids)).expr(table.col(column));
    Ok(tx.all::<(Uuid,)>(&select)?.into_iter().map(|row| row.0).collect())
}
