//! Cycles that are made by themselves: a job of the project, which asks for its next run when the next cycle begins or ends.
//!
//! Every run does what is due and nothing twice: it moves on what is left undone in cycles of the cadence that are over, then
//! makes cycles until as many are ahead as the project wants. So a run that comes late, or twice, does no harm.

use aileron_db::{
    self as db, Db, ExprTrait as _, InWorkspace, Order, ProjectScope, Session, WriteTx,
    jobs::Job,
    schema::{CYCLES, PROJECTS},
};
use aileron_identity::accounts;
use aileron_kernel::{Time, Uuid};
use aileron_platform::jobs::Failure;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    commands::{self, NewCycle},
    item_commands,
    model::Cycle,
    queries,
    rules::{Status, day_of, later, limits, zone},
    settings::{self, Settings},
};

/// The kind of these jobs.
pub const KIND: &str = "cycles.cadence";

/// The most cycles that a run looks at: the newest ones.
const MOST: i64 = 1_000;

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Payload {
    project: Uuid,
}

/// Has the cadence of a project looked after now, if it has one.
pub(crate) fn begin<S: InWorkspace>(tx: &mut WriteTx<'_, S>, project: Uuid) -> db::Result<()> {
    let now = tx.now();
    ask(tx, project, now)
}

/// Has it looked after at this instant; asking twice for the same one is asking once.
fn ask<S: InWorkspace>(tx: &mut WriteTx<'_, S>, project: Uuid, at: Time) -> db::Result<()> {
    tx.enqueue_at(KIND, json!(Payload { project }), Some(&format!("{project} {}", at.micros())), at)
}

/// Looks after the cadence of a project.
pub async fn run(db: Db, job: Job) -> Result<(), Failure> {
    let payload = Payload::deserialize(&job.payload).map_err(|error| Failure::Never(error.to_string()))?;
    let Some(workspace) = job.workspace_id else { return Ok(()) };
    Ok(db.write(move |session| in_project(session, &job.request_id, workspace, payload.project)).await?)
}

/// Nothing is done where the workspace, the project or its cadence is no more (a project that is restored begins again); where the project is
/// archived or has no cycles now, the next run is a day later.
fn in_project(session: &mut Session, request: &str, workspace: Uuid, project: Uuid) -> db::Result<()> {
    let server = db::Principal::proved(accounts::automation(request), Vec::new());
    let Some(mut tx) = session.workspace_for_job(&server, workspace)? else { return Ok(()) };
    let there = tx.from(PROJECTS).filter(PROJECTS.col("id").eq(project));
    if !tx.any(there)? {
        return Ok(());
    }
    let mut tx = tx.enter_as_admin(project)?;
    let settings = settings::get(&mut tx)?;
    if !settings.cadence_enabled {
        return Ok(());
    }
    let (has_cycles, timezone) = queries::project(&mut tx)?;
    let tomorrow = tx.now().plus_seconds(24 * 60 * 60);
    if !has_cycles || tx.scope().archived_at().is_some() {
        return ask(&mut tx, project, tomorrow);
    }
    make(&mut tx, &settings, &timezone)?;
    if settings.cadence_roll_over {
        roll_over(&mut tx)?;
    }
    let now = tx.now();
    let limits = own(&mut tx)?.into_iter().flat_map(|cycle| [cycle.starts_at, cycle.ends_at]).flatten();
    // The next is due in the moment after a cycle begins or ends.
    let next = limits.filter(|limit| *limit >= now).min().map_or(tomorrow, |limit| Time::from_micros(limit.micros() + 1));
    ask(&mut tx, project, next)
}

/// Makes cycles until enough are ahead.
fn make(tx: &mut WriteTx<'_, ProjectScope>, settings: &Settings, timezone: &str) -> db::Result<()> {
    let (zone, now) = (zone(timezone), tx.now());
    let today = day_of(now, &zone);
    let own = own(tx)?;
    let mut ahead = own.iter().filter(|cycle| cycle.status(now) == Status::Upcoming).count();
    let wanted = usize::try_from(settings.cadence_ahead).unwrap_or(0);
    let last = own.iter().filter_map(queries::days).map(|days| days.1).max();
    let mut from = last.map_or_else(|| settings.cadence_start.unwrap_or(today), |last| later(last, 1 + settings.cadence_cooldown));
    let mut number = last_number(tx)?;
    let mut taken: Vec<(Date, Date)> = if settings.allows_parallel { Vec::new() } else { others(tx, today)? };
    while ahead < wanted {
        let span = settings.rhythm().next(from, today, &taken);
        let Ok(limits) = limits(span.0, span.1, &zone) else { return Ok(()) };
        number += 1;
        let more = vec![
            ("description", "".into()),
            ("view_props", json!({}).into()),
            ("logo_props", json!({}).into()),
            ("created_by", None::<Uuid>.into()),
        ];
        let (name, timezone) = (format!("{} {number}", settings.cadence_name), timezone.to_owned());
        let new = NewCycle { name, limits: Some(limits), timezone, owned_by: settings.owner_id, cadence_number: Some(number), more };
        commands::insert(tx, new)?;
        ahead += usize::from(limits.0 > now);
        taken.push(span);
        from = later(span.1, 1 + settings.cadence_cooldown);
    }
    Ok(())
}

/// Moves what is left undone in cycles of the cadence that are over to the one that runs, or else to the next.
fn roll_over(tx: &mut WriteTx<'_, ProjectScope>) -> db::Result<()> {
    let now = tx.now();
    let own = own(tx)?;
    let next =
        own.iter().filter(|cycle| matches!(cycle.status(now), Status::Current | Status::Upcoming)).min_by_key(|cycle| cycle.starts_at);
    let Some(next) = next else { return Ok(()) };
    for over in own.iter().filter(|cycle| cycle.status(now) == Status::Completed) {
        let unfinished = item_commands::unfinished(tx, &[over.id])?;
        if !unfinished.is_empty() {
            item_commands::move_on(tx, over, next, &unfinished)?;
        }
    }
    Ok(())
}

/// The cycles that the cadence made and that are not archived, the newest first.
fn own(tx: &mut WriteTx<'_, ProjectScope>) -> db::Result<Vec<Cycle>> {
    let made = CYCLES.col("cadence_number").is_not_null().and(CYCLES.col("archived_at").is_null());
    let select = tx.in_project(CYCLES).columns::<Cycle>(CYCLES).filter(made).order(CYCLES.col("cadence_number"), Order::Desc).limit(MOST);
    tx.all(&select)
}

/// The last number that the cadence gave, also to cycles that are deleted.
fn last_number(tx: &mut WriteTx<'_, ProjectScope>) -> db::Result<i64> {
    let select = tx.from_with_deleted(CYCLES).filter(CYCLES.col("project_id").eq(tx.project_id())).expr(CYCLES.col("cadence_number").max());
    Ok(tx.optional::<(Option<i64>,)>(&select)?.and_then(|row| row.0).unwrap_or(0))
}

/// The days of the cycles that are not over and not archived.
fn others(tx: &mut WriteTx<'_, ProjectScope>, today: Date) -> db::Result<Vec<(Date, Date)>> {
    let open = CYCLES.col("ends_at").gte(tx.now().micros()).and(CYCLES.col("archived_at").is_null());
    let select = tx.in_project(CYCLES).columns::<Cycle>(CYCLES).filter(open).order(CYCLES.col("ends_at"), Order::Desc).limit(MOST);
    Ok(tx.all::<Cycle>(&select)?.iter().filter_map(queries::days).filter(|days| days.1 >= today).collect())
}
