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

/// Year, month and day of a day since the epoch, counted in years that begin in March, so that leap days come last.
const fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    if month < 10 { (era * 400 + year, month + 3, day) } else { (era * 400 + year + 1, month - 9, day) }
}

/// The last digit of a number.
fn digit(number: i64) -> u8 {
    b'0' + u8::try_from(number % 10).unwrap_or(0)
}

impl Time {
    /// The text of this instant, years 0 to 9999. Every row of a list has several, so it is written without formatting machinery.
    #[rustfmt::skip]
    fn text(self) -> Option<[u8; 27]> {
        let (days, rest) = (self.0.div_euclid(86_400_000_000), self.0.rem_euclid(86_400_000_000));
        let (year, month, day) = civil(days);
        let (micros, seconds) = (rest % 1_000_000, rest / 1_000_000);
        let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        (0..=9_999).contains(&year).then(|| [
            digit(year / 1_000), digit(year / 100), digit(year / 10), digit(year), b'-',
            digit(month / 10), digit(month), b'-', digit(day / 10), digit(day), b'T',
            digit(hour / 10), digit(hour), b':', digit(minute / 10), digit(minute), b':', digit(second / 10), digit(second), b'.',
            digit(micros / 100_000), digit(micros / 10_000), digit(micros / 1_000), digit(micros / 100), digit(micros / 10), digit(micros), b'Z',
        ])
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = self.text() {
            return f.write_str(str::from_utf8(&text).unwrap_or_default());
        }
        let at = jiff::tz::TimeZone::UTC.to_datetime(self.timestamp());
        write!(f, "{at:.6}Z")
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.text() {
            Some(text) => serializer.serialize_str(str::from_utf8(&text).unwrap_or_default()),
            None => serializer.collect_str(self),
        }
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

    proptest::proptest! {
        #[test]
        fn times_are_written_as_a_calendar_library_writes_them(micros in -62_167_219_200_000_000_i64..253_402_300_800_000_000) {
            let time = Time::from_micros(micros);
            let at = jiff::tz::TimeZone::UTC.to_datetime(time.timestamp());
            proptest::prop_assert_eq!(time.to_string(), format!("{at:.6}Z"));
            proptest::prop_assert_eq!(serde_json::to_string(&time).unwrap(), format!("\"{time}\""));
            proptest::prop_assert_eq!(Time::parse(&time.to_string()), Some(time));
        }
    }

    #[test]
    fn times_far_away_are_written_too() {
        for micros in [i64::MIN, -62_167_219_200_000_001, 253_402_300_800_000_000, i64::MAX] {
            assert!(!Time::from_micros(micros).to_string().is_empty());
        }
    }

    #[test]
    fn a_day_that_does_not_exist_is_no_time() {
        assert_eq!(Time::parse("2026-02-30"), None);
        assert_eq!(Time::parse("2026-02-30T00:00:00Z"), None);
        assert_eq!(Time::parse("tomorrow"), None);
    }
}
