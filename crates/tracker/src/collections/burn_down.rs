//! How the items of a collection stood at the ends of its days: pure functions.

use std::{
    collections::{BTreeSet, HashMap},
    ops::AddAssign,
};

use aileron_kernel::{StateGroup, Time, Uuid};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

/// An item that is or was in the collection.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item {
    /// Its state.
    pub(crate) state: Uuid,
    /// How much work it is.
    pub(crate) points: Option<f64>,
    /// Why it does not count; nothing: it does.
    pub(crate) absent: BTreeSet<Absence>,
}

/// A reason why an item does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Absence {
    /// It is not in the collection.
    Outside,
    /// It is archived.
    Archived,
    /// It is a draft.
    Draft,
    /// It is deleted.
    Deleted,
}

/// What something was before a change.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Before {
    /// The state of an item.
    State(Uuid),
    /// The points of an item.
    Points(Option<f64>),
    /// Whether an item did not count for this reason.
    Absent(Absence, bool),
    /// The group of a state.
    Group(StateGroup),
}

/// A change, to be undone.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Past {
    /// When it happened.
    pub(super) at: Time,
    /// The item or state that changed.
    pub(super) of: Uuid,
    /// What was before.
    pub(super) before: Before,
}

/// Counts of items, or sums of points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Numbers<T> {
    /// All that were in it, but for drafts and archived items.
    pub total: T,
    /// Those that were done.
    pub completed: T,
    /// Those that were given up.
    pub cancelled: T,
    /// Those that were left to do.
    pub remaining: T,
}

impl<T: AddAssign + Copy> Numbers<T> {
    fn add(&mut self, group: StateGroup, amount: T) {
        self.total += amount;
        match group {
            StateGroup::Completed => self.completed += amount,
            StateGroup::Cancelled => self.cancelled += amount,
            _ => self.remaining += amount,
        }
    }
}

/// By items and by points.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Standing {
    /// Items.
    pub(super) issues: Numbers<i64>,
    /// Their points.
    pub(super) points: Numbers<f64>,
}

/// How it stood at the end of a day, or stands now if that is today; null for days to come.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = BurnDownDay)]
pub struct Day {
    /// The day, in the time zone of the collection.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// By items.
    pub issues: Option<Numbers<i64>>,
    /// By points.
    pub points: Option<Numbers<f64>>,
}

/// How it stood at each of these instants, which are in the order of time. `items` and `groups` (of states) are those of now,
/// `past` every change after the first instant; of changes in one instant, the oldest comes first.
pub(super) fn standings(
    mut items: HashMap<Uuid, Item>,
    mut groups: HashMap<Uuid, StateGroup>,
    mut past: Vec<Past>,
    instants: &[Time],
) -> Vec<Standing> {
    past.sort_by_key(|past| past.at);
    let mut sums = Sums::new();
    for item in items.values() {
        count(&mut sums, item, 1);
    }
    let mut standings: Vec<Standing> = Vec::with_capacity(instants.len());
    for instant in instants.iter().rev() {
        while let Some(past) = past.pop_if(|past| past.at > *instant) {
            undo(&mut items, &mut groups, &mut sums, &past);
        }
        standings.push(standing(&sums, &groups));
    }
    standings.reverse();
    standings
}

/// How many items count in each state, and their points: kept up with each change, so that no day looks at every item.
type Sums = HashMap<Uuid, (i64, f64)>;

/// Adds an item (`sign` 1) to what counts, or takes it away (-1). Points are whole numbers, so that sums stay exact.
fn count(sums: &mut Sums, item: &Item, sign: i8) {
    if item.absent.is_empty() {
        let sum = sums.entry(item.state).or_default();
        sum.0 += i64::from(sign);
        sum.1 += f64::from(sign) * item.points.unwrap_or(0.0);
    }
}

fn undo(items: &mut HashMap<Uuid, Item>, groups: &mut HashMap<Uuid, StateGroup>, sums: &mut Sums, past: &Past) {
    if let Before::Group(group) = past.before {
        groups.insert(past.of, group);
        return;
    }
    let Some(item) = items.get_mut(&past.of) else { return };
    count(sums, item, -1);
    take_back(item, &past.before);
    count(sums, item, 1);
}

fn take_back(item: &mut Item, before: &Before) {
    match before {
        Before::State(state) => item.state = *state,
        Before::Points(points) => item.points = *points,
        Before::Absent(why, true) => drop(item.absent.insert(*why)),
        Before::Absent(why, false) => drop(item.absent.remove(why)),
        Before::Group(_) => {}
    }
}

/// The items as they were before all of these changes.
pub(super) fn before_all(mut items: HashMap<Uuid, Item>, mut past: Vec<Past>) -> HashMap<Uuid, Item> {
    past.sort_by_key(|past| past.at);
    for past in past.iter().rev() {
        if let Some(item) = items.get_mut(&past.of) {
            take_back(item, &past.before);
        }
    }
    items
}

fn standing(sums: &Sums, groups: &HashMap<Uuid, StateGroup>) -> Standing {
    let mut standing = Standing::default();
    for (state, (issues, points)) in sums {
        let group = groups.get(state).copied().unwrap_or(StateGroup::Backlog);
        if group != StateGroup::Triage {
            standing.issues.add(group, *issues);
            standing.points.add(group, *points);
        }
    }
    standing
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GROUPS: [StateGroup; 6] =
        [StateGroup::Backlog, StateGroup::Unstarted, StateGroup::Started, StateGroup::Completed, StateGroup::Cancelled, StateGroup::Triage];

    /// The standing, counted item by item.
    fn counted(items: &HashMap<Uuid, Item>, groups: &HashMap<Uuid, StateGroup>) -> Standing {
        let mut standing = Standing::default();
        for item in items.values().filter(|item| item.absent.is_empty()) {
            let group = groups.get(&item.state).copied().unwrap_or(StateGroup::Backlog);
            if group != StateGroup::Triage {
                standing.issues.add(group, 1);
                standing.points.add(group, item.points.unwrap_or(0.0));
            }
        }
        standing
    }

    fn id(number: usize) -> Uuid {
        Uuid::from_u128(number as u128 + 1)
    }

    /// A world that is played forward, each change noted with what was before.
    #[derive(Clone)]
    struct World {
        items: HashMap<Uuid, Item>,
        groups: HashMap<Uuid, StateGroup>,
        past: Vec<Past>,
    }

    impl World {
        fn new() -> Self {
            let item = Item { state: id(0), points: None, absent: [Absence::Outside].into() };
            let groups = (0..4).map(|number| (id(number), GROUPS[number + 1])).collect();
            Self { items: (10..15).map(|number| (id(number), item.clone())).collect(), groups, past: Vec::new() }
        }

        fn step(&mut self, at: Time, kind: usize, number: usize, value: u8) {
            let (state, other) = (id(number % 4), id(usize::from(value) % 4));
            let of = if kind == 2 { state } else { id(10 + number % 5) };
            let group = GROUPS[usize::from(value) % 6];
            let before = match (kind, self.items.get_mut(&of)) {
                (2, _) => Before::Group(self.groups.insert(of, group).unwrap()),
                (0, Some(item)) => Before::State(std::mem::replace(&mut item.state, other)),
                (1, Some(item)) => {
                    Before::Points(std::mem::replace(&mut item.points, (!value.is_multiple_of(5)).then(|| f64::from(value % 13))))
                }
                (_, item) => {
                    let why = [Absence::Archived, Absence::Draft, Absence::Deleted, Absence::Outside, Absence::Outside][kind % 5];
                    let absent = &mut item.unwrap().absent;
                    Before::Absent(why, if value % 2 == 1 { !absent.insert(why) } else { absent.remove(&why) })
                }
            };
            self.past.push(Past { at, of, before });
        }
    }

    proptest! {
        #[test]
        fn looking_back_tells_what_was_seen(
            steps in prop::collection::vec((0_i64..4, 0_usize..10, 0_usize..5, 0_u8..60), 0..120),
            every in 1_i64..20,
        ) {
            let mut world = World::new();
            let (mut now, mut seen, mut looked) = (0, Vec::new(), 0);
            for (pause, kind, number, value) in steps {
                now += pause;
                // Whoever looks at the end of an instant sees all that happened in it.
                while looked + every < now {
                    looked += every;
                    seen.push((Time::from_micros(looked), counted(&world.items, &world.groups)));
                }
                world.step(Time::from_micros(now), kind, number, value);
            }
            seen.push((Time::from_micros(now.max(looked)), counted(&world.items, &world.groups)));
            let instants: Vec<Time> = seen.iter().map(|(at, _)| *at).collect();
            let first = instants[0];
            let past: Vec<Past> = world.past.into_iter().filter(|past| past.at > first).collect();
            let of_first = before_all(world.items.clone(), past.clone());
            let told = standings(world.items, world.groups, past, &instants);
            let there = of_first.values().filter(|item| item.absent.is_empty()).count();
            prop_assert!(there >= usize::try_from(told[0].issues.total).unwrap());
            prop_assert_eq!(told, seen.into_iter().map(|(_, standing)| standing).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_is_cancelled_is_neither_done_nor_left() {
        let mut numbers = Numbers::default();
        for group in GROUPS.into_iter().take(5) {
            numbers.add(group, 2);
        }
        assert_eq!(numbers, Numbers { total: 10, completed: 2, cancelled: 2, remaining: 6 });
    }
}
