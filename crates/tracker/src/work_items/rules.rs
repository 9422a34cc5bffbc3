//! Rules of work items: pure functions.

use aileron_kernel::{Priority, Refusal, StateGroup, Time, Uuid};
use jiff::civil::Date;

/// The most levels of parents that are looked at.
pub const MAX_LEVELS: usize = aileron_kernel::limits::NESTING.most;

/// The place of the first item in manual order.
pub const FIRST_PLACE: f64 = 65_535.0;

/// The distance to the place of the next.
const STEP: f64 = 10_000.0;

/// Why lists leave an item out: the word in the column `hidden`. None: they show it.
pub const fn hidden(is_draft: bool, archived_at: Option<Date>, group: StateGroup) -> Option<&'static str> {
    if is_draft {
        Some("draft")
    } else if archived_at.is_some() {
        Some("archived")
    } else if matches!(group, StateGroup::Triage) {
        Some("triage")
    } else {
        None
    }
}

/// When an item in a state of this group was completed. `given` was sent, `stored` was so before; a time that is sent
/// counts only where the state says that the item is completed, so that the two never contradict each other.
pub fn completed_at(group: StateGroup, given: Option<Time>, stored: Option<Time>, now: Time) -> Option<Time> {
    (group == StateGroup::Completed).then(|| given.or(stored).unwrap_or(now))
}

/// When work on an item first began: when it first came into a state of the group started. `stored` is what was known before.
pub fn started_at(group: StateGroup, stored: Option<Time>, now: Time) -> Option<Time> {
    stored.or_else(|| (group == StateGroup::Started).then_some(now))
}

/// The place of a priority in order: urgent first.
pub const fn priority_rank(priority: Priority) -> i64 {
    match priority {
        Priority::Urgent => 0,
        Priority::High => 1,
        Priority::Medium => 2,
        Priority::Low => 3,
        Priority::None => 4,
    }
}

/// The place in manual order after the last of the same state.
pub fn next_place(last: Option<f64>) -> f64 {
    last.map_or(FIRST_PLACE, |last| last + STEP)
}

/// An item is not due before it begins.
pub fn check_dates(start: Option<Date>, target: Option<Date>) -> Result<(), Refusal> {
    match (start, target) {
        (Some(start), Some(target)) if start > target => Err(Refusal::non_field("Start date cannot exceed target date")),
        _ => Ok(()),
    }
}

/// An item does not stand above itself. `above` are the items above the new parent, the parent first.
pub fn check_parent(item: Uuid, above: &[Uuid]) -> Result<(), Refusal> {
    if above.contains(&item) {
        return Err(Refusal::field("parent", "A work item cannot be its own ancestor."));
    }
    if above.len() >= MAX_LEVELS {
        return Err(Refusal::field("parent", format!("Work items can be nested at most {MAX_LEVELS} levels deep.")));
    }
    Ok(())
}

/// The refusal of a change to an archived item.
pub fn archived() -> Refusal {
    Refusal::error("Archived work items cannot be edited. Take it back from the archive first.")
}

/// Letters and number of a name such as `ENG-42`.
pub fn split_identifier(name: &str) -> Option<(&str, i64)> {
    let (letters, number) = name.rsplit_once('-')?;
    let number = number.parse().ok().filter(|number| *number > 0)?;
    (!letters.is_empty()).then_some((letters, number))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn id(number: usize) -> Uuid {
        Uuid::from_u128(number as u128 + 1)
    }

    #[test]
    fn hidden_says_the_first_reason() {
        let day = Some(date(2026, 1, 1));
        assert_eq!(hidden(false, None, StateGroup::Started), None);
        assert_eq!(hidden(false, None, StateGroup::Triage), Some("triage"));
        assert_eq!(hidden(false, day, StateGroup::Triage), Some("archived"));
        assert_eq!(hidden(true, day, StateGroup::Completed), Some("draft"));
    }

    #[test]
    fn only_completed_items_have_a_time_of_completion() {
        let [given, stored, now] = [1, 2, 3].map(Time::from_micros);
        assert_eq!(completed_at(StateGroup::Completed, None, None, now), Some(now));
        assert_eq!(completed_at(StateGroup::Completed, None, Some(stored), now), Some(stored));
        assert_eq!(completed_at(StateGroup::Completed, Some(given), Some(stored), now), Some(given));
        assert_eq!(completed_at(StateGroup::Cancelled, Some(given), Some(stored), now), None);
    }

    #[test]
    fn work_begins_once() {
        let [first, now] = [1, 2].map(Time::from_micros);
        assert_eq!(started_at(StateGroup::Started, None, now), Some(now));
        assert_eq!(started_at(StateGroup::Started, Some(first), now), Some(first));
        assert_eq!(started_at(StateGroup::Backlog, Some(first), now), Some(first));
        assert_eq!(started_at(StateGroup::Completed, None, now), None);
    }

    #[test]
    fn dates_are_in_order() {
        let (early, late) = (Some(date(2026, 1, 1)), Some(date(2026, 1, 2)));
        assert!(check_dates(early, late).is_ok() && check_dates(late, late).is_ok() && check_dates(None, early).is_ok());
        assert!(check_dates(late, early).is_err());
    }

    #[test]
    fn identifiers_have_letters_and_a_number() {
        assert_eq!(split_identifier("ENG-42"), Some(("ENG", 42)));
        assert_eq!(split_identifier("A-B-1"), Some(("A-B", 1)));
        for wrong in ["ENG", "ENG-", "-1", "ENG-abc", "ENG-0", "ENG-99999999999999999999"] {
            assert_eq!(split_identifier(wrong), None, "{wrong}");
        }
    }

    /// The items above one, itself first.
    fn above(parents: &HashMap<Uuid, Uuid>, item: Uuid) -> Vec<Uuid> {
        std::iter::successors(Some(item), |item| parents.get(item).copied()).take(MAX_LEVELS).collect()
    }

    proptest! {
        #[test]
        fn no_sequence_of_moves_makes_a_loop(moves in prop::collection::vec((0_usize..12, 0_usize..12), 0..80)) {
            let mut parents = HashMap::new();
            for (child, parent) in moves {
                if check_parent(id(child), &above(&parents, id(parent))).is_ok() {
                    parents.insert(id(child), id(parent));
                } else {
                    // Only a move that would close a loop is refused.
                    prop_assert!(above(&parents, id(parent)).contains(&id(child)));
                }
            }
            for item in (0..12).map(id) {
                prop_assert!(above(&parents, item).len() <= 12, "a path longer than there are items is a loop");
            }
        }
    }
}
