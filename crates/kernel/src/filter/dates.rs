//! Dates in filters: civil days and instants, absolute and relative to today.

use jiff::{Span, civil::Date, tz::TimeZone};

use super::{Condition, DayField, Days, TimeField, Times};
use crate::{Time, text};

/// A field that is compared with dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    Day(DayField),
    Time(TimeField),
}

/// How it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Is,
    After,
    From,
    Before,
    To,
}

impl Comparison {
    /// Of the suffix of a parameter's name.
    pub(super) fn of_suffix(suffix: &str) -> Option<Self> {
        Some(match suffix {
            "gt" => Self::After,
            "gte" => Self::From,
            "lt" => Self::Before,
            "lte" => Self::To,
            _ => return None,
        })
    }
}

/// What is written for a moment.
#[derive(Clone, Copy, Debug)]
enum Point {
    /// A whole day: being after it is being after its end.
    Day(Date),
    Instant(Time),
}

impl Moment {
    /// The field of that name.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "start_date" => Self::Day(DayField::StartDate),
            "target_date" => Self::Day(DayField::TargetDate),
            "created_at" => Self::Time(TimeField::CreatedAt),
            "updated_at" => Self::Time(TimeField::UpdatedAt),
            "completed_at" => Self::Time(TimeField::CompletedAt),
            _ => return None,
        })
    }

    pub(super) const fn empty(self) -> Condition {
        match self {
            Self::Day(field) => Condition::NoDay(field),
            Self::Time(field) => Condition::NoTime(field),
        }
    }

    /// Compared with a date or an instant as written.
    pub(super) fn compared(self, comparison: Comparison, written: &str) -> Result<Condition, String> {
        self.condition(comparison, point(written)?).ok_or_else(|| out_of_range(written))
    }

    /// Within two days, both included.
    pub(super) fn between(self, from: &str, to: &str) -> Result<Condition, String> {
        let lower = self.compared(Comparison::From, from)?;
        let upper = self.compared(Comparison::To, to)?;
        Ok(match (lower, upper) {
            (Condition::Days(field, lower), Condition::Days(_, upper)) => Condition::Days(field, Days { from: lower.from, to: upper.to }),
            (Condition::Times(field, lower), Condition::Times(_, upper)) => {
                Condition::Times(field, Times { from: lower.from, before: upper.before })
            }
            (lower, _) => lower,
        })
    }

    /// One entry of a list such as `2026-01-31;before` or `2_weeks;after;fromnow`.
    pub(super) fn entry(self, written: &str, today: Date) -> Result<Condition, String> {
        let mut parts = written.split(';').map(str::trim);
        let (first, direction, offset) = (parts.next().unwrap_or(""), parts.next(), parts.next());
        // The words of the compatible API include the day itself.
        let comparison = match direction {
            None => Comparison::Is,
            Some("after") => Comparison::From,
            Some("before") => Comparison::To,
            Some(_) => return Err(wrong(written)),
        };
        match (offset, parts.next()) {
            (None, None) => self.compared(comparison, first),
            (Some(offset), None) => {
                let day = relative(first, offset, today).ok_or_else(|| wrong(written))?;
                self.condition(comparison, Point::Day(day)).ok_or_else(|| out_of_range(written))
            }
            _ => Err(wrong(written)),
        }
    }

    fn condition(self, comparison: Comparison, point: Point) -> Option<Condition> {
        Some(match self {
            Self::Day(field) => {
                let day = match point {
                    Point::Day(day) => day,
                    Point::Instant(time) => time.date(),
                };
                Condition::Days(field, days(comparison, day)?)
            }
            Self::Time(field) => {
                let (begin, end) = match point {
                    Point::Day(day) => (midnight(day)?, midnight(day.tomorrow().ok()?)?),
                    Point::Instant(time) => (time, Time::from_micros(time.micros().checked_add(1)?)),
                };
                Condition::Times(field, times(comparison, begin, end))
            }
        })
    }
}

fn days(comparison: Comparison, day: Date) -> Option<Days> {
    Some(match comparison {
        Comparison::Is => Days { from: Some(day), to: Some(day) },
        Comparison::After => Days { from: Some(day.tomorrow().ok()?), to: None },
        Comparison::From => Days { from: Some(day), to: None },
        Comparison::Before => Days { from: None, to: Some(day.yesterday().ok()?) },
        Comparison::To => Days { from: None, to: Some(day) },
    })
}

const fn times(comparison: Comparison, begin: Time, end: Time) -> Times {
    match comparison {
        Comparison::Is => Times { from: Some(begin), before: Some(end) },
        Comparison::After => Times { from: Some(end), before: None },
        Comparison::From => Times { from: Some(begin), before: None },
        Comparison::Before => Times { from: None, before: Some(begin) },
        Comparison::To => Times { from: None, before: Some(end) },
    }
}

/// `2_weeks` and `fromnow` or `ago`. A month is 30 days, as it is in the compatible API.
fn relative(amount: &str, offset: &str, today: Date) -> Option<Date> {
    let (number, unit) = amount.split_once('_')?;
    let days_each = match unit {
        "days" => 1,
        "weeks" => 7,
        "months" => 30,
        _ => return None,
    };
    let number: i64 = number.parse::<u16>().ok()?.into();
    let sign = match offset {
        "fromnow" => 1,
        "ago" => -1,
        _ => return None,
    };
    today.checked_add(Span::new().try_days(sign * number * days_each).ok()?).ok()
}

fn point(written: &str) -> Result<Point, String> {
    let written = written.trim();
    // In a query string an unescaped + of an offset arrives as a space.
    let instant = || Time::parse(written).or_else(|| Time::parse(&written.replace(' ', "+")));
    let day = || written.parse().ok().filter(|_| written.len() == 10).map(Point::Day);
    day().or_else(|| instant().map(Point::Instant)).ok_or_else(|| wrong(written))
}

fn midnight(day: Date) -> Option<Time> {
    Some(Time::from_micros(day.to_zoned(TimeZone::UTC).ok()?.timestamp().as_microsecond()))
}

fn wrong(written: &str) -> String {
    format!("\"{}\" is not a valid date.", text::shortened(written, 80))
}

fn out_of_range(written: &str) -> String {
    format!("\"{}\" is outside of the calendar.", text::shortened(written, 80))
}
