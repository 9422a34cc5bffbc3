//! What a rule would do about an item: pure functions. A run carries the plan out, a dry run shows it.

use aileron_kernel::{Priority, Uuid};
use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::{
    facts::Facts,
    model::{Effect, EffectResult},
    parts::{Action, Audience, Policy},
    rules::{least_loaded, next_in_turn},
    standing::Standing,
};
use crate::{cycles::rules::later, history::rules::Past, work_items::rules::check_dates};

/// What is to be done: first what changes of the item itself, as one change, then the rest.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    /// What each action comes to.
    pub(super) effects: Vec<Effect>,
    /// What changes of the item itself, as the request says it that changes many items. What ends as it began is not in it.
    pub(super) fields: Map<String, Value>,
    /// What else is done, in this order.
    pub(super) deeds: Vec<Deed>,
    /// How many turns there are then.
    pub(super) turn: i64,
    /// How many items more, or fewer, people have to do then.
    pub(super) loads: Vec<(Uuid, i64)>,
}

/// Something that is done besides changing the item itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    ToCycle(Uuid),
    ToModule(Uuid),
    Comment(String),
    Archive,
    Notify(Notice),
}

/// What people are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Notice {
    pub(super) to: Vec<Audience>,
    pub(super) members: Vec<Uuid>,
    pub(super) message: String,
}

impl Plan {
    /// What these actions come to, one after the other.
    pub(super) fn of(actions: &[Action], item: &Standing, facts: &Facts, turn: i64) -> Self {
        let mut planner = Planner { item: item.clone(), facts, plan: Self { turn, ..Self::default() } };
        for action in actions {
            let (result, value) = planner.action(action);
            planner.plan.effects.push(Effect { action: action.kind().to_owned(), result, value });
        }
        let Planner { item: ended, mut plan, .. } = planner;
        plan.fields = changed(&item.past, &ended.past);
        let (old, new) = (item.workers(), ended.workers());
        plan.loads = new.difference(&old).map(|more| (*more, 1)).chain(old.difference(&new).map(|less| (*less, -1))).collect();
        for (effect, action) in plan.effects.iter_mut().zip(actions) {
            let is_undone = |fields: &[&str]| fields.iter().all(|field| !plan.fields.contains_key(*field));
            if effect.result == EffectResult::Changed && fields(action).is_some_and(is_undone) {
                effect.result = EffectResult::Unchanged;
            }
        }
        plan
    }

    /// Whether anything is done.
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.deeds.is_empty()
    }
}

/// The fields of the item that an action is about; none: it does something else.
const fn fields(action: &Action) -> Option<&'static [&'static str]> {
    Some(match action {
        Action::SetState { .. } | Action::Close => &["state"],
        Action::SetPriority { .. } => &["priority"],
        Action::SetStartDate { .. } => &["start_date"],
        Action::SetTargetDate { .. } => &["target_date"],
        Action::SetEstimate { .. } => &["estimate_point"],
        Action::AddLabels { .. } | Action::RemoveLabels { .. } => &["add_labels", "remove_labels"],
        Action::AddAssignees { .. } | Action::RemoveAssignees { .. } | Action::Assign { .. } => &["add_assignees", "remove_assignees"],
        Action::AddToCycle { .. } | Action::AddToModule { .. } | Action::AddComment { .. } | Action::Archive | Action::Notify { .. } => {
            return None;
        }
    })
}

/// What the request says that makes an item of the first that stands as the second does.
fn changed(before: &Past, after: &Past) -> Map<String, Value> {
    let mut fields = Map::new();
    let (old, new) = (&before.item, &after.item);
    let mut note = |field: &str, is_other: bool, value: Value| {
        if is_other {
            fields.insert(field.to_owned(), value);
        }
    };
    note("state", old.state_id != new.state_id, json!(new.state_id));
    note("priority", old.priority != new.priority, json!(new.priority));
    note("start_date", old.start_date != new.start_date, json!(new.start_date));
    note("target_date", old.target_date != new.target_date, json!(new.target_date));
    note("estimate_point", old.estimate_point_id != new.estimate_point_id, json!(new.estimate_point_id));
    for (field, old, new) in [("labels", &before.labels, &after.labels), ("assignees", &before.assignees, &after.assignees)] {
        for (verb, more, less) in [("add", new, old), ("remove", old, new)] {
            let moved: Vec<&Uuid> = more.difference(less).collect();
            note(&format!("{verb}_{field}"), !moved.is_empty(), json!(moved));
        }
    }
    fields
}

/// A plan in the making, and the item as it will stand by then.
struct Planner<'f> {
    item: Standing,
    facts: &'f Facts,
    plan: Plan,
}

impl Planner<'_> {
    fn action(&mut self, action: &Action) -> (EffectResult, Value) {
        match action {
            Action::SetState { state } => self.state(Some(*state)),
            Action::Close => self.state(self.facts.closing),
            Action::SetPriority { priority } => self.priority(*priority),
            Action::SetStartDate { days } => self.date("start_date", *days),
            Action::SetTargetDate { days } => self.date("target_date", *days),
            Action::SetEstimate { estimate_point } => self.estimate(*estimate_point),
            Action::AddLabels { labels } => self.labels(labels, true),
            Action::RemoveLabels { labels } => self.labels(labels, false),
            Action::AddAssignees { assignees } => self.come(assignees),
            Action::RemoveAssignees { assignees } => self.go(assignees),
            Action::Assign { policy, members } => self.assign(*policy, members),
            Action::AddToCycle { cycle } => self.cycle(*cycle),
            Action::AddToModule { module } => self.module(*module),
            Action::AddComment { comment_html } => self.does(Deed::Comment(comment_html.clone()), Value::Null),
            Action::Archive if self.item.group.is_closed() => self.does(Deed::Archive, Value::Null),
            Action::Archive => (EffectResult::Unchanged, Value::Null),
            Action::Notify { to, members, message } => self.notify(to, members, message),
        }
    }

    fn does(&mut self, deed: Deed, value: Value) -> (EffectResult, Value) {
        self.plan.deeds.push(deed);
        (EffectResult::Changed, value)
    }

    fn state(&mut self, wanted: Option<Uuid>) -> (EffectResult, Value) {
        let known = wanted.and_then(|state| Some((state, *self.facts.states.get(&state)?)));
        match known {
            None => (EffectResult::Missing, json!(wanted)),
            Some((state, _)) if state == self.item.past.item.state_id => (EffectResult::Unchanged, json!(state)),
            Some((state, group)) => {
                (self.item.past.item.state_id, self.item.group) = (state, group);
                (EffectResult::Changed, json!(state))
            }
        }
    }

    fn priority(&mut self, priority: Priority) -> (EffectResult, Value) {
        if self.item.past.item.priority == priority.as_str() {
            return (EffectResult::Unchanged, json!(priority));
        }
        priority.as_str().clone_into(&mut self.item.past.item.priority);
        (EffectResult::Changed, json!(priority))
    }

    /// Days that contradict each other are left as they are.
    fn date(&mut self, field: &str, days: Option<i64>) -> (EffectResult, Value) {
        let wanted = days.map(|days| later(self.facts.today, days));
        let item = &mut self.item.past.item;
        let (start, target) = if field == "start_date" { (wanted, item.target_date) } else { (item.start_date, wanted) };
        let (stored, value) = ((item.start_date, item.target_date), json!(wanted.as_ref().map(Date::to_string)));
        if stored == (start, target) || check_dates(start, target).is_err() {
            return (EffectResult::Unchanged, value);
        }
        (item.start_date, item.target_date) = (start, target);
        (EffectResult::Changed, value)
    }

    fn estimate(&mut self, wanted: Option<Uuid>) -> (EffectResult, Value) {
        if wanted == self.item.past.item.estimate_point_id {
            return (EffectResult::Unchanged, json!(wanted));
        }
        if wanted.is_some_and(|point| !self.facts.points.contains(&point)) {
            return (EffectResult::Missing, json!(wanted));
        }
        self.item.past.item.estimate_point_id = wanted;
        (EffectResult::Changed, json!(wanted))
    }

    fn labels(&mut self, labels: &[Uuid], come: bool) -> (EffectResult, Value) {
        let known: Vec<Uuid> = labels.iter().copied().filter(|label| self.facts.labels.contains(label)).collect();
        let held = &mut self.item.past.labels;
        let moved: Vec<Uuid> = known.iter().copied().filter(|label| if come { held.insert(*label) } else { held.remove(label) }).collect();
        if moved.is_empty() {
            return (if known.is_empty() { EffectResult::Missing } else { EffectResult::Unchanged }, json!(labels));
        }
        (EffectResult::Changed, json!(moved))
    }

    fn come(&mut self, people: &[Uuid]) -> (EffectResult, Value) {
        let able: Vec<Uuid> = people.iter().copied().filter(|person| self.facts.can_work(*person)).collect();
        let held = &mut self.item.past.assignees;
        let moved: Vec<Uuid> = able.iter().copied().filter(|person| held.insert(*person)).collect();
        if moved.is_empty() {
            return (if able.is_empty() { EffectResult::Missing } else { EffectResult::Unchanged }, json!(people));
        }
        (EffectResult::Changed, json!(moved))
    }

    fn go(&mut self, people: &[Uuid]) -> (EffectResult, Value) {
        let held = &mut self.item.past.assignees;
        let moved: Vec<Uuid> = people.iter().copied().filter(|person| held.remove(person)).collect();
        if moved.is_empty() {
            return (EffectResult::Unchanged, json!(people));
        }
        (EffectResult::Changed, json!(moved))
    }

    fn assign(&mut self, policy: Policy, members: &[Uuid]) -> (EffectResult, Value) {
        let default: Vec<Uuid> = self.facts.default_assignee.into_iter().collect();
        let members = if policy == Policy::DefaultAssignee { default.as_slice() } else { members };
        if let Some(held) = members.iter().find(|member| self.item.past.assignees.contains(*member)) {
            return (EffectResult::Unchanged, json!([held]));
        }
        let can = |member: Uuid| self.facts.can_work(member);
        let chosen = match policy {
            Policy::DefaultAssignee => members.first().copied(),
            Policy::RoundRobin => next_in_turn(members, self.plan.turn, can).map(|(member, turn)| {
                self.plan.turn = turn;
                member
            }),
            Policy::LeastLoaded => match &self.facts.loads {
                Some(loads) => least_loaded(members, loads, can),
                None => return (EffectResult::Unknown, Value::Null),
            },
        };
        match chosen {
            Some(chosen) => self.come(&[chosen]),
            None => (EffectResult::Missing, json!(members)),
        }
    }

    fn cycle(&mut self, cycle: Uuid) -> (EffectResult, Value) {
        if self.item.past.cycle == Some(cycle) {
            return (EffectResult::Unchanged, json!(cycle));
        }
        if !self.facts.cycles.contains(&cycle) {
            return (EffectResult::Missing, json!(cycle));
        }
        self.item.past.cycle = Some(cycle);
        self.does(Deed::ToCycle(cycle), json!(cycle))
    }

    fn module(&mut self, module: Uuid) -> (EffectResult, Value) {
        if self.item.past.modules.contains(&module) {
            return (EffectResult::Unchanged, json!(module));
        }
        if !self.facts.modules.contains(&module) {
            return (EffectResult::Missing, json!(module));
        }
        self.item.past.modules.insert(module);
        self.does(Deed::ToModule(module), json!(module))
    }

    fn notify(&mut self, to: &[Audience], members: &[Uuid], message: &str) -> (EffectResult, Value) {
        let there: Vec<Uuid> = members.iter().copied().filter(|member| self.facts.is_member(*member)).collect();
        let value = json!({ "to": to, "members": there });
        if to.is_empty() && there.is_empty() {
            return (EffectResult::Missing, value);
        }
        self.does(Deed::Notify(Notice { to: to.to_vec(), members: there, message: message.to_owned() }), value)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashMap, HashSet};

    use aileron_kernel::{StateGroup, Time};
    use jiff::{civil::date, tz::TimeZone};

    use super::*;
    use crate::work_items::{commands::Person, model::WorkItem};

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    /// An item in state 1, with label 10, of person 20.
    fn standing() -> Standing {
        let time = Time::from_micros(0);
        let item = WorkItem {
            id: id(100),
            type_id: None,
            created_at: time,
            updated_at: time,
            point: None,
            name: "One".to_owned(),
            description_html: String::new(),
            description_binary: None,
            priority: "low".to_owned(),
            start_date: Some(date(2026, 1, 10)),
            target_date: None,
            sequence_id: 1,
            sort_order: 1.0,
            completed_at: None,
            started_at: None,
            archived_at: None,
            is_draft: false,
            external_source: None,
            external_id: None,
            created_by: None,
            updated_by: None,
            project_id: id(101),
            workspace_id: id(102),
            parent_id: None,
            state_id: id(1),
            estimate_point_id: None,
            version: 1,
        };
        let past = Past {
            item,
            assignees: BTreeSet::from([id(20)]),
            labels: BTreeSet::from([id(10)]),
            cycle: None,
            modules: BTreeSet::new(),
            is_there: true,
            text: None,
            document: None,
        };
        Standing { past, group: StateGroup::Backlog, updated_at: time }
    }

    fn facts() -> Facts {
        let people = [(20, true), (21, true), (22, false)].map(|(person, can_work)| {
            let known = Person { id: id(person), name: person.to_string(), is_member: true, can_work };
            (known.id, known)
        });
        Facts {
            zone: TimeZone::UTC,
            today: date(2026, 1, 5),
            states: HashMap::from([(id(1), StateGroup::Backlog), (id(2), StateGroup::Completed)]),
            closing: Some(id(2)),
            labels: HashSet::from([id(10), id(11)]),
            points: HashSet::new(),
            cycles: HashSet::new(),
            modules: HashSet::new(),
            people: HashMap::from(people),
            default_assignee: None,
            loads: None,
        }
    }

    fn results(actions: &[Action]) -> (Vec<EffectResult>, Plan) {
        let plan = Plan::of(actions, &standing(), &facts(), 0);
        (plan.effects.iter().map(|effect| effect.result).collect(), plan)
    }

    #[test]
    fn actions_meet_what_those_before_them_left() {
        use EffectResult::{Changed, Unchanged};
        let (came_to, plan) = results(&[Action::Archive]);
        assert!(came_to == [Unchanged] && plan.is_empty());
        let (came_to, plan) = results(&[Action::Close, Action::Close, Action::Archive]);
        assert_eq!(came_to, [Changed, Unchanged, Changed]);
        assert_eq!((Value::Object(plan.fields), plan.deeds), (json!({"state": id(2)}), vec![Deed::Archive]));
        let labels = |number| vec![id(number)];
        let (came_to, plan) = results(&[Action::AddLabels { labels: labels(11) }, Action::RemoveLabels { labels: labels(10) }]);
        assert_eq!(came_to, [Changed; 2]);
        assert_eq!(Value::Object(plan.fields), json!({"add_labels": [id(11)], "remove_labels": [id(10)]}));
    }

    #[test]
    fn what_ends_as_it_began_is_no_change() {
        use EffectResult::{Changed, Unchanged};
        let labels = |number| vec![id(number)];
        let (came_to, plan) = results(&[
            Action::SetPriority { priority: Priority::High },
            Action::AddLabels { labels: labels(11) },
            Action::RemoveLabels { labels: labels(11) },
            Action::RemoveLabels { labels: labels(10) },
            Action::AddLabels { labels: labels(10) },
            Action::Close,
            Action::SetState { state: id(1) },
            Action::SetPriority { priority: Priority::Low },
        ]);
        assert!(plan.is_empty() && came_to == [Unchanged; 8], "{plan:?}");
        let (came_to, plan) = results(&[
            Action::SetPriority { priority: Priority::High },
            Action::AddComment { comment_html: "x".to_owned() },
            Action::SetPriority { priority: Priority::Low },
            Action::SetPriority { priority: Priority::Urgent },
        ]);
        assert_eq!((came_to, Value::Object(plan.fields)), (vec![Changed; 4], json!({"priority": "urgent"})));
    }

    #[test]
    fn what_is_so_already_contradicts_itself_or_is_gone_is_left() {
        use EffectResult::{Changed, Missing, Unchanged, Unknown};
        let (came_to, plan) = results(&[
            Action::SetPriority { priority: Priority::Low },
            Action::SetTargetDate { days: Some(1) },
            Action::SetState { state: id(3) },
            Action::AddLabels { labels: vec![id(12)] },
            Action::AddAssignees { assignees: vec![id(22)] },
            Action::Assign { policy: Policy::DefaultAssignee, members: Vec::new() },
            Action::Assign { policy: Policy::LeastLoaded, members: vec![id(21)] },
            Action::Assign { policy: Policy::RoundRobin, members: vec![id(21), id(20)] },
            Action::Notify { to: Vec::new(), members: vec![id(23)], message: "x".to_owned() },
        ]);
        assert_eq!(came_to, [Unchanged, Unchanged, Missing, Missing, Missing, Missing, Unknown, Unchanged, Missing]);
        assert!(plan.is_empty() && plan.turn == 0);
        let (came_to, plan) = results(&[Action::SetStartDate { days: None }, Action::SetTargetDate { days: Some(1) }]);
        assert_eq!(came_to, [Changed, Changed]);
        assert_eq!(Value::Object(plan.fields), json!({"start_date": null, "target_date": "2026-01-06"}));
    }

    #[test]
    fn who_has_more_to_do_then_and_who_less_is_known() {
        let people = |number| vec![id(number)];
        let (_, plan) = results(&[Action::AddAssignees { assignees: people(21) }, Action::RemoveAssignees { assignees: people(20) }]);
        assert_eq!(plan.loads, [(id(21), 1), (id(20), -1)]);
        let (_, plan) = results(&[Action::AddAssignees { assignees: people(21) }, Action::Close]);
        assert_eq!(plan.loads, [(id(20), -1)], "what is closed is nobody's to do");
        assert_eq!(results(&[Action::SetPriority { priority: Priority::High }]).1.loads, []);
    }
}
