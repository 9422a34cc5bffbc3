//! That a cycle is over is told when its last instant is past: a job of the cycle, so that webhooks hear of `completed` as of anything else. A
//! cycle that was written when it was over already is history, and nobody is told.

use aileron_db::{
    self as db, Db, ExprTrait as _, InWorkspace, Order, Principal, Session, Unscoped, WorkspaceScope, WriteTx,
    jobs::Job,
    schema::{CYCLES, EVENTS, PROJECTS, WORKSPACES},
};
use aileron_identity::accounts;
use aileron_kernel::{Change, Event, Time, Uuid};
use aileron_platform::jobs::Failure;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The kind of these jobs.
pub const KIND: &str = "cycles.ending";
/// How far housekeeping looks ahead for cycles whose job was lost, in seconds: further than from one look to the next.
const AHEAD: i64 = 2 * 60 * 60;
/// And how far back, in seconds.
const BACK: i64 = 7 * 24 * 60 * 60;
/// How many cycles are looked up at a time.
const PAGE: usize = 1_000;

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Payload {
    cycle: Uuid,
    ends_at: i64,
}

/// Has it told that a cycle is over, once it is. Asking twice is asking once.
pub(super) fn ask<S: InWorkspace>(tx: &mut WriteTx<'_, S>, cycle: Uuid, ends_at: Option<Time>) -> db::Result<()> {
    let now = tx.now();
    ends_at.filter(|end| *end >= now).map_or(Ok(()), |end| enqueue(tx, cycle, end))
}

fn enqueue<S: InWorkspace>(tx: &mut WriteTx<'_, S>, cycle: Uuid, end: Time) -> db::Result<()> {
    let ends_at = end.micros();
    let payload = json!(Payload { cycle, ends_at });
    // The last instant is one of the cycle.
    tx.enqueue_at(KIND, payload, Some(&format!("{cycle} {ends_at}")), Time::from_micros(ends_at.saturating_add(1)))
}

/// Tells it, if the cycle still ends then.
pub async fn run(db: Db, job: Job) -> Result<(), Failure> {
    let payload = Payload::deserialize(&job.payload).map_err(|error| Failure::Never(error.to_string()))?;
    let Some(workspace) = job.workspace_id else { return Ok(()) };
    let told = db.write(move |session| {
        let server = Principal::proved(accounts::automation(&job.request_id), Vec::new());
        let Some(mut tx) = session.workspace_for_job(&server, workspace)? else { return Ok(()) };
        tell(&mut tx, payload)
    });
    Ok(told.await?)
}

fn tell(tx: &mut WriteTx<'_, WorkspaceScope>, payload: Payload) -> db::Result<()> {
    let of = |column| CYCLES.col(column);
    let over = of("id").eq(payload.cycle).and(of("ends_at").eq(payload.ends_at)).and(of("ends_at").lt(tx.now().micros()));
    let there = tx.from(CYCLES).join(PROJECTS, PROJECTS.col("id").eq(of("project_id"))).filter(over);
    let Some((project,)) = tx.optional::<(Uuid,)>(&there.expr(of("project_id")))? else { return Ok(()) };
    let end = Time::from_micros(payload.ends_at).to_string();
    let told = EVENTS.col("entity_id").eq(payload.cycle).and(EVENTS.col("verb").eq("completed"));
    let told = tx.from(EVENTS).filter(told).order(EVENTS.col("seq"), Order::Desc).limit(1).expr(EVENTS.col("changes"));
    let last = tx.optional::<(Value,)>(&told)?;
    if last.is_some_and(|(changes,)| changes.pointer("/0/new").and_then(Value::as_str) == Some(end.as_str())) {
        return Ok(());
    }
    let change = Change::value("completed_at", Value::Null, end);
    tx.record(Event::new("cycle", "completed", payload.cycle).in_project(project).with(vec![change])).map(|_| ())
}

/// Asks for those that end soon, or ended and nobody was told: their job may have been lost, as by a restored backup, or they are of a time
/// before there were such jobs.
pub async fn recover(db: &Db) -> db::Result<()> {
    let mut after = Some(Uuid::nil());
    while let Some(behind) = after {
        let soon = db.read(move |session| soon(session, behind)).await?;
        after = soon.last().filter(|_| soon.len() >= PAGE).map(|last| last.1);
        for (workspace, cycle, ends_at) in soon {
            let asked = db.write(move |session| {
                let server = Principal::proved(accounts::automation("housekeeping"), Vec::new());
                let Some(mut tx) = session.workspace_for_job(&server, workspace)? else { return Ok(()) };
                enqueue(&mut tx, cycle, ends_at)
            });
            asked.await?;
        }
    }
    Ok(())
}

/// The next cycles that end soon or ended untold, in which workspace, and when. Those that were changed when they were over may be history.
fn soon(session: &mut Session, after: Uuid) -> db::Result<Vec<(Uuid, Uuid, Time)>> {
    let tx = &mut session.unscoped(Unscoped::Job)?;
    let of = |column| CYCLES.col(column);
    let now = tx.now();
    let soon = of("ends_at").between(now.plus_seconds(-BACK).micros(), now.plus_seconds(AHEAD).micros()).and(of("id").gt(after));
    let told = EVENTS.col("workspace_id").eq(of("workspace_id")).and(EVENTS.col("entity_id").eq(of("id")));
    let told = tx.from(EVENTS).filter(told.and(EVENTS.col("verb").eq("completed"))).exists();
    let untold = of("updated_at").lt(of("ends_at")).and(told.not());
    let select = tx.from(CYCLES).join(WORKSPACES, WORKSPACES.col("id").eq(of("workspace_id"))).filter(soon.and(untold));
    let select = select.order(of("id"), Order::Asc).limit(i64::try_from(PAGE).unwrap_or(i64::MAX));
    tx.all(&select.expr(of("workspace_id")).expr(of("id")).expr(of("ends_at")))
}
