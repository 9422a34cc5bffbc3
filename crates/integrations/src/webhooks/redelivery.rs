//! Sending once more what was sent before. What is sent says what it said then, under the name that receivers tell repeats by.

use aileron_db::{self as db, ExprTrait as _, FromRow, Order, Row, WorkspaceScope, WriteTx, schema::WEBHOOK_DELIVERIES};
use aileron_kernel::{Fields, Refusal, Time, Uuid};

use super::deliveries::{self, Delivery, NewDelivery};

/// The most deliveries that one request has sent once more.
const MOST: i64 = 200;

/// Sends one delivery once more. One that waits is refused: it is sent anyway.
pub fn one(tx: &mut WriteTx<'_, WorkspaceScope>, webhook: Uuid, id: Uuid) -> db::Result<Uuid> {
    let delivery = deliveries::get(tx, webhook, id)?;
    if delivery.status == "waiting" {
        return Err(Refusal::error("This delivery waits to be sent.").into());
    }
    let payload = deliveries::payload(tx, webhook, id)?;
    let made = deliveries::enqueue(tx, webhook, vec![again(delivery, payload)])?;
    made.first().copied().ok_or_else(|| Refusal::not_found().into())
}

/// Which deliveries are to be sent once more.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    after: Time,
    before: Time,
    is_all: bool,
}

impl Range {
    /// Reads a body. `before` is now if it is not sent; only what failed is sent once more unless all is wanted.
    pub fn read(mut fields: Fields, now: Time) -> Result<Self, Refusal> {
        fields.require("after");
        let after = fields.nullable_time("after");
        if after == Some(None) {
            fields.reject("after", "This field may not be null.");
        }
        let before = fields.nullable_time("before").flatten().unwrap_or(now);
        if after.flatten().is_some_and(|after| after >= before) {
            fields.reject("before", "This must be later than after.");
        }
        let is_all = fields.flag("include_delivered").unwrap_or(false);
        fields.finish()?;
        Ok(Self { after: after.flatten().unwrap_or(now), before, is_all })
    }
}

/// Sends once more what was made in a range of time, in the order in which it was made: how many. Refuses more than [`MOST`]. What is itself
/// a repeat is left out: its first is in the log too.
pub fn range(tx: &mut WriteTx<'_, WorkspaceScope>, webhook: Uuid, range: Range) -> db::Result<(Uuid, usize)> {
    super::queries::get(tx, webhook)?;
    let col = |name| WEBHOOK_DELIVERIES.col(name);
    let within = col("created_at").gte(range.after.micros()).and(col("created_at").lt(range.before.micros()));
    let wanted = if range.is_all { col("status").ne("waiting") } else { col("status").eq("failed") };
    let found = deliveries::of(tx, webhook).filter(within.and(wanted).and(col("redelivery_of").is_null()));
    if tx.count(found.clone().limit(MOST + 1))? > MOST {
        let message = format!("There are more than {MOST} deliveries in this range. Choose a smaller one.");
        return Err(Refusal::field("before", message).into());
    }
    let select = found.columns::<Delivery>(WEBHOOK_DELIVERIES).expr(col("payload"));
    let select = select.order(col("created_at"), Order::Asc).order(col("id"), Order::Asc);
    let again: Vec<NewDelivery> = tx.all::<Said>(&select)?.into_iter().map(|said| again(said.delivery, said.payload)).collect();
    let count = again.len();
    deliveries::enqueue(tx, webhook, again)?;
    Ok((webhook, count))
}

/// A delivery and what it says.
struct Said {
    delivery: Delivery,
    payload: String,
}

impl FromRow for Said {
    const COLUMNS: &'static [&'static str] = &[];

    fn from_row(row: &mut Row<'_>) -> db::Result<Self> {
        Ok(Self { delivery: Delivery::from_row(row)?, payload: row.take()? })
    }
}

fn again(delivery: Delivery, payload: String) -> NewDelivery {
    NewDelivery {
        message_id: Some(delivery.message_id),
        event_id: delivery.event_id,
        place: (delivery.seq, delivery.part),
        subject_id: delivery.subject_id,
        project_id: delivery.project_id,
        event: delivery.event,
        action: delivery.action,
        payload,
        redelivery_of: Some(delivery.redelivery_of.unwrap_or(delivery.id)),
    }
}
