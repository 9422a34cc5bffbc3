//! When somebody wants mails about what happens: at once or together once a day, and not within quiet hours.

use aileron_db::{self as db, ExprTrait as _, Reach, Tx, Unscoped, WriteTx, schema::USERS};
use aileron_kernel::{Action, Actor, Change, Event, Fields, Time, Uuid};
use aileron_platform::web::{ApiError, Body, Json};
use axum::{http::StatusCode, response::Response};
use jiff::{ToSpan as _, civil, tz::TimeZone};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{Call, Context, wire};

db::row! {
    /// What is kept of it: minutes after midnight, in the time zone of the account.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Pace {
        /// When the quiet hours begin.
        pub quiet_from: Option<i64>,
        /// When they end.
        pub quiet_to: Option<i64>,
        /// When everything is mailed together; none: each thing at once.
        pub digest_at: Option<i64>,
        /// The name of the time zone.
        pub timezone: String,
    }
}

impl Pace {
    /// When something is to be mailed that could be from this instant on.
    pub fn due(&self, from: Time) -> Time {
        let zone = TimeZone::get(&self.timezone).unwrap_or(TimeZone::UTC);
        self.not_quiet(self.digest_at.map_or(from, |at| next(&zone, from, at)))
    }

    /// The first instant from this one on that is not within the quiet hours.
    pub fn not_quiet(&self, at: Time) -> Time {
        let zone = TimeZone::get(&self.timezone).unwrap_or(TimeZone::UTC);
        match (self.quiet_from, self.quiet_to) {
            (Some(begin), Some(end)) if is_within(minute(&zone, at), begin, end) => next(&zone, at, end),
            _ => at,
        }
    }

    /// Whether mails are sent together.
    pub const fn is_digest(&self) -> bool {
        self.digest_at.is_some()
    }
}

/// The first instant from this one on at which clocks of the zone show so many minutes after midnight.
fn next(zone: &TimeZone, from: Time, minutes: i64) -> Time {
    let time = civil::Time::midnight().saturating_add(minutes.minutes());
    let today = zone.to_datetime(from.timestamp()).date();
    // Where clocks are put forward, an hour is missing: then it is the one after it. So tomorrow's may be needed, and no later one.
    let days = [today, today.saturating_add(1.day()), today.saturating_add(2.days())];
    let instants = days.into_iter().filter_map(|day| zone.to_ambiguous_zoned(day.to_datetime(time)).compatible().ok());
    let instants = instants.map(|zoned| Time::from_micros(zoned.timestamp().as_microsecond()));
    instants.into_iter().find(|instant| *instant >= from).unwrap_or(from)
}

fn minute(zone: &TimeZone, at: Time) -> i64 {
    let time = zone.to_datetime(at.timestamp()).time();
    i64::from(time.hour()) * 60 + i64::from(time.minute())
}

/// Whether a minute of the day is in the time from `begin` to before `end`, which may be on the next day.
const fn is_within(minute: i64, begin: i64, end: i64) -> bool {
    if begin <= end { begin <= minute && minute < end } else { minute >= begin || minute < end }
}

/// What somebody wants.
pub fn of<S: Reach>(tx: &mut Tx<'_, S>, user: Uuid) -> db::Result<Pace> {
    let select = tx.from(USERS).columns::<Pace>(USERS).filter(USERS.col("id").eq(user));
    Ok(tx.optional(&select)?.unwrap_or_default())
}

/// Preferences on the wire. Times are those of the account's time zone.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MailPreferences)]
struct PaceView {
    /// No mails about what happens are sent from then on; null: there are no quiet hours.
    #[schema(example = "22:00")]
    quiet_from: Option<String>,
    /// Until then.
    #[schema(example = "07:00")]
    quiet_to: Option<String>,
    /// All is mailed together at this time of the day; null: each thing at once.
    #[schema(example = "08:00")]
    digest_at: Option<String>,
    #[schema(example = "Europe/Berlin")]
    timezone: String,
}

impl From<Pace> for PaceView {
    fn from(pace: Pace) -> Self {
        let shown = |minutes: Option<i64>| minutes.map(|minutes| format!("{:02}:{:02}", minutes / 60, minutes % 60));
        Self {
            quiet_from: shown(pace.quiet_from),
            quiet_to: shown(pace.quiet_to),
            digest_at: shown(pace.digest_at),
            timezone: pace.timezone,
        }
    }
}

/// What changes of them: `HH:MM`, or null.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
struct MailPreferencesBody {
    /// With `quiet_to`.
    #[schema(example = "22:00")]
    quiet_from: Option<String>,
    #[schema(example = "07:00")]
    quiet_to: Option<String>,
    #[schema(example = "08:00")]
    digest_at: Option<String>,
}

/// The routes with their documentation.
pub(crate) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(get, update))
}

/// When one wants mails about what happens.
#[utoipa::path(get, path = "/api/v1/users/me/mail-preferences/", operation_id = "get_mail_preferences", tag = "Users",
    extensions(("x-action" = json!("account.read"))),
    responses((status = 200, description = "The preferences", body = PaceView), wire::Errors))]
async fn get(call: Call) -> Result<Json, ApiError> {
    call.account(Action::AccountRead).read(|tx, principal| Json::of(&PaceView::from(of(tx, principal.user_id())?))).await
}

/// Changes when one wants mails about what happens. What waits already is mailed when it was to be.
#[utoipa::path(patch, path = "/api/v1/users/me/mail-preferences/", operation_id = "update_mail_preferences", tag = "Users",
    request_body = MailPreferencesBody, extensions(("x-action" = json!("account.write"))),
    responses((status = 200, description = "The preferences as they are now", body = PaceView), wire::Errors))]
async fn update(call: Call, body: Body) -> Result<Response, ApiError> {
    call.account(Action::AccountWrite)
        .make(
            StatusCode::OK,
            body,
            |session, principal, body| {
                let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
                change(&mut tx, principal.actor(), body.fields()?)?;
                Ok((principal.user_id(), ()))
            },
            |session, principal, _, _| {
                let mut tx = session.unscoped(Unscoped::Instance)?;
                Json::of(&PaceView::from(of(&mut tx, principal.user_id())?))
            },
        )
        .await
}

fn change(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, mut fields: Fields) -> db::Result<()> {
    let before = of(tx, actor.id)?;
    let columns = ["quiet_from", "quiet_to", "digest_at"];
    let sent = columns.map(|column| time_of_day(&mut fields, column));
    let old = [before.quiet_from, before.quiet_to, before.digest_at];
    let [from, to, _] = [0, 1, 2].map(|n: usize| sent.get(n).copied().flatten().or(old.get(n).copied()).flatten());
    if from.is_some() != to.is_some() {
        fields.reject(if from.is_some() { "quiet_to" } else { "quiet_from" }, "Quiet hours have a beginning and an end.");
    }
    if from.is_some() && from == to {
        fields.reject("quiet_to", "Must be another time than quiet_from.");
    }
    fields.finish()?;
    let mut changes = Vec::new();
    let mut set: Vec<db::Set> = vec![("updated_at", tx.now().micros().into())];
    for ((column, sent), old) in columns.into_iter().zip(sent).zip(old) {
        if let Some(new) = sent.filter(|new| *new != old) {
            changes.push(Change::value(column, old, new));
            set.push((column, new.into()));
        }
    }
    if changes.is_empty() {
        return Ok(());
    }
    tx.update_where(USERS, USERS.col("id").eq(actor.id), set)?;
    tx.record_instance(actor, &Event::new("user", "updated", actor.id).with(changes))
}

/// A time of the day in minutes after midnight, or null.
fn time_of_day(fields: &mut Fields, name: &str) -> Option<Option<i64>> {
    let text = fields.nullable_text(name, 5)?;
    let Some(text) = text else { return Some(None) };
    let read = parse(&text);
    if read.is_none() {
        fields.reject(name, "Enter a time of the day: HH:MM.");
    }
    read.map(Some)
}

fn parse(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |digits: &str, most: i64| {
        let is_number = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse::<i64>().ok().filter(|number| is_number && *number <= most)
    };
    Some(number(hours, 23)? * 60 + number(minutes, 59)?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Time {
        Time::parse(text).unwrap()
    }

    fn pace(quiet: Option<(i64, i64)>, digest_at: Option<i64>, timezone: &str) -> Pace {
        Pace { quiet_from: quiet.map(|(from, _)| from), quiet_to: quiet.map(|(_, to)| to), digest_at, timezone: timezone.to_owned() }
    }

    #[test]
    fn quiet_hours_hold_mails_back_until_they_end() {
        let night = pace(Some((22 * 60, 7 * 60)), None, "Europe/Berlin");
        for (ready, due) in [
            ("2026-01-01T20:59:59Z", "2026-01-01T20:59:59Z"),
            ("2026-01-01T21:00:00Z", "2026-01-02T06:00:00Z"),
            ("2026-01-02T05:59:59Z", "2026-01-02T06:00:00Z"),
            ("2026-01-02T06:00:00Z", "2026-01-02T06:00:00Z"),
            // In the summer clocks there are another hour ahead.
            ("2026-07-01T20:30:00Z", "2026-07-02T05:00:00Z"),
        ] {
            assert_eq!(night.due(at(ready)), at(due), "{ready}");
        }
        let noon = pace(Some((12 * 60, 13 * 60)), None, "UTC");
        assert_eq!(noon.due(at("2026-01-01T12:30:00Z")), at("2026-01-01T13:00:00Z"));
        assert_eq!(noon.due(at("2026-01-01T13:00:00Z")), at("2026-01-01T13:00:00Z"));
    }

    #[test]
    fn a_digest_is_sent_once_a_day_and_not_within_quiet_hours() {
        let daily = pace(None, Some(8 * 60), "America/New_York");
        assert_eq!(daily.due(at("2026-01-01T12:00:00Z")), at("2026-01-01T13:00:00Z"));
        assert_eq!(daily.due(at("2026-01-01T13:00:01Z")), at("2026-01-02T13:00:00Z"));
        let early = pace(Some((22 * 60, 7 * 60)), Some(6 * 60), "UTC");
        assert_eq!(early.due(at("2026-01-01T12:00:00Z")), at("2026-01-02T07:00:00Z"));
        // An hour that is left out where clocks are put forward.
        let missing = pace(None, Some(2 * 60 + 30), "Europe/Berlin");
        assert_eq!(missing.due(at("2026-03-28T12:00:00Z")), at("2026-03-29T01:30:00Z"));
    }

    #[test]
    fn times_of_the_day_are_read_strictly() {
        assert_eq!((parse("00:00"), parse("23:59")), (Some(0), Some(23 * 60 + 59)));
        for bad in ["24:00", "12:60", "1:00", "12:0", "+1:00", "12", "", "12:00:00", "-1:00", "１２:00"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_mail_is_never_early_nor_within_quiet_hours_nor_days_late(
            micros in 1_500_000_000_000_000_i64..2_500_000_000_000_000,
            quiet in proptest::option::of((0_i64..1_440, 0_i64..1_440)),
            digest in proptest::option::of(0_i64..1_440),
            zone in 0_usize..4,
        ) {
            let quiet = quiet.filter(|(from, to)| from != to);
            let zone = ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Nowhere/Unknown"][zone];
            let (pace, ready) = (pace(quiet, digest, zone), Time::from_micros(micros));
            let due = pace.due(ready);
            prop_assert!(due >= ready && due <= ready.plus_seconds(50 * 3_600));
            prop_assert_eq!(pace.due(ready), due);
        }
    }
}
