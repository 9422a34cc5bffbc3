//! Reading figures about members.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aileron_db::{
    self as db, ExprTrait as _, Func, Order, Tx, WorkspaceScope, id_in,
    schema::{EVENTS, STATES, WORK_ITEM_ASSIGNEES, WORK_ITEM_SUBSCRIBERS, WORK_ITEMS, WORKSPACE_MEMBERS},
};
use aileron_kernel::{Change, Filter, Page, PageRequest, Priority, Refusal, StateGroup, Time, Uuid};
use serde_json::Value;

use super::model::{ActionView, ActiveMemberView, ByGroup, StatisticsView};
use crate::{
    analytics::queries::{activities, overdue},
    members::{self, model::MemberView},
    work_items::{
        queries::fitting_of,
        visibility::{self, Shown},
    },
};

/// How many of the last things that a member did are shown.
const RECENT: i64 = 20;

const PRIORITIES: [Priority; 5] = [Priority::Urgent, Priority::High, Priority::Medium, Priority::Low, Priority::None];

/// Figures about a member: seven statements. Refuses with 404 where the workspace has or had no such member.
pub fn statistics(tx: &mut Tx<'_, WorkspaceScope>, member: Uuid) -> db::Result<StatisticsView> {
    let known = tx.from(WORKSPACE_MEMBERS).filter(WORKSPACE_MEMBERS.col("member_id").eq(member));
    if !tx.any(known)? {
        return Err(Refusal::not_found().into());
    }
    let shown = visibility::projects(tx)?;
    let items = fitting_of(tx, &shown, &Filter::all());
    let mine = WORK_ITEM_ASSIGNEES.col("item_id").eq(WORK_ITEMS.col("id")).and(WORK_ITEM_ASSIGNEES.col("member_id").eq(member));
    let assigned = items
        .clone()
        .join(WORK_ITEM_ASSIGNEES, mine)
        .join(STATES, STATES.col("id").eq(WORK_ITEMS.col("state_id")))
        .expr(STATES.col("group_name"))
        .expr(WORK_ITEMS.col("priority"))
        .expr(WORK_ITEMS.col("id").count())
        .expr(overdue(tx))
        .group_by(STATES.col("group_name"))
        .group_by(WORK_ITEMS.col("priority"));
    let rows = tx.all::<(String, String, i64, i64)>(&assigned)?;
    let created = tx.count(items.clone().filter(WORK_ITEMS.col("created_by").eq(member)))?;
    let subscription = tx.from(WORK_ITEM_SUBSCRIBERS).filter(WORK_ITEM_SUBSCRIBERS.col("member_id").eq(member));
    let subscription = subscription.expr(WORK_ITEM_SUBSCRIBERS.col("item_id")).contains(WORK_ITEMS.col("id"));
    let subscribed = tx.count(items.filter(subscription))?;
    let recent_activity = recent(tx, member, &shown)?;
    let mut view = StatisticsView {
        member,
        assigned_issues: 0,
        pending_issues: 0,
        completed_issues: 0,
        overdue_issues: 0,
        created_issues: created,
        subscribed_issues: subscribed,
        state_distribution: ByGroup::default(),
        priority_distribution: PRIORITIES.iter().map(|priority| (priority.as_str(), 0)).collect(),
        recent_activity,
    };
    for (group, priority, count, overdue) in rows {
        view.add(StateGroup::parse(&group).unwrap_or(StateGroup::Backlog), &priority, count, overdue);
    }
    Ok(view)
}

impl StatisticsView {
    fn add(&mut self, group: StateGroup, priority: &str, count: i64, overdue: i64) {
        self.assigned_issues += count;
        if !group.is_closed() {
            self.pending_issues += count;
            self.overdue_issues += overdue;
        }
        let by_group = &mut self.state_distribution;
        match group {
            StateGroup::Backlog | StateGroup::Triage => by_group.backlog += count,
            StateGroup::Unstarted => by_group.unstarted += count,
            StateGroup::Started => by_group.started += count,
            StateGroup::Completed => {
                by_group.completed += count;
                self.completed_issues += count;
            }
            StateGroup::Cancelled => by_group.cancelled += count,
        }
        if let Some(priority) = Priority::parse(priority) {
            *self.priority_distribution.entry(priority.as_str()).or_default() += count;
        }
    }
}

/// What a member did last to items that the caller sees.
fn recent(tx: &mut Tx<'_, WorkspaceScope>, member: Uuid, shown: &[Shown]) -> db::Result<Vec<ActionView>> {
    let item = WORK_ITEMS.col("id").eq(EVENTS.col("subject_id")).and(WORK_ITEMS.col("hidden").is_null());
    let select = activities(tx, shown, &Filter::all())
        .filter(EVENTS.col("actor_id").eq(member))
        .join(WORK_ITEMS, item)
        .expr(EVENTS.col("id"))
        .expr(EVENTS.col("at"))
        .expr(EVENTS.col("entity"))
        .expr(EVENTS.col("verb"))
        .expr(EVENTS.col("changes"))
        .expr(WORK_ITEMS.col("id"))
        .expr(WORK_ITEMS.col("sequence_id"))
        .expr(WORK_ITEMS.col("project_id"))
        .order(EVENTS.col("at"), Order::Desc)
        .order(EVENTS.col("id"), Order::Desc)
        .limit(RECENT);
    let rows = tx.all::<(Uuid, Time, String, String, Value, Uuid, i64, Uuid)>(&select)?;
    let items: Vec<Uuid> = rows.iter().map(|row| row.5).collect();
    let named = tx.from(WORK_ITEMS).filter(id_in(WORK_ITEMS, "id", &items)).expr(WORK_ITEMS.col("id")).expr(WORK_ITEMS.col("name"));
    let names: HashMap<Uuid, String> = tx.all::<(Uuid, String)>(&named)?.into_iter().collect();
    let view = |(id, created_at, entity, verb, changes, issue, sequence_id, project): (_, _, _, _, Value, Uuid, _, _)| {
        let changes: Vec<Change> = serde_json::from_value(changes).unwrap_or_default();
        let fields = changes.into_iter().map(|change| change.field).collect::<BTreeSet<_>>().into_iter().collect();
        let name = names.get(&issue).cloned().unwrap_or_default();
        ActionView { id, created_at, entity, verb, fields, issue, name, sequence_id, project }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// One page of the members of the workspace with how much they did since then: four statements, five on PostgreSQL.
pub fn active_members(tx: &mut Tx<'_, WorkspaceScope>, since: Time, page: PageRequest) -> db::Result<Page<ActiveMemberView>> {
    let members = members::queries::list_of_workspace(tx)?;
    let total = i64::try_from(members.len()).unwrap_or(i64::MAX);
    let place = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
    let members: Vec<MemberView> = members.into_iter().skip(place(page.offset())).take(place(page.per_page)).collect();
    let ids: Vec<Uuid> = members.iter().map(|member| member.account.id).collect();
    let shown = visibility::projects(tx)?;
    let did = activities(tx, &shown, &Filter::all())
        .filter(EVENTS.col("at").gte(since.micros()).and(id_in(EVENTS, "actor_id", &ids)))
        .expr(EVENTS.col("actor_id"))
        .expr(EVENTS.col("seq").count())
        .expr(Func::max(EVENTS.col("at")))
        .group_by(EVENTS.col("actor_id"));
    tx.plan_by_values()?;
    let did: HashMap<Uuid, (i64, Time)> = tx.all::<(Uuid, i64, Time)>(&did)?.into_iter().map(|(id, count, at)| (id, (count, at))).collect();
    let assigned = fitting_of(tx, &shown, &Filter::all())
        .join(WORK_ITEM_ASSIGNEES, WORK_ITEM_ASSIGNEES.col("item_id").eq(WORK_ITEMS.col("id")))
        .join(STATES, STATES.col("id").eq(WORK_ITEMS.col("state_id")))
        .filter(id_in(WORK_ITEM_ASSIGNEES, "member_id", &ids))
        .expr(WORK_ITEM_ASSIGNEES.col("member_id"))
        .expr(STATES.col("group_name"))
        .expr(WORK_ITEMS.col("id").count())
        .group_by(WORK_ITEM_ASSIGNEES.col("member_id"))
        .group_by(STATES.col("group_name"));
    let mut work: BTreeMap<Uuid, (i64, i64)> = BTreeMap::new();
    for (member, group, count) in tx.all::<(Uuid, String, i64)>(&assigned)? {
        let group = StateGroup::parse(&group).unwrap_or(StateGroup::Backlog);
        let (pending, completed) = work.entry(member).or_default();
        match group {
            StateGroup::Completed => *completed += count,
            group if !group.is_closed() => *pending += count,
            _ => {}
        }
    }
    let view = |member: MemberView| {
        let (activities, last) = did.get(&member.account.id).copied().unzip();
        let (pending_issues, completed_issues) = work.get(&member.account.id).copied().unwrap_or_default();
        let (activities, last_activity_at) = (activities.unwrap_or(0), last);
        ActiveMemberView { member, activities, last_activity_at, pending_issues, completed_issues }
    };
    Ok(page.answer(members.into_iter().map(view).collect(), total))
}
