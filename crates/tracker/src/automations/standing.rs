//! How items stood right after events: the rows of now with what the log tells of later undone, as `as_of` does it. So that it is all one
//! how late a rule comes, and a dry run finds what the rule would have found.

use std::{
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use aileron_db::{
    self as db, Expr, ExprTrait as _, FromRow as _, Func, Order, ProjectScope, Select, Tx, id_in,
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
pub(super) const MOST: i64 = 50_000;

/// The refusal to take back more.
pub(super) fn too_much() -> Refusal {
    Refusal::field("from", format!("More than {MOST} changes were made since then: that is too long ago."))
}

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
    /// Who has it to do.
    pub(super) fn workers(&self) -> BTreeSet<Uuid> {
        if self.group.is_closed() { BTreeSet::new() } else { self.past.assignees.clone() }
    }

    /// Whether lists showed it in this project: it was there, and no draft, not archived and not in triage.
    pub(super) fn is_shown_in(&self, project: Uuid) -> bool {
        let item = &self.past.item;
        self.past.is_there && item.project_id == project && hidden(item.is_draft, item.archived_at, self.group).is_none()
    }
}

/// Items as they are now; without those that there never were.
pub(super) fn now(tx: &mut Tx<'_, ProjectScope>, ids: &[Uuid]) -> db::Result<HashMap<Uuid, Standing>> {
    let at = tx.now();
    let pasts = current(tx, ids, at)?;
    let states: BTreeSet<Uuid> = pasts.values().map(|past| past.item.state_id).collect();
    let groups = groups(tx, &states.into_iter().collect::<Vec<_>>())?;
    let stand = |past: Past| {
        let group = groups.get(&past.item.state_id).copied().unwrap_or(StateGroup::Backlog);
        Standing { group, updated_at: past.item.updated_at, past }
    };
    Ok(pasts.into_iter().map(|(id, past)| (id, stand(past))).collect())
}

/// These items as they are, with the labels that were deleted after an instant.
fn current(tx: &mut Tx<'_, ProjectScope>, ids: &[Uuid], at: Time) -> db::Result<HashMap<Uuid, Past>> {
    let mut rows = tx.from_with_deleted(WORK_ITEMS).filter(id_in(WORK_ITEMS, "id", ids));
    for column in WorkItem::COLUMNS {
        // Texts are megabytes, and nobody asks for them.
        rows = rows.expr(match *column {
            "description_html" => Expr::cust("''"),
            "description_binary" => Expr::cust("CAST(NULL AS bytea)"),
            column => WORK_ITEMS.col(column),
        });
    }
    let items = tx.all::<WorkItem>(&rows)?;
    let live = tx.from(WORK_ITEMS).filter(id_in(WORK_ITEMS, "id", ids)).expr(WORK_ITEMS.col("id"));
    let live: BTreeSet<Uuid> = tx.all::<(Uuid,)>(&live)?.into_iter().map(|row| row.0).collect();
    pasts(tx, ids, items, &live, at)
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
    /// What is known, the newest first.
    later: Vec<Later>,
    /// When it had last been changed before each of these, and in the end before all of them.
    changed: Vec<Time>,
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
        let mut states = BTreeSet::new();
        for (id, now) in current(tx, ids, first)? {
            let line = Line::new(now, before.remove(&id), later.remove(&id).unwrap_or_default());
            states.extend(line.states());
            walk.lines.insert(id, line);
        }
        walk.groups = groups(tx, &states.into_iter().collect::<Vec<_>>())?;
        Ok(walk)
    }

    /// How many events it goes back over.
    pub(super) fn events(&self) -> i64 {
        self.lines.values().map(|line| i64::try_from(line.later.len()).unwrap_or(i64::MAX)).sum()
    }

    /// The items of these events as they stood right after them.
    pub(super) fn after(&self, events: impl IntoIterator<Item = (Uuid, i64)>) -> HashMap<(Uuid, i64), Rc<Standing>> {
        let mut by_item: HashMap<Uuid, Vec<i64>> = HashMap::new();
        for (item, seq) in events {
            by_item.entry(item).or_default().push(seq);
        }
        let mut stood = HashMap::new();
        for (item, mut seqs) in by_item {
            let Some(line) = self.lines.get(&item) else { continue };
            seqs.sort_unstable_by_key(|seq| std::cmp::Reverse(*seq));
            let standings = line.stood(&self.groups, &seqs, |later, seq| later.seq > seq);
            stood.extend(seqs.into_iter().map(|seq| (item, seq)).zip(standings));
        }
        stood
    }

    /// All items with how they stood at these instants, the newest of which comes first.
    pub(super) fn at(&self, instants: &[Time]) -> Vec<(Uuid, Vec<Rc<Standing>>)> {
        let micros: Vec<i64> = instants.iter().map(|at| at.micros()).collect();
        let stood = |line: &Line| line.stood(&self.groups, &micros, |later, at| later.at.micros() > at);
        self.lines.iter().map(|(item, line)| (*item, stood(line))).collect()
    }
}

impl Line {
    fn new(now: Past, before: Option<Time>, later: Vec<Later>) -> Self {
        // What was not changed since still has the time of its last change, which the log does not know of what was imported.
        let is_changed = later.iter().any(|event| event.told.entity == "work_item");
        let mut last = if is_changed { before.unwrap_or(now.item.created_at) } else { now.item.updated_at };
        let mut changed = vec![last];
        for event in later.iter().rev() {
            if event.told.entity == "work_item" {
                last = event.at;
            }
            changed.push(last);
        }
        changed.reverse();
        Self { now, later, changed }
    }

    /// How the item stood at these places, the newest of which comes first: what happened is gone through once. Where nothing happened
    /// between two places, it stood at both as it did at one.
    fn stood(&self, groups: &HashMap<Uuid, StateGroup>, places: &[i64], is_later: fn(&Later, i64) -> bool) -> Vec<Rc<Standing>> {
        let (mut past, mut undone, mut stood) = (self.now.clone(), 0, Vec::<Rc<Standing>>::with_capacity(places.len()));
        for place in places {
            let before = undone;
            while let Some(later) = self.later.get(undone).filter(|later| is_later(later, *place)) {
                undo(&mut past, &later.told);
                undone += 1;
            }
            if let Some(same) = stood.last().filter(|_| before == undone) {
                stood.push(same.clone());
                continue;
            }
            let group = groups.get(&past.item.state_id).copied().unwrap_or(StateGroup::Backlog);
            let updated_at = self.changed.get(undone).copied().unwrap_or(past.item.created_at);
            stood.push(Rc::new(Standing { past: past.clone(), group, updated_at }));
        }
        stood
    }

    /// The states that the item is and was in.
    fn states(&self) -> impl Iterator<Item = Uuid> {
        let told = self
            .later
            .iter()
            .flat_map(|later| &later.told.changes)
            .filter(|change| change.field == "state")
            .filter_map(|change| change.old_id);
        told.chain([self.now.item.state_id])
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
        return Err(too_much().into());
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
