//! What happens to an item, decided before anything is written: believable, and the same for the same seed.

use aileron_kernel::{Priority, Time};
use jiff::{Span, civil::Date};

use super::{
    dice::Dice,
    words::{self, AREAS, LABELS, PEOPLE},
};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// How far the history of the demo goes back.
pub(super) const HISTORY: i64 = 26 * 7 * DAY;

/// A person by place in the list of people.
pub(super) type Person = usize;

/// An item with its whole history.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plan {
    pub(super) project: usize,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) priority: Priority,
    pub(super) author: Person,
    pub(super) created_at: Time,
    pub(super) assignees: Vec<Person>,
    pub(super) labels: Vec<usize>,
    pub(super) start_date: Option<Date>,
    pub(super) target_date: Option<Date>,
    /// Whether it becomes a part of an earlier item.
    pub(super) has_parent: bool,
    /// What happens afterwards, in order.
    pub(super) steps: Vec<Step>,
}

/// One thing that happens to an item.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) at: Time,
    pub(super) who: Person,
    pub(super) what: What,
}

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    /// It moves to the state of this name.
    State(&'static str),
    Priority(Priority),
    Assign(Person),
    Comment(String),
}

/// Plans item `number` of `count`: the first are the oldest.
pub(super) fn item(dice: &mut Dice, projects: usize, number: u32, count: u32, now: Time) -> Plan {
    let project = dice.weighted(AREAS.map(|_| 1).get(..projects).unwrap_or(&[1]));
    let age = HISTORY * i64::from(count - number) / i64::from(count.max(1));
    let created_at = now.plus_seconds(-age - dice.seconds(60, 2 * HOUR));
    let (name, is_bug) = AREAS.get(project).map_or_else(Default::default, |area| area.title(dice));
    let author = dice.below(PEOPLE.len());
    let assignees = match dice.weighted(&[2, 6, 2]) {
        0 => Vec::new(),
        1 => vec![worker(dice)],
        _ => pair(worker(dice), worker(dice)),
    };
    let mut labels = if is_bug { vec![0] } else { vec![1 + dice.below(LABELS.len() - 1)] };
    if dice.happens(20) {
        labels = pair(labels.first().copied().unwrap_or(0), dice.below(LABELS.len()));
    }
    let start_date = dice.happens(35).then(|| plus_days(created_at, dice.below(10)));
    let target_date = dice.happens(45).then(|| plus_days(created_at, 12 + dice.below(40)));
    Plan {
        project,
        name,
        description: dice.happens(70).then(|| words::description(dice)),
        priority: priority(dice),
        author,
        created_at,
        assignees,
        labels,
        start_date,
        target_date,
        has_parent: dice.happens(12),
        steps: steps(dice, author, created_at, now),
    }
}

/// Everybody works, guests aside.
fn worker(dice: &mut Dice) -> Person {
    dice.below(PEOPLE.len() - 1)
}

fn pair(one: usize, other: usize) -> Vec<usize> {
    if one == other { vec![one] } else { vec![one, other] }
}

fn priority(dice: &mut Dice) -> Priority {
    match dice.weighted(&[4, 14, 34, 22, 26]) {
        0 => Priority::Urgent,
        1 => Priority::High,
        2 => Priority::Medium,
        3 => Priority::Low,
        _ => Priority::None,
    }
}

fn plus_days(from: Time, days: usize) -> Date {
    let date = from.date();
    date.checked_add(Span::new().days(i64::try_from(days).unwrap_or(0))).unwrap_or(date)
}

/// What happens after an item was made, up to now: most old items are done, some lie around.
fn steps(dice: &mut Dice, author: Person, created_at: Time, now: Time) -> Vec<Step> {
    let mut at = created_at;
    let mut steps = Vec::new();
    let worker = worker(dice);
    let path: &[&'static str] = match dice.weighted(&[62, 12, 8, 18]) {
        0 => &["Todo", "In Progress", "Done"],
        1 => &["Todo", "In Progress", "Todo", "In Progress", "Done"],
        2 => &["Todo", "Cancelled"],
        _ => &["Todo"],
    };
    for state in path {
        at = at.plus_seconds(dice.seconds(HOUR, 9 * DAY));
        steps.push(Step { at, who: worker, what: What::State(state) });
        if dice.happens(28) {
            at = at.plus_seconds(dice.seconds(HOUR / 4, DAY));
            let who = if dice.happens(50) { author } else { dice.below(PEOPLE.len()) };
            steps.push(Step { at, who, what: What::Comment(words::remark(dice)) });
        }
    }
    if dice.happens(12) {
        let raised = Step { at: created_at.plus_seconds(dice.seconds(HOUR, 3 * DAY)), who: author, what: What::Priority(priority(dice)) };
        steps.push(raised);
    }
    if dice.happens(10) {
        let handed = Step { at: created_at.plus_seconds(dice.seconds(HOUR, 6 * DAY)), who: worker, what: What::Assign(worker) };
        steps.push(handed);
    }
    steps.retain(|step| step.at < now);
    steps.sort_by_key(|step| step.at);
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plans(seed: u64) -> Vec<Plan> {
        let now = Time::parse("2026-06-01T09:00:00Z").unwrap();
        let mut dice = Dice::new(seed);
        (0..600).map(|number| item(&mut dice, 3, number, 600, now)).collect()
    }

    #[test]
    fn the_same_seed_plans_the_same() {
        assert_eq!(plans(1), plans(1));
        assert_ne!(plans(1), plans(2));
    }

    #[test]
    fn history_is_in_order_and_in_the_past() {
        let now = Time::parse("2026-06-01T09:00:00Z").unwrap();
        for plan in plans(3) {
            let times: Vec<Time> = std::iter::once(plan.created_at).chain(plan.steps.iter().map(|step| step.at)).collect();
            assert!(times.is_sorted() && times.last().is_some_and(|last| *last < now), "{plan:?}");
            assert!(plan.start_date.is_none() || plan.target_date.is_none() || plan.start_date <= plan.target_date, "{plan:?}");
        }
    }

    #[test]
    fn a_demo_has_something_of_everything() {
        let plans = plans(4);
        let last_state =
            |plan: &Plan| plan.steps.iter().rev().find_map(|step| if let What::State(name) = step.what { Some(name) } else { None });
        for state in [None, Some("Todo"), Some("In Progress"), Some("Done"), Some("Cancelled")] {
            assert!(plans.iter().any(|plan| last_state(plan) == state), "no item is in {state:?}");
        }
        for project in 0..AREAS.len() {
            assert!(plans.iter().filter(|plan| plan.project == project).count() > 100);
        }
        assert!(plans.iter().any(|plan| plan.has_parent) && plans.iter().any(|plan| plan.assignees.len() == 2));
    }
}
