//! How an item stood right after an event, told from how it stands now and from what the log says happened later: pure functions.
//!
//! It must not matter when events are looked at: somebody who subscribes later is not told of what was before.

use std::collections::BTreeSet;

use aileron_db::events::Logged;
use aileron_kernel::{Change, Uuid};

/// The later changes of a field of the item itself, the next first.
fn changes<'l>(later: &'l [Logged], seq: i64, field: &'l str) -> impl DoubleEndedIterator<Item = &'l Change> {
    let of_item = later.iter().filter(move |event| event.seq > seq && event.entity == "work_item");
    of_item.flat_map(move |event| event.changes.iter().filter(move |change| change.field == field))
}

/// Whether it was a draft.
pub(super) fn was_draft(later: &[Logged], seq: i64, now: bool) -> bool {
    changes(later, seq, "is_draft").next().map_or(now, |change| change.old.as_bool() == Some(true))
}

/// Who was assigned.
pub(super) fn assignees(later: &[Logged], seq: i64, now: &BTreeSet<Uuid>) -> BTreeSet<Uuid> {
    let mut people = now.clone();
    for change in changes(later, seq, "assignees").rev() {
        if let Some(came) = change.new_id {
            people.remove(&came);
        }
        people.extend(change.old_id);
    }
    people
}

/// Whether somebody had subscribed. `since`: from which event on he hears of the item, if he does now.
pub(super) fn was_subscribed(later: &[Logged], seq: i64, member: Uuid, since: Option<i64>) -> bool {
    // What was noted late holds from the event that it follows from.
    let from = |event: &Logged| event.change("since").and_then(|change| change.new.as_i64()).unwrap_or(event.seq);
    let of_member = later.iter().filter(|event| event.entity == "subscription" && event.entity_id == member);
    let said = of_member.map(|event| (from(event), event.verb == "deleted"));
    match since {
        Some(since) if since <= seq => !said.filter(|(from, _)| since < *from && *from <= seq).max().is_some_and(|(_, ended)| ended),
        _ => said.filter(|(from, _)| *from > seq).min().is_some_and(|(_, ended)| ended),
    }
}

/// Where its text lies: in the version that the next change kept, or else in the row itself. `row` is the item, or a comment on it.
pub(super) fn text(later: &[Logged], seq: i64, row: Uuid, field: &str) -> Uuid {
    let mut of_row = later.iter().filter(|event| event.seq > seq && event.entity_id == row && event.verb == "updated");
    of_row.find_map(|event| event.change(field)?.old_id).unwrap_or(row)
}

#[cfg(test)]
mod tests {
    use aileron_kernel::{ActorKind, Origin, Time};
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn event(seq: i64, entity: &str, row: u128, verb: &str, change: Change) -> Logged {
        Logged {
            seq,
            id: id(1000 + u128::try_from(seq).unwrap()),
            at: Time::from_micros(0),
            actor_id: None,
            actor_kind: ActorKind::User,
            origin: Origin::Api,
            mutation_id: None,
            project_id: None,
            entity: entity.to_owned(),
            entity_id: id(row),
            subject_id: Some(id(1)),
            verb: verb.to_owned(),
            changes: vec![change],
            automation: None,
            depth: 0,
        }
    }

    fn pointer(field: &str, old: Option<u128>, new: Option<u128>) -> Change {
        Change { field: field.to_owned(), old_id: old.map(id), new_id: new.map(id), ..Change::default() }
    }

    #[test]
    fn texts_lie_in_the_version_that_the_next_change_kept() {
        let later = [
            event(5, "work_item", 1, "updated", pointer("description", Some(50), None)),
            event(6, "comment", 2, "updated", pointer("comment_html", Some(60), None)),
            event(7, "work_item", 1, "updated", pointer("description", Some(70), None)),
        ];
        assert_eq!([3, 5, 7].map(|seq| text(&later, seq, id(1), "description")), [id(50), id(70), id(1)]);
        assert_eq!([5, 6].map(|seq| text(&later, seq, id(2), "comment_html")), [id(60), id(2)]);
    }

    #[test]
    fn what_was_noted_late_holds_from_its_cause_on() {
        let noted = Change::value("since", Value::Null, 5);
        let mut later = vec![event(9, "subscription", 3, "created", noted)];
        assert_eq!([4, 5, 8].map(|seq| was_subscribed(&later, seq, id(3), Some(5))), [false, true, true]);
        later.push(event(12, "subscription", 3, "deleted", pointer("subscriber", Some(3), None)));
        assert_eq!([4, 5, 11, 12].map(|seq| was_subscribed(&later, seq, id(3), None)), [false, true, true, false]);
    }

    proptest! {
        /// Steps of one person: whether he comes or goes, as an assignee, as a subscriber, and whether the item is a draft.
        #[test]
        fn looking_back_gives_what_was(steps in prop::collection::vec((0..3_u8, 1..4_u128), 0..40)) {
            let (mut people, mut since, mut draft) = (BTreeSet::new(), std::collections::HashMap::new(), false);
            let (mut log, mut stood) = (Vec::new(), Vec::new());
            stood.push((people.clone(), since.clone(), draft));
            for (index, (what, person)) in steps.into_iter().enumerate() {
                let seq = i64::try_from(index).unwrap() + 1;
                let who = id(person);
                log.push(match what {
                    0 if people.remove(&who) => event(seq, "work_item", 1, "updated", pointer("assignees", Some(person), None)),
                    0 => {
                        people.insert(who);
                        event(seq, "work_item", 1, "updated", pointer("assignees", None, Some(person)))
                    }
                    1 if since.remove(&who).is_some() => event(seq, "subscription", person, "deleted", pointer("subscriber", Some(person), None)),
                    1 => {
                        since.insert(who, seq);
                        event(seq, "subscription", person, "created", pointer("subscriber", None, Some(person)))
                    }
                    _ => {
                        draft = !draft;
                        event(seq, "work_item", 1, "updated", Change::value("is_draft", !draft, draft))
                    }
                });
                stood.push((people.clone(), since.clone(), draft));
            }
            for (seq, (then, then_since, then_draft)) in stood.iter().enumerate() {
                let seq_of = i64::try_from(seq).unwrap();
                prop_assert_eq!(&assignees(&log, seq_of, &people), then);
                prop_assert_eq!(was_draft(&log, seq_of, draft), *then_draft);
                for person in (1..4).map(id) {
                    prop_assert_eq!(was_subscribed(&log, seq_of, person, since.get(&person).copied()), then_since.contains_key(&person));
                }
            }
        }
    }
}
