//! How the items of a collection stood at the ends of its days: pure functions.

use std::{collections::HashMap, ops::AddAssign};

use aileron_kernel::{StateGroup, Time, Uuid};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

/// An item that is or was in the collection.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its state.
    pub state: Uuid,
    /// How much work it is.
    pub points: Option<f64>,
    /// Whether it is archived.
    pub archived: bool,
    /// Whether it is a draft.
    pub draft: bool,
    /// Whether it is deleted.
    pub deleted: bool,
    /// Whether it is in the collection.
    pub inside: bool,
}

/// What something was before a change.
#[derive(Clone, Debug, PartialEq)]
pub enum Before {
    /// The state of an item.
    State(Uuid, Uuid),
    /// The points of an item.
    Points(Uuid, Option<f64>),
    /// Whether an item was archived.
    Archived(Uuid, bool),
    /// Whether it was a draft.
    Draft(Uuid, bool),
    /// Whether it was deleted.
    Deleted(Uuid, bool),
    /// Whether it was in the collection.
    Inside(Uuid, bool),
    /// The group of a state.
    Group(Uuid, StateGroup),
}

/// A change, to be undone.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    /// When it happened.
    pub at: Time,
    /// What was before.
    pub before: Before,
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
pub struct Standing {
    /// Items.
    pub issues: Numbers<i64>,
    /// Their points.
    pub points: Numbers<f64>,
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
/// `past` every change after the first instant, in whatever order within one instant the log has, the oldest first.
pub fn standings(
    mut items: HashMap<Uuid, Item>,
    mut groups: HashMap<Uuid, StateGroup>,
    mut past: Vec<Past>,
    instants: &[Time],
) -> Vec<Standing> {
    past.sort_by_key(|past| past.at);
    let mut standings: Vec<Standing> = Vec::with_capacity(instants.len());
    for instant in instants.iter().rev() {
        while past.last().is_some_and(|past| past.at > *instant) {
            if let Some(past) = past.pop() {
                undo(&mut items, &mut groups, past.before);
            }
        }
        standings.push(standing(&items, &groups));
    }
    standings.reverse();
    standings
}

fn undo(items: &mut HashMap<Uuid, Item>, groups: &mut HashMap<Uuid, StateGroup>, before: Before) {
    let id = match before {
        Before::State(id, _) | Before::Points(id, _) | Before::Archived(id, _) | Before::Draft(id, _) => id,
        Before::Deleted(id, _) | Before::Inside(id, _) => id,
        Before::Group(state, group) => {
            groups.insert(state, group);
            return;
        }
    };
    let Some(item) = items.get_mut(&id) else { return };
    match before {
        Before::State(_, state) => item.state = state,
        Before::Points(_, points) => item.points = points,
        Before::Archived(_, archived) => item.archived = archived,
        Before::Draft(_, draft) => item.draft = draft,
        Before::Deleted(_, deleted) => item.deleted = deleted,
        Before::Inside(_, inside) => item.inside = inside,
        Before::Group(..) => {}
    }
}

fn standing(items: &HashMap<Uuid, Item>, groups: &HashMap<Uuid, StateGroup>) -> Standing {
    let mut standing = Standing::default();
    for item in items.values().filter(|item| item.inside && !item.deleted && !item.draft && !item.archived) {
        let group = groups.get(&item.state).copied().unwrap_or(StateGroup::Backlog);
        if group != StateGroup::Triage {
            standing.issues.add(group, 1);
            standing.points.add(group, item.points.unwrap_or(0.0));
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
            let item = Item { state: id(0), points: None, archived: false, draft: false, deleted: false, inside: false };
            let groups = (0..4).map(|number| (id(number), GROUPS[number + 1])).collect();
            Self { items: (0..5).map(|number| (id(number), item.clone())).collect(), groups, past: Vec::new() }
        }

        fn step(&mut self, at: Time, kind: usize, number: usize, value: usize) {
            let id_of = id(number % 5);
            let item = self.items.get_mut(&id_of).unwrap();
            let is_on = value % 2 == 1;
            let before = match kind {
                0 => Before::State(id_of, std::mem::replace(&mut item.state, id(value % 4))),
                1 => Before::Points(id_of, std::mem::replace(&mut item.points, Some((value % 13) as f64).filter(|_| value % 5 > 0))),
                2 => Before::Archived(id_of, std::mem::replace(&mut item.archived, is_on)),
                3 => Before::Draft(id_of, std::mem::replace(&mut item.draft, is_on)),
                4 => Before::Deleted(id_of, std::mem::replace(&mut item.deleted, is_on)),
                5 => Before::Group(id(number % 4), self.groups.insert(id(number % 4), GROUPS[value % 6]).unwrap()),
                _ => Before::Inside(id_of, std::mem::replace(&mut item.inside, is_on)),
            };
            self.past.push(Past { at, before });
        }
    }

    proptest! {
        #[test]
        fn looking_back_tells_what_was_seen(
            steps in prop::collection::vec((0_i64..4, 0_usize..10, 0_usize..5, 0_usize..60), 0..120),
            every in 1_i64..20,
        ) {
            let mut world = World::new();
            let (mut now, mut seen, mut looked) = (0, Vec::new(), 0);
            for (pause, kind, number, value) in steps {
                now += pause;
                // Whoever looks at the end of an instant sees all that happened in it.
                while looked + every < now {
                    looked += every;
                    seen.push((Time::from_micros(looked), standing(&world.items, &world.groups)));
                }
                world.step(Time::from_micros(now), kind, number, value);
            }
            seen.push((Time::from_micros(now.max(looked)), standing(&world.items, &world.groups)));
            let instants: Vec<Time> = seen.iter().map(|(at, _)| *at).collect();
            let first = instants[0];
            let past = world.past.into_iter().filter(|past| past.at > first).collect();
            let told = standings(world.items, world.groups, past, &instants);
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
