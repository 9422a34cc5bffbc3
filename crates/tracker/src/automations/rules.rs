//! Which rules act on which events and items: pure functions.

use std::collections::HashMap;

use aileron_db::events::Logged;
use aileron_kernel::{
    ActorKind, Filter, Origin, Priority, StateGroup, Time, Uuid,
    filter::{Condition, DayField, Reference, TimeField},
    text,
};
use jiff::{civil::Date, tz::TimeZone};

use super::{
    parts::{Field, Trigger},
    standing::Standing,
};
use crate::{
    collections::{CYCLE, MODULE},
    notifications::rules::is_beginning,
};

/// So many rules may follow on each other.
pub(super) const MOST_DEPTH: i64 = 3;
/// For how long it is known what a rule acted on, in seconds: longer than a rule is ahead of a day, so that it speaks of each once.
pub(super) const KEPT: i64 = 60 * 24 * 60 * 60;
/// How the occasions of reminders begin.
const DUE: &str = "due ";
/// An hour, in seconds.
pub(super) const HOUR: i64 = 60 * 60;

/// Whether a rule may act on an event. What an import brings is history, and what a rule does itself is no reason for it to act again, and
/// neither is that somebody takes that back.
pub(super) fn hears(rule: Uuid, event: &Logged) -> bool {
    let is_history = event.actor_kind == ActorKind::Import || event.origin == Origin::Import;
    !is_history && event.automation != Some(rule)
}

/// Whether a rule could act on an event: it was there already, and it is known still whether it did.
pub(super) const fn reaches(since: i64, event: &Logged, now: Time) -> bool {
    event.seq > since && event.at.micros() > now.plus_seconds(-KEPT).micros()
}

/// The occasion on which a rule speaks of an item that is due on a day. A rule that acts on each day has the day itself for one.
pub(super) fn of_due(day: Date) -> String {
    format!("{DUE}{day}")
}

/// The day of such an occasion, or of an ordinary one.
pub(super) fn day_of_occasion(occasion: &str) -> Option<Date> {
    occasion.strip_prefix(DUE).unwrap_or(occasion).parse().ok()
}

/// How often a rule acted in an hour, counted once more: how often then, and when that hour began. None: that is too often.
pub(super) fn counted(acted: i64, from: Option<Time>, now: Time, most: i64) -> Option<(i64, Time)> {
    let (acted, from) = match from {
        Some(from) if now < from.plus_seconds(HOUR) => (acted, from),
        _ => (0, now),
    };
    (acted < most).then_some((acted + 1, from))
}

/// Whether an event is one that a rule waits for.
pub(super) fn is_told(trigger: &Trigger, event: &Logged) -> bool {
    let is = |entity: &str, verb: &str| event.entity == entity && event.verb == verb;
    match trigger {
        Trigger::ItemCreated => is_beginning(event) || is("intake_item", "accepted"),
        Trigger::CommentAdded => is("comment", "created"),
        Trigger::ItemChanged { fields } => {
            let is_side = event.entity == CYCLE.entity || event.entity == MODULE.entity;
            let is_change = is("work_item", "updated") && !is_beginning(event) || is_side;
            let wanted = |field: &str| Field::parse(field).is_some_and(|field| fields.is_empty() || fields.contains(&field));
            is_change && event.changes.iter().any(|change| wanted(&change.field))
        }
        Trigger::Schedule { .. } | Trigger::DueSoon { .. } => false,
    }
}

/// Whether a filter asks for something that cannot be told of an item alone or of an item of the past.
pub(super) fn asks_too_much(filter: &Filter) -> Option<&'static str> {
    filter.conditions().into_iter().find_map(|condition| match condition {
        Condition::Search(_) => Some("search"),
        Condition::References { field: Reference::Subscriber, .. } => Some("subscriber_id"),
        _ => None,
    })
}

/// Whether an item as it stood fits a filter: [`crate::work_items::filters`] in other words.
pub(super) fn fits(filter: &Filter, item: &Standing) -> bool {
    match filter {
        Filter::And(parts) => parts.iter().all(|part| fits(part, item)),
        Filter::Or(parts) => parts.iter().any(|part| fits(part, item)),
        Filter::Not(part) => !fits(part, item),
        Filter::Leaf(condition) => meets(condition, item),
    }
}

fn meets(condition: &Condition, standing: &Standing) -> bool {
    let (item, past) = (&standing.past.item, &standing.past);
    match condition {
        Condition::References { field, ids, or_empty } => {
            let held: Vec<Uuid> = match field {
                Reference::State => vec![item.state_id],
                Reference::Project => vec![item.project_id],
                Reference::Assignee => past.assignees.iter().copied().collect(),
                Reference::Label => past.labels.iter().copied().collect(),
                Reference::Module => past.modules.iter().copied().collect(),
                Reference::Cycle => past.cycle.into_iter().collect(),
                Reference::CreatedBy => item.created_by.into_iter().collect(),
                Reference::Type => item.type_id.into_iter().collect(),
                Reference::Parent => item.parent_id.into_iter().collect(),
                Reference::Subscriber => return false,
            };
            held.iter().any(|id| ids.contains(id)) || *or_empty && held.is_empty()
        }
        Condition::StateGroups(groups) => groups.contains(&standing.group),
        Condition::Priorities(priorities) => Priority::parse(&item.priority).is_some_and(|priority| priorities.contains(&priority)),
        Condition::Days(field, days) => {
            day(standing, *field).is_some_and(|day| days.from.is_none_or(|from| day >= from) && days.to.is_none_or(|to| day <= to))
        }
        Condition::Times(field, times) => time(standing, *field)
            .is_some_and(|time| times.from.is_none_or(|from| time >= from) && times.before.is_none_or(|before| time < before)),
        Condition::NoDay(field) => day(standing, *field).is_none(),
        Condition::NoTime(field) => time(standing, *field).is_none(),
        Condition::Name(words) => text::key(&item.name).contains(&text::key(words)),
        Condition::Search(_) => false,
    }
}

const fn day(standing: &Standing, field: DayField) -> Option<Date> {
    match field {
        DayField::StartDate => standing.past.item.start_date,
        DayField::TargetDate => standing.past.item.target_date,
    }
}

const fn time(standing: &Standing, field: TimeField) -> Option<Time> {
    match field {
        TimeField::CreatedAt => Some(standing.past.item.created_at),
        TimeField::UpdatedAt => Some(standing.updated_at),
        TimeField::CompletedAt => standing.past.item.completed_at,
    }
}

/// Whether an item is due within so many days from this one on, and not done.
pub(super) fn is_due(standing: &Standing, today: Date, days: i64) -> bool {
    let until = crate::cycles::rules::later(today, days);
    !standing.group.is_closed() && standing.past.item.target_date.is_some_and(|due| today <= due && due <= until)
}

/// Before when an item must have been changed last to count as untouched for so many days.
pub(super) const fn idle_since(now: Time, days: i64) -> Time {
    now.plus_seconds(-days.saturating_mul(24 * 60 * 60))
}

/// Whose turn it is: the next of these people who can, and how many turns there were then.
pub(super) fn next_in_turn(members: &[Uuid], turn: i64, can: impl Fn(Uuid) -> bool) -> Option<(Uuid, i64)> {
    let count = i64::try_from(members.len()).unwrap_or(i64::MAX);
    (0..count).find_map(|step| {
        let place = turn.saturating_add(step).rem_euclid(count);
        let member = *members.get(usize::try_from(place).ok()?)?;
        // Turns begin anew where the list does: the number stays small.
        can(member).then_some((member, (place + 1).rem_euclid(count)))
    })
}

/// Who of these people has the least to do; of several the first.
pub(super) fn least_loaded(members: &[Uuid], loads: &HashMap<Uuid, i64>, can: impl Fn(Uuid) -> bool) -> Option<Uuid> {
    members.iter().copied().filter(|member| can(*member)).min_by_key(|member| loads.get(member).copied().unwrap_or(0))
}

/// The next time that it is this hour there, after this instant.
pub(super) fn next_at(now: Time, hour: i64, zone: &TimeZone) -> Time {
    let hour = i8::try_from(hour).unwrap_or(0);
    let today = crate::cycles::rules::day_of(now, zone);
    let on = |day: Date| {
        let zoned = day.at(hour, 0, 0, 0).to_zoned(zone.clone());
        zoned.map(|zoned| Time::from_micros(zoned.timestamp().as_microsecond()))
    };
    let days = std::iter::successors(Some(today), |day| day.tomorrow().ok()).take(3);
    let next = days.filter_map(|day| on(day).ok()).find(|at| *at > now);
    next.unwrap_or_else(|| now.plus_seconds(24 * 60 * 60))
}

/// Whether the items of this group are those that closing is about.
pub(super) const OPEN: [StateGroup; 3] = [StateGroup::Backlog, StateGroup::Unstarted, StateGroup::Started];

#[cfg(test)]
mod tests {
    use aileron_kernel::Change;
    use proptest::prelude::*;

    use super::*;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn event(entity: &str, verb: &str, fields: &[&str]) -> Logged {
        Logged {
            seq: 1,
            id: id(1),
            at: Time::from_micros(0),
            actor_id: Some(id(2)),
            actor_kind: ActorKind::User,
            origin: Origin::Api,
            mutation_id: None,
            project_id: None,
            entity: entity.to_owned(),
            entity_id: id(3),
            subject_id: Some(id(3)),
            verb: verb.to_owned(),
            changes: fields.iter().map(|field| Change { field: (*field).to_owned(), ..Change::default() }).collect(),
            automation: None,
            depth: 0,
        }
    }

    #[test]
    fn rules_hear_what_they_wait_for() {
        let state = Trigger::ItemChanged { fields: vec![Field::State] };
        let any = Trigger::ItemChanged { fields: vec![] };
        for (trigger, event, wanted) in [
            (&Trigger::ItemCreated, event("work_item", "created", &["name"]), true),
            (&Trigger::ItemCreated, event("intake_item", "accepted", &["status"]), true),
            (&Trigger::ItemCreated, event("work_item", "updated", &["name"]), false),
            (&state, event("work_item", "updated", &["name", "state"]), true),
            (&state, event("work_item", "updated", &["name"]), false),
            (&state, event("work_item", "created", &["state"]), false),
            (&any, event("work_item", "updated", &["target_date"]), true),
            (&any, event("work_item", "updated", &["sort_order"]), false),
            (&any, event("cycle_item", "created", &["cycles"]), true),
            (&any, event("module_item", "deleted", &["modules"]), true),
            (&Trigger::CommentAdded, event("comment", "created", &["access"]), true),
            (&Trigger::CommentAdded, event("comment", "updated", &["comment_html"]), false),
            (&Trigger::Schedule { hour: 1, idle_days: None }, event("work_item", "created", &[]), false),
        ] {
            assert_eq!(is_told(trigger, &event), wanted, "{trigger:?} {} {}", event.entity, event.verb);
        }
    }

    #[test]
    fn neither_imports_nor_its_own_doing_make_a_rule_act() {
        let event = event("work_item", "created", &[]);
        assert!(hears(id(9), &event));
        assert!(!hears(id(9), &Logged { actor_kind: ActorKind::Import, ..event.clone() }));
        assert!(!hears(id(9), &Logged { automation: Some(id(9)), ..event.clone() }));
        assert!(hears(id(9), &Logged { automation: Some(id(8)), depth: 1, ..event }));
    }

    #[test]
    fn a_rule_acts_on_what_happens_from_its_beginning_on_as_long_as_that_is_known() {
        let event = event("work_item", "created", &[]);
        let now = event.at.plus_seconds(KEPT - 1);
        assert!(reaches(0, &event, now));
        assert!(!reaches(1, &event, now), "it was made by this very event, or later");
        assert!(!reaches(0, &event, now.plus_seconds(1)), "nobody knows any more whether it acted");
    }

    #[test]
    fn an_hour_begins_with_the_first_time() {
        let now = Time::from_micros(0);
        assert_eq!(counted(7, None, now, 2), Some((1, now)));
        assert_eq!(counted(1, Some(now), now.plus_seconds(HOUR - 1), 2), Some((2, now)));
        assert_eq!(counted(2, Some(now), now.plus_seconds(HOUR - 1), 2), None);
        let later = now.plus_seconds(HOUR);
        assert_eq!(counted(2, Some(now), later, 2), Some((1, later)));
    }

    #[test]
    fn a_day_begins_where_the_project_is() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let at = |text: &str| Time::parse(text).unwrap();
        assert_eq!(next_at(at("2026-01-01T07:59:59Z"), 9, &berlin), at("2026-01-01T08:00:00Z"));
        assert_eq!(next_at(at("2026-01-01T08:00:00Z"), 9, &berlin), at("2026-01-02T08:00:00Z"));
        // The clocks go forward over this hour.
        assert_eq!(next_at(at("2026-03-28T12:00:00Z"), 2, &berlin), at("2026-03-29T01:00:00Z"));
        assert_eq!(next_at(at("2026-07-01T12:00:00Z"), 0, &TimeZone::UTC), at("2026-07-02T00:00:00Z"));
    }

    #[test]
    fn who_has_the_least_to_do_is_chosen() {
        let [a, b, c] = [1, 2, 3].map(id);
        let loads = HashMap::from([(a, 2), (b, 1)]);
        assert_eq!(least_loaded(&[a, b, c], &loads, |_| true), Some(c));
        assert_eq!(least_loaded(&[a, b, c], &loads, |member| member != c), Some(b));
        assert_eq!(least_loaded(&[a, c, b], &HashMap::new(), |_| true), Some(a));
        assert_eq!(least_loaded(&[a], &loads, |_| false), None);
    }

    proptest! {
        #[test]
        fn turns_are_fair(count in 1..8_u128, away in prop::option::of(0..8_u128), start in any::<i64>()) {
            let members: Vec<Uuid> = (0..count).map(id).collect();
            let can = |member: Uuid| away.map(id) != Some(member);
            let able = members.iter().filter(|member| can(**member)).count();
            let (mut turn, mut chosen) = (start, HashMap::<Uuid, usize>::new());
            for _ in 0..able * 5 {
                let (member, next) = next_in_turn(&members, turn, can).unwrap();
                prop_assert!(can(member));
                *chosen.entry(member).or_default() += 1;
                turn = next;
            }
            prop_assert!(chosen.len() == able && chosen.values().all(|times| *times == 5), "{chosen:?}");
            prop_assert_eq!(next_in_turn(&members, turn, |_| false), None);
        }
    }
}
