//! Sends what is due to a webhook: a job, asked for whenever something is put into the queue and whenever something may be tried again.
//!
//! A delivery is claimed, sent outside of any transaction, and what became of it is noted. Whoever dies in between leaves a claim that runs
//! out, so that it is sent again: at least once, under the same name.

use std::time::Duration;

use aileron_db::{
    self as db, Db, ExprTrait as _, InWorkspace, Session, Set, WorkspaceScope, WriteTx,
    jobs::Job,
    schema::{WEBHOOK_ATTEMPTS, WEBHOOK_DELIVERIES, WEBHOOKS},
};
use aileron_identity::accounts;
use aileron_kernel::{Change, Event, Time, Uuid};
use aileron_platform::{
    jobs::Failure,
    outgoing::{Answer, Limits, Outgoing, OutgoingError, Request},
    sealed::{SealError, Sealer},
};
use axum::http::{HeaderMap, HeaderValue, header};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    commands,
    rules::{MOST_ATTEMPTS, PATIENCE, pause},
    signature::{self, SealedSecret},
    sql,
};

/// The kind of these jobs.
pub const KIND: &str = "webhook.send";
/// How many deliveries one job sends, so that other webhooks of the workspace have their turn.
const AT_ONCE: usize = 50;
/// For how long a delivery is claimed, in seconds: longer than sending takes.
const CLAIM: i64 = 60;
/// How much of an answer is kept, in bytes.
const KEPT: usize = 16 << 10;

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Payload {
    webhook: Uuid,
}

/// Has what waits for a webhook sent after the commit.
pub(super) fn ask<S: InWorkspace>(tx: &mut WriteTx<'_, S>, webhook: Uuid) -> db::Result<()> {
    let now = tx.now();
    ask_at(tx, webhook, now)
}

/// The same, not before this instant. A job that has begun may have looked already, so that each instant has a job of its own.
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

aileron_db::row! {
    /// A delivery that is due.
    #[derive(Clone, Debug)]
    struct Due {
        id: Uuid,
        message_id: Uuid,
        event: String,
        payload: String,
        attempts: i64,
    }
}

/// What is sent, and with which secrets it is signed, the newest first.
#[derive(Clone, Debug)]
struct Claimed {
    due: Due,
    url: String,
    secrets: Vec<SealedSecret>,
    at: Time,
}

/// Sends what is due.
pub async fn run(db: Db, sealer: Sealer, outgoing: Outgoing, job: Job) -> Result<(), Failure> {
    let Payload { webhook } = Payload::deserialize(&job.payload).map_err(|error| Failure::Never(error.to_string()))?;
    let Some(workspace) = job.workspace_id else { return Ok(()) };
    for _ in 0..AT_ONCE {
        let request = job.request_id.clone();
        let claimed = db.write(move |session| within(session, &request, workspace, |tx| claim(tx, webhook))).await?.flatten();
        let Some(claimed) = claimed else { return Ok(()) };
        let tried = Tried::of(&outgoing, &sealer, &claimed).await;
        let request = job.request_id.clone();
        let noted = db.write(move |session| within(session, &request, workspace, |tx| note(tx, webhook, &claimed.due, &tried)));
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

/// What is asked of a webhook before something is sent: address, whether it is active, its pause, its secrets.
type Target = (String, bool, Option<Time>, String, Option<String>, Option<Time>);

/// The next delivery that is due, claimed.
fn claim(tx: &mut WriteTx<'_, WorkspaceScope>, webhook: Uuid) -> db::Result<Option<Claimed>> {
    let col = |name| WEBHOOKS.col(name);
    let names = ["url", "is_active", "retry_at", "secret", "previous_secret", "previous_secret_until"];
    let select = tx.from(WEBHOOKS).filter(col("id").eq(webhook));
    let select = names.into_iter().fold(select, |select, name| select.expr(col(name)));
    let Some((url, is_active, retry_at, secret, previous, until)) = tx.optional::<Target>(&select)? else { return Ok(None) };
    let at = tx.now();
    // One that gets nothing through is left alone until its pause is over. Pings are for whoever wants to see why.
    let only_pings = !is_active || retry_at.is_some_and(|retry| retry > at);
    let Some(due) = sql::due::<Due, _>(tx, webhook, only_pings)? else { return Ok(None) };
    let claim = vec![("claimed_until", Some(at.plus_seconds(CLAIM).micros()).into())];
    tx.update_where(WEBHOOK_DELIVERIES, WEBHOOK_DELIVERIES.col("id").eq(due.id), claim)?;
    let previous = previous.filter(|_| until.is_some_and(|until| until > at));
    let secrets = std::iter::once(secret).chain(previous).map(SealedSecret::from_column).collect();
    Ok(Some(Claimed { due, url, secrets, at }))
}

/// How a try went.
#[derive(Clone, Debug)]
struct Tried {
    at: Time,
    millis: i64,
    request_headers: Value,
    outcome: Outcome,
}

#[derive(Clone, Debug)]
enum Outcome {
    Answered { status: u16, headers: Value, body: String },
    Failed(String),
}

impl Tried {
    async fn of(outgoing: &Outgoing, sealer: &Sealer, claimed: &Claimed) -> Self {
        let due = &claimed.due;
        let (id, seconds) = (due.message_id.to_string(), claimed.at.seconds());
        let mut request = Request::post(&claimed.url, due.payload.clone());
        request.headers = headers(&[
            ("content-type", "application/json"),
            ("accept", "*/*"),
            ("x-plane-delivery", &id),
            ("x-plane-event", &due.event),
            ("webhook-id", &id),
            ("webhook-timestamp", &seconds.to_string()),
        ]);
        let request_headers = shown(&request.headers);
        request.limits = Limits { total: Duration::from_secs(15), body: KEPT, ..Limits::default() };
        let started = tokio::time::Instant::now();
        let outcome = match signatures(sealer, claimed, &id, seconds) {
            Ok(signatures) => {
                request.headers.extend(signatures);
                outgoing.send(request).await.into()
            }
            Err(error) => Outcome::Failed(error.to_string()),
        };
        let millis = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
        Self { at: claimed.at, millis, request_headers, outcome }
    }

    /// Whether the receiver took it: any answer of success, and no redirect.
    const fn is_taken(&self) -> bool {
        matches!(self.outcome, Outcome::Answered { status: 200..=299, .. })
    }
}

impl From<Result<Answer, OutgoingError>> for Outcome {
    fn from(sent: Result<Answer, OutgoingError>) -> Self {
        match sent {
            Ok(answer) => Self::Answered {
                status: answer.status.as_u16(),
                headers: shown(&answer.headers),
                body: String::from_utf8_lossy(&answer.body).replace('\0', ""),
            },
            Err(error) => Self::Failed(error.to_string()),
        }
    }
}

/// The headers that prove who sent it.
fn signatures(sealer: &Sealer, claimed: &Claimed, id: &str, seconds: i64) -> Result<HeaderMap, SealError> {
    let body = &claimed.due.payload;
    let secrets = claimed.secrets.iter().map(|secret| secret.open(sealer)).collect::<Result<Vec<_>, _>>()?;
    let newest = secrets.first().map(|secret| signature::compatible(secret, body)).unwrap_or_default();
    let all = signature::standard(secrets.iter().map(String::as_str), id, seconds, body);
    Ok(headers(&[("x-plane-signature", &newest), ("webhook-signature", &all)]))
}

/// Headers of these names; values that cannot be one are left out.
fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().filter_map(|(name, value)| Some((header::HeaderName::from_static(name), HeaderValue::from_str(value).ok()?))).collect()
}

/// Headers as the log keeps them.
fn shown(headers: &HeaderMap) -> Value {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).replace('\0', "");
    Value::Object(headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value).into())).collect::<Map<_, _>>())
}

/// Notes how a try went; whether the next delivery may be sent.
fn note(tx: &mut WriteTx<'_, WorkspaceScope>, webhook: Uuid, due: &Due, tried: &Tried) -> db::Result<bool> {
    let number = due.attempts + 1;
    keep(tx, due.id, number, tried)?;
    let is_ping = due.event == super::deliveries::PING;
    let is_over = tried.is_taken() || is_ping || number >= MOST_ATTEMPTS;
    let now = tx.now();
    let mut set: Vec<Set> = vec![("attempts", number.into()), ("claimed_until", None::<i64>.into())];
    if is_over {
        set.push(("status", if tried.is_taken() { "delivered" } else { "failed" }.into()));
        set.push(("finished_at", Some(now.micros()).into()));
    }
    tx.update_where(WEBHOOK_DELIVERIES, WEBHOOK_DELIVERIES.col("id").eq(due.id), set)?;
    match (is_ping, tried.is_taken()) {
        // A ping says nothing about what waits.
        (true, _) => Ok(true),
        (false, true) => recovered(tx, webhook).map(|()| true),
        (false, false) => failed(tx, webhook, (due.id, is_over)).map(|()| false),
    }
}

fn keep(tx: &mut WriteTx<'_, WorkspaceScope>, delivery: Uuid, number: i64, tried: &Tried) -> db::Result<()> {
    let id = tx.new_id();
    let (status, headers, body, error) = match &tried.outcome {
        Outcome::Answered { status, headers, body } => (Some(i64::from(*status)), headers.clone(), body.clone(), None),
        Outcome::Failed(error) => (None, json!({}), String::new(), Some(error.clone())),
    };
    tx.insert_row(
        WEBHOOK_ATTEMPTS,
        vec![
            ("id", id.into()),
            ("delivery_id", delivery.into()),
            ("number", number.into()),
            ("started_at", tried.at.micros().into()),
            ("millis", tried.millis.into()),
            ("request_headers", tried.request_headers.clone().into()),
            ("response_status", status.into()),
            ("response_headers", headers.into()),
            ("response_body", body.into()),
            ("error", error.into()),
        ],
    )
}

/// Something got through: what waits out a pause need not any more.
fn recovered(tx: &mut WriteTx<'_, WorkspaceScope>, webhook: Uuid) -> db::Result<()> {
    let failing = WEBHOOKS.col("id").eq(webhook).and(WEBHOOKS.col("failing_since").is_not_null());
    if tx.adjust_where(WEBHOOKS, failing, commands::healthy().into())? == 0 {
        return Ok(());
    }
    hasten(tx, webhook)
}

/// Nothing got through: the next try is after a pause, or the webhook is switched off.
fn failed(tx: &mut WriteTx<'_, WorkspaceScope>, webhook: Uuid, (delivery, is_over): (Uuid, bool)) -> db::Result<()> {
    let col = |name| WEBHOOKS.col(name);
    let select = tx.from(WEBHOOKS).filter(col("id").eq(webhook)).expr(col("failures")).expr(col("failing_since")).expr(col("is_active"));
    let Some((failures, since, is_active)) = tx.optional::<(i64, Option<Time>, bool)>(&select)? else { return Ok(()) };
    let (now, failures) = (tx.now(), failures.saturating_add(1));
    let since = since.unwrap_or(now);
    let again = now.plus_seconds(pause(failures, tx.random()));
    if !is_over {
        let set = vec![("next_attempt_at", again.micros().into())];
        tx.update_where(WEBHOOK_DELIVERIES, WEBHOOK_DELIVERIES.col("id").eq(delivery), set)?;
    }
    let mut set: Vec<Set> =
        vec![("failing_since", Some(since.micros()).into()), ("failures", failures.into()), ("retry_at", Some(again.micros()).into())];
    let is_given_up = is_active && now >= since.plus_seconds(PATIENCE);
    if is_given_up {
        set.extend([("is_active", false.into()), ("disabled_at", Some(now.micros()).into())]);
    }
    tx.adjust_where(WEBHOOKS, col("id").eq(webhook), set)?;
    if is_given_up {
        let change = Change::value("is_active", true, false);
        return tx.record(Event::new("webhook", "disabled", webhook).with(vec![change])).map(|_| ());
    }
    ask_at(tx, webhook, again)
}
