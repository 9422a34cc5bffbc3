//! Makes notifications of the log, for the app and for mails, and subscribes those who act, are assigned or are mentioned.

use std::collections::{BTreeSet, HashSet};

use aileron_db::{
    self as db, ExprTrait as _, Value, WorkspaceScope, WriteTx,
    events::Logged,
    schema::{NOTIFICATION_MAILS, NOTIFICATIONS, WORK_ITEM_SUBSCRIBERS},
};
use aileron_kernel::{Change, Event, Uuid};
use aileron_platform::consumers::{Consumer, Progress};
use serde_json::json;

use super::{
    book::{Book, Item},
    mail,
    model::{Channel, Kind},
    rules,
};

/// The consumer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Notifications {
    /// Whether people are told by mail too.
    pub by_mail: bool,
}

impl Consumer for Notifications {
    fn name(&self) -> &'static str {
        "notifications"
    }

    fn handle(&self, tx: &mut WriteTx<'_, WorkspaceScope>, events: &[Logged]) -> db::Result<Progress> {
        let events: Vec<&Logged> = events.iter().filter(|event| rules::concerns(event)).collect();
        let (Some(first), Some(last)) = (events.first(), events.last()) else { return Ok(Progress::All) };
        let told = told(tx, (first.seq, last.seq), self.by_mail)?;
        let mut book = Book::read(tx, &events)?;
        let (mut rows, mut followers) = (Vec::new(), Vec::new());
        for event in events {
            let Some(item) = book.item(event) else { continue };
            let case = Case::of(&book, event, item);
            followers.extend(case.follow(&mut book));
            rows.extend(case.told(&book).into_iter().filter(|row| !told.contains(&(row.receiver, event.seq))));
        }
        subscribe(tx, &book, &followers)?;
        if self.by_mail {
            insert_mails(tx, &rows)?;
        }
        insert(tx, rows).map(|()| Progress::All)
    }
}

/// Who was told of these events before, if they come again.
fn told(tx: &mut WriteTx<'_, WorkspaceScope>, (first, last): (i64, i64), by_mail: bool) -> db::Result<HashSet<(Uuid, i64)>> {
    let mut told = HashSet::new();
    for table in std::iter::once(NOTIFICATIONS).chain(by_mail.then_some(NOTIFICATION_MAILS)) {
        let select = tx.from(table).filter(table.col("seq").between(first, last)).expr(table.col("receiver_id")).expr(table.col("seq"));
        told.extend(tx.all::<(Uuid, i64)>(&select)?);
    }
    Ok(told)
}

/// An event, and who has to do with it.
struct Case<'e> {
    event: &'e Logged,
    item: Item,
    kinds: BTreeSet<Kind>,
    is_completed: bool,
    assignees: BTreeSet<Uuid>,
    newly_assigned: BTreeSet<Uuid>,
    mentioned: BTreeSet<Uuid>,
    /// Who heard of the item before the event.
    subscribers: BTreeSet<Uuid>,
}

/// Somebody who hears of an item from an event on.
struct Follower {
    event: i64,
    item: Item,
    member: Uuid,
}

/// A notification in the making.
struct Row {
    receiver: Uuid,
    item: Uuid,
    seq: i64,
    is_mentioned: bool,
    is_assigned: bool,
    is_creator: bool,
    /// What he wants to know of it in the app.
    kinds: BTreeSet<Kind>,
    /// What by mail.
    mailed: BTreeSet<Kind>,
}

impl<'e> Case<'e> {
    fn of(book: &Book, event: &'e Logged, item: Item) -> Self {
        let assignees = book.assignees(event, item);
        let came = event.changes.iter().filter(|change| event.entity == "work_item" && change.field == "assignees");
        let newly_assigned = if rules::is_beginning(event) { assignees.clone() } else { came.filter_map(|change| change.new_id).collect() };
        let subscribers = book.candidates(event, item).into_iter().filter(|member| book.was_subscribed(event, item, *member));
        let mut mentioned = if rules::is_notice(event) { book.noticed(event, item, &assignees) } else { book.mentioned(event) };
        if let Some(actor) = event.actor_id {
            mentioned.remove(&actor);
        }
        mentioned.retain(|member| book.person(item, *member).is_some());
        Self {
            event,
            item,
            kinds: rules::kinds(event),
            is_completed: book.is_completed(event),
            subscribers: subscribers.collect(),
            assignees,
            newly_assigned,
            mentioned,
        }
    }

    /// Notes in the book who follows the item from this event on, and answers those who did not.
    fn follow(&self, book: &mut Book) -> Vec<Follower> {
        let actor = self.event.actor_id.filter(|_| rules::actor_follows(self.event));
        let mentioned = self.mentioned.iter().filter(|_| !rules::is_notice(self.event));
        let mentioned = mentioned.filter(|member| !self.assignees.contains(member) && self.item.created_by != Some(**member));
        let members: BTreeSet<Uuid> = self.newly_assigned.iter().chain(mentioned).copied().chain(actor).collect();
        let new = members.into_iter().filter(|member| !self.subscribers.contains(member) && book.person(self.item, *member).is_some());
        let new: Vec<Uuid> = new.collect();
        let followed = book.subscribers.entry(self.item.id).or_default();
        for member in &new {
            followed.entry(*member).and_modify(|since| *since = Ord::min(*since, self.event.seq)).or_insert(self.event.seq);
        }
        new.into_iter().map(|member| Follower { event: self.event.seq, item: self.item, member }).collect()
    }

    /// Who is told of the event, and of what of it.
    fn told(&self, book: &Book) -> Vec<Row> {
        let followers = self.subscribers.iter().chain(&self.newly_assigned).filter(|_| !self.kinds.is_empty());
        let receivers: BTreeSet<Uuid> = followers.chain(&self.mentioned).copied().collect();
        let others = receivers.into_iter().filter(|receiver| self.event.actor_id != Some(*receiver));
        others.filter(|receiver| book.person(self.item, *receiver).is_some()).filter_map(|receiver| self.row(book, receiver)).collect()
    }

    fn row(&self, book: &Book, receiver: Uuid) -> Option<Row> {
        let [kinds, mailed] = Channel::ALL.map(|channel| self.wanted(book, receiver, channel));
        let is_mentioned = kinds.contains(&Kind::Mention);
        let (is_assigned, is_creator) = (self.assignees.contains(&receiver), self.item.created_by == Some(receiver));
        let (item, seq) = (self.item.id, self.event.seq);
        let is_told = !kinds.is_empty() || !mailed.is_empty();
        is_told.then_some(Row { receiver, item, seq, is_mentioned, is_assigned, is_creator, kinds, mailed })
    }

    /// What of the event somebody wants to know by this channel.
    fn wanted(&self, book: &Book, receiver: Uuid, channel: Channel) -> BTreeSet<Kind> {
        let wants = |kind| book.wishes.wants(receiver, self.item.project_id, channel, kind);
        let is_follower = self.subscribers.contains(&receiver) || self.newly_assigned.contains(&receiver);
        let is_completion = |kind| kind == Kind::StateChange && self.is_completed && wants(Kind::IssueCompleted);
        let mut kinds: BTreeSet<Kind> =
            self.kinds.iter().copied().filter(|kind| is_follower && (wants(*kind) || is_completion(*kind))).collect();
        kinds.extend((self.mentioned.contains(&receiver) && wants(Kind::Mention)).then_some(Kind::Mention));
        kinds
    }
}

/// Writes who follows items from now on, and records it.
fn subscribe(tx: &mut WriteTx<'_, WorkspaceScope>, book: &Book, followers: &[Follower]) -> db::Result<()> {
    let of = |column| WORK_ITEM_SUBSCRIBERS.col(column);
    let items: BTreeSet<Uuid> = followers.iter().map(|follower| follower.item.id).collect();
    let items: Vec<Uuid> = items.into_iter().collect();
    let select = tx.from(WORK_ITEM_SUBSCRIBERS).filter(db::id_in(WORK_ITEM_SUBSCRIBERS, "item_id", &items));
    let stored = tx.all::<(Uuid, Uuid)>(&select.expr(of("item_id")).expr(of("member_id")))?;
    let mut known: HashSet<(Uuid, Uuid)> = stored.into_iter().collect();
    let (mut rows, now) = (Vec::new(), tx.now().micros());
    for Follower { event, item, member } in followers {
        if book.decided_later(*event, item.id, *member) {
            // What he said himself afterwards stands, for a little longer if he said that he wants to hear of it.
            let his = of("item_id").eq(item.id).and(of("member_id").eq(*member)).and(of("since").gt(*event));
            tx.update_where(WORK_ITEM_SUBSCRIBERS, his, vec![("since", (*event).into())])?;
            continue;
        }
        if !known.insert((item.id, *member)) {
            continue;
        }
        let row: Vec<Value> = vec![item.id.into(), (*member).into(), now.into(), (*event).into()];
        rows.push(row);
        let name = book.person(*item, *member).map_or_else(String::new, |person| person.name.clone());
        let changes =
            vec![Change::reference("subscriber", None, Some((*member, name))), Change::value("since", serde_json::Value::Null, *event)];
        tx.record(Event::new("subscription", "created", *member).in_project(item.project_id).about(item.id).with(changes))?;
    }
    tx.insert_rows(WORK_ITEM_SUBSCRIBERS, &["item_id", "member_id", "created_at", "since"], rows)
}

fn insert(tx: &mut WriteTx<'_, WorkspaceScope>, rows: Vec<Row>) -> db::Result<()> {
    let now = tx.now().micros();
    let columns = ["id", "receiver_id", "item_id", "seq", "is_mentioned", "is_assigned", "is_creator", "kinds", "created_at"];
    let values = rows.into_iter().filter(|row| !row.kinds.is_empty()).map(|row| {
        vec![
            tx.new_id().into(),
            row.receiver.into(),
            row.item.into(),
            row.seq.into(),
            row.is_mentioned.into(),
            row.is_assigned.into(),
            row.is_creator.into(),
            json!(row.kinds).into(),
            now.into(),
        ]
    });
    let values: Vec<Vec<Value>> = values.collect();
    tx.insert_rows(NOTIFICATIONS, &columns, values)
}

/// Keeps what is to be mailed. It is looked at when the window of its first event is over.
fn insert_mails(tx: &mut WriteTx<'_, WorkspaceScope>, rows: &[Row]) -> db::Result<()> {
    let (now, due) = (tx.now(), mail::end_of_window(tx.now()));
    let columns = ["receiver_id", "item_id", "seq", "kinds", "created_at", "due_at"];
    let values = rows.iter().filter(|row| !row.mailed.is_empty()).map(|row| {
        let kinds = json!(row.mailed);
        vec![row.receiver.into(), row.item.into(), row.seq.into(), kinds.into(), now.micros().into(), due.micros().into()]
    });
    let values: Vec<Vec<Value>> = values.collect();
    if values.is_empty() {
        return Ok(());
    }
    tx.insert_rows(NOTIFICATION_MAILS, &columns, values)?;
    mail::ask_at(tx, due)
}
