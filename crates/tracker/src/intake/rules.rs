//! Rules of intake: pure functions.

use aileron_kernel::{Refusal, Time, Uuid};

use super::model::{Decision, Status};

/// How an intake item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The status.
    pub status: Status,
    /// Until when it is snoozed.
    pub snoozed_till: Option<Time>,
    /// The item that it is a duplicate of.
    pub duplicate_to: Option<Uuid>,
}

/// How the intake item of a work item stands after a decision.
pub fn decide(item: Uuid, before: Standing, decision: &Decision, now: Time) -> Result<Standing, Refusal> {
    let status = decision.status.unwrap_or(before.status);
    if before.status == Status::Accepted && status != Status::Accepted {
        return Err(Refusal::field("status", "The work item was accepted already; it is changed and deleted like any other."));
    }
    let snoozed_till = decision.snoozed_till.unwrap_or(before.snoozed_till);
    let is_other_time = snoozed_till != before.snoozed_till;
    if is_other_time && snoozed_till.is_some() && status != Status::Snoozed {
        return Err(Refusal::field("snoozed_till", "Only what is snoozed (status 0) comes back at a time."));
    }
    let is_new_snooze = is_other_time || before.status != Status::Snoozed;
    if status == Status::Snoozed && is_new_snooze && snoozed_till.is_none_or(|till| till <= now) {
        return Err(Refusal::field("snoozed_till", "Choose a time that is still to come."));
    }
    let duplicate_to = decision.duplicate_to.unwrap_or(before.duplicate_to);
    if duplicate_to == Some(item) {
        return Err(Refusal::field("duplicate_to", "A work item is not a duplicate of itself."));
    }
    match (status, duplicate_to) {
        (Status::Duplicate, None) => Err(Refusal::field("duplicate_to", "Say which work item it is a duplicate of.")),
        (Status::Duplicate, Some(_)) => Ok(Standing { status, snoozed_till, duplicate_to }),
        (_, Some(_)) if duplicate_to != before.duplicate_to => {
            Err(Refusal::field("duplicate_to", "Only a duplicate (status 2) is one of another work item."))
        }
        _ => Ok(Standing { status, snoozed_till, duplicate_to: None }),
    }
}

/// What happened to it, in the words of the log.
pub const fn verb(before: Status, after: Status) -> &'static str {
    match (before, after) {
        (Status::Pending, Status::Pending)
        | (Status::Declined, Status::Declined)
        | (Status::Snoozed, Status::Snoozed)
        | (Status::Accepted, Status::Accepted)
        | (Status::Duplicate, Status::Duplicate) => "updated",
        (_, Status::Pending) => "reopened",
        (_, Status::Declined) => "declined",
        (_, Status::Snoozed) => "snoozed",
        (_, Status::Accepted) => "accepted",
        (_, Status::Duplicate) => "marked_duplicate",
    }
}

/// The status that is shown: what was snoozed until a time that has come is pending again.
pub fn shown(status: Status, snoozed_till: Option<Time>, now: Time) -> Status {
    if status == Status::Snoozed && snoozed_till.is_some_and(|till| till <= now) { Status::Pending } else { status }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time::from_micros(1_000);
    const LATER: Time = Time::from_micros(2_000);

    fn standing(status: Status, till: Option<Time>, duplicate_to: Option<Uuid>) -> Standing {
        Standing { status, snoozed_till: till, duplicate_to }
    }

    fn wrong(before: Standing, decision: Decision) -> String {
        let refused = decide(Uuid::from_u128(1), before, &decision, NOW).unwrap_err().body;
        refused.as_object().unwrap().keys().next().unwrap().clone()
    }

    fn status(status: Status) -> Decision {
        Decision { status: Some(status), ..Decision::default() }
    }

    #[test]
    fn a_snooze_needs_a_time_to_come() {
        let pending = standing(Status::Pending, None, None);
        assert_eq!(wrong(pending, status(Status::Snoozed)), "snoozed_till");
        for till in [None, Some(NOW), Some(Time::from_micros(0))] {
            assert_eq!(wrong(pending, Decision { snoozed_till: Some(till), ..status(Status::Snoozed) }), "snoozed_till");
        }
        let snooze = Decision { snoozed_till: Some(Some(LATER)), ..status(Status::Snoozed) };
        assert_eq!(decide(Uuid::nil(), pending, &snooze, NOW), Ok(standing(Status::Snoozed, Some(LATER), None)));
        assert_eq!(wrong(pending, Decision { snoozed_till: Some(Some(LATER)), ..Decision::default() }), "snoozed_till");
        // The time that it has may be sent back with another status, or long after it came.
        let over = standing(Status::Snoozed, Some(NOW), None);
        for again in [Status::Snoozed, Status::Declined] {
            assert!(decide(Uuid::nil(), over, &Decision { snoozed_till: Some(Some(NOW)), ..status(again) }, NOW).is_ok());
        }
    }

    #[test]
    fn a_duplicate_is_one_of_another_item() {
        let pending = standing(Status::Pending, None, None);
        assert_eq!(wrong(pending, status(Status::Duplicate)), "duplicate_to");
        let of = |item: u128| Some(Some(Uuid::from_u128(item)));
        assert_eq!(wrong(pending, Decision { duplicate_to: of(1), ..status(Status::Duplicate) }), "duplicate_to");
        assert_eq!(wrong(pending, Decision { duplicate_to: of(2), ..Decision::default() }), "duplicate_to");
        let duplicate = Decision { duplicate_to: of(2), ..status(Status::Duplicate) };
        let marked = decide(Uuid::from_u128(1), pending, &duplicate, NOW).unwrap();
        assert_eq!(marked, standing(Status::Duplicate, None, Some(Uuid::from_u128(2))));
        let reopened = decide(Uuid::from_u128(1), marked, &status(Status::Pending), NOW).unwrap();
        assert_eq!(reopened, pending, "what is no duplicate any more names no other");
    }

    #[test]
    fn what_is_accepted_stays_accepted() {
        let accepted = standing(Status::Accepted, None, None);
        for other in [Status::Pending, Status::Declined, Status::Snoozed, Status::Duplicate] {
            assert_eq!(wrong(accepted, status(other)), "status");
        }
        assert_eq!(decide(Uuid::nil(), accepted, &status(Status::Accepted), NOW), Ok(accepted));
    }

    #[test]
    fn what_is_snoozed_comes_back() {
        assert_eq!(shown(Status::Snoozed, Some(LATER), NOW), Status::Snoozed);
        assert_eq!(shown(Status::Snoozed, Some(NOW), NOW), Status::Pending);
        assert_eq!(shown(Status::Declined, Some(NOW), NOW), Status::Declined);
    }
}
