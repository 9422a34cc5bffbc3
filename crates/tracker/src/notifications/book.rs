//! What has to be known of the items of a batch of events to say who is told: read in a few statements, however many events there are.

use std::collections::{BTreeSet, HashMap, HashSet};

use aileron_db::{
    self as db, ExprTrait as _, Order, Tx, WorkspaceScope,
    events::Logged,
    id_in,
    schema::{COMMENTS, EVENTS, STATES, TEXT_VERSIONS, USERS, WORK_ITEM_ASSIGNEES, WORK_ITEM_SUBSCRIBERS, WORK_ITEMS},
};
use aileron_kernel::{StateGroup, Uuid};
use aileron_platform::html;

use super::{history, preferences, rules};
use crate::{
    automations::parts::Audience,
    work_items::visibility::{self, Seat},
};

/// How many texts are held at a time: they may be long.
const TEXTS: usize = 16;

/// How many people one statement asks for.
const PEOPLE: usize = 500;

db::row! {
    /// An item, as far as notifications are concerned.
    #[derive(Clone, Copy, Debug)]
    pub(super) struct Item {
        pub id: Uuid,
        pub project_id: Uuid,
        pub created_by: Option<Uuid>,
        pub is_draft: bool,
    }
}

/// Somebody who may be told.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub seat: Seat,
    pub name: String,
}

/// What is known.
#[derive(Default)]
pub(super) struct Book {
    pub items: HashMap<Uuid, Item>,
    /// What the log says of each item behind the first event of the batch, in its order.
    later: HashMap<Uuid, Vec<Logged>>,
    assignees: HashMap<Uuid, BTreeSet<Uuid>>,
    /// Who hears of each item now, and from which event on.
    pub subscribers: HashMap<Uuid, HashMap<Uuid, i64>>,
    /// Whom each text mentions: a version, a comment, or an item's own.
    mentions: HashMap<Uuid, BTreeSet<Uuid>>,
    completed: HashSet<Uuid>,
    people: HashMap<(Uuid, Uuid), Person>,
    pub wishes: preferences::Wishes,
}

impl Book {
    /// Reads what these events need.
    pub(super) fn read(tx: &mut Tx<'_, WorkspaceScope>, events: &[&Logged]) -> db::Result<Self> {
        let ids: Vec<Uuid> = events.iter().filter_map(|event| event.subject_id).collect::<BTreeSet<_>>().into_iter().collect();
        let first = events.iter().map(|event| event.seq).min().unwrap_or(0);
        let mut book = Self::default();
        let select = tx.from_with_deleted(WORK_ITEMS).columns::<Item>(WORK_ITEMS).filter(id_in(WORK_ITEMS, "id", &ids));
        book.items = tx.all::<Item>(&select)?.into_iter().map(|item| (item.id, item)).collect();
        book.read_later(tx, &ids, first)?;
        let of = |column| WORK_ITEM_ASSIGNEES.col(column);
        let select =
            tx.from(WORK_ITEM_ASSIGNEES).filter(id_in(WORK_ITEM_ASSIGNEES, "item_id", &ids)).expr(of("item_id")).expr(of("member_id"));
        for (item, member) in tx.all::<(Uuid, Uuid)>(&select)? {
            book.assignees.entry(item).or_default().insert(member);
        }
        let of = |column| WORK_ITEM_SUBSCRIBERS.col(column);
        let select = tx.from(WORK_ITEM_SUBSCRIBERS).filter(id_in(WORK_ITEM_SUBSCRIBERS, "item_id", &ids));
        let select = select.expr(of("item_id")).expr(of("member_id")).expr(of("since"));
        for (item, member, since) in tx.all::<(Uuid, Uuid, i64)>(&select)? {
            book.subscribers.entry(item).or_default().insert(member, since);
        }
        book.read_mentions(tx, events)?;
        book.read_states(tx, events)?;
        book.read_people(tx, events)?;
        Ok(book)
    }

    fn read_later(&mut self, tx: &mut Tx<'_, WorkspaceScope>, ids: &[Uuid], first: i64) -> db::Result<()> {
        let of = |column| EVENTS.col(column);
        // What `history` asks for, and no more: an item may have been changed very often since.
        let updated = |entity: &str, fields: &[&str]| {
            let names = |field: &&str| of("changes").cast_as("text").like(format!("%\"{field}\"%"));
            let named = fields.iter().map(names).reduce(db::ExprTrait::or).unwrap_or_else(|| false.into());
            of("entity").eq(entity).and(of("verb").eq("updated")).and(named)
        };
        let subscription = of("entity").eq("subscription");
        let select = tx
            .from(EVENTS)
            .columns::<Logged>(EVENTS)
            .filter(id_in(EVENTS, "subject_id", ids).and(of("seq").gt(first)))
            .filter(
                updated("work_item", &["is_draft", "assignees", "description"]).or(updated("comment", &["comment_html"])).or(subscription),
            )
            .order(of("seq"), Order::Asc);
        for event in tx.all::<Logged>(&select)? {
            if let Some(item) = event.subject_id {
                self.later.entry(item).or_default().push(event);
            }
        }
        Ok(())
    }

    /// Looks through the texts that the events brought and those in whose place they came.
    fn read_mentions(&mut self, tx: &mut Tx<'_, WorkspaceScope>, events: &[&Logged]) -> db::Result<()> {
        let texts: BTreeSet<Uuid> =
            events.iter().filter_map(|event| self.texts(event)).flat_map(|(old, new)| old.into_iter().chain([new])).collect();
        let texts: Vec<Uuid> = texts.into_iter().collect();
        for (table, column) in [(TEXT_VERSIONS, "html"), (COMMENTS, "comment_html"), (WORK_ITEMS, "description_html")] {
            // Ids are unique, whichever table they are of.
            for some in texts.chunks(TEXTS) {
                let select = tx.from_with_deleted(table).filter(id_in(table, "id", some)).expr(table.col("id")).expr(table.col(column));
                let found = tx.all::<(Uuid, String)>(&select)?;
                self.mentions.extend(found.into_iter().map(|(id, markup)| (id, html::mentions(&markup))));
            }
        }
        Ok(())
    }

    /// Where the text lies that the event brought, and the one in whose place it came.
    fn texts(&self, event: &Logged) -> Option<(Option<Uuid>, Uuid)> {
        let later = self.later(event);
        let (field, row) = match event.entity.as_str() {
            "work_item" => ("description", event.entity_id),
            _ => ("comment_html", event.entity_id),
        };
        let old = event.change(field).and_then(|change| change.old_id);
        let brings = rules::is_beginning(event) || event.entity == "comment" && event.verb == "created" || old.is_some();
        brings.then(|| (old.filter(|_| !rules::is_beginning(event)), history::text(later, event.seq, row, field)))
    }

    fn read_states(&mut self, tx: &mut Tx<'_, WorkspaceScope>, events: &[&Logged]) -> db::Result<()> {
        let entered: Vec<Uuid> = events.iter().filter_map(|event| event.change("state")?.new_id).collect();
        if entered.is_empty() {
            return Ok(());
        }
        let is_completed = STATES.col("group_name").eq(StateGroup::Completed.as_str());
        let select = tx.from_with_deleted(STATES).filter(id_in(STATES, "id", &entered).and(is_completed)).expr(STATES.col("id"));
        self.completed = tx.all::<(Uuid,)>(&select)?.into_iter().map(|row| row.0).collect();
        Ok(())
    }

    /// Looks up everybody who may have to do with the events.
    fn read_people(&mut self, tx: &mut Tx<'_, WorkspaceScope>, events: &[&Logged]) -> db::Result<()> {
        let names_people = |change: &&aileron_kernel::Change| matches!(change.field.as_str(), "assignees" | "receiver");
        let changed = events.iter().flat_map(|event| event.changes.iter()).filter(names_people);
        let later = self.later.values().flatten().filter(|event| event.entity == "subscription").map(|event| event.entity_id);
        let people: BTreeSet<Uuid> = changed
            .filter_map(|change| change.new_id)
            .chain(later)
            .chain(events.iter().filter_map(|event| event.actor_id))
            .chain(self.items.values().filter_map(|item| item.created_by))
            .chain(self.assignees.values().flatten().copied())
            .chain(self.subscribers.values().flat_map(HashMap::keys).copied())
            .chain(self.mentions.values().flatten().copied())
            .collect();
        let people: Vec<Uuid> = people.into_iter().collect();
        let projects: Vec<Uuid> = self.items.values().map(|item| item.project_id).collect::<BTreeSet<_>>().into_iter().collect();
        for some in people.chunks(PEOPLE) {
            let select = tx.from(USERS).filter(id_in(USERS, "id", some)).expr(USERS.col("id")).expr(USERS.col("display_name"));
            let names: HashMap<Uuid, String> = tx.all::<(Uuid, String)>(&select)?.into_iter().collect();
            for ((project, person), seat) in visibility::seats(tx, &projects, some)? {
                let name = names.get(&person).cloned().unwrap_or_default();
                self.people.insert((project, person), Person { seat, name });
            }
            self.wishes.read(tx, some)?;
        }
        Ok(())
    }

    fn later(&self, event: &Logged) -> &[Logged] {
        event.subject_id.and_then(|item| self.later.get(&item)).map_or(&[], Vec::as_slice)
    }

    /// The item of an event, unless it was a draft then.
    pub(super) fn item(&self, event: &Logged) -> Option<Item> {
        let item = *self.items.get(&event.subject_id?)?;
        (!history::was_draft(self.later(event), event.seq, item.is_draft)).then_some(item)
    }

    /// Somebody, if he sees the item.
    pub(super) fn person(&self, item: Item, id: Uuid) -> Option<&Person> {
        self.people.get(&(item.project_id, id)).filter(|person| person.seat.sees(item.created_by == Some(id)))
    }

    /// Who was assigned right after the event.
    pub(super) fn assignees(&self, event: &Logged, item: Item) -> BTreeSet<Uuid> {
        let nobody = BTreeSet::new();
        history::assignees(self.later(event), event.seq, self.assignees.get(&item.id).unwrap_or(&nobody))
    }

    /// Whom the event mentions who was not mentioned in the text before.
    pub(super) fn mentioned(&self, event: &Logged) -> BTreeSet<Uuid> {
        let Some((old, new)) = self.texts(event) else { return BTreeSet::new() };
        let of = |text: &Uuid| self.mentions.get(text).cloned().unwrap_or_default();
        // What the text was before is not known any more: nobody is told for the second time.
        if old.is_some_and(|old| !self.mentions.contains_key(&old)) {
            return BTreeSet::new();
        }
        let before = old.as_ref().map(of).unwrap_or_default();
        of(&new).difference(&before).copied().collect()
    }

    /// Whom an automation tells something, be they named or by what they have to do with the item.
    pub(super) fn noticed(&self, event: &Logged, item: Item, assignees: &BTreeSet<Uuid>) -> BTreeSet<Uuid> {
        let named = event.changes.iter().filter(|change| change.field == "receiver").filter_map(|change| change.new_id);
        let mut people: BTreeSet<Uuid> = named.collect();
        let to = event.change("to").and_then(|change| change.new.as_array()).into_iter().flatten();
        for audience in to.filter_map(|word| Audience::parse(word.as_str()?)) {
            match audience {
                Audience::Assignees => people.extend(assignees),
                Audience::Creator => people.extend(item.created_by),
                Audience::Subscribers => {
                    people.extend(self.candidates(event, item).into_iter().filter(|member| self.was_subscribed(event, item, *member)));
                }
            }
        }
        people
    }

    /// Whether somebody heard of the item at the event.
    pub(super) fn was_subscribed(&self, event: &Logged, item: Item, member: Uuid) -> bool {
        let since = self.subscribers.get(&item.id).and_then(|members| members.get(&member)).copied();
        history::was_subscribed(self.later(event), event.seq, member, since)
    }

    /// Everybody who heard of the item at some time from the event on.
    pub(super) fn candidates(&self, event: &Logged, item: Item) -> BTreeSet<Uuid> {
        let later = self.later(event).iter().filter(|event| event.entity == "subscription").map(|event| event.entity_id);
        self.subscribers.get(&item.id).into_iter().flat_map(HashMap::keys).copied().chain(later).collect()
    }

    /// Whether the log says of somebody that he subscribed or ended it after the event.
    pub(super) fn decided_later(&self, seq: i64, item: Uuid, member: Uuid) -> bool {
        let mut later = self.later.get(&item).into_iter().flatten();
        later.any(|later| later.entity == "subscription" && later.seq > seq && later.entity_id == member)
    }

    /// Whether the event completed the item.
    pub(super) fn is_completed(&self, event: &Logged) -> bool {
        event.entity == "work_item"
            && event.change("state").and_then(|change| change.new_id).is_some_and(|state| self.completed.contains(&state))
    }
}
