//! The part of the log that a frame is made of.

use aileron_db::{self as db, ExprTrait as _, Order, Tx, WorkspaceScope, schema::EVENTS};
use aileron_kernel::{Change, Uuid};
use serde::Deserialize as _;
use serde_json::Value;

db::row! {
    /// An event as stored.
    struct Stored {
        seq: i64,
        entity: String,
        entity_id: Uuid,
        project_id: Option<Uuid>,
        subject_id: Option<Uuid>,
        verb: String,
        changes: Value,
        actor_id: Option<Uuid>,
        mutation_id: Option<String>,
    }
}

/// An event, as far as followers look at it.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    pub seq: i64,
    pub entity: String,
    pub id: Uuid,
    pub project: Option<Uuid>,
    pub subject: Option<Uuid>,
    pub verb: String,
    pub changes: Vec<Change>,
    pub actor: Option<Uuid>,
    pub mutation: Option<String>,
}

impl Entry {
    /// The change of this field, if there is one.
    pub(super) fn change(&self, field: &str) -> Option<&Change> {
        self.changes.iter().find(|change| change.field == field)
    }
}

/// So many events behind this place, in their order.
pub(super) fn behind(tx: &mut Tx<'_, WorkspaceScope>, since: i64, limit: i64) -> db::Result<Vec<Entry>> {
    let select =
        tx.from(EVENTS).columns::<Stored>(EVENTS).filter(EVENTS.col("seq").gt(since)).order(EVENTS.col("seq"), Order::Asc).limit(limit);
    tx.all::<Stored>(&select)?.into_iter().map(Entry::try_from).collect()
}

/// Whether more events than this are behind this place.
pub(super) fn is_longer(tx: &mut Tx<'_, WorkspaceScope>, since: i64, than: i64) -> db::Result<bool> {
    let seq = EVENTS.col("seq");
    let select = tx.from(EVENTS).filter(seq.clone().gt(since)).expr(seq.clone()).order(seq, Order::Asc).limit(than + 1);
    Ok(i64::try_from(tx.all::<(i64,)>(&select)?.len()).unwrap_or(i64::MAX) > than)
}

impl TryFrom<Stored> for Entry {
    type Error = db::Error;

    fn try_from(stored: Stored) -> db::Result<Self> {
        let changes = Vec::<Change>::deserialize(stored.changes).map_err(|error| db::Error::Inconsistent(error.to_string()))?;
        Ok(Self {
            seq: stored.seq,
            entity: stored.entity,
            id: stored.entity_id,
            project: stored.project_id,
            subject: stored.subject_id,
            verb: stored.verb,
            changes,
            actor: stored.actor_id,
            mutation: stored.mutation_id,
        })
    }
}
