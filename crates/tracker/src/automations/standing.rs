//! How items stood right after events: the rows of now with what the log tells of later undone, as `as_of` does it. So that it is all one
//! how late a rule comes, and a dry run finds what the rule would have found.

use std::collections::{BTreeSet, HashMap};

use aileron_db::{
    self as db, Expr, ExprTrait as _, Func, Order, ProjectScope, Select, Tx, id_in,
    schema::{EVENTS, WORK_ITEMS},
};
use aileron_kernel::{Change, Refusal, StateGroup, Time, Uuid};
use serde_json::Value;

use super::model;
use crate::{
    history::{
        queries::{groups, pasts},
        rules::{Past, Told, undo},
    },
    work_items::{model::WorkItem, rules::hidden},
};

/// The most events that are taken back at a time.
const MOST: i64 = 50_000;

/// An item as it stood.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    pub(super) past: Past,
    /// What its state meant.
    pub(super) group: StateGroup,
    /// When it was last changed.
    pub(super) updated_at: Time,
}

impl Standing {
    /// Whether lists showed it in this project: it was there, and no draft, not archived and not in triage.
    pub(super) fn is_shown_in(&self, project: Uuid) -> bool {
        let item = &self.past.item;
        self.past.is_there && item.project_id == project && hidden(item.is_draft, item.archived_at, self.group).is_none()
    }
}

/// Items with what happened to them.
#[derive(Debug, Default)]
pub(super) struct Walk {
    lines: HashMap<Uuid, Line>,
    groups: HashMap<Uuid, StateGroup>,
}

#[derive(Debug)]
struct Line {
    now: Past,
    /// When it had last been changed before all that is known here.
    before: Option<Time>,
    /// What is known, the newest first.
    later: Vec<Later>,
}

#[derive(Debug)]
struct Later {
    seq: i64,
    at: Time,
    told: Told,
}

impl Walk {
    /// Reads these items, and what happened to them from this place in the log on.
    pub(super) fn read(tx: &mut Tx<'_, ProjectScope>, ids: &[Uuid], since: i64) -> db::Result<Self> {
        let mut walk = Self::default();
        if ids.is_empty() {
            return Ok(walk);
        }
        let mut later = later(tx, ids, since)?;
        let first = later.values().flatten().map(|later| later.at).min().unwrap_or(tx.now());
        let mut before = last_changes(tx, ids, since)?;
        let rows = tx.from_with_deleted(WORK_ITEMS).columns::<WorkItem>(WORK_ITEMS).filter(id_in(WORK_ITEMS, "id", ids));
        let mut items = tx.all::<WorkItem>(&rows)?;
        for item in &mut items {
            // Long, and nobody asks for it.
            item.description_html = String::new();
            item.description_binary = None;
        }
        let live = tx.from(WORK_ITEMS).filter(id_in(WORK_ITEMS, "id", ids)).expr(WORK_ITEMS.col("id"));
        let live: BTreeSet<Uuid> = tx.all::<(Uuid,)>(&live)?.into_iter().map(|row| row.0).collect();
        let mut states: BTreeSet<Uuid> = items.iter().map(|item| item.state_id).collect();
        for (id, now) in pasts(tx, ids, items, &live, first)? {
            let line = Line { now, before: before.remove(&id), later: later.remove(&id).unwrap_or_default() };
            states.extend(line.states());
            walk.lines.insert(id, line);
        }
        walk.groups = groups(tx, &states.into_iter().collect::<Vec<_>>())?;
        Ok(walk)
    }

    /// An item right after the event at this place.
    pub(super) fn after(&self, item: Uuid, seq: i64) -> Option<Standing> {
        self.stood(item, |later| later.seq > seq)
    }

    /// An item at this instant.
    pub(super) fn at(&self, item: Uuid, at: Time) -> Option<Standing> {
        self.stood(item, |later| later.at > at)
    }

    /// An item as it is now.
    pub(super) fn now(&self, item: Uuid) -> Option<Standing> {
        self.stood(item, |_| false)
    }

    /// All items.
    pub(super) fn ids(&self) -> impl Iterator<Item = Uuid> {
        self.lines.keys().copied()
    }

    fn stood(&self, item: Uuid, is_later: impl Fn(&Later) -> bool) -> Option<Standing> {
        let line = self.lines.get(&item)?;
        let mut past = line.now.clone();
        line.later.iter().filter(|later| is_later(later)).for_each(|later| undo(&mut past, &later.told));
        let changed = line.later.iter().find(|later| !is_later(later) && later.told.entity == "work_item").map(|later| later.at);
        let updated_at = changed.or(line.before).unwrap_or(past.item.created_at);
        let group = self.groups.get(&past.item.state_id).copied().unwrap_or(StateGroup::Backlog);
        Some(Standing { past, group, updated_at })
    }
}

impl Line {
    /// The states that the item was in.
    fn states(&self) -> impl Iterator<Item = Uuid> {
        self.later.iter().flat_map(|later| &later.told.changes).filter(|change| change.field == "state").filter_map(|change| change.old_id)
    }
}

/// The events about items that change what these say.
fn about(tx: &Tx<'_, ProjectScope>, ids: &[Uuid]) -> Select {
    let nouns = EVENTS.col("entity").is_in(["work_item", "cycle_item", "module_item"]);
    tx.from(EVENTS).filter(id_in(EVENTS, "subject_id", ids).and(nouns))
}

fn later(tx: &mut Tx<'_, ProjectScope>, ids: &[Uuid], since: i64) -> db::Result<HashMap<Uuid, Vec<Later>>> {
    let of = |column| EVENTS.col(column);
    let select = about(tx, ids).filter(of("seq").gte(since)).order(of("seq"), Order::Desc).limit(MOST + 1);
    let select = select.expr(of("subject_id")).expr(of("seq")).expr(of("at")).expr(of("entity")).expr(of("verb")).expr(of("changes"));
    let rows = tx.all::<(Uuid, i64, Time, String, String, Value)>(&select)?;
    if rows.len() > usize::try_from(MOST).unwrap_or(usize::MAX) {
        return Err(Refusal::field("from", format!("More than {MOST} changes were made since then: that is too long ago.")).into());
    }
    let mut by_item: HashMap<Uuid, Vec<Later>> = HashMap::new();
    for (item, seq, at, entity, verb, changes) in rows {
        let changes = model::read::<Vec<Change>>(changes)?;
        by_item.entry(item).or_default().push(Later { seq, at, told: Told { entity, verb, changes } });
    }
    Ok(by_item)
}

/// When these items were last changed before this place in the log.
fn last_changes(tx: &mut Tx<'_, ProjectScope>, ids: &[Uuid], since: i64) -> db::Result<HashMap<Uuid, Time>> {
    let own = tx.from(EVENTS).filter(id_in(EVENTS, "subject_id", ids).and(EVENTS.col("entity").eq("work_item")));
    let until = own.filter(EVENTS.col("seq").lt(since)).group_by(EVENTS.col("subject_id"));
    let last = tx.all::<(i64,)>(&until.expr(Func::max(EVENTS.col("seq"))))?;
    let seqs: Vec<i64> = last.into_iter().map(|row| row.0).collect();
    let is_last = if seqs.is_empty() { Expr::cust("FALSE") } else { EVENTS.col("seq").is_in(seqs) };
    let select = tx.from(EVENTS).filter(is_last).expr(EVENTS.col("subject_id")).expr(EVENTS.col("at"));
    Ok(tx.all::<(Uuid, Time)>(&select)?.into_iter().collect())
}
