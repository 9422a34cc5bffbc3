//! Events that say more than one row of the log takes: their changes are told by several, none of them less than what it was.

use aileron_kernel::{Change, Event, text};
use serde_json::Value as Json;

use crate::{Error, Result};

/// The most that the changes of one event may take, in bytes of JSON.
const MOST: usize = 16_000;

/// What the names of a change and its ids take at most, beside its values.
const FRAME: usize = 256;

/// The longest beginning of a value that is kept where the value itself has no place, in characters.
const KEPT: usize = 1_000;

/// The events by which this one is told, in their order. Of what comes into being, the first tells that, and the rest
/// what else was given.
pub(crate) fn of(mut event: Event) -> Result<Vec<Event>> {
    // Nearly always it is seen without writing it out that it has a place.
    if event.changes.iter().map(most).sum::<usize>() <= MOST {
        return Ok(vec![event]);
    }
    let mut parts: Vec<Vec<Change>> = Vec::new();
    let mut room = 0;
    for change in std::mem::take(&mut event.changes) {
        let change = if written(&change)? > MOST { cut(change) } else { change };
        let size = written(&change)?;
        if let Some(part) = parts.last_mut().filter(|_| size <= room) {
            part.push(change);
        } else {
            parts.push(vec![change]);
            room = MOST;
        }
        room = usize::saturating_sub(room, size);
    }
    let rest = if matches!(event.verb, "created" | "restored") { "updated" } else { event.verb };
    let told = |(number, changes)| {
        let verb = if number == 0 { event.verb } else { rest };
        Event { verb, changes, ..event.clone() }
    };
    Ok(parts.into_iter().enumerate().map(told).collect())
}

/// Changes as the log has them.
pub(crate) fn json(changes: &[Change]) -> Result<Json> {
    serde_json::to_value(changes).map_err(|error| Error::Inconsistent(error.to_string()))
}

/// How many bytes a change takes, with what stands between it and the next.
fn written(change: &Change) -> Result<usize> {
    serde_json::to_string(change).map(|text| text.len() + 2).map_err(|error| Error::Inconsistent(error.to_string()))
}

/// How many bytes a change takes at most.
fn most(change: &Change) -> usize {
    let of = |value: &Json| match value {
        // A character may take six bytes for one.
        Json::String(text) => 6 * text.len(),
        Json::Null | Json::Bool(_) | Json::Number(_) => 0,
        other => other.to_string().len(),
    };
    FRAME + change.field.len() + of(&change.old) + of(&change.new)
}

/// A change that takes too much by itself: how its values begin, with the mark that they are no more than that.
fn cut(mut change: Change) -> Change {
    for value in [&mut change.old, &mut change.new] {
        match value {
            Json::String(long) => *long = text::shortened(long, KEPT),
            Json::Array(_) | Json::Object(_) => *value = Json::Null,
            _ => {}
        }
    }
    Change { is_cut: true, ..change }
}

#[cfg(test)]
mod tests {
    use aileron_kernel::Uuid;
    use serde_json::json;

    use super::*;

    fn event(verb: &'static str, changes: Vec<Change>) -> Event {
        Event::new("work_item", verb, Uuid::nil()).about(Uuid::nil()).with(changes)
    }

    fn labels(count: u128) -> Vec<Change> {
        (0..count).map(|id| Change::reference("labels", None, Some((Uuid::from_u128(id), "\u{1}\"ä".repeat(80))))).collect()
    }

    #[test]
    fn what_has_a_place_is_told_as_it_is() {
        let small = event("updated", vec![Change::value("name", "a", "b")]);
        assert_eq!(of(small.clone()).unwrap(), [small]);
        let none = event("deleted", vec![]);
        assert_eq!(of(none.clone()).unwrap(), [none]);
    }

    #[test]
    fn of_what_comes_into_being_the_first_part_tells_that() {
        let verbs = |verb| of(event(verb, labels(60))).unwrap().into_iter().map(|part| part.verb).collect::<Vec<_>>();
        assert_eq!(verbs("created")[..2], ["created", "updated"]);
        assert_eq!(verbs("moved")[..2], ["moved", "moved"]);
    }

    #[test]
    fn one_change_that_is_too_long_is_cut_and_says_so() {
        let parts = of(event(
            "updated",
            vec![Change::value("name", "a", "b"), Change::value("description", "x".repeat(20_000), json!(["y".repeat(20_000)]))],
        ));
        let changes: Vec<Change> = parts.unwrap().into_iter().flat_map(|part| part.changes).collect();
        assert!(!changes[0].is_cut && changes[1].is_cut);
        assert!(changes[1].old.as_str().unwrap().starts_with("xxx") && changes[1].new.is_null());
        let stored = json(&changes).unwrap();
        assert_eq!((&stored[0]["is_cut"], &stored[1]["is_cut"]), (&Json::Null, &json!(true)));
        assert_eq!(serde_json::from_value::<Vec<Change>>(stored).unwrap(), changes);
    }

    #[test]
    fn nothing_is_lost_and_each_part_has_a_place() {
        for (count, long) in [(1, 2_500), (7, 1_300), (60, 5), (300, 90), (40, 2_100)] {
            let change = |number: usize| Change::value(&format!("field{number}"), "ä".repeat(long), "\u{1}".repeat(number % 7 * long / 7));
            let changes: Vec<Change> = (0..count).map(change).collect();
            let parts = of(event("updated", changes.clone())).unwrap();
            for part in &parts {
                assert!(json(&part.changes).unwrap().to_string().len() <= MOST + 2, "{count} of {long}");
            }
            let told: Vec<Change> = parts.into_iter().flat_map(|part| part.changes).collect();
            assert!(told == changes, "{count} of {long}");
        }
    }
}
