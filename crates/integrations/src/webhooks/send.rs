//! Sends what is due to a webhook: a job, asked for whenever something is put into the queue and whenever something may be tried again.
//!
//! Deliveries of different subjects are sent side by side, those of one subject after each other; while nothing gets through, one alone
//! probes. They are claimed, sent outside of any transaction, and what became of them is noted. Whoever dies in between leaves claims
//! that run out, so that they are sent again: at least once, under the same name.

use std::collections::BTreeSet;

use aileron_db::{
    self as db, Db, ExprTrait as _, InWorkspace, Session, Set, WorkspaceScope, WriteTx, id_in,
    jobs::Job,
    schema::{WEBHOOK_DELIVERIES, WEBHOOKS, WORKSPACE_MEMBERS},
};
use aileron_identity::{accounts, recipients};
use aileron_kernel::{Change, Event, Role, Time, Uuid};
use aileron_platform::{
    jobs::Failure,
    mail::{Mail, Outbox},
    outgoing::{Outgoing, Url},
    sealed::Sealer,
};
use aileron_tracker::mails::workspace_name;
use futures_util::future;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    commands,
    deliveries::PING,
    rules::{MOST_ATTEMPTS, PATIENCE, pause},
    signature::SealedSecret,
    sql,
    tries::{self, Due, Target, Tried},
};
use crate::mails;

/// The kind of these jobs.
pub const KIND: &str = "webhook.send";
/// How many deliveries are under way to a webhook at a time.
const SIDE_BY_SIDE: i64 = 16;
/// After how many rounds a job ends, so that other webhooks of the workspace have their turn.
const ROUNDS: usize = 20;
/// For how long a delivery is claimed, in seconds: longer than sending takes.
const CLAIM: i64 = 60;
/// From how many failures in a row on it was the address that failed, and no single delivery: those that waited need not any more.
const OUTAGE: i64 = 2;
/// How many admins are told of a webhook that was switched off.
const TOLD: i64 = 50;

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Payload {
    webhook: Uuid,
}

/// Has what waits for a webhook sent after the commit. A job that waits is enough; one that runs may have looked already.
pub(super) fn ask<S: InWorkspace>(tx: &mut WriteTx<'_, S>, webhook: Uuid) -> db::Result<()> {
    tx.enqueue(KIND, json!(Payload { webhook }), Some(&webhook.to_string()))
}

/// The same, not before this instant.
fn ask_at<S: InWorkspace>(tx: &mut WriteTx<'_, S>, webhook: Uuid, at: Time) -> db::Result<()> {
    tx.enqueue_at(KIND, json!(Payload { webhook }), Some(&format!("{webhook} {}", at.micros())), at)
}

/// Has everything that waits for a webhook sent now, whatever pause it was in.
pub(super) fn hasten<S: InWorkspace>(tx: &mut WriteTx<'_, S>, webhook: Uuid) -> db::Result<()> {
    let now = tx.now().micros();
    let later = WEBHOOK_DELIVERIES.col("status").eq("waiting").and(WEBHOOK_DELIVERIES.col("next_attempt_at").gt(now));
    let later = WEBHOOK_DELIVERIES.col("webhook_id").eq(webhook).and(later);
    tx.update_where(WEBHOOK_DELIVERIES, later, vec![("next_attempt_at", now.into())])?;
    ask(tx, webhook)
}

/// Sends what is due.
pub async fn run(db: Db, sealer: Sealer, outgoing: Outgoing, outbox: Outbox, job: Job) -> Result<(), Failure> {
    let Payload { webhook } = Payload::deserialize(&job.payload).map_err(|error| Failure::Never(error.to_string()))?;
    let Some(workspace) = job.workspace_id else { return Ok(()) };
    for _ in 0..ROUNDS {
        let request = job.request_id.clone();
        let claimed = db.write(move |session| within(session, &request, workspace, |tx| claim(tx, webhook))).await?.flatten();
        let Some(Claimed { due, target, at }) = claimed else { return Ok(()) };
        let tried = future::join_all(due.into_iter().map(|due| Tried::of(&outgoing, &sealer, &target, due, at))).await;
        let (request, outbox) = (job.request_id.clone(), outbox.clone());
        let noted = db.write(move |session| within(session, &request, workspace, |tx| note(tx, webhook, &tried, &outbox)));
        if noted.await? != Some(true) {
            return Ok(());
        }
    }
    let request = job.request_id;
    db.write(move |session| within(session, &request, workspace, |tx| ask(tx, webhook))).await?;
    Ok(())
}

/// Does something in the workspace, if it is there still.
fn within<T>(
    session: &mut Session,
    request: &str,
    workspace: Uuid,
    work: impl FnOnce(&mut WriteTx<'_, WorkspaceScope>) -> db::Result<T>,
) -> db::Result<Option<T>> {
    let server = db::Principal::proved(accounts::automation(request), Vec::new());
    session.workspace_for_job(&server, workspace)?.map(|mut tx| work(&mut tx)).transpose()
}

aileron_db::row! {
    /// What is asked of a webhook before something is sent.
    struct Hook {
        url: String,
        is_active: bool,
        retry_at: Option<Time>,
        failing_since: Option<Time>,
        secret: String,
        previous_secret: Option<String>,
        previous_secret_until: Option<Time>,
    }
}

/// Deliveries that are to be sent now.
struct Claimed {
    due: Vec<Due>,
    target: Target,
    at: Time,
}

/// The next deliveries that are due, claimed.
fn claim(tx: &mut WriteTx<'_, WorkspaceScope>, webhook: Uuid) -> db::Result<Option<Claimed>> {
    let select = tx.from(WEBHOOKS).columns::<Hook>(WEBHOOKS).filter(WEBHOOKS.col("id").eq(webhook));
    let Some(hook) = tx.optional::<Hook>(&select)? else { return Ok(None) };
    let at = tx.now();
    let due = match hook.failing_since {
        // One that gets nothing through is left alone until its pause is over. Pings are for whoever wants to see why.
        _ if !hook.is_active || hook.retry_at.is_some_and(|retry| retry > at) => sql::due(tx, webhook, sql::Wanted::Pings)?,
        Some(_) => sql::due(tx, webhook, sql::Wanted::Probe)?,
        None => sql::due(tx, webhook, sql::Wanted::All(SIDE_BY_SIDE))?,
    };
    if due.is_empty() {
        return Ok(None);
    }
    let ids: Vec<Uuid> = due.iter().map(|due: &Due| due.id).collect();
    let claim = vec![("claimed_until", Some(at.plus_seconds(CLAIM).micros()).into())];
    tx.update_where(WEBHOOK_DELIVERIES, id_in(WEBHOOK_DELIVERIES, "id", &ids), claim)?;
    let previous = hook.previous_secret.filter(|_| hook.previous_secret_until.is_some_and(|until| until > at));
    let secrets = std::iter::once(hook.secret).chain(previous).map(SealedSecret::from_column).collect();
    Ok(Some(Claimed { due, target: Target { url: hook.url, secrets }, at }))
}

/// Notes how tries went; whether the next deliveries may be sent.
fn note(tx: &mut WriteTx<'_, WorkspaceScope>, webhook: Uuid, tried: &[Tried], outbox: &Outbox) -> db::Result<bool> {
    // A webhook that is deleted takes what waited with it.
    let ids: Vec<Uuid> = tried.iter().map(|tried| tried.due.id).collect();
    let there = tx.from(WEBHOOK_DELIVERIES).filter(id_in(WEBHOOK_DELIVERIES, "id", &ids)).expr(WEBHOOK_DELIVERIES.col("id"));
    let there: BTreeSet<Uuid> = tx.all::<(Uuid,)>(&there)?.into_iter().map(|row| row.0).collect();
    let tried: Vec<&Tried> = tried.iter().filter(|tried| there.contains(&tried.due.id)).collect();
    tries::keep(tx, &tried)?;
    let mut again = Vec::new();
    for (status, number) in tried.iter().map(|tried| outcome(tried)).collect::<BTreeSet<_>>() {
        let of = tried.iter().filter(|tried| outcome(tried) == (status, number));
        let ids: Vec<Uuid> = of.map(|tried| tried.due.id).collect();
        let now = tx.now();
        let mut set: Vec<Set> = vec![("attempts", number.into()), ("claimed_until", None::<i64>.into()), ("status", status.into())];
        if status == "waiting" {
            let next = now.plus_seconds(pause(number, tx.random()));
            set.push(("next_attempt_at", next.micros().into()));
            again.push(next);
        } else {
            set.push(("finished_at", Some(now.micros()).into()));
        }
        tx.update_where(WEBHOOK_DELIVERIES, id_in(WEBHOOK_DELIVERIES, "id", &ids), set)?;
    }
    // A ping says nothing about what waits.
    let mut others = tried.iter().filter(|tried| tried.due.event != PING).peekable();
    if others.peek().is_none() {
        return Ok(true);
    }
    for at in again {
        ask_at(tx, webhook, at)?;
    }
    if others.any(|tried| tried.is_taken()) { recovered(tx, webhook).map(|()| true) } else { failed(tx, webhook, outbox).map(|()| false) }
}

/// How far a delivery got with a try, and which try that was.
fn outcome(tried: &Tried) -> (&'static str, i64) {
    let is_given_up = tried.due.event == PING || tried.number() >= MOST_ATTEMPTS;
    let status = match (tried.is_taken(), is_given_up) {
        (true, _) => "delivered",
        (false, true) => "failed",
        (false, false) => "waiting",
    };
    (status, tried.number())
}

/// Something got through: what waited for the address need not any more.
fn recovered(tx: &mut WriteTx<'_, WorkspaceScope>, webhook: Uuid) -> db::Result<()> {
    let failing = WEBHOOKS.col("id").eq(webhook).and(WEBHOOKS.col("failing_since").is_not_null());
    let select = tx.from(WEBHOOKS).filter(failing.clone()).expr(WEBHOOKS.col("failures"));
    let Some((failures,)) = tx.optional::<(i64,)>(&select)? else { return Ok(()) };
    tx.adjust_where(WEBHOOKS, failing, commands::healthy().into())?;
    if failures >= OUTAGE { hasten(tx, webhook) } else { Ok(()) }
}

/// Nothing got through: the next try is after a pause, or the webhook is switched off.
fn failed(tx: &mut WriteTx<'_, WorkspaceScope>, webhook: Uuid, outbox: &Outbox) -> db::Result<()> {
    let col = |name| WEBHOOKS.col(name);
    let select = tx.from(WEBHOOKS).filter(col("id").eq(webhook)).expr(col("failures")).expr(col("failing_since")).expr(col("is_active"));
    let Some((failures, since, is_active)) = tx.optional::<(i64, Option<Time>, bool)>(&select)? else { return Ok(()) };
    let (now, failures) = (tx.now(), failures.saturating_add(1));
    let since = since.unwrap_or(now);
    let again = now.plus_seconds(pause(failures, tx.random()));
    let mut set: Vec<Set> =
        vec![("failing_since", Some(since.micros()).into()), ("failures", failures.into()), ("retry_at", Some(again.micros()).into())];
    let is_given_up = is_active && now >= since.plus_seconds(PATIENCE);
    if is_given_up {
        set.extend([("is_active", false.into()), ("disabled_at", Some(now.micros()).into())]);
    }
    tx.adjust_where(WEBHOOKS, col("id").eq(webhook), set)?;
    if is_given_up {
        let change = Change::value("is_active", true, false);
        tx.record(Event::new("webhook", "disabled", webhook).with(vec![change]))?;
        return tell_admins(tx, webhook, outbox);
    }
    ask_at(tx, webhook, again)
}

/// Tells the admins of the workspace by mail that a webhook was switched off.
fn tell_admins(tx: &mut WriteTx<'_, WorkspaceScope>, webhook: Uuid, outbox: &Outbox) -> db::Result<()> {
    if !outbox.is_open() {
        return Ok(());
    }
    let of = |column| WORKSPACE_MEMBERS.col(column);
    let admins = of("role").eq(Role::Admin.number()).and(of("is_active").eq(true));
    let select = tx.from(WORKSPACE_MEMBERS).filter(admins).expr(of("member_id")).order(of("created_at"), db::Order::Asc).limit(TOLD);
    let admins: Vec<Uuid> = tx.all::<(Uuid,)>(&select)?.into_iter().map(|row| row.0).collect();
    let select = tx.from(WEBHOOKS).filter(WEBHOOKS.col("id").eq(webhook)).expr(WEBHOOKS.col("url"));
    let (url,) = tx.one::<(String,)>(&select)?;
    let origin = Url::parse(&url).map(|url| commands::origin(&url)).unwrap_or_default();
    let workspace = workspace_name(tx)?;
    for (_, to) in recipients::proved(tx, &admins)? {
        let mail = Mail::new(&mails::WEBHOOK_DISABLED, to).with("origin", &origin).with("workspace", &workspace);
        outbox.send(tx, mail)?;
    }
    Ok(())
}
