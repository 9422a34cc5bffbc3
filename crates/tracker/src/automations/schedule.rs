//! Rules with a time of their own: a job each, which asks for its next run when it is done. `next_at` says for when the next run is due, and
//! moves on when that one is done, so that one that comes late, or is begun again, does what is left of it. A job that comes twice does nothing
//! twice: a rule acts on an item once a day, or once for each date.

use std::collections::HashSet;

use aileron_db::{
    self as db, Condition, Db, ExprTrait as _, InWorkspace, Order, Principal, ProjectScope, Session, Tx, Unscoped, WorkspaceScope, WriteTx,
    jobs::Job,
    schema::{AUTOMATIONS, CYCLE_ITEMS, CYCLES, JOBS, MODULE_ITEMS, MODULES, PROJECTS, STATES, WORK_ITEMS, WORKSPACES},
};
use aileron_identity::accounts;
use aileron_kernel::{StateGroup, Time, Uuid};
use aileron_platform::jobs::Failure;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    brake,
    consumer::Automations,
    facts::Facts,
    model::{Outcome, Rule, Stored, read},
    parts::Trigger,
    plan::Plan,
    queries,
    rules::{self, HOUR, OPEN},
    run::{self, Occasion},
    settings,
    standing::{self, Standing},
};
use crate::{
    cycles::rules::{day_of, later, zone},
    work_items::filters,
};

/// The kind of these jobs.
pub const KIND: &str = "automation.daily";
/// How many items are looked at in one transaction.
const BATCH: i64 = 50;
/// How many rules whose job was lost are found at a time.
const LOST: usize = 1_000;

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Payload {
    automation: Uuid,
}

/// Has a rule act that is another than before, or somewhere else. A run that is due already is done first. Without a trigger it is switched off.
pub(super) fn begin<S: InWorkspace>(
    tx: &mut WriteTx<'_, S>,
    (id, next_at): (Uuid, Option<Time>),
    trigger: Option<&Trigger>,
) -> db::Result<()> {
    match (trigger.and_then(Trigger::hour), next_at) {
        (Some(_), Some(at)) if at <= tx.now() => ask(tx, id, at),
        (hour, _) => begin_anew(tx, id, hour),
    }
}

/// Says when a rule acts next, and has it act then; none: it has no time of its own.
fn begin_anew<S: InWorkspace>(tx: &mut WriteTx<'_, S>, id: Uuid, hour: Option<i64>) -> db::Result<()> {
    let select = tx.from(AUTOMATIONS).join(PROJECTS, PROJECTS.col("id").eq(AUTOMATIONS.col("project_id")));
    let select = select.filter(AUTOMATIONS.col("id").eq(id)).expr(PROJECTS.col("timezone")).expr(AUTOMATIONS.col("version"));
    let Some((timezone, version)) = tx.optional::<(String, i64)>(&select)? else { return Ok(()) };
    let next = hour.map(|hour| rules::next_at(tx.now(), hour, &zone(&timezone)));
    let set = vec![("next_at", next.map(Time::micros).into()), ("acted", 0_i64.into()), ("version", version.into())];
    tx.adjust_where(AUTOMATIONS, AUTOMATIONS.col("id").eq(id), set)?;
    next.map_or(Ok(()), |at| ask(tx, id, at))
}

fn ask<S: InWorkspace>(tx: &mut WriteTx<'_, S>, id: Uuid, at: Time) -> db::Result<()> {
    tx.enqueue_at(KIND, json!(Payload { automation: id }), Some(&key(id, at)), at)
}

/// What only one job of a run has.
fn key(id: Uuid, at: Time) -> String {
    format!("{id} {}", at.micros())
}

/// Has a rule act on the items that are there for it, some in each transaction.
pub async fn run(db: Db, own: Automations, job: Job) -> Result<(), Failure> {
    let payload = Payload::deserialize(&job.payload).map_err(|error| Failure::Never(error.to_string()))?;
    let Some(workspace) = job.workspace_id else { return Ok(()) };
    let mut behind = Some(Uuid::nil());
    while let Some(after) = behind {
        let (request, own) = (job.request_id.clone(), own.clone());
        behind = db.write(move |session| step(session, &request, workspace, (payload.automation, after), &own)).await?;
    }
    Ok(())
}

/// Some items, and behind which one it goes on; none: it is done for today.
fn step(session: &mut Session, request: &str, workspace: Uuid, (id, after): (Uuid, Uuid), own: &Automations) -> db::Result<Option<Uuid>> {
    let server = Principal::proved(accounts::automation(request), Vec::new());
    let Some(mut tx) = session.workspace_for_job(&server, workspace)? else { return Ok(None) };
    let live = PROJECTS.col("id").eq(AUTOMATIONS.col("project_id"));
    let due =
        AUTOMATIONS.col("id").eq(id).and(AUTOMATIONS.col("is_enabled").eq(true)).and(AUTOMATIONS.col("next_at").lte(tx.now().micros()));
    let select = tx.from(AUTOMATIONS).join(PROJECTS, live).columns::<Stored>(AUTOMATIONS).filter(due);
    let Some(stored) = tx.optional::<Stored>(&select)? else { return Ok(None) };
    let mut tx = tx.enter_as_admin(stored.project_id)?;
    let Some(mut rule) = brake::readable(&mut tx, stored)? else { return Ok(None) };
    let next = if tx.scope().archived_at().is_some() { Next::Tomorrow } else { act(&mut tx, &mut rule, after, own)? };
    match next {
        Next::Behind(item) => Ok(Some(item)),
        Next::Tomorrow => begin_anew(&mut tx, id, rule.trigger.hour()).map(|()| None),
        Next::Never => Ok(None),
    }
}

/// What comes after some items.
#[derive(Clone, Copy)]
enum Next {
    /// Those behind this one.
    Behind(Uuid),
    /// There are no more, or as many as one day takes.
    Tomorrow,
    /// The rule is paused.
    Never,
}

/// Has a rule act on the next items.
fn act(tx: &mut WriteTx<'_, ProjectScope>, rule: &mut Rule, after: Uuid, own: &Automations) -> db::Result<Next> {
    let mut facts = Facts::look_up(tx, &rule.actions)?;
    facts.count_loads(tx, &rule.actions)?;
    let day = rule.next_at.map_or(facts.today, |at| day_of(at, &facts.zone));
    let found = candidates(tx, rule, (day, facts.today), after)?;
    let ids: Vec<Uuid> = found.iter().map(|(id, _)| *id).collect();
    let acted = queries::occasions(tx, rule.id, &ids)?;
    let stand = standing::now(tx, &ids)?;
    let is_more = i64::try_from(found.len()).unwrap_or(i64::MAX) >= BATCH;
    let mut next = ids.last().filter(|_| is_more).map_or(Next::Tomorrow, |last| Next::Behind(*last));
    let mut spent = None;
    for (item, due) in found {
        let word = match rule.trigger {
            Trigger::DueSoon { .. } => rules::of_due(due.unwrap_or(day)),
            _ => day.to_string(),
        };
        let is_idle = |item: &Standing| Plan::of(&rule.actions, item, &facts, rule.turn).is_empty();
        if acted.contains(&(item, word.clone())) || stand.get(&item).is_none_or(is_idle) {
            continue;
        }
        if rule.acted >= own.most {
            spent = Some(item);
            break;
        }
        let outcome = run::run(tx, rule, &mut facts, &Occasion { item, word, seq: None, depth: 0, root: None })?;
        rule.acted += i64::from(outcome != Outcome::Nothing);
        own.count(outcome);
    }
    run::keep(tx, rule)?;
    if let Some(item) = spent {
        next = rest(tx, rule, item, own)?;
    }
    Ok(next)
}

/// What becomes of a rule that acted as often as it may on one day. What carries out a setting works off whatever there is, some each day: what
/// it archived or closed it does not find again. Others would do the same to the same items tomorrow.
fn rest(tx: &mut WriteTx<'_, ProjectScope>, rule: &Rule, item: Uuid, own: &Automations) -> db::Result<Next> {
    if rule.is_of_setting {
        return Ok(Next::Tomorrow);
    }
    let message = format!("This automation acted on {} work items on one day and is paused.", own.most);
    brake::pause(tx, &own.metrics, rule, item, message).map(|()| Next::Never)
}

/// The items that a rule would act on, behind this one, with the days on which they are due. What was due on the day of the run is, however late
/// the run comes.
fn candidates(
    tx: &mut Tx<'_, ProjectScope>,
    rule: &Rule,
    (day, today): (Date, Date),
    after: Uuid,
) -> db::Result<Vec<(Uuid, Option<Date>)>> {
    let of = |column| WORK_ITEMS.col(column);
    let timely = match rule.trigger {
        Trigger::DueSoon { days, .. } => {
            let open = tx.in_project(STATES).filter(STATES.col("group_name").is_in(OPEN.map(StateGroup::as_str)));
            let open = open.expr(STATES.col("id")).contains(of("state_id"));
            Condition::all().add(of("target_date").between(Ord::min(day, today), later(today, days))).add(open)
        }
        Trigger::Schedule { idle_days: Some(days), .. } => idle(tx, days, today),
        _ => Condition::all(),
    };
    let select = tx.in_project(WORK_ITEMS).filter(of("hidden").is_null().and(of("id").gt(after))).filter(timely);
    let select = select.filter(filters::condition(tx, &rule.filter, &[rule.project]));
    tx.all(&select.order(of("id"), Order::Asc).limit(BATCH).expr(of("id")).expr(of("target_date")))
}

/// "Nobody touched it for so many days, and it is in no cycle or module that goes on."
fn idle(tx: &Tx<'_, ProjectScope>, days: i64, today: Date) -> Condition {
    let now = tx.now();
    let held = CYCLES.col("id").eq(CYCLE_ITEMS.col("cycle_id"));
    let goes_on = CYCLES.col("ends_at").is_null().or(CYCLES.col("ends_at").gte(now.micros()));
    let in_cycle = tx.from(CYCLE_ITEMS).join(CYCLES, held).filter(CYCLE_ITEMS.col("item_id").eq(WORK_ITEMS.col("id"))).filter(goes_on);
    let held = MODULES.col("id").eq(MODULE_ITEMS.col("module_id"));
    let is_open = MODULES.col("target_date").is_null().and(MODULES.col("status").is_not_in(["completed", "cancelled"]));
    let goes_on = is_open.or(MODULES.col("target_date").is_not_null().and(MODULES.col("target_date").gte(today)));
    let in_module = tx.from(MODULE_ITEMS).join(MODULES, held).filter(MODULE_ITEMS.col("item_id").eq(WORK_ITEMS.col("id"))).filter(goes_on);
    Condition::all()
        .add(WORK_ITEMS.col("updated_at").lt(rules::idle_since(now, days).micros()))
        .add(in_cycle.exists().not())
        .add(in_module.exists().not())
}

/// Asks once more for runs whose job was lost, as by a restored backup, and makes the rules of settings that were written by no command of ours.
/// How many there were.
pub async fn recover(db: &Db) -> db::Result<usize> {
    let busy = db.read(busy).await?;
    let mut count = 0;
    for (find, mend) in [(lost as Find, ask_again as Mend), (untold, settings::keep::<WorkspaceScope>)] {
        let mut after = Some(Uuid::nil());
        while let Some(behind) = after {
            let found = db.read(move |session| find(session, behind)).await?;
            after = found.last().filter(|_| found.len() >= LOST).map(|found| found.1);
            for (workspace, id, _) in found.into_iter().filter(|found| !found.2.is_some_and(|at| busy.contains(&key(found.1, at)))) {
                let mended = db.write(move |session| {
                    let server = Principal::proved(accounts::automation("housekeeping"), Vec::new());
                    let Some(mut tx) = session.workspace_for_job(&server, workspace)? else { return Ok(()) };
                    mend(&mut tx, id)
                });
                mended.await?;
                count += 1;
            }
        }
    }
    Ok(count)
}

/// Finds what is to be mended, behind this one: in which workspace, which, and since when it is due.
type Find = fn(&mut Session, Uuid) -> db::Result<Vec<(Uuid, Uuid, Option<Time>)>>;
type Mend = fn(&mut WriteTx<'_, WorkspaceScope>, Uuid) -> db::Result<()>;

/// Runs that are going on, are tried again, or were given up within a day, which an admin sees: they are late, and not lost.
fn busy(session: &mut Session) -> db::Result<HashSet<String>> {
    let tx = &mut session.unscoped(Unscoped::Job)?;
    let of = |column| JOBS.col(column);
    let given_up_long_ago = of("dead_at").is_not_null().and(of("dead_at").lt(tx.now().plus_seconds(-24 * HOUR).micros()));
    let begun = of("kind").eq(KIND).and(of("attempts").gt(0_i64)).and(of("finished_at").is_null()).and(given_up_long_ago.not());
    let begun = begun.and(of("dedup_key").is_not_null());
    let jobs = tx.from(JOBS).filter(begun).order(of("run_at"), Order::Desc).limit(i64::try_from(LOST).unwrap_or(i64::MAX));
    Ok(tx.all::<(String,)>(&jobs.expr(of("dedup_key")))?.into_iter().map(|job| job.0).collect())
}

/// Rules that should have acted an hour ago.
fn lost(session: &mut Session, after: Uuid) -> db::Result<Vec<(Uuid, Uuid, Option<Time>)>> {
    let tx = &mut session.unscoped(Unscoped::Job)?;
    let of = |column| AUTOMATIONS.col(column);
    let late = of("is_enabled").eq(true).and(of("next_at").lt(tx.now().plus_seconds(-HOUR).micros()));
    let project = PROJECTS.col("id").eq(of("project_id")).and(PROJECTS.col("workspace_id").eq(of("workspace_id")));
    let select = tx.from(AUTOMATIONS).join(PROJECTS, project).join(WORKSPACES, WORKSPACES.col("id").eq(of("workspace_id")));
    let select = select.filter(late.and(of("id").gt(after))).order(of("id"), Order::Asc).limit(i64::try_from(LOST).unwrap_or(i64::MAX));
    tx.all(&select.expr(of("workspace_id")).expr(of("id")).expr(of("next_at")))
}

/// Asks for a run that is due.
fn ask_again(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid) -> db::Result<()> {
    let due = AUTOMATIONS.col("id").eq(id).and(AUTOMATIONS.col("is_enabled").eq(true)).and(AUTOMATIONS.col("next_at").is_not_null());
    let select = tx.from(AUTOMATIONS).filter(due).expr(AUTOMATIONS.col("next_at"));
    tx.optional::<(Time,)>(&select)?.map_or(Ok(()), |(at,)| ask(tx, id, at))
}

/// Projects with a setting that has no rule.
fn untold(session: &mut Session, after: Uuid) -> db::Result<Vec<(Uuid, Uuid, Option<Time>)>> {
    let tx = &mut session.unscoped(Unscoped::Job)?;
    let of = |column| PROJECTS.col(column);
    let own = AUTOMATIONS.col("project_id").eq(of("id")).and(AUTOMATIONS.col("workspace_id").eq(of("workspace_id")));
    let mut wanted = Condition::any();
    for setting in ["archive_in", "close_in"] {
        let rule = tx.from(AUTOMATIONS).filter(own.clone().and(AUTOMATIONS.col("setting").eq(setting)));
        wanted = wanted.add(of(setting).gt(0_i64).and(rule.exists().not()));
    }
    let select = tx.from(PROJECTS).join(WORKSPACES, WORKSPACES.col("id").eq(of("workspace_id"))).filter(wanted).filter(of("id").gt(after));
    let select = select.order(of("id"), Order::Asc).limit(i64::try_from(LOST).unwrap_or(i64::MAX));
    let found = tx.all::<(Uuid, Uuid)>(&select.expr(of("workspace_id")).expr(of("id")))?;
    Ok(found.into_iter().map(|(workspace, id)| (workspace, id, None)).collect())
}

/// Has the rules of a project act that have a time of their own, which is somewhere else now, or back: then what was due meanwhile is over.
pub(crate) fn begin_all<S: InWorkspace>(tx: &mut WriteTx<'_, S>, project: Uuid, is_back: bool) -> db::Result<()> {
    let own = AUTOMATIONS.col("project_id").eq(project).and(AUTOMATIONS.col("is_enabled").eq(true));
    let select = tx.from(AUTOMATIONS).columns::<Stored>(AUTOMATIONS).filter(own.and(AUTOMATIONS.col("next_at").is_not_null()));
    for stored in tx.all::<Stored>(&select)? {
        // One that cannot be read is found out when it acts.
        if let Ok(trigger) = read::<Trigger>(stored.trigger_data) {
            begin(tx, (stored.id, stored.next_at.filter(|_| !is_back)), Some(&trigger))?;
        }
    }
    Ok(())
}
