//! Telling people by mail: a job of a workspace, which is due when something may have to be mailed there.
//!
//! What the consumer kept is mailed five minutes after the first of it, together for each item, as it is seen then: nothing of what was
//! read in the app meanwhile, nothing that the receiver does not see any more. Within his quiet hours it waits for their end, and in
//! a digest for its time.

use std::collections::{BTreeMap, BTreeSet};

use aileron_db::{
    self as db, Db, Expr, ExprTrait as _, Order, Principal, Session, WorkspaceScope, WriteTx, jobs::Job,
    schema::NOTIFICATION_MAILS as MAILS,
};
use aileron_identity::{
    accounts,
    mail_preferences::{self, Pace},
    recipients,
};
use aileron_kernel::{Action, Actor, ActorKind, Origin, Time, Uuid};
use aileron_platform::{
    jobs::Failure,
    mail::{Mail, Outbox, Recipient},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    mail_words::{self, Told},
    model::NotificationView,
    queries, unsubscribe,
};
use crate::mails;

/// The kind of these jobs.
pub const KIND: &str = "notification.mail";
/// How long is waited for more about the same item, in seconds.
const WINDOW: i64 = 5 * 60;
/// What is due within so many seconds is looked at together.
const SLOT: i64 = 60;
/// For how long what has a job of its own is nothing to others, in seconds.
const ASIDE: i64 = 30 * 24 * 60 * 60;
/// The most events that one look at a receiver takes.
const EVENTS: i64 = 500;
/// As many items are mailed one by one; more are told of together.
const SINGLE: usize = 10;
/// The most items of a digest that are shown.
const ITEMS: usize = 50;

/// When what was told now is mailed, if the receiver says nothing else.
pub(super) fn end_of_window(now: Time) -> Time {
    slot(now.plus_seconds(WINDOW))
}

/// The end of the slot that an instant is in.
const fn slot(at: Time) -> Time {
    let slot = SLOT * 1_000_000;
    Time::from_micros(at.micros().saturating_add(slot - 1).div_euclid(slot) * slot)
}

/// Has it looked at this instant what is to be mailed. One job a slot is enough.
pub(super) fn ask_at(tx: &mut WriteTx<'_, WorkspaceScope>, at: Time) -> db::Result<()> {
    let (at, workspace) = (slot(at), tx.workspace_id());
    tx.enqueue_at(KIND, json!({}), Some(&format!("{workspace} {}", at.micros())), at)
}

/// What a job tells that is about one person and one item; others tell whatever is due.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct One {
    receiver: Uuid,
    item: Uuid,
}

/// Mails what is due, one receiver after the other. What cannot be told is in nobody's way: it becomes a job of its own, which is tried again
/// and in the end seen by those who keep the server.
pub async fn run(db: Db, outbox: Outbox, job: Job) -> Result<(), Failure> {
    let Some(workspace) = job.workspace_id else { return Ok(()) };
    let office = Office { workspace, request: job.request_id, outbox };
    if let Ok(One { receiver, item }) = One::deserialize(&job.payload) {
        return Ok(office.work(&db, move |office, session| office.tell(session, receiver, Some(item))).await?);
    }
    while let Some(receiver) = office.work(&db, Office::first_due).await? {
        match office.work(&db, move |office, session| office.tell(session, receiver, None)).await {
            Err(error) if is_lasting(&error) => office.tell_one_by_one(&db, receiver).await?,
            told => told?,
        }
    }
    Ok(())
}

/// Whether it would fail again in a moment.
const fn is_lasting(error: &db::Error) -> bool {
    !matches!(error, db::Error::Unavailable(_) | db::Error::TimedOut | db::Error::Conflict(_) | db::Error::Unusable(_))
}

db::row! {
    /// Something that waits to be mailed.
    struct Waiting {
        item_id: Uuid,
        seq: i64,
        created_at: Time,
    }
}

/// Somebody, with what waits for him.
struct Turn {
    receiver: Uuid,
    slug: String,
    waiting: Vec<Waiting>,
    pace: Pace,
    /// None: he is not mailed.
    to: Option<Recipient>,
}

/// Where mails of a workspace are made.
#[derive(Clone)]
struct Office {
    workspace: Uuid,
    request: String,
    outbox: Outbox,
}

impl Office {
    /// Does something in one transaction.
    async fn work<T: Send + 'static>(
        &self,
        db: &Db,
        mut work: impl FnMut(&Self, &mut Session) -> db::Result<T> + Send + 'static,
    ) -> db::Result<T> {
        let office = self.clone();
        db.write(move |session| work(&office, session)).await
    }

    fn open<'s>(&self, session: &'s mut Session) -> db::Result<Option<WriteTx<'s, WorkspaceScope>>> {
        let server = Principal::proved(accounts::automation(&self.request), Vec::new());
        session.workspace_for_job(&server, self.workspace)
    }

    /// Whose mails have been due for the longest time.
    fn first_due(&self, session: &mut Session) -> db::Result<Option<Uuid>> {
        let Some(mut tx) = self.open(session)? else { return Ok(None) };
        let due = tx.from(MAILS).filter(is_due(tx.now())).order(MAILS.col("due_at"), Order::Asc).limit(1);
        Ok(tx.optional::<(Uuid,)>(&due.expr(MAILS.col("receiver_id")))?.map(|row| row.0))
    }

    /// Mails somebody what is due, of one item or at all.
    fn tell(&self, session: &mut Session, receiver: Uuid, item: Option<Uuid>) -> db::Result<()> {
        let Some(mut tx) = self.open(session)? else { return Ok(()) };
        let turn = Turn::of(&mut tx, receiver, item)?;
        let (ripe, held) = turn.sorted(tx.now());
        let views = match turn.to {
            Some(_) => seen(session, &turn, &self.request, &ripe)?,
            None => Vec::new(),
        };
        let Some(mut tx) = self.open(session)? else { return Ok(()) };
        for (due, seqs) in held {
            set(&mut tx, receiver, &seqs, ("due_at", due.micros().into()))?;
            ask_at(&mut tx, due)?;
        }
        let now = tx.now().micros();
        set(&mut tx, receiver, &ripe, ("done_at", Some(now).into()))?;
        if let (Some(to), false) = (&turn.to, views.is_empty()) {
            send(&mut tx, &turn, to, &views, &self.outbox)?;
        }
        Ok(())
    }

    /// Mails somebody what is due, so that one item does not keep back the others.
    async fn tell_one_by_one(&self, db: &Db, receiver: Uuid) -> db::Result<()> {
        for item in self.work(db, move |office, session| office.due_items(session, receiver)).await? {
            match self.work(db, move |office, session| office.tell(session, receiver, Some(item))).await {
                Err(error) if is_lasting(&error) => {
                    tracing::error!(workspace = %self.workspace, %receiver, %item, %error, "what happened with an item cannot be mailed to somebody");
                    self.work(db, move |office, session| office.set_aside(session, One { receiver, item })).await?;
                }
                told => told?,
            }
        }
        Ok(())
    }

    fn due_items(&self, session: &mut Session, receiver: Uuid) -> db::Result<BTreeSet<Uuid>> {
        let Some(mut tx) = self.open(session)? else { return Ok(BTreeSet::new()) };
        let due = tx.from(MAILS).filter(is_due(tx.now()).and(MAILS.col("receiver_id").eq(receiver)));
        let due = due.order(MAILS.col("due_at"), Order::Asc).limit(EVENTS).expr(MAILS.col("item_id"));
        Ok(tx.all::<(Uuid,)>(&due)?.into_iter().map(|row| row.0).collect())
    }

    /// Leaves an item to a job of its own.
    fn set_aside(&self, session: &mut Session, one: One) -> db::Result<()> {
        let Some(mut tx) = self.open(session)? else { return Ok(()) };
        let of = |column| MAILS.col(column);
        let these = of("receiver_id").eq(one.receiver).and(of("item_id").eq(one.item)).and(of("done_at").is_null());
        let later = tx.now().plus_seconds(ASIDE).micros();
        tx.update_where(MAILS, these, vec![("due_at", later.into())])?;
        tx.enqueue(KIND, json!(one), Some(&format!("{} {}", one.receiver, one.item)))
    }
}

/// "It waits, and no longer than until now."
fn is_due(now: Time) -> Expr {
    MAILS.col("done_at").is_null().and(MAILS.col("due_at").lte(now.micros()))
}

impl Turn {
    fn of(tx: &mut WriteTx<'_, WorkspaceScope>, receiver: Uuid, item: Option<Uuid>) -> db::Result<Self> {
        let of = |column| MAILS.col(column);
        let waiting = tx.from(MAILS).columns::<Waiting>(MAILS).filter(of("done_at").is_null().and(of("receiver_id").eq(receiver)));
        // What has a job of its own would keep back the rest again: no mail waits half as long.
        let aside = tx.now().plus_seconds(ASIDE / 2).micros();
        let waiting = waiting.filter(item.map_or_else(|| of("due_at").lt(aside), |item| of("item_id").eq(item)));
        // What is due comes first, so that each look gets on.
        let waiting = tx.all(&waiting.order(of("due_at"), Order::Asc).order(of("seq"), Order::Asc).limit(EVENTS))?;
        let to = recipients::proved(tx, &[receiver])?.remove(&receiver);
        let (pace, slug) = (mail_preferences::of(tx, receiver)?, tx.workspace().slug().to_owned());
        Ok(Self { receiver, slug, waiting, pace, to })
    }

    /// The events that are to be mailed now, and those that wait, with until when. Of one item all go with the first.
    fn sorted(&self, now: Time) -> (Vec<i64>, BTreeMap<Time, Vec<i64>>) {
        let mut items: BTreeMap<Uuid, (Time, Vec<i64>)> = BTreeMap::new();
        for row in &self.waiting {
            let (since, seqs) = items.entry(row.item_id).or_insert((row.created_at, Vec::new()));
            *since = Ord::min(*since, row.created_at);
            seqs.push(row.seq);
        }
        let (mut ripe, mut held) = (Vec::new(), BTreeMap::<Time, Vec<i64>>::new());
        for (since, seqs) in items.into_values() {
            // What is late, because nobody looked meanwhile, keeps the quiet hours of now.
            let due = self.pace.due(end_of_window(since));
            let due = if due <= now { self.pace.not_quiet(now) } else { due };
            if self.to.is_none() || due <= now {
                ripe.extend(seqs);
            } else {
                held.entry(due).or_default().extend(seqs);
            }
        }
        (ripe, held)
    }
}

/// What the receiver would see of these events if he looked now, with his rights and no others.
fn seen(session: &mut Session, turn: &Turn, request: &str, seqs: &[i64]) -> db::Result<Vec<Told>> {
    let actor = Actor { id: turn.receiver, kind: ActorKind::User, origin: Origin::Web, mutation_id: None, request_id: request.to_owned() };
    let receiver = Principal::proved(actor, Vec::new());
    let mut tx = match session.workspace(&receiver, &turn.slug, Action::NotificationsRead) {
        Ok(tx) => tx,
        // He is no member any more.
        Err(db::Error::Refused(_)) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let views = queries::mailable(&mut tx, seqs)?;
    mail_words::told(&mut tx, by_item(views))
}

fn by_item(views: Vec<NotificationView>) -> Vec<Vec<NotificationView>> {
    let mut items: Vec<Vec<NotificationView>> = Vec::new();
    for view in views {
        match items.iter_mut().find(|item| item.first().is_some_and(|first| first.issue.id == view.issue.id)) {
            Some(item) => item.push(view),
            None => items.push(vec![view]),
        }
    }
    items
}

fn set(tx: &mut WriteTx<'_, WorkspaceScope>, receiver: Uuid, seqs: &[i64], set: db::Set) -> db::Result<()> {
    let of = |column| MAILS.col(column);
    let these = of("receiver_id").eq(receiver).and(of("seq").is_in(seqs.to_vec())).and(of("done_at").is_null());
    if seqs.is_empty() { Ok(()) } else { tx.update_where(MAILS, these, vec![set]).map(|_| ()) }
}

/// Mails somebody nothing of what waits, of one item or at all.
pub(super) fn drop_waiting(tx: &mut WriteTx<'_, WorkspaceScope>, receiver: Uuid, item: Option<Uuid>) -> db::Result<()> {
    let (of, now) = (|column| MAILS.col(column), tx.now().micros());
    let mut waiting = of("receiver_id").eq(receiver).and(of("done_at").is_null());
    if let Some(item) = item {
        waiting = waiting.and(of("item_id").eq(item));
    }
    tx.update_where(MAILS, waiting, vec![("done_at", Some(now).into())]).map(|_| ())
}

/// One mail an item, or a digest of all.
fn send(tx: &mut WriteTx<'_, WorkspaceScope>, turn: &Turn, to: &Recipient, told: &[Told], outbox: &Outbox) -> db::Result<()> {
    let workspace = mails::workspace_name(tx)?;
    // What touches many items at once is one mail: nobody reads hundreds.
    let each = if turn.pace.is_digest() || told.len() > SINGLE { told.len() } else { 1 };
    for items in told.chunks(each) {
        let title = match items {
            [one] => format!("{} {}", one.key, one.name),
            many => format!("{} work items in {workspace}", many.len()),
        };
        let shown: Vec<Value> = items.iter().take(ITEMS).map(|item| json!(item)).collect();
        let everything = unsubscribe::path(outbox, turn.receiver, tx.workspace_id(), None);
        let mut mail = Mail::new(&mails::NOTIFICATIONS, to.clone())
            .with("title", &title)
            .with("workspace", &workspace)
            .with("slug", &turn.slug)
            .with_value("left_out", items.len().saturating_sub(ITEMS))
            .with_value("items", shown)
            .with_secret("unsubscribe", everything);
        if let [one] = items {
            let path = unsubscribe::path(outbox, turn.receiver, tx.workspace_id(), Some(one.id));
            mail = mail.with_secret("unsubscribe_item", path);
        }
        outbox.send(tx, mail)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(item: u128, seq: i64, created_at: i64) -> Waiting {
        Waiting { item_id: Uuid::from_u128(item), seq, created_at: Time::from_micros(0).plus_seconds(created_at) }
    }

    fn turn(waiting: Vec<Waiting>, digest_at: Option<i64>) -> Turn {
        let pace = Pace { digest_at, timezone: "UTC".to_owned(), ..Pace::default() };
        let to = Some(Recipient { address: "a@b.test".to_owned(), name: String::new(), account: None });
        Turn { receiver: Uuid::nil(), slug: "acme".to_owned(), waiting, pace, to }
    }

    #[test]
    fn what_happens_with_an_item_goes_with_the_first_of_it() {
        let at = |seconds| Time::from_micros(0).plus_seconds(seconds);
        let rows = || vec![waiting(1, 1, 0), waiting(2, 2, 250), waiting(1, 3, 290)];
        let (ripe, held) = turn(rows(), None).sorted(at(300));
        assert_eq!((ripe, held), (vec![1, 3], BTreeMap::from([(at(600), vec![2])])));
        let (ripe, held) = turn(rows(), Some(60)).sorted(at(600));
        assert_eq!((ripe, held), (vec![], BTreeMap::from([(at(3_600), vec![1, 3, 2])])));
        let nobody = Turn { to: None, ..turn(rows(), Some(60)) };
        assert_eq!(nobody.sorted(at(0)).0, [1, 3, 2]);
    }

    #[test]
    fn slots_are_whole_minutes() {
        assert_eq!(slot(Time::from_micros(60_000_000)), Time::from_micros(60_000_000));
        assert_eq!(slot(Time::from_micros(60_000_001)), Time::from_micros(120_000_000));
    }
}
