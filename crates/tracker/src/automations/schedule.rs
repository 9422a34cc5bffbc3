//! Rules with a time of their own: a job each, which asks for its next run when it is done. A job that comes twice, or of a time that is no
//! longer the rule's, does nothing.

use aileron_db::{
    self as db, Condition, Db, ExprTrait as _, InWorkspace, Order, Principal, ProjectScope, Session, Tx, Unscoped, WriteTx,
    jobs::Job,
    schema::{AUTOMATIONS, CYCLE_ITEMS, CYCLES, MODULE_ITEMS, MODULES, PROJECTS, STATES, WORK_ITEMS},
};
use aileron_identity::accounts;
use aileron_kernel::{StateGroup, Time, Uuid};
use aileron_platform::{jobs::Failure, metrics::Metrics};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    consumer::count,
    facts::Facts,
    model::{Rule, Stored},
    parts::Trigger,
    queries,
    rules::{self, OPEN},
    run::{self, Occasion},
};
use crate::{
    cycles::rules::{later, zone},
    work_items::filters,
};

/// The kind of these jobs.
pub const KIND: &str = "automation.daily";
/// How many items are looked at in one transaction.
const BATCH: i64 = 50;
/// How many rules whose job was lost are found at a time.
const LOST: i64 = 1_000;
/// After so many seconds a rule that did not act is taken for one whose job was lost.
const LATE: i64 = 60 * 60;

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Payload {
    automation: Uuid,
}

/// Says when a rule acts next, and has it act then; none: it has no time of its own, or is switched off.
pub(super) fn begin<S: InWorkspace>(tx: &mut WriteTx<'_, S>, id: Uuid, trigger: Option<&Trigger>) -> db::Result<()> {
    let select = tx.from(AUTOMATIONS).join(PROJECTS, PROJECTS.col("id").eq(AUTOMATIONS.col("project_id")));
    let select = select.filter(AUTOMATIONS.col("id").eq(id)).expr(PROJECTS.col("timezone")).expr(AUTOMATIONS.col("version"));
    let Some((timezone, version)) = tx.optional::<(String, i64)>(&select)? else { return Ok(()) };
    let next = trigger.and_then(Trigger::hour).map(|hour| rules::next_at(tx.now(), hour, &zone(&timezone)));
    let own = AUTOMATIONS.col("id").eq(id);
    tx.adjust_where(AUTOMATIONS, own, vec![("next_at", next.map(Time::micros).into()), ("version", version.into())])?;
    next.map_or(Ok(()), |at| ask(tx, id, at))
}

fn ask<S: InWorkspace>(tx: &mut WriteTx<'_, S>, id: Uuid, at: Time) -> db::Result<()> {
    tx.enqueue_at(KIND, json!(Payload { automation: id }), Some(&format!("{id} {}", at.micros())), at)
}

/// Has a rule act on the items that are there for it, some in each transaction.
pub async fn run(db: Db, metrics: Metrics, job: Job) -> Result<(), Failure> {
    let payload = Payload::deserialize(&job.payload).map_err(|error| Failure::Never(error.to_string()))?;
    let Some(workspace) = job.workspace_id else { return Ok(()) };
    let mut behind = Some(Uuid::nil());
    while let Some(after) = behind {
        let (request, metrics) = (job.request_id.clone(), metrics.clone());
        let step = db.write(move |session| step(session, &request, workspace, (payload.automation, after), &metrics));
        behind = step.await?;
    }
    Ok(())
}

/// Some items, and behind which one it goes on; none: it is done for today.
fn step(session: &mut Session, request: &str, workspace: Uuid, (id, after): (Uuid, Uuid), metrics: &Metrics) -> db::Result<Option<Uuid>> {
    let server = Principal::proved(accounts::automation(request), Vec::new());
    let Some(mut tx) = session.workspace_for_job(&server, workspace)? else { return Ok(None) };
    let live = PROJECTS.col("id").eq(AUTOMATIONS.col("project_id"));
    let due =
        AUTOMATIONS.col("id").eq(id).and(AUTOMATIONS.col("is_enabled").eq(true)).and(AUTOMATIONS.col("next_at").lte(tx.now().micros()));
    let select = tx.from(AUTOMATIONS).join(PROJECTS, live).columns::<Stored>(AUTOMATIONS).filter(due);
    let Some(stored) = tx.optional::<Stored>(&select)? else { return Ok(None) };
    let mut rule = stored.rule()?;
    let mut tx = tx.enter_as_admin(rule.project)?;
    let last = if tx.scope().archived_at().is_some() { None } else { act(&mut tx, &mut rule, after, metrics)? };
    if last.is_none() {
        begin(&mut tx, id, Some(&rule.trigger))?;
    }
    Ok(last)
}

/// Has a rule act on the next items, and answers the last of them if there may be more.
fn act(tx: &mut WriteTx<'_, ProjectScope>, rule: &mut Rule, after: Uuid, metrics: &Metrics) -> db::Result<Option<Uuid>> {
    let mut facts = Facts::look_up(tx, &rule.actions)?;
    let found = candidates(tx, rule, facts.today, after)?;
    let ids: Vec<Uuid> = found.iter().map(|(id, _)| *id).collect();
    let acted = queries::occasions(tx, rule.id, &ids)?;
    for (item, due) in &found {
        let day = match rule.trigger {
            Trigger::DueSoon { .. } => due.unwrap_or(facts.today),
            _ => facts.today,
        };
        let word = day.to_string();
        if acted.contains(&(*item, word.clone())) {
            continue;
        }
        let occasion = Occasion { item: *item, word, seq: None, depth: 0 };
        count(metrics, run::run(tx, rule, &mut facts, &occasion)?);
    }
    let is_more = i64::try_from(found.len()).unwrap_or(i64::MAX) >= BATCH;
    Ok(ids.last().copied().filter(|_| is_more))
}

/// The items that a rule would act on today, behind this one, with the days on which they are due.
fn candidates(tx: &mut Tx<'_, ProjectScope>, rule: &Rule, today: Date, after: Uuid) -> db::Result<Vec<(Uuid, Option<Date>)>> {
    let of = |column| WORK_ITEMS.col(column);
    let timely = match rule.trigger {
        Trigger::DueSoon { days, .. } => {
            let open = tx.in_project(STATES).filter(STATES.col("group_name").is_in(OPEN.map(StateGroup::as_str)));
            let open = open.expr(STATES.col("id")).contains(of("state_id"));
            Condition::all().add(of("target_date").between(today, later(today, days))).add(open)
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

/// Has rules act whose job was lost, as by a restored backup, and those of settings that were written by no command of ours. How many.
pub async fn recover(db: &Db) -> db::Result<usize> {
    let found = db.read(|session| {
        let mut tx = session.unscoped(Unscoped::Job)?;
        let late = AUTOMATIONS.col("next_at").lt(tx.now().plus_seconds(-LATE).micros());
        let live =
            PROJECTS.col("id").eq(AUTOMATIONS.col("project_id")).and(PROJECTS.col("workspace_id").eq(AUTOMATIONS.col("workspace_id")));
        let lost = tx.from(AUTOMATIONS).join(PROJECTS, live).filter(AUTOMATIONS.col("is_enabled").eq(true).and(late)).limit(LOST);
        let lost = tx.all::<(Uuid, Uuid)>(&lost.expr(AUTOMATIONS.col("workspace_id")).expr(AUTOMATIONS.col("project_id")))?;
        let own =
            AUTOMATIONS.col("project_id").eq(PROJECTS.col("id")).and(AUTOMATIONS.col("workspace_id").eq(PROJECTS.col("workspace_id")));
        let own = tx.from(AUTOMATIONS).filter(own.and(AUTOMATIONS.col("setting").is_not_null()));
        let wanted = PROJECTS.col("archive_in").gt(0_i64).or(PROJECTS.col("close_in").gt(0_i64));
        let untold = tx.from(PROJECTS).filter(wanted).filter(own.exists().not()).limit(LOST);
        let untold = tx.all::<(Uuid, Uuid)>(&untold.expr(PROJECTS.col("workspace_id")).expr(PROJECTS.col("id")))?;
        Ok(lost.into_iter().chain(untold).collect::<std::collections::BTreeSet<_>>())
    });
    let found = found.await?;
    let count = found.len();
    for (workspace, project) in found {
        let begun = db.write(move |session| {
            let server = Principal::proved(accounts::automation("housekeeping"), Vec::new());
            let Some(mut tx) = session.workspace_for_job(&server, workspace)? else { return Ok(()) };
            super::settings::keep(&mut tx, project)?;
            begin_all(&mut tx, project)
        });
        begun.await?;
    }
    Ok(count)
}

/// Has the rules of a project act again that have a time of their own: it was brought back, or is somewhere else now.
pub(crate) fn begin_all<S: InWorkspace>(tx: &mut WriteTx<'_, S>, project: Uuid) -> db::Result<()> {
    let own = AUTOMATIONS.col("project_id").eq(project).and(AUTOMATIONS.col("is_enabled").eq(true));
    let select = tx.from(AUTOMATIONS).columns::<Stored>(AUTOMATIONS).filter(own.and(AUTOMATIONS.col("next_at").is_not_null()));
    for stored in tx.all::<Stored>(&select)? {
        let trigger = super::model::read(stored.trigger_data)?;
        begin(tx, stored.id, Some(&trigger))?;
    }
    Ok(())
}
