//! What a webhook was told and is to be told, in the order of the log, for who fetches it: nothing is missed by whoever goes on behind
//! the last message that he has.

use aileron_db::{self as db, ExprTrait as _, Order, Tx, WorkspaceScope, schema::WEBHOOK_DELIVERIES};
use aileron_kernel::{Refusal, Time, Uuid};
use aileron_platform::web::Query;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{deliveries, queries};

/// How many messages a page has: few, since one may be as long as the longest text.
const PAGE: i64 = 25;

/// A place in the feed: behind this event and part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    seq: i64,
    part: i64,
}

impl Place {
    /// Reads `after`; the beginning, if there is none.
    pub fn read(query: &Query) -> Result<Self, Refusal> {
        let Some(text) = query.filled("after") else { return Ok(Self::default()) };
        let place = text.split_once('.').and_then(|(seq, part)| Some(Self { seq: seq.parse().ok()?, part: part.parse().ok()? }));
        place.ok_or_else(|| Refusal::field("after", "Must be the next of an answer of this feed."))
    }
}

aileron_db::row! {
    /// A message as stored.
    struct Stored {
        message_id: Uuid,
        event_id: Option<Uuid>,
        seq: i64,
        part: i64,
        event: String,
        action: String,
        status: String,
        created_at: Time,
        payload: String,
    }
}

/// What a webhook is told, on the wire.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookMessage)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct MessageView {
    /// By which receivers tell repeats: `X-Plane-Delivery` and `webhook-id`.
    pub id: Uuid,
    /// The event of the log that it tells of.
    pub event_id: Option<Uuid>,
    #[schema(example = "issue")]
    pub event: String,
    #[schema(example = "updated")]
    pub action: String,
    /// Whether it was sent too: `waiting`, `delivered` or `failed`.
    #[schema(example = "delivered")]
    pub status: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// The body that is sent.
    #[schema(value_type = Object)]
    pub body: Box<RawValue>,
}

/// A part of the feed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookFeed)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct FeedView {
    pub results: Vec<MessageView>,
    /// What to send as `after` for what comes then.
    #[schema(example = "812.0")]
    pub next: String,
    /// Whether there is more already.
    pub has_more: bool,
}

/// The messages behind a place, as many as a page has.
pub fn behind(tx: &mut Tx<'_, WorkspaceScope>, webhook: Uuid, place: Place) -> db::Result<FeedView> {
    queries::get(tx, webhook)?;
    let of = |column| WEBHOOK_DELIVERIES.col(column);
    let first = of("event_id").is_not_null().and(of("redelivery_of").is_null());
    let behind = of("seq").gt(place.seq).or(of("seq").eq(place.seq).and(of("part").gt(place.part)));
    let select = deliveries::of(tx, webhook)
        .filter(first.and(of("seq").gte(place.seq)).and(behind))
        .columns::<Stored>(WEBHOOK_DELIVERIES)
        .order(of("seq"), Order::Asc)
        .order(of("part"), Order::Asc)
        .limit(PAGE + 1);
    let mut stored = tx.all::<Stored>(&select)?;
    let has_more = stored.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    stored.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let place = stored.last().map_or(place, |last| Place { seq: last.seq, part: last.part });
    let results = stored.into_iter().map(view).collect::<db::Result<_>>()?;
    Ok(FeedView { results, next: format!("{}.{}", place.seq, place.part), has_more })
}

fn view(stored: Stored) -> db::Result<MessageView> {
    Ok(MessageView {
        id: stored.message_id,
        event_id: stored.event_id,
        event: stored.event,
        action: stored.action,
        status: stored.status,
        created_at: stored.created_at,
        body: RawValue::from_string(stored.payload).map_err(|error| db::Error::Inconsistent(error.to_string()))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_one_that_was_given() {
        let read = |text: &str| Place::read(&Query::parse(text));
        assert_eq!(read("").unwrap(), Place::default());
        assert_eq!(read("after=812.3").unwrap(), Place { seq: 812, part: 3 });
        for wrong in ["812", "a.b", "1.2.3", ".", "99999999999999999999.0", "1.%00"] {
            assert!(read(&format!("after={wrong}")).unwrap_err().body["after"].is_array(), "{wrong}");
        }
    }
}
