//! What the log has of a change, and of what came after it.

use aileron_db::{self as db, ExprTrait as _, Order, Tx, WorkspaceScope, id_in, schema::EVENTS};
use aileron_kernel::{ActorKind, Refusal, Role, Time, Uuid, limits::UNDONE_EVENTS};
use serde_json::Value;

use super::rules::Happened;

db::row! {
    /// An event as stored.
    struct Stored {
        seq: i64,
        at: Time,
        actor_id: Option<Uuid>,
        project_id: Option<Uuid>,
        entity: String,
        entity_id: Uuid,
        subject_id: Option<Uuid>,
        verb: String,
        changes: Value,
        actor_kind: String,
    }
}

/// The most later events that are looked at for each of the rows; more than there are reasons to refuse.
const LATER: i64 = 2_000;
/// How many rows one statement asks about.
const CHUNK: usize = 200;

/// The events of a change in their order: the caller's own, or for admins those of whoever made it. Refuses with 404 where there are none.
pub(super) fn of_change(tx: &mut Tx<'_, WorkspaceScope>, key: &str) -> db::Result<Vec<Happened>> {
    let me = tx.user_id();
    let select = tx
        .from(EVENTS)
        .columns::<Stored>(EVENTS)
        .filter(EVENTS.col("mutation_id").eq(key))
        .filter_some((tx.scope().role() < Role::Admin).then(|| EVENTS.col("actor_id").eq(me)))
        .order(EVENTS.col("seq"), Order::Asc)
        .limit(UNDONE_EVENTS.count() + 1);
    let mut events = tx.all::<Stored>(&select)?.into_iter().map(Happened::try_from).collect::<db::Result<Vec<_>>>()?;
    if events.iter().any(|event| event.actor == Some(me)) {
        events.retain(|event| event.actor == Some(me));
    }
    let Some(first) = events.first() else { return Err(Refusal::not_found().into()) };
    if events.iter().any(|event| event.actor != first.actor) {
        return Err(Refusal::field("mutation_id", "More than one person used this key.").into());
    }
    if events.len() > UNDONE_EVENTS.most {
        return Err(UNDONE_EVENTS.refuse(format!("A change of more than {} events cannot be undone.", UNDONE_EVENTS.most)).into());
    }
    Ok(events)
}

/// What happened to the same rows, and to what belongs to them, since.
pub(super) fn since(tx: &mut Tx<'_, WorkspaceScope>, mine: &[Happened]) -> db::Result<Vec<Happened>> {
    let own: Vec<i64> = mine.iter().map(|event| event.seq).collect();
    let Some(first) = own.first().copied() else { return Ok(Vec::new()) };
    let mut rows: Vec<Uuid> = mine.iter().flat_map(|event| [Some(event.id), event.subject]).flatten().collect();
    rows.sort_unstable();
    rows.dedup();
    let projects: Vec<Uuid> = mine.iter().filter(|event| event.entity == "project" && event.is_making()).map(|event| event.id).collect();
    let mut later = Vec::new();
    for (column, rows) in [("entity_id", &rows), ("subject_id", &rows), ("project_id", &projects)] {
        for chunk in rows.chunks(CHUNK) {
            let select = tx
                .from(EVENTS)
                .columns::<Stored>(EVENTS)
                .filter(EVENTS.col("seq").gt(first).and(id_in(EVENTS, column, chunk)))
                .order(EVENTS.col("seq"), Order::Desc)
                .limit(LATER + UNDONE_EVENTS.count());
            let found = tx.all::<Stored>(&select)?.into_iter().map(Happened::try_from);
            later.extend(found.collect::<db::Result<Vec<_>>>()?);
        }
    }
    later.retain(|event| own.binary_search(&event.seq).is_err());
    later.sort_by_key(|event| event.seq);
    later.dedup_by_key(|event| event.seq);
    Ok(later)
}

impl TryFrom<Stored> for Happened {
    type Error = db::Error;

    fn try_from(stored: Stored) -> db::Result<Self> {
        let changes = serde_json::from_value(stored.changes).map_err(|error| db::Error::Inconsistent(error.to_string()))?;
        Ok(Self {
            seq: stored.seq,
            at: stored.at,
            actor: stored.actor_id,
            project: stored.project_id,
            entity: stored.entity,
            id: stored.entity_id,
            subject: stored.subject_id,
            verb: stored.verb,
            changes,
            is_automatic: stored.actor_kind == ActorKind::Automation.as_str(),
        })
    }
}
