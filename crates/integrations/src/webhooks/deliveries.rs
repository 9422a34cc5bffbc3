//! What is sent to a webhook and how that went: the queue and the log in one.

use std::collections::{BTreeSet, HashMap};

use aileron_db::{
    self as db, ExprTrait as _, InWorkspace, Order, Select, Tx, WorkspaceScope, WriteTx, id_in,
    schema::{USERS, WEBHOOK_ATTEMPTS, WEBHOOK_DELIVERIES},
};
use aileron_identity::me::{LiteUser, LiteUserView};
use aileron_kernel::{Page, PageRequest, Refusal, Time, Uuid};
use aileron_platform::web::Query;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{audience, queries, send};

/// The word for a delivery that tells of nothing.
pub const PING: &str = "ping";

aileron_db::row! {
    /// A delivery as stored, without what it says.
    #[derive(Clone, Debug)]
    pub struct Delivery {
        /// Its id.
        pub id: Uuid,
        /// To which webhook.
        pub webhook_id: Uuid,
        /// By which receivers tell repeats.
        pub message_id: Uuid,
        /// The event of the log.
        pub event_id: Option<Uuid>,
        /// The place of that event.
        pub seq: i64,
        /// Which part of it.
        pub part: i64,
        /// What is told in order.
        pub subject_id: Uuid,
        /// The project whose contents it tells of.
        pub project_id: Option<Uuid>,
        /// The kind of thing.
        pub event: String,
        /// What became of it.
        pub action: String,
        /// The word for how far it got.
        pub status: String,
        /// How often it was tried.
        pub attempts: i64,
        /// When it is tried next, if it waits.
        pub next_attempt_at: Time,
        /// The delivery that this is a repeat of.
        pub redelivery_of: Option<Uuid>,
        /// When it was made.
        pub created_at: Time,
        /// When nothing more was to be done.
        pub finished_at: Option<Time>,
    }
}

/// What is to be sent.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// By which receivers tell repeats; none: the delivery's own id.
    pub message_id: Option<Uuid>,
    /// The event of the log that it tells of.
    pub event_id: Option<Uuid>,
    /// The place of that event, and which part of it this is.
    pub place: (i64, i64),
    /// What is told in order.
    pub subject_id: Uuid,
    /// The project whose contents it tells of; none: it tells of what all admins of the workspace see.
    pub project_id: Option<Uuid>,
    /// The kind of thing, as `X-Plane-Event` has it.
    pub event: String,
    /// What became of it.
    pub action: String,
    /// The body, as it is sent and signed.
    pub payload: String,
    /// The delivery that this is a repeat of.
    pub redelivery_of: Option<Uuid>,
}

/// The columns of a new delivery.
const COLUMNS: [&str; 17] = [
    "id",
    "webhook_id",
    "message_id",
    "event_id",
    "seq",
    "part",
    "subject_id",
    "project_id",
    "event",
    "action",
    "payload",
    "status",
    "attempts",
    "next_attempt_at",
    "claimed_until",
    "redelivery_of",
    "created_at",
];

/// Puts deliveries of a webhook into the queue, in this order: their ids.
pub fn enqueue<S: InWorkspace>(tx: &mut WriteTx<'_, S>, webhook: Uuid, new: Vec<NewDelivery>) -> db::Result<Vec<Uuid>> {
    enqueue_all(tx, new.into_iter().map(|new| (webhook, new)).collect())
}

/// The same for several webhooks.
pub(super) fn enqueue_all<S: InWorkspace>(tx: &mut WriteTx<'_, S>, new: Vec<(Uuid, NewDelivery)>) -> db::Result<Vec<Uuid>> {
    let webhooks: BTreeSet<Uuid> = new.iter().map(|(webhook, _)| *webhook).collect();
    let now = tx.now().micros();
    let ids: Vec<Uuid> = new.iter().map(|_| tx.new_id()).collect();
    let row = |(id, (webhook, new)): (&Uuid, (Uuid, NewDelivery))| {
        vec![
            (*id).into(),
            webhook.into(),
            new.message_id.unwrap_or(*id).into(),
            new.event_id.into(),
            new.place.0.into(),
            new.place.1.into(),
            new.subject_id.into(),
            new.project_id.into(),
            new.event.into(),
            new.action.into(),
            new.payload.into(),
            "waiting".into(),
            0_i64.into(),
            now.into(),
            None::<i64>.into(),
            new.redelivery_of.into(),
            now.into(),
        ]
    };
    let rows = ids.iter().zip(new).map(row).collect();
    tx.insert_rows(WEBHOOK_DELIVERIES, &COLUMNS, rows)?;
    webhooks.into_iter().try_for_each(|webhook| send::ask(tx, webhook))?;
    Ok(ids)
}

/// Sends a webhook something that tells of nothing, whether it is switched on or not. It is tried once.
pub fn ping(tx: &mut WriteTx<'_, WorkspaceScope>, webhook: Uuid) -> db::Result<Uuid> {
    queries::get(tx, webhook)?;
    let none = Value::Null;
    let payload = json!({
        "event": PING,
        "action": "sent",
        "webhook_id": webhook,
        "workspace_id": tx.workspace_id(),
        "data": { "id": webhook },
        "activity": {
            "field": none, "new_value": none, "old_value": none, "actor": actor(tx)?, "old_identifier": none, "new_identifier": none,
        },
    });
    let new = NewDelivery {
        message_id: None,
        event_id: None,
        place: (0, 0),
        // Nothing waits behind a ping.
        subject_id: tx.new_id(),
        project_id: None,
        event: PING.to_owned(),
        action: "sent".to_owned(),
        payload: payload.to_string(),
        redelivery_of: None,
    };
    let made = enqueue(tx, webhook, vec![new])?;
    made.first().copied().ok_or_else(|| Refusal::not_found().into())
}

/// The caller, as bodies name who did something.
fn actor(tx: &mut Tx<'_, WorkspaceScope>) -> db::Result<Option<LiteUserView>> {
    let select = tx.from(USERS).columns::<LiteUser>(USERS).filter(USERS.col("id").eq(tx.user_id()));
    Ok(tx.optional::<LiteUser>(&select)?.map(LiteUserView::from))
}

/// The deliveries of a webhook that the caller may read.
pub(super) fn of(tx: &Tx<'_, WorkspaceScope>, webhook: Uuid) -> Select {
    tx.from(WEBHOOK_DELIVERIES).filter(WEBHOOK_DELIVERIES.col("webhook_id").eq(webhook)).filter(audience::readable(tx))
}

/// One page of the deliveries of a webhook, the newest first. `status`: only those that got so far.
pub fn list(tx: &mut Tx<'_, WorkspaceScope>, webhook: Uuid, page: PageRequest, query: &Query) -> db::Result<Page<DeliveryView>> {
    queries::get(tx, webhook)?;
    let status = query.filled("status");
    if status.is_some_and(|status| !matches!(status, "waiting" | "delivered" | "failed")) {
        return Err(Refusal::field("status", "Must be waiting, delivered or failed.").into());
    }
    let found = of(tx, webhook).filter_some(status.map(|status| WEBHOOK_DELIVERIES.col("status").eq(status)));
    let total = tx.count(found.clone())?;
    let select = found
        .columns::<Delivery>(WEBHOOK_DELIVERIES)
        .order(WEBHOOK_DELIVERIES.col("created_at"), Order::Desc)
        .order(WEBHOOK_DELIVERIES.col("id"), Order::Desc)
        .page(page.per_page, page.offset());
    let rows = tx.all::<Delivery>(&select)?;
    Ok(page.answer(views(tx, rows)?, total))
}

/// What is shown of deliveries, in their order.
fn views(tx: &mut Tx<'_, WorkspaceScope>, rows: Vec<Delivery>) -> db::Result<Vec<DeliveryView>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let (of, is_last) = (|column| WEBHOOK_ATTEMPTS.col(column), WEBHOOK_DELIVERIES.col("attempts").eq(WEBHOOK_ATTEMPTS.col("number")));
    let delivery = WEBHOOK_DELIVERIES.col("id").eq(of("delivery_id")).and(is_last);
    let select = tx.from(WEBHOOK_ATTEMPTS).join(WEBHOOK_DELIVERIES, delivery).filter(id_in(WEBHOOK_ATTEMPTS, "delivery_id", &ids));
    let select = select.expr(of("delivery_id")).expr(of("response_status")).expr(of("millis")).expr(of("error"));
    let last = if ids.is_empty() { Vec::new() } else { tx.all::<(Uuid, Option<i64>, i64, Option<String>)>(&select)? };
    let mut last: HashMap<Uuid, LastTry> =
        last.into_iter().map(|(id, response_status, millis, error)| (id, LastTry { response_status, millis, error })).collect();
    Ok(rows.into_iter().map(|row| DeliveryView { last_try: last.remove(&row.id), ..row.into() }).collect())
}

/// One delivery as it is shown. Refuses with 404 where there is none.
pub fn view(tx: &mut Tx<'_, WorkspaceScope>, webhook: Uuid, id: Uuid) -> db::Result<DeliveryView> {
    let delivery = get(tx, webhook, id)?;
    views(tx, vec![delivery])?.pop().ok_or_else(|| Refusal::not_found().into())
}

/// One delivery of a webhook. Refuses with 404 where there is none.
pub fn get(tx: &mut Tx<'_, WorkspaceScope>, webhook: Uuid, id: Uuid) -> db::Result<Delivery> {
    queries::get(tx, webhook)?;
    let select = of(tx, webhook).columns::<Delivery>(WEBHOOK_DELIVERIES).filter(WEBHOOK_DELIVERIES.col("id").eq(id));
    tx.one(&select)
}

/// What a delivery says.
pub(super) fn payload(tx: &mut Tx<'_, WorkspaceScope>, webhook: Uuid, id: Uuid) -> db::Result<String> {
    let select = of(tx, webhook).filter(WEBHOOK_DELIVERIES.col("id").eq(id)).expr(WEBHOOK_DELIVERIES.col("payload"));
    Ok(tx.one::<(String,)>(&select)?.0)
}

/// One delivery with what was sent and how each try went.
pub fn whole(tx: &mut Tx<'_, WorkspaceScope>, webhook: Uuid, id: Uuid) -> db::Result<WholeDelivery> {
    let delivery = view(tx, webhook, id)?;
    let payload = payload(tx, webhook, id)?;
    let attempts = tx
        .from(WEBHOOK_ATTEMPTS)
        .columns::<AttemptView>(WEBHOOK_ATTEMPTS)
        .filter(WEBHOOK_ATTEMPTS.col("delivery_id").eq(id))
        .order(WEBHOOK_ATTEMPTS.col("number"), Order::Asc)
        .limit(super::rules::MOST_ATTEMPTS);
    Ok(WholeDelivery { delivery, request_body: payload, tries: tx.all(&attempts)? })
}

/// How the last try went.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = WebhookLastTry)]
pub struct LastTry {
    /// The status of the answer, if there was one.
    #[schema(example = 200)]
    response_status: Option<i64>,
    /// How long it took, in milliseconds.
    millis: i64,
    /// Why there was no answer.
    error: Option<String>,
}

/// A delivery on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = WebhookDelivery)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct DeliveryView {
    pub id: Uuid,
    pub webhook: Uuid,
    /// By which receivers tell repeats: `X-Plane-Delivery` and `webhook-id`.
    pub message_id: Uuid,
    /// The event of the log that it tells of; none: a ping.
    pub event_id: Option<Uuid>,
    #[schema(example = "issue")]
    pub event: String,
    #[schema(example = "updated")]
    pub action: String,
    /// `waiting`, `delivered` or `failed`.
    #[schema(example = "delivered")]
    pub status: String,
    /// What it is about: the work item, or whatever else is told in order; none: a ping.
    pub subject: Option<Uuid>,
    pub attempts: i64,
    /// None: it was not tried yet.
    pub last_try: Option<LastTry>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_attempt_at: Option<Time>,
    /// The delivery that this is a repeat of.
    pub redelivery_of: Option<Uuid>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Time>,
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id,
            webhook: delivery.webhook_id,
            message_id: delivery.message_id,
            event_id: delivery.event_id,
            subject: delivery.event_id.map(|_| delivery.subject_id),
            last_try: None,
            event: delivery.event,
            action: delivery.action,
            next_attempt_at: (delivery.status == "waiting").then_some(delivery.next_attempt_at),
            status: delivery.status,
            attempts: delivery.attempts,
            redelivery_of: delivery.redelivery_of,
            created_at: delivery.created_at,
            finished_at: delivery.finished_at,
        }
    }
}

aileron_db::row! {
    /// One try to send a delivery.
    #[derive(Clone, Debug, Serialize, ToSchema)]
    #[schema(as = WebhookAttempt)]
    pub struct AttemptView {
        /// The first is 1.
        pub number: i64,
        /// When it was sent.
        #[schema(value_type = String, format = DateTime)]
        pub started_at: Time,
        /// How long it took, in milliseconds.
        pub millis: i64,
        /// The headers that were sent, signatures left out.
        #[schema(value_type = Object)]
        pub request_headers: Value,
        /// The status of the answer, if there was one.
        pub response_status: Option<i64>,
        /// Its headers.
        #[schema(value_type = Object)]
        pub response_headers: Value,
        /// The beginning of its body, 16 kB at most.
        pub response_body: String,
        /// Why there was no answer.
        pub error: Option<String>,
    }
}

/// A delivery with all there is to know about it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = WholeWebhookDelivery)]
pub struct WholeDelivery {
    #[serde(flatten)]
    delivery: DeliveryView,
    /// The body that is sent.
    request_body: String,
    /// How each try went.
    tries: Vec<AttemptView>,
}
