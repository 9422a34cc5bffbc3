//! What the ids in rules name, looked up in their project: a constant number of statements, however many rules there are.

use std::collections::{BTreeSet, HashMap, HashSet};

use aileron_db::{
    self as db, ExprTrait as _, Order, ProjectScope, Table, Tx, id_in,
    schema::{CYCLES, ESTIMATE_POINTS, LABELS, MODULES, PROJECTS, STATES, WORK_ITEM_ASSIGNEES, WORK_ITEMS},
};
use aileron_kernel::{StateGroup, Time, Uuid};
use jiff::{civil::Date, tz::TimeZone};

use super::{
    parts::{Action, Policy},
    rules::OPEN,
};
use crate::{
    cycles::rules::{day_of, zone},
    work_items::commands::{Person, people},
};

/// What is known of a project.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    /// Where it is.
    pub(super) zone: TimeZone,
    /// The day of the run there.
    pub(super) today: Date,
    /// The states that items can come into.
    pub(super) states: HashMap<Uuid, StateGroup>,
    /// The state that it closes into.
    pub(super) closing: Option<Uuid>,
    /// Its labels, of those that are named.
    pub(super) labels: HashSet<Uuid>,
    /// The values of the estimate in use, of those that are named.
    pub(super) points: HashSet<Uuid>,
    /// Its cycles that are not over, of those that are named.
    pub(super) cycles: HashSet<Uuid>,
    /// Its modules, of those that are named.
    pub(super) modules: HashSet<Uuid>,
    /// Those who are named.
    pub(super) people: HashMap<Uuid, Person>,
    /// Who gets what nobody is assigned to.
    pub(super) default_assignee: Option<Uuid>,
    /// How many items everybody has to do; none: that is not known.
    pub(super) loads: Option<HashMap<Uuid, i64>>,
}

impl Facts {
    /// Looks up what these actions need.
    pub(super) fn look_up<'a>(tx: &mut Tx<'_, ProjectScope>, actions: impl IntoIterator<Item = &'a Action>) -> db::Result<Self> {
        let mut named = Named::default();
        actions.into_iter().for_each(|action| named.add(action));
        let columns = ["timezone", "default_assignee_id", "default_state_id", "estimate_id"];
        let select = tx.from(PROJECTS).filter(PROJECTS.col("id").eq(tx.project_id()));
        let select = columns.into_iter().fold(select, |select, column| select.expr(PROJECTS.col(column)));
        let (timezone, assignee, wanted, estimate) = tx.one::<(String, Option<Uuid>, Option<Uuid>, Option<Uuid>)>(&select)?;
        named.people.extend(assignee);
        let zone = zone(&timezone);
        let today = day_of(tx.now(), &zone);
        let states = states(tx)?;
        let closed = states.iter().find(|(id, group)| Some(*id) == wanted && group.is_closed());
        let closing = closed.or_else(|| states.iter().find(|(_, group)| *group == StateGroup::Cancelled)).map(|(id, _)| *id);
        let people = people(tx, &named.people.iter().copied().collect::<Vec<_>>())?;
        let people: HashMap<Uuid, Person> = people.into_iter().map(|person| (person.id, person)).collect();
        let points = ESTIMATE_POINTS.col("estimate_id").eq(estimate.unwrap_or_default());
        let going_on =
            CYCLES.col("archived_at").is_null().and(CYCLES.col("ends_at").is_null().or(CYCLES.col("ends_at").gte(tx.now().micros())));
        Ok(Self {
            zone,
            today,
            closing,
            states: states.into_iter().collect(),
            labels: labels(tx, &named.labels)?,
            points: found(tx, ESTIMATE_POINTS, &named.points, points)?,
            cycles: found(tx, CYCLES, &named.cycles, going_on)?,
            modules: found(tx, MODULES, &named.modules, MODULES.col("archived_at").is_null())?,
            default_assignee: assignee.filter(|id| people.get(id).is_some_and(|person| person.can_work)),
            people,
            loads: None,
        })
    }

    /// Whether somebody can work on items of the project.
    pub(super) fn can_work(&self, person: Uuid) -> bool {
        self.people.get(&person).is_some_and(|person| person.can_work)
    }

    /// Whether somebody is in the project.
    pub(super) fn is_member(&self, person: Uuid) -> bool {
        self.people.get(&person).is_some_and(|person| person.is_member)
    }

    /// Looks up how much those have to do now among whom one of these actions chooses by that.
    pub(super) fn count_loads<'a>(
        &mut self,
        tx: &mut Tx<'_, ProjectScope>,
        actions: impl IntoIterator<Item = &'a Action>,
    ) -> db::Result<()> {
        let asked = actions.into_iter().filter_map(|action| match action {
            Action::Assign { policy: Policy::LeastLoaded, members } => Some(members),
            _ => None,
        });
        let members: BTreeSet<Uuid> = asked.flatten().copied().collect();
        if !members.is_empty() {
            self.loads = Some(loads(tx, &members.into_iter().collect::<Vec<_>>())?);
        }
        Ok(())
    }

    /// Keeps account of what a plan that was carried out gave to people, and took from them.
    pub(super) fn keep_loads(&mut self, moved: &[(Uuid, i64)]) {
        if let Some(loads) = &mut self.loads {
            for (person, more) in moved {
                *loads.entry(*person).or_default() += more;
            }
        }
    }
}

/// The ids of some actions, by what they name.
#[derive(Debug, Default)]
struct Named {
    labels: BTreeSet<Uuid>,
    points: BTreeSet<Uuid>,
    cycles: BTreeSet<Uuid>,
    modules: BTreeSet<Uuid>,
    people: BTreeSet<Uuid>,
}

impl Named {
    fn add(&mut self, action: &Action) {
        match action {
            Action::AddLabels { labels } | Action::RemoveLabels { labels } => self.labels.extend(labels),
            Action::SetEstimate { estimate_point } => self.points.extend(estimate_point),
            Action::AddToCycle { cycle } => {
                self.cycles.insert(*cycle);
            }
            Action::AddToModule { module } => {
                self.modules.insert(*module);
            }
            Action::AddAssignees { assignees: people }
            | Action::RemoveAssignees { assignees: people }
            | Action::Assign { members: people, .. }
            | Action::Notify { members: people, .. } => self.people.extend(people),
            Action::SetState { .. }
            | Action::Close
            | Action::SetPriority { .. }
            | Action::SetStartDate { .. }
            | Action::SetTargetDate { .. }
            | Action::AddComment { .. }
            | Action::Archive => {}
        }
    }
}

/// The states that items can come into, in their order.
fn states(tx: &mut Tx<'_, ProjectScope>) -> db::Result<Vec<(Uuid, StateGroup)>> {
    let of = |column| STATES.col(column);
    let select = tx.in_project(STATES).filter(of("group_name").ne(StateGroup::Triage.as_str()));
    let select = select.order(of("sequence"), Order::Asc).order(of("id"), Order::Asc).expr(of("id")).expr(of("group_name"));
    let rows = tx.all::<(Uuid, String)>(&select)?.into_iter();
    Ok(rows.filter_map(|(id, group)| Some((id, StateGroup::parse(&group)?))).collect())
}

fn found(tx: &mut Tx<'_, ProjectScope>, table: Table, ids: &BTreeSet<Uuid>, only: db::Expr) -> db::Result<HashSet<Uuid>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let ids: Vec<Uuid> = ids.iter().copied().collect();
    let select = tx.in_project(table).filter(id_in(table, "id", &ids)).filter(only).expr(table.col("id"));
    Ok(tx.all::<(Uuid,)>(&select)?.into_iter().map(|row| row.0).collect())
}

/// Labels of the project and of the workspace itself.
fn labels(tx: &mut Tx<'_, ProjectScope>, ids: &BTreeSet<Uuid>) -> db::Result<HashSet<Uuid>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let ids: Vec<Uuid> = ids.iter().copied().collect();
    let here = LABELS.col("project_id").is_null().or(LABELS.col("project_id").eq(tx.project_id()));
    let select = tx.from(LABELS).filter(id_in(LABELS, "id", &ids)).filter(here).expr(LABELS.col("id"));
    Ok(tx.all::<(Uuid,)>(&select)?.into_iter().map(|row| row.0).collect())
}

/// How many items of the project that are shown and not done each of these people has.
fn loads(tx: &mut Tx<'_, ProjectScope>, members: &[Uuid]) -> db::Result<HashMap<Uuid, i64>> {
    let member = WORK_ITEM_ASSIGNEES.col("member_id");
    let open = STATES.col("id").eq(WORK_ITEMS.col("state_id")).and(STATES.col("group_name").is_in(OPEN.map(StateGroup::as_str)));
    let select = tx
        .in_project(WORK_ITEMS)
        .join(STATES, open)
        .join(WORK_ITEM_ASSIGNEES, WORK_ITEM_ASSIGNEES.col("item_id").eq(WORK_ITEMS.col("id")))
        .filter(WORK_ITEMS.col("hidden").is_null().and(id_in(WORK_ITEM_ASSIGNEES, "member_id", members)))
        .group_by(member.clone())
        .expr(member)
        .expr(db::Func::count(WORK_ITEMS.col("id")));
    Ok(tx.all::<(Uuid, i64)>(&select)?.into_iter().collect())
}

/// What in a project goes on: an item in it is not left alone.
#[derive(Debug, Default)]
pub(super) struct GoingOn {
    cycles: HashMap<Uuid, Option<Time>>,
    modules: HashMap<Uuid, Option<Date>>,
}

impl GoingOn {
    /// Reads until when the cycles and modules of the project go on, as it is now.
    pub(super) fn read(tx: &mut Tx<'_, ProjectScope>) -> db::Result<Self> {
        let cycles = tx.in_project(CYCLES).expr(CYCLES.col("id")).expr(CYCLES.col("ends_at"));
        let cycles = tx.all::<(Uuid, Option<Time>)>(&cycles)?.into_iter().collect();
        let done = MODULES.col("target_date").is_not_null().or(MODULES.col("status").is_not_in(["completed", "cancelled"]));
        let modules = tx.in_project(MODULES).filter(done).expr(MODULES.col("id")).expr(MODULES.col("target_date"));
        Ok(Self { cycles, modules: tx.all::<(Uuid, Option<Date>)>(&modules)?.into_iter().collect() })
    }

    /// Whether an item in this cycle and these modules is kept from being idle at this instant.
    pub(super) fn holds(&self, cycle: Option<Uuid>, modules: &BTreeSet<Uuid>, (at, today): (Time, Date)) -> bool {
        let in_cycle = cycle.and_then(|cycle| self.cycles.get(&cycle)).is_some_and(|ends| ends.is_none_or(|ends| ends >= at));
        in_cycle || modules.iter().filter_map(|module| self.modules.get(module)).any(|due| due.is_none_or(|due| due >= today))
    }
}
