//! The event log: recorded by commands, written with their rows, never changed. What does not fit into one event ([`parts`]) is told by
//! several in a row.

use aileron_kernel::{Actor, ActorKind, Cause, Change, Event, Origin, Time};
use sea_query::{ExprTrait as _, Order, Value};
use serde::Deserialize as _;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    Dialect, Error, FromRow, InWorkspace, Result, Row, Tx, parts, query,
    schema::{self, EVENTS},
    session::{Session, Write},
    sql,
    tx::sizes,
};

/// The format of an event's changes. Raised when their meaning changes.
const VERSION: i64 = 1;

/// The columns of [`row`].
const COLUMNS: [&str; 18] = [
    "workspace_id",
    "seq",
    "id",
    "at",
    "actor_id",
    "actor_kind",
    "origin",
    "mutation_id",
    "request_id",
    "project_id",
    "entity",
    "entity_id",
    "subject_id",
    "verb",
    "changes",
    "version",
    "automation_id",
    "automation_depth",
];

/// An event that has its number and waits for the end of the command.
pub(crate) struct Pending {
    seq: i64,
    id: Uuid,
    at: Time,
    actor: Actor,
    cause: Option<Cause>,
    event: Event,
}

/// An event as the log has it.
#[derive(Clone, Debug)]
pub struct Logged {
    /// Its place in the log of its workspace.
    pub seq: i64,
    /// Its id, by which consumers tell that it comes again.
    pub id: Uuid,
    /// When it happened; of what an import brought, when it happened there.
    pub at: Time,
    /// Who acted.
    pub actor_id: Option<Uuid>,
    /// What he is.
    pub actor_kind: ActorKind,
    /// From where.
    pub origin: Origin,
    /// The idempotency key of the request.
    pub mutation_id: Option<String>,
    /// The project that it happened in.
    pub project_id: Option<Uuid>,
    /// The noun.
    pub entity: String,
    /// The row that changed.
    pub entity_id: Uuid,
    /// The work item that the row belongs to.
    pub subject_id: Option<Uuid>,
    /// What became of it.
    pub verb: String,
    /// What changed.
    pub changes: Vec<Change>,
    /// The rule that did it.
    pub automation: Option<Uuid>,
    /// How many rules followed on each other until here.
    pub depth: i64,
}

impl Logged {
    /// The change of this field, if there is one.
    pub fn change(&self, field: &str) -> Option<&Change> {
        self.changes.iter().find(|change| change.field == field)
    }
}

impl FromRow for Logged {
    const COLUMNS: &'static [&'static str] = &[
        "seq",
        "id",
        "at",
        "actor_id",
        "actor_kind",
        "origin",
        "mutation_id",
        "project_id",
        "entity",
        "entity_id",
        "subject_id",
        "verb",
        "changes",
        "automation_id",
        "automation_depth",
    ];

    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        let unknown = |word: &str| Error::Inconsistent(format!("the log knows no {word}"));
        Ok(Self {
            seq: row.take()?,
            id: row.take()?,
            at: row.take()?,
            actor_id: row.take()?,
            actor_kind: row.take::<String>().and_then(|word| ActorKind::parse(&word).ok_or_else(|| unknown(&word)))?,
            origin: row.take::<String>().and_then(|word| Origin::parse(&word).ok_or_else(|| unknown(&word)))?,
            mutation_id: row.take()?,
            project_id: row.take()?,
            entity: row.take()?,
            entity_id: row.take()?,
            subject_id: row.take()?,
            verb: row.take()?,
            changes: Vec::deserialize(row.take::<Json>()?).map_err(|error| Error::Inconsistent(error.to_string()))?,
            automation: row.take()?,
            depth: row.take()?,
        })
    }
}

/// So many events of the workspace behind this place, in their order.
pub fn behind<S: InWorkspace>(tx: &mut Tx<'_, S>, since: i64, limit: i64) -> Result<Vec<Logged>> {
    let seq = EVENTS.col("seq");
    let select = tx.from(EVENTS).columns::<Logged>(EVENTS).filter(seq.clone().gt(since)).order(seq, Order::Asc).limit(limit);
    tx.all(&select)
}

/// Records an event, and answers its seq: of one that is told in parts, that of the last.
pub(crate) fn record(session: &mut Session, actor: &Actor, event: Event) -> Result<i64> {
    let (at, cause) = (event.at.unwrap_or(session.now()), session.cause());
    let mut last = 0;
    for event in parts::of(event)? {
        let id = session.new_id();
        let Some(log) = session.log() else { return Err(Error::Inconsistent("an event was recorded outside of a command".to_owned())) };
        log.seq += 1;
        log.pending.push(Pending { seq: log.seq, id, at, actor: actor.clone(), cause, event });
        last = log.seq;
    }
    Ok(last)
}

pub(crate) fn insert(session: &mut Session, write: &Write) -> Result<()> {
    debug_assert!(write.start < write.seq, "there are events to write");
    let mut pending = write.pending.iter();
    for size in sizes(write.pending.len(), COLUMNS.len()) {
        let mut values = Vec::with_capacity(size * COLUMNS.len());
        for pending in pending.by_ref().take(size) {
            values.extend(row(write.workspace, pending)?);
        }
        session.execute(&query::insert(EVENTS, &COLUMNS, size), values)?;
    }
    Ok(())
}

fn row(workspace: Uuid, pending: &Pending) -> Result<[Value; COLUMNS.len()]> {
    let Pending { seq, id, at, actor, cause, event } = pending;
    let run = cause.and_then(|cause| cause.run).map(|run| run.to_string());
    Ok([
        workspace.into(),
        (*seq).into(),
        (*id).into(),
        at.micros().into(),
        Some(actor.id).into(),
        actor.kind.as_str().into(),
        actor.origin.as_str().into(),
        run.or_else(|| actor.mutation_id.clone()).into(),
        actor.request_id.as_str().into(),
        event.project_id.into(),
        event.entity.into(),
        event.entity_id.into(),
        event.subject_id.into(),
        event.verb.into(),
        parts::json(&event.changes)?.into(),
        VERSION.into(),
        cause.map(|cause| cause.automation).into(),
        cause.map_or(0, |cause| cause.depth).into(),
    ])
}

/// Keeps the others who write to the log of the instance away until the end of the transaction.
pub(crate) fn lock_instance(session: &mut Session) -> Result<()> {
    if session.dialect() == Dialect::Postgres {
        session.query(sql::LOCK_INSTANCE, vec![], |_| Ok(()))?;
    }
    Ok(())
}

pub(crate) fn record_instance(session: &mut Session, actor: &Actor, events: &[Event]) -> Result<()> {
    lock_instance(session)?;
    let last = session.query(sql::LAST_INSTANCE_SEQ, vec![], <(i64,)>::from_row)?.first().map_or(0, |row| row.0);
    let columns = ["seq", "id", "at", "actor_id", "actor_kind", "origin", "request_id", "entity", "entity_id", "verb", "changes"];
    let events = events.iter().cloned().map(parts::of).collect::<Result<Vec<_>>>()?.concat();
    let mut numbered = (last + 1..).zip(&events);
    for size in sizes(events.len(), columns.len()) {
        let mut values: Vec<Value> = Vec::with_capacity(size * columns.len());
        for (seq, event) in numbered.by_ref().take(size) {
            values.extend([
                seq.into(),
                session.new_id().into(),
                event.at.unwrap_or(session.now()).micros().into(),
                Some(actor.id).into(),
                actor.kind.as_str().into(),
                actor.origin.as_str().into(),
                actor.request_id.as_str().into(),
                event.entity.into(),
                event.entity_id.into(),
                event.verb.into(),
                parts::json(&event.changes)?.into(),
            ]);
        }
        session.execute(&query::insert(schema::INSTANCE_EVENTS, &columns, size), values)?;
    }
    Ok(())
}
