//! The part of the log that a frame is made of.

use aileron_db::{
    self as db, ExprTrait as _, Order, Tx, WorkspaceScope,
    events::{self, Logged},
    schema::EVENTS,
};
use aileron_kernel::{Change, Uuid};

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
    Ok(events::behind(tx, since, limit)?.into_iter().map(Entry::from).collect())
}

/// Whether more events than this are behind this place.
pub(super) fn is_longer(tx: &mut Tx<'_, WorkspaceScope>, since: i64, than: i64) -> db::Result<bool> {
    let seq = EVENTS.col("seq");
    let select = tx.from(EVENTS).filter(seq.clone().gt(since)).expr(seq.clone()).order(seq, Order::Asc).limit(than + 1);
    Ok(i64::try_from(tx.all::<(i64,)>(&select)?.len()).unwrap_or(i64::MAX) > than)
}

impl From<Logged> for Entry {
    fn from(event: Logged) -> Self {
        Self {
            seq: event.seq,
            entity: event.entity,
            id: event.entity_id,
            project: event.project_id,
            subject: event.subject_id,
            verb: event.verb,
            changes: event.changes,
            actor: event.actor_id,
            mutation: event.mutation_id,
        }
    }
}
