//! Puts into the queues of webhooks what they are to be told of the log.
//!
//! The bodies say how things were at the event, however late they are written ([`aileron_tracker::portraits`]). In the database they are
//! there once for each event, webhook and part; the id by which receivers tell repeats follows from these three, so that it is the same even
//! where the log is gone through anew after the deliveries were thrown away.

use std::collections::{BTreeSet, HashSet};

use aileron_db::{
    self as db, ExprTrait as _, Tx, WorkspaceScope, WriteTx,
    events::Logged,
    id_in,
    schema::{WEBHOOK_DELIVERIES, WEBHOOKS},
};
use aileron_kernel::Uuid;
use aileron_platform::{
    consumers::{Consumer, Progress},
    digest,
};
use aileron_tracker::portraits::Book;
use serde_json::Value;

use super::{
    audience::Audience,
    body::{self, Listener},
    deliveries::{self, NewDelivery},
    model::DeliveryMode,
    nouns::{self, Noun},
};

/// How many bytes of bodies are held before they are written.
const HELD: usize = 4 << 20;

/// The consumer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Webhooks;

impl Consumer for Webhooks {
    fn name(&self) -> &'static str {
        "webhooks"
    }

    fn handle(&self, tx: &mut WriteTx<'_, WorkspaceScope>, events: &[Logged]) -> db::Result<Progress> {
        let hooks = Hook::active(tx)?;
        let wanted = |event: &&Logged| hooks.iter().any(|hook| hook.wants(event));
        let events: Vec<(&Logged, &Noun)> = events.iter().filter(wanted).filter_map(|event| Some((event, nouns::of(event)?))).collect();
        let (Some((first, _)), Some((last, _))) = (events.first(), events.last()) else { return Ok(Progress::All) };
        let told = told(tx, &hooks, (first.seq, last.seq))?;
        let people: BTreeSet<Uuid> = hooks.iter().filter_map(Hook::answerable).collect();
        let audience = Audience::read(tx, &events, &people.into_iter().collect::<Vec<_>>())?;
        let book = Book::read(tx, &events.iter().map(|(event, _)| *event).collect::<Vec<_>>())?;
        let mut new: Vec<(Uuid, NewDelivery)> = Vec::new();
        for (event, noun) in events {
            for hook in hooks.iter().filter(|hook| hook.wants(event) && !told.contains(&(hook.id, event.id))) {
                if audience.may_hear(hook.answerable(), event, noun) {
                    let said = body::deliveries(hook.listener(tx.workspace_id(), event), event, &book);
                    new.extend((0..).zip(said).map(|(part, said)| (hook.id, delivery(hook.id, event, (part, said), noun))));
                }
            }
            if new.iter().map(|(_, new)| new.payload.len()).sum::<usize>() > HELD {
                deliveries::enqueue_all(tx, std::mem::take(&mut new))?;
            }
        }
        deliveries::enqueue_all(tx, new).map(|_| Progress::All)
    }
}

db::row! {
    /// A webhook, as far as it matters for what it is told.
    #[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
    struct Hook {
        id: Uuid,
        project: bool,
        issue: bool,
        module: bool,
        cycle: bool,
        issue_comment: bool,
        events: Value,
        delivery_mode: String,
        since: i64,
        created_by: Option<Uuid>,
        updated_by: Option<Uuid>,
    }
}

impl Hook {
    /// Those of the workspace that are switched on.
    fn active(tx: &mut Tx<'_, WorkspaceScope>) -> db::Result<Vec<Self>> {
        let select = tx.from(WEBHOOKS).columns::<Self>(WEBHOOKS).filter(WEBHOOKS.col("is_active").eq(true));
        tx.all(&select)
    }

    /// Who made it or changed it last: what it is told, it is told through him.
    fn answerable(&self) -> Option<Uuid> {
        self.updated_by.or(self.created_by)
    }

    /// Whether it asks for an event that happened after it was made.
    fn wants(&self, event: &Logged) -> bool {
        let flags = [self.project, self.issue, self.module, self.cycle, self.issue_comment];
        event.seq > self.since && (nouns::is_flagged(flags, &event.entity) || self.has_pattern_for(event))
    }

    fn has_pattern_for(&self, event: &Logged) -> bool {
        let mut patterns = self.events.as_array().into_iter().flatten().filter_map(Value::as_str);
        patterns.any(|pattern| nouns::matches(pattern, event))
    }

    fn listener(&self, workspace: Uuid, event: &Logged) -> Listener {
        let mode = DeliveryMode::parse(&self.delivery_mode).unwrap_or(DeliveryMode::Compatible);
        Listener { workspace, webhook: self.id, mode, is_exact: self.has_pattern_for(event) }
    }
}

/// What was written of these events before, if they come again.
fn told(tx: &mut Tx<'_, WorkspaceScope>, hooks: &[Hook], (first, last): (i64, i64)) -> db::Result<HashSet<(Uuid, Uuid)>> {
    let of = |column| WEBHOOK_DELIVERIES.col(column);
    let hooks: Vec<Uuid> = hooks.iter().map(|hook| hook.id).collect();
    let own = of("redelivery_of").is_null().and(of("event_id").is_not_null()).and(of("seq").between(first, last));
    let select = tx
        .from(WEBHOOK_DELIVERIES)
        .filter(id_in(WEBHOOK_DELIVERIES, "webhook_id", &hooks).and(own))
        .expr(of("webhook_id"))
        .expr(of("event_id"));
    Ok(tx.all::<(Uuid, Uuid)>(&select)?.into_iter().collect())
}

fn delivery(webhook: Uuid, event: &Logged, (part, said): (i64, body::Said), noun: &Noun) -> NewDelivery {
    NewDelivery {
        message_id: Some(message_id(webhook, event.id, part)),
        event_id: Some(event.id),
        place: (event.seq, part),
        subject_id: event.subject_id.unwrap_or(event.entity_id),
        project_id: event.project_id.filter(|_| noun.is_content),
        event: said.event,
        action: said.action,
        payload: said.payload,
        redelivery_of: None,
    }
}

/// The name of a message, the same whenever it is made.
fn message_id(webhook: Uuid, event: Uuid, part: i64) -> Uuid {
    let name = digest::sha256_hex(format!("{webhook} {event} {part}"));
    let bits = name.get(..32).and_then(|digits| u128::from_str_radix(digits, 16).ok()).unwrap_or_default();
    uuid::Builder::from_custom_bytes(bits.to_be_bytes()).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_called_the_same_whenever_it_is_made() {
        let (hook, event) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let name = message_id(hook, event, 0);
        assert_eq!((name, name.get_version_num()), (message_id(hook, event, 0), 8));
        assert!(name != message_id(hook, event, 1) && name != message_id(event, hook, 0));
    }
}
