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
use crate::{cycles::rules::later, work_items::rules::check_dates};

/// What is to be done.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    /// What each action comes to.
    pub(super) effects: Vec<Effect>,
    /// What changes of the item itself, as the request says it that changes many items.
    pub(super) fields: Map<String, Value>,
    /// What else is done, in this order.
    pub(super) deeds: Vec<Deed>,
    /// How many turns there are then.
    pub(super) turn: i64,
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
        planner.plan
    }

    /// Whether anything is done.
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.deeds.is_empty()
    }
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

    fn sets(&mut self, field: &str, value: Value) -> (EffectResult, Value) {
        self.plan.fields.insert(field.to_owned(), value.clone());
        (EffectResult::Changed, value)
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
                self.sets("state", json!(state))
            }
        }
    }

    fn priority(&mut self, priority: Priority) -> (EffectResult, Value) {
        if self.item.past.item.priority == priority.as_str() {
            return (EffectResult::Unchanged, json!(priority));
        }
        priority.as_str().clone_into(&mut self.item.past.item.priority);
        self.sets("priority", json!(priority))
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
        self.sets(field, value)
    }

    fn estimate(&mut self, wanted: Option<Uuid>) -> (EffectResult, Value) {
        if wanted == self.item.past.item.estimate_point_id {
            return (EffectResult::Unchanged, json!(wanted));
        }
        if wanted.is_some_and(|point| !self.facts.points.contains(&point)) {
            return (EffectResult::Missing, json!(wanted));
        }
        self.item.past.item.estimate_point_id = wanted;
        self.sets("estimate_point", json!(wanted))
    }

    fn labels(&mut self, labels: &[Uuid], come: bool) -> (EffectResult, Value) {
        let known: Vec<Uuid> = labels.iter().copied().filter(|label| self.facts.labels.contains(label)).collect();
        let held = &mut self.item.past.labels;
        let moved: Vec<Uuid> = known.iter().copied().filter(|label| if come { held.insert(*label) } else { held.remove(label) }).collect();
        if moved.is_empty() {
            return (if known.is_empty() { EffectResult::Missing } else { EffectResult::Unchanged }, json!(labels));
        }
        self.lists("labels", &moved, come);
        (EffectResult::Changed, json!(moved))
    }

    /// Notes in a list what comes into it or goes.
    fn lists(&mut self, field: &str, moved: &[Uuid], come: bool) {
        let (to, from) = if come { ("add", "remove") } else { ("remove", "add") };
        let moved: Vec<Value> = moved.iter().map(|id| json!(id)).collect();
        if let Some(Value::Array(other)) = self.plan.fields.get_mut(&format!("{from}_{field}")) {
            other.retain(|id| !moved.contains(id));
        }
        let list = self.plan.fields.entry(format!("{to}_{field}")).or_insert_with(|| json!([]));
        if let Value::Array(list) = list {
            list.extend(moved);
        }
    }

    fn come(&mut self, people: &[Uuid]) -> (EffectResult, Value) {
        let able: Vec<Uuid> = people.iter().copied().filter(|person| self.facts.can_work(*person)).collect();
        let held = &mut self.item.past.assignees;
        let moved: Vec<Uuid> = able.iter().copied().filter(|person| held.insert(*person)).collect();
        if moved.is_empty() {
            return (if able.is_empty() { EffectResult::Missing } else { EffectResult::Unchanged }, json!(people));
        }
        self.lists("assignees", &moved, true);
        (EffectResult::Changed, json!(moved))
    }

    fn go(&mut self, people: &[Uuid]) -> (EffectResult, Value) {
        let held = &mut self.item.past.assignees;
        let moved: Vec<Uuid> = people.iter().copied().filter(|person| held.remove(person)).collect();
        if moved.is_empty() {
            return (EffectResult::Unchanged, json!(people));
        }
        self.lists("assignees", &moved, false);
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
        let there: Vec<Uuid> = members.iter().copied().filter(|member| self.facts.people.contains_key(member)).collect();
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
    use crate::{history::rules::Past, work_items::model::WorkItem};

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
        let people = [(20, true), (21, true), (22, false)].map(|(person, can)| (id(person), (person.to_string(), can)));
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
        let (came_to, plan) = results(&[Action::Archive, Action::Close, Action::Archive, Action::Close]);
        assert_eq!(came_to, [Unchanged, Changed, Changed, Unchanged]);
        assert_eq!((Value::Object(plan.fields), plan.deeds), (json!({"state": id(2)}), vec![Deed::Archive]));
        let labels = |number| vec![id(number)];
        let (came_to, plan) = results(&[
            Action::AddLabels { labels: labels(11) },
            Action::RemoveLabels { labels: labels(11) },
            Action::RemoveLabels { labels: labels(10) },
            Action::AddLabels { labels: labels(10) },
        ]);
        assert_eq!(came_to, [Changed; 4]);
        assert_eq!(Value::Object(plan.fields), json!({"add_labels": [id(10)], "remove_labels": [id(11)]}));
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
}
