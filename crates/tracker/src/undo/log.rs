//! What the log has of a change, and of what came after it.

use std::collections::HashSet;

use aileron_db::{self as db, Expr, ExprTrait as _, Order, Tx, WorkspaceScope, id_in, schema::EVENTS};
use aileron_kernel::{ActorKind, Refusal, Role, Time, Uuid, limits::UNDONE_EVENTS};
use serde_json::Value;

use super::rules::{self, Conflict, Happened};

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
        automation_id: Option<Uuid>,
    }
}

/// How many later events are looked at in one go.
const PAGE: usize = 2_000;
/// The most later events that are looked at.
const LATER: usize = 50_000;
/// How many rows one statement asks about.
const CHUNK: usize = 200;

/// The events of a change in their order: the caller's own, or for admins those of whoever made it. Refuses with 404 where there are none.
pub(super) fn of_change(tx: &mut Tx<'_, WorkspaceScope>, key: &str) -> db::Result<Vec<Happened>> {
    let meant = meant(tx, key)?;
    let select = tx.from(EVENTS).columns::<Stored>(EVENTS).filter(meant);
    let select = select.order(EVENTS.col("seq"), Order::Asc).limit(UNDONE_EVENTS.count() + 1);
    let mut events = tx.all::<Stored>(&select)?.into_iter().map(Happened::try_from).collect::<db::Result<Vec<_>>>()?;
    // What people were told stays told.
    events.retain(|event| !event.is("automation", "notified"));
    let Some(first) = events.first() else { return Err(Refusal::not_found().into()) };
    if events.iter().any(|event| event.actor != first.actor) {
        return Err(Refusal::field("mutation_id", "More than one person used this key.").into());
    }
    if events.len() > UNDONE_EVENTS.most {
        return Err(UNDONE_EVENTS.refuse(format!("A change of more than {} events cannot be undone.", UNDONE_EVENTS.most)).into());
    }
    Ok(events)
}

/// Whose events are meant, where several used a key: the caller's own, for admins else those of a rule, whose runs everybody can read and use
/// as keys, else all.
fn meant(tx: &mut Tx<'_, WorkspaceScope>, key: &str) -> db::Result<Expr> {
    let all = EVENTS.col("mutation_id").eq(key);
    let own = all.clone().and(EVENTS.col("actor_id").eq(tx.user_id()));
    if tx.scope().role() < Role::Admin || tx.any(tx.from(EVENTS).filter(own.clone()))? {
        return Ok(own);
    }
    let automatic = all.clone().and(EVENTS.col("actor_kind").eq(ActorKind::Automation.as_str()));
    Ok(if tx.any(tx.from(EVENTS).filter(automatic.clone()))? { automatic } else { all })
}

/// What happened since to the same rows, and to what belongs to them, and is in the way. Refuses where more happened than is looked at:
/// what was not looked at might be in the way.
pub(super) fn conflicts(tx: &mut Tx<'_, WorkspaceScope>, mine: &[Happened]) -> db::Result<Vec<Conflict>> {
    let mut known: HashSet<i64> = mine.iter().map(|event| event.seq).collect();
    let Some(first) = mine.first().map(|event| event.seq) else { return Ok(Vec::new()) };
    let mut rows: Vec<Uuid> = mine.iter().flat_map(|event| [Some(event.id), event.subject]).flatten().collect();
    rows.sort_unstable();
    rows.dedup();
    let projects: Vec<Uuid> = mine.iter().filter(|event| event.entity == "project" && event.is_making()).map(|event| event.id).collect();
    let (mut found, mut looked_at) = (Vec::new(), 0);
    for (column, rows) in [("entity_id", &rows), ("subject_id", &rows), ("project_id", &projects)] {
        for chunk in rows.chunks(CHUNK) {
            let mut since = first;
            loop {
                let mut page = later(tx, id_in(EVENTS, column, chunk), since)?;
                let is_last = page.len() < PAGE;
                since = page.last().map_or(since, |event| event.seq);
                looked_at += page.len();
                page.retain(|event| known.insert(event.seq));
                found.extend(rules::conflicts(mine, &page));
                if is_last {
                    break;
                }
                if looked_at >= LATER {
                    return enough(found);
                }
            }
        }
    }
    found.sort_by_cached_key(|conflict| conflict.at.clone());
    Ok(found)
}

/// Some reasons to refuse are as good as all of them.
fn enough(found: Vec<Conflict>) -> db::Result<Vec<Conflict>> {
    if found.is_empty() {
        let message = format!("More than {LATER} changes were made since to what it changed: that is too long ago.");
        return Err(Refusal::field("mutation_id", message).into());
    }
    Ok(found)
}

/// The next events about some rows, in their order.
fn later(tx: &mut Tx<'_, WorkspaceScope>, about: Expr, since: i64) -> db::Result<Vec<Happened>> {
    let select = tx
        .from(EVENTS)
        .columns::<Stored>(EVENTS)
        .filter(EVENTS.col("seq").gt(since).and(about))
        .order(EVENTS.col("seq"), Order::Asc)
        .limit(i64::try_from(PAGE).unwrap_or(i64::MAX));
    tx.all::<Stored>(&select)?.into_iter().map(Happened::try_from).collect()
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
            automation: stored.automation_id,
            is_automatic: stored.actor_kind == ActorKind::Automation.as_str(),
        })
    }
}
