//! Instants as integer microseconds UTC, and the clock they come from.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An instant: microseconds since 1970-01-01T00:00:00Z. Stored as an integer, shown as RFC 3339 with six digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// From microseconds since the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// This instant plus a number of seconds (negative: before).
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Reads RFC 3339, or a civil date (midnight UTC), or a civil date-time without zone (taken as UTC).
    pub fn parse(text: &str) -> Option<Self> {
        let instant = text
            .parse::<jiff::Timestamp>()
            .ok()
            .or_else(|| Some(text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp()))
            .or_else(|| Some(text.parse::<jiff::civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp()))?;
        Some(Self(instant.as_microsecond()))
    }

    /// The same instant for calendar arithmetic. Outside of the calendar's range it is clamped.
    pub fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX })
    }

    /// The civil date of this instant in UTC.
    pub fn date(self) -> jiff::civil::Date {
        jiff::tz::TimeZone::UTC.to_datetime(self.timestamp()).date()
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = jiff::tz::TimeZone::UTC.to_datetime(self.timestamp());
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
            at.year(),
            at.month(),
            at.day(),
            at.hour(),
            at.minute(),
            at.second(),
            at.subsec_nanosecond() / 1_000
        )
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not an RFC 3339 time"))
    }
}

/// Where the time comes from. Code outside of tests never asks the system itself.
pub trait Clock: Send + Sync {
    /// The instant now.
    fn now(&self) -> Time;
}

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system for the time")]
    fn now(&self) -> Time {
        Time(jiff::Timestamp::now().as_microsecond())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_shown_as_it_is_read() {
        let time = Time::parse("2026-11-22T17:52:41.547645Z").unwrap();
        assert_eq!(time.to_string(), "2026-11-22T17:52:41.547645Z");
        assert_eq!(Time::parse("2026-11-22T19:52:41.547645+02:00"), Some(time));
        assert_eq!(Time::parse("1969-12-31T23:59:59.5Z").unwrap().seconds(), -1);
    }

    #[test]
    fn a_day_that_does_not_exist_is_no_time() {
        assert_eq!(Time::parse("2026-02-30"), None);
        assert_eq!(Time::parse("2026-02-30T00:00:00Z"), None);
        assert_eq!(Time::parse("tomorrow"), None);
    }
}
