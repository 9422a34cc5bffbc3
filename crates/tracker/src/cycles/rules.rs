//! Rules of cycles: pure functions.

use aileron_kernel::{Refusal, Time};
use jiff::{civil::Date, tz::TimeZone};

/// The most days that a cycle lasts: three years.
pub const MOST_DAYS: i64 = aileron_kernel::limits::CYCLE_DAYS.count();

/// Where a cycle stands in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It has no dates.
    Draft,
    /// It has not begun.
    Upcoming,
    /// It runs.
    Current,
    /// It is over.
    Completed,
}

impl Status {
    /// Of a cycle with these limits at this instant.
    pub fn of(starts_at: Option<Time>, ends_at: Option<Time>, now: Time) -> Self {
        match (starts_at, ends_at) {
            (Some(start), _) if now < start => Self::Upcoming,
            (_, Some(end)) if end < now => Self::Completed,
            (Some(_), Some(_)) => Self::Current,
            _ => Self::Draft,
        }
    }

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Upcoming => "upcoming",
            Self::Current => "current",
            Self::Completed => "completed",
        }
    }
}

/// Which cycles a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// Every one.
    #[default]
    All,
    /// Those of one status.
    Only(Status),
    /// Those that are not over, drafts included.
    Incomplete,
}

impl View {
    /// Reads the parameter of this name.
    pub fn parse(name: &str, word: Option<&str>) -> Result<Self, Refusal> {
        Ok(match word {
            None | Some("all") => Self::All,
            Some("current") => Self::Only(Status::Current),
            Some("upcoming") => Self::Only(Status::Upcoming),
            Some("completed") => Self::Only(Status::Completed),
            Some("draft") => Self::Only(Status::Draft),
            Some("incomplete") => Self::Incomplete,
            Some(_) => {
                let words = "all, current, upcoming, completed, draft or incomplete";
                return Err(Refusal::field(name, format!("Must be {words}.")));
            }
        })
    }
}

/// A date as a request gives it: a day, or an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// A day.
    Day(Date),
    /// An instant, which means the day on which it falls.
    Instant(Time),
}

impl When {
    /// Its day in a time zone.
    pub fn day(self, zone: &TimeZone) -> Date {
        match self {
            Self::Day(date) => date,
            Self::Instant(time) => day_of(time, zone),
        }
    }
}

/// The time zone of this name; UTC where the database of zones knows it no more.
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// The day on which an instant falls.
pub fn day_of(time: Time, zone: &TimeZone) -> Date {
    zone.to_datetime(time.timestamp()).date()
}

/// First and last day as instants: from the first second to the last minute, as the compatible API has it.
pub fn limits(first: Date, last: Date, zone: &TimeZone) -> Result<(Time, Time), Refusal> {
    if first > last {
        return Err(Refusal::non_field("Start date cannot exceed end date"));
    }
    let years = 1_900..=2_999;
    for (field, day) in [("start_date", first), ("end_date", last)] {
        if !years.contains(&day.year()) {
            return Err(Refusal::field(field, "The year must be one from 1900 to 2999."));
        }
    }
    if days_between(first, last) >= MOST_DAYS {
        return Err(Refusal::field("end_date", format!("A cycle lasts at most {MOST_DAYS} days.")));
    }
    let at = |day: Date, hour, minute, second| {
        let zoned = day.at(hour, minute, second, 0).to_zoned(zone.clone());
        Time::from_micros(zoned.map_or(0, |zoned| zoned.timestamp().as_microsecond()))
    };
    Ok((at(first, 0, 0, 1), at(last, 23, 59, 0)))
}

/// How many days lie between two.
pub fn days_between(first: Date, last: Date) -> i64 {
    first.duration_until(last).as_hours() / 24
}

/// A day some days later; the last of the calendar where there is none.
pub fn later(day: Date, days: i64) -> Date {
    day.checked_add(jiff::SignedDuration::from_hours(days.saturating_mul(24))).unwrap_or(Date::MAX)
}

/// Whether two spans of days have a day in common.
pub fn overlap(one: (Date, Date), other: (Date, Date)) -> bool {
    one.0 <= other.1 && other.0 <= one.1
}

/// How a cadence goes, in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rhythm {
    /// How long a cycle lasts.
    pub length: i64,
    /// How long the pause is before the next.
    pub cooldown: i64,
}

impl Rhythm {
    /// The span of the next cycle. `from` is the first day that it may begin on; what would be over before `today` is passed
    /// over, and so are the days that `taken` holds.
    pub fn next(self, from: Date, today: Date, taken: &[(Date, Date)]) -> (Date, Date) {
        let (length, cooldown) = (self.length.max(1), self.cooldown.max(0));
        let period = length + cooldown;
        let behind = (days_between(from, today) - (length - 1)).max(0);
        let periods = behind / period + i64::from(behind % period > 0);
        let mut first = later(from, periods * period);
        // Each of the taken spans moves it at most once, since it only moves on.
        for _ in 0..=taken.len() {
            let span = (first, later(first, length - 1));
            match taken.iter().filter(|taken| overlap(span, **taken)).map(|taken| taken.1).max() {
                Some(last) => first = later(last, 1 + cooldown),
                None => break,
            }
        }
        (first, later(first, length - 1))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cycle_begins_and_ends_with_its_days() {
        let berlin = zone("Europe/Berlin");
        let (start, end) = limits(date(2026, 7, 1), date(2026, 7, 14), &berlin).unwrap();
        assert_eq!((start.to_string().as_str(), end.to_string().as_str()), ("2026-06-30T22:00:01.000000Z", "2026-07-14T21:59:00.000000Z"));
        assert_eq!((day_of(start, &berlin), day_of(end, &berlin)), (date(2026, 7, 1), date(2026, 7, 14)));
        assert_eq!(zone("Mars/Phobos"), TimeZone::UTC);
    }

    #[test]
    fn spans_have_an_order_and_an_end() {
        let utc = TimeZone::UTC;
        let day = date(2026, 1, 1);
        assert!(limits(day, day, &utc).is_ok());
        assert!(limits(day, later(day, MOST_DAYS - 1), &utc).is_ok());
        assert!(limits(day, later(day, MOST_DAYS), &utc).is_err());
        assert!(limits(later(day, 1), day, &utc).is_err());
        assert!(limits(date(1, 1, 1), date(1, 1, 2), &utc).is_err());
    }

    #[test]
    fn status_follows_the_clock() {
        let [start, end] = [10, 20].map(|at| Some(Time::from_micros(at)));
        let at = |now| Status::of(start, end, Time::from_micros(now));
        assert_eq!([9, 10, 20, 21].map(at), [Status::Upcoming, Status::Current, Status::Current, Status::Completed]);
        assert_eq!(Status::of(None, None, Time::from_micros(1)), Status::Draft);
    }

    #[test]
    fn views_are_a_closed_list() {
        for status in [Status::Draft, Status::Upcoming, Status::Current, Status::Completed] {
            assert_eq!(View::parse("cycle_view", Some(status.as_str())), Ok(View::Only(status)));
        }
        assert_eq!((View::parse("cycle_view", None), View::parse("cycle_view", Some("incomplete"))), (Ok(View::All), Ok(View::Incomplete)));
        assert!(View::parse("cycle_view", Some("nonsense")).is_err());
    }

    proptest! {
        #[test]
        fn limits_fall_on_their_days(first in 0_i64..40_000, length in 0_i64..1_000, zone in "(UTC|Asia/Kathmandu|America/Sao_Paulo|Africa/Cairo|Pacific/Apia|America/New_York)") {
            let zone = super::zone(&zone);
            let (first, last) = (later(date(1971, 1, 1), first), later(date(1971, 1, 1), first + length));
            let (start, end) = limits(first, last, &zone).unwrap();
            prop_assert!(start < end);
            // A day that its zone left out (Apia, 2011-12-30) falls on the next.
            prop_assert!(days_between(first, day_of(start, &zone)) <= 1 && day_of(start, &zone) >= first);
            prop_assert!(days_between(last, day_of(end, &zone)).abs() <= 1);
        }

        #[test]
        fn the_next_cycle_is_not_over_and_takes_nobodys_days(
            length in 1_i64..30, cooldown in 0_i64..10, from in 0_i64..400, today in 0_i64..400,
            taken in prop::collection::vec((0_i64..500, 0_i64..20), 0..8),
        ) {
            let day = |number| later(date(2026, 1, 1), number);
            let taken: Vec<_> = taken.into_iter().map(|(first, length)| (day(first), day(first + length))).collect();
            let span = Rhythm { length, cooldown }.next(day(from), day(today), &taken);
            prop_assert_eq!(days_between(span.0, span.1) + 1, length);
            prop_assert!(span.0 >= day(from) && span.1 >= day(today));
            prop_assert!(taken.iter().all(|taken| !overlap(span, *taken)), "{span:?} {taken:?}");
        }
    }
}
