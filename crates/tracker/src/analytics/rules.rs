//! What is asked for, and days in time zones: pure functions.

use aileron_kernel::{Refusal, Time, Uuid};
use aileron_platform::web::Query;
use jiff::{
    Timestamp,
    civil::{Date, Weekday},
    tz::TimeZone,
};

use crate::projects::rules::is_timezone;

/// The most days of a period.
pub const MOST_DAYS: i64 = 1_100;

/// How many days are looked at where nobody says.
const USUAL_DAYS: i64 = 90;

/// An hour, in microseconds.
pub const HOUR: i64 = 3_600_000_000;

/// A day.
pub const DAY: i64 = 24 * HOUR;

/// A property by which items are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Property {
    /// Their state.
    State,
    /// The group of their state.
    StateGroup,
    /// Their priority.
    Priority,
    /// Who works on them.
    Assignee,
    /// Their labels.
    Label,
    /// Who made them.
    CreatedBy,
    /// Their type.
    Type,
    /// Their project.
    Project,
    /// The cycle that they are in.
    Cycle,
    /// The modules that they are in.
    Module,
    /// Their estimate.
    EstimatePoint,
    /// The month in which they were made.
    CreatedAt,
    /// The month in which they were completed.
    CompletedAt,
    /// The month in which work is to begin.
    StartDate,
    /// The month in which they are due.
    TargetDate,
}

/// The properties by name.
pub const PROPERTIES: [(&str, Property); 15] = [
    ("state", Property::State),
    ("state_group", Property::StateGroup),
    ("priority", Property::Priority),
    ("assignees", Property::Assignee),
    ("labels", Property::Label),
    ("created_by", Property::CreatedBy),
    ("type", Property::Type),
    ("project", Property::Project),
    ("cycle", Property::Cycle),
    ("modules", Property::Module),
    ("estimate_point", Property::EstimatePoint),
    ("created_at", Property::CreatedAt),
    ("completed_at", Property::CompletedAt),
    ("start_date", Property::StartDate),
    ("target_date", Property::TargetDate),
];

impl Property {
    /// Reads a parameter that names one.
    pub fn read(query: &Query, parameter: &str) -> Result<Option<Self>, Refusal> {
        let Some(word) = query.filled(parameter) else { return Ok(None) };
        let found = PROPERTIES.iter().find(|(name, _)| *name == word).map(|(_, property)| *property);
        let names = || PROPERTIES.map(|(name, _)| name).join(", ");
        found.map(Some).ok_or_else(|| Refusal::field(parameter, format!("Must be one of {}.", names())))
    }

    /// Both properties of a distribution.
    pub fn read_both(query: &Query) -> Result<(Self, Option<Self>), Refusal> {
        let by = Self::read(query, "by")?.ok_or_else(|| Refusal::field("by", "This field is required."))?;
        let and = Self::read(query, "and_by")?;
        if and == Some(by) {
            return Err(Refusal::field("and_by", "Must be another property than by."));
        }
        Ok((by, and))
    }
}

/// How long the steps of a course are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A day.
    Day,
    /// A week, from Monday on.
    Week,
    /// A month.
    Month,
}

impl Unit {
    /// Reads the parameter `unit`; days where there is none.
    pub fn read(query: &Query) -> Result<Self, Refusal> {
        match query.filled("unit") {
            None | Some("day") => Ok(Self::Day),
            Some("week") => Ok(Self::Week),
            Some("month") => Ok(Self::Month),
            Some(_) => Err(Refusal::field("unit", "Must be day, week or month.")),
        }
    }

    /// The first day of the step in which a day lies.
    pub fn first(self, day: Date) -> Date {
        match self {
            Self::Day => day,
            Self::Week if day.weekday() == Weekday::Monday => day,
            Self::Week => day.nth_weekday(-1, Weekday::Monday).unwrap_or(day),
            Self::Month => day.first_of_month(),
        }
    }
}

/// The zone of the parameter `timezone`, or else this one.
pub fn zone(query: &Query, usual: &str) -> Result<(String, TimeZone), Refusal> {
    let name = query.filled("timezone").unwrap_or(usual);
    if !is_timezone(name) {
        return Err(Refusal::field("timezone", "This is not the name of a time zone."));
    }
    Ok((name.to_owned(), TimeZone::get(name).unwrap_or(TimeZone::UTC)))
}

/// Days from one to another, both included, in a time zone.
#[derive(Clone, Debug)]
pub struct Period {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
    /// Where days begin.
    pub zone: TimeZone,
}

impl Period {
    /// Reads the parameters `from` and `to`; the last ninety days until today where they are missing.
    pub fn read(query: &Query, zone: TimeZone, now: Time) -> Result<Self, Refusal> {
        let day = |name: &str| {
            let read = query.filled(name).map(|text| text.parse::<Date>().ok().filter(|day| (1970..=9_000).contains(&day.year())));
            match read {
                Some(None) => Err(Refusal::field(name, "Must be a date such as 2026-01-31.")),
                read => Ok(read.flatten()),
            }
        };
        let today = zone.to_datetime(now.timestamp()).date();
        let last = day("to")?.unwrap_or(today);
        let span = jiff::Span::new().days(USUAL_DAYS - 1);
        let first = day("from")?.unwrap_or_else(|| last.saturating_sub(span));
        let days = first.until(last).map_or(i64::MAX, |span| i64::from(span.get_days()));
        if first > last {
            return Err(Refusal::field("from", "Lies after to."));
        }
        if days >= MOST_DAYS {
            return Err(Refusal::field("from", format!("At most {MOST_DAYS} days before to.")));
        }
        Ok(Self { first, last, zone })
    }

    /// Its first instant, and the first that is too late.
    pub fn limits(&self) -> (Time, Time) {
        let begin = |day: Date| {
            let zoned = day.to_zoned(self.zone.clone());
            Time::from_micros(zoned.map_or(i64::MAX, |zoned| zoned.timestamp().as_microsecond()))
        };
        (begin(self.first), self.last.tomorrow().map_or(Time::from_micros(i64::MAX), begin))
    }

    /// How far the clocks of the zone are ahead of UTC within it: see [`offsets`].
    pub fn offsets(&self) -> Offsets {
        let (from, before) = self.limits();
        offsets(&self.zone, from, before)
    }

    /// The first days of its steps, in order.
    pub fn steps(&self, unit: Unit) -> Vec<Date> {
        let mut steps: Vec<Date> = self.first.series(jiff::Span::new().days(1)).take_while(|day| *day <= self.last).collect();
        for step in &mut steps {
            *step = unit.first(*step).max(self.first);
        }
        steps.dedup();
        steps
    }

    /// The first day of the step in which a day lies.
    pub fn step(&self, unit: Unit, day: Date) -> Date {
        unit.first(day).max(self.first)
    }
}

/// How far clocks are ahead of UTC, in microseconds: at first, and from instants on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offsets {
    /// At first.
    pub first: i64,
    /// From each of these instants on, in the order of time.
    pub then: Vec<(Time, i64)>,
}

/// How far the clocks of a zone are ahead of UTC between two instants.
pub fn offsets(zone: &TimeZone, from: Time, before: Time) -> Offsets {
    let ahead = |at: Timestamp| i64::from(zone.to_offset(at).seconds()) * 1_000_000;
    let turns = zone.following(from.timestamp()).take_while(|turn| turn.timestamp() < before.timestamp());
    let then = turns.map(|turn| (Time::from_micros(turn.timestamp().as_microsecond()), ahead(turn.timestamp()))).collect();
    Offsets { first: ahead(from.timestamp()), then }
}

/// The day of so many days after the first of 1970.
pub fn day_of(number: i64) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(number).ok()?).ok()
}

/// Weekday (Monday is 0) and hour of the number of an hour in the week that began on a Thursday, as 1970 did.
pub fn weekday_and_hour(number: i64) -> Option<(usize, usize)> {
    let number = usize::try_from(number).ok().filter(|number| *number < 7 * 24)?;
    Some(((number / 24 + 3) % 7, number % 24))
}

/// Reads the parameter `actor`.
pub fn actor(query: &Query) -> Result<Option<Uuid>, Refusal> {
    let read = query.filled("actor").map(Uuid::try_parse).transpose();
    read.map_err(|_| Refusal::field("actor", "Must be a valid UUID."))
}

/// Reads how many cycles are wanted.
pub fn cycles(query: &Query) -> Result<i64, Refusal> {
    const MOST: i64 = 26;
    let Some(text) = query.filled("cycles") else { return Ok(10) };
    let count = text.trim().parse().ok().filter(|count| (1..=MOST).contains(count));
    count.ok_or_else(|| Refusal::field("cycles", format!("Must be a whole number from 1 to {MOST}.")))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    fn period(text: &str) -> Result<Period, Refusal> {
        Period::read(&Query::parse(text), berlin(), Time::parse("2026-03-30T23:30:00Z").unwrap())
    }

    #[test]
    fn a_period_ends_today_in_its_zone() {
        let usual = period("").unwrap();
        assert_eq!((usual.first, usual.last), (date(2026, 1, 1), date(2026, 3, 31)));
        let (from, before) = period("from=2026-03-29&to=2026-03-29").unwrap().limits();
        assert_eq!(before.micros() - from.micros(), 23 * HOUR, "the clocks go forward");
        for (wrong, field) in [("from=x", "from"), ("to=2026-02-30", "to"), ("from=2026-04-01", "from"), ("from=2020-01-01", "from")] {
            assert!(period(wrong).unwrap_err().body[field][0].is_string(), "{wrong}");
        }
    }

    #[test]
    fn steps_begin_on_mondays_and_firsts_but_not_before_the_period() {
        let period = period("from=2026-01-07&to=2026-02-10").unwrap();
        assert_eq!(period.steps(Unit::Month), [date(2026, 1, 7), date(2026, 2, 1)]);
        assert_eq!(period.steps(Unit::Week)[..2], [date(2026, 1, 7), date(2026, 1, 12)]);
        assert_eq!(period.steps(Unit::Day).len(), 35);
        assert_eq!(period.step(Unit::Week, date(2026, 1, 8)), date(2026, 1, 7));
    }

    #[test]
    fn properties_are_a_closed_list() {
        let read = |text: &str| Property::read_both(&Query::parse(text));
        assert_eq!(read("by=priority&and_by=state").unwrap(), (Property::Priority, Some(Property::State)));
        for (wrong, field) in [("", "by"), ("by=password", "by"), ("by=state&and_by=state", "and_by"), ("by=state&and_by=x", "and_by")] {
            assert!(read(wrong).unwrap_err().body[field][0].is_string(), "{wrong}");
        }
    }

    #[test]
    fn hours_of_the_week_begin_on_monday() {
        // 2026-01-05 was a Monday.
        let monday = date(2026, 1, 5).to_zoned(TimeZone::UTC).unwrap().timestamp().as_microsecond();
        assert_eq!(weekday_and_hour(monday / HOUR % 168), Some((0, 0)));
        assert_eq!(weekday_and_hour((monday / HOUR - 1) % 168), Some((6, 23)));
        assert_eq!((weekday_and_hour(-1), weekday_and_hour(168)), (None, None));
    }

    proptest! {
        #[test]
        fn offsets_tell_every_day_as_the_calendar_does(hours in 0_i64..(60 * 365 * 24), zone in prop::sample::select(vec![
            "UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia",
        ])) {
            let zone = TimeZone::get(zone).unwrap();
            let at = Time::from_micros(hours * HOUR + 1_234_567);
            let all = offsets(&zone, Time::from_micros(0), Time::parse("2040-01-01").unwrap());
            let ahead = all.then.iter().rev().find(|(from, _)| *from <= at).map_or(all.first, |(_, ahead)| *ahead);
            let day = day_of((at.micros() + ahead).div_euclid(DAY)).unwrap();
            prop_assert_eq!(day, zone.to_datetime(at.timestamp()).date());
        }
    }
}
