//! Making, changing and deleting webhooks.

use aileron_db::{
    self as db, ExprTrait as _, Set, WorkspaceScope, WriteTx,
    schema::{WEBHOOK_DELIVERIES, WEBHOOKS},
};
use aileron_kernel::{Change, Event, Refusal, Time, Uuid};
use aileron_platform::{digest, outgoing::Url, sealed::Sealer};
use serde_json::{Value, json};

use super::{
    model::{DeliveryMode, FLAGS, WebhookFields},
    queries, send,
    signature::{self, SealedSecret},
};

/// The most webhooks of a workspace.
pub const MOST: i64 = 100;

/// Makes a webhook: its id and its secret.
pub fn create(tx: &mut WriteTx<'_, WorkspaceScope>, fields: WebhookFields, sealer: &Sealer) -> db::Result<(Uuid, String)> {
    let Some((url, parsed)) = fields.url else { return Err(Refusal::field("url", "This field is required.").into()) };
    check_new(tx, &parsed, None)?;
    let all = tx.from(WEBHOOKS);
    if tx.count(all)? >= MOST {
        return Err(Refusal::error(format!("A workspace has at most {MOST} webhooks. Delete one that is not needed any more.")).into());
    }
    let secret = signature::new_secret(tx.random());
    let sealed = SealedSecret::seal(sealer, &secret, tx.random());
    let mut values: Vec<Set> = vec![
        ("url", url.into()),
        ("url_hash", hash(&parsed).into()),
        ("is_active", fields.is_active.unwrap_or(true).into()),
        ("events", Value::from(fields.events.unwrap_or_default()).into()),
        ("delivery_mode", fields.delivery_mode.unwrap_or(DeliveryMode::Compatible).as_str().into()),
        ("secret", sealed.as_column().into()),
        ("failures", 0_i64.into()),
        // The event of its making is the first that is none of its business.
        ("since", tx.next_version().into()),
    ];
    values.extend(FLAGS.into_iter().zip(fields.flags).map(|(flag, wanted)| (flag, wanted.unwrap_or(false).into())));
    let id = tx.create(WEBHOOKS, values)?;
    tx.record(Event::new("webhook", "created", id).with(vec![Change::value("url", Value::Null, origin(&parsed))]))?;
    Ok((id, secret))
}

/// Changes a webhook. Switched on again, it begins without its history of failures.
pub fn update(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid, fields: WebhookFields) -> db::Result<()> {
    let before = queries::get(tx, id)?;
    let (mut set, mut changes): (Vec<Set>, Vec<Change>) = (Vec::new(), Vec::new());
    if let Some((url, parsed)) = fields.url.filter(|(url, _)| *url != before.url) {
        check_new(tx, &parsed, Some(id))?;
        let old = Url::parse(&before.url).map(|url| origin(&url)).unwrap_or_default();
        changes.push(Change::value("url", old, origin(&parsed)));
        set.extend([("url", url.into()), ("url_hash", hash(&parsed).into())]);
    }
    for ((flag, wanted), is) in FLAGS.into_iter().zip(fields.flags).zip(before.flags()) {
        if let Some(wanted) = wanted.filter(|wanted| *wanted != is) {
            changes.push(Change::value(flag, is, wanted));
            set.push((flag, wanted.into()));
        }
    }
    if let Some(events) = fields.events.map(|events| json!(events)).filter(|events| *events != before.events) {
        // Both lists together are too long for an event.
        changes.push(Change { field: "events".to_owned(), ..Change::default() });
        set.push(("events", events.into()));
    }
    if let Some(mode) = fields.delivery_mode.map(DeliveryMode::as_str).filter(|mode| *mode != before.delivery_mode) {
        changes.push(Change::value("delivery_mode", before.delivery_mode.as_str(), mode));
        set.push(("delivery_mode", mode.into()));
    }
    let is_switched = fields.is_active.filter(|wanted| *wanted != before.is_active);
    if let Some(is_active) = is_switched {
        changes.push(Change::value("is_active", before.is_active, is_active));
        set.push(("is_active", is_active.into()));
    }
    if set.is_empty() {
        return Ok(());
    }
    if is_switched == Some(true) {
        set.extend(healthy());
        set.push(("disabled_at", None::<i64>.into()));
    }
    tx.update(WEBHOOKS, id, set)?;
    tx.record(Event::new("webhook", "updated", id).with(changes))?;
    if is_switched == Some(true) { send::hasten(tx, id) } else { Ok(()) }
}

/// Deletes a webhook. What waits for it is not sent any more.
pub fn delete(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid) -> db::Result<()> {
    queries::get(tx, id)?;
    tx.delete_where(WEBHOOKS, WEBHOOKS.col("id").eq(id))?;
    let waiting = WEBHOOK_DELIVERIES.col("webhook_id").eq(id).and(WEBHOOK_DELIVERIES.col("status").eq("waiting"));
    tx.remove_where(WEBHOOK_DELIVERIES, waiting)?;
    tx.record(Event::new("webhook", "deleted", id)).map(|_| ())
}

/// Makes a new secret. Deliveries are signed with the one before too for so many seconds.
pub fn rotate(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid, overlap: i64, sealer: &Sealer) -> db::Result<(Uuid, String)> {
    queries::get(tx, id)?;
    let select = tx.from(WEBHOOKS).filter(WEBHOOKS.col("id").eq(id)).expr(WEBHOOKS.col("secret"));
    let (before,) = tx.one::<(String,)>(&select)?;
    let secret = signature::new_secret(tx.random());
    let sealed = SealedSecret::seal(sealer, &secret, tx.random());
    let until = (overlap > 0).then(|| tx.now().plus_seconds(overlap));
    let set: Vec<Set> = vec![
        ("secret", sealed.as_column().into()),
        ("previous_secret", until.map(|_| before).into()),
        ("previous_secret_until", until.map(Time::micros).into()),
    ];
    tx.update(WEBHOOKS, id, set)?;
    tx.record(Event::new("webhook", "secret_rotated", id))?;
    Ok((id, secret))
}

/// The columns of a webhook that gets through.
pub(super) fn healthy() -> [Set; 3] {
    [("failing_since", None::<i64>.into()), ("failures", 0_i64.into()), ("retry_at", None::<i64>.into())]
}

/// What the log is told of an address.
pub(super) fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn hash(url: &Url) -> String {
    digest::sha256_hex(url.as_str())
}

fn check_new(tx: &mut WriteTx<'_, WorkspaceScope>, url: &Url, except: Option<Uuid>) -> db::Result<()> {
    let others = except.map(|id| WEBHOOKS.col("id").ne(id));
    let same = tx.from(WEBHOOKS).filter(WEBHOOKS.col("url_hash").eq(hash(url))).filter_some(others).expr(WEBHOOKS.col("id"));
    match tx.optional::<(Uuid,)>(&same)? {
        Some((id,)) => Err(Refusal::taken("URL already exists for the workspace", id).into()),
        None => Ok(()),
    }
}
