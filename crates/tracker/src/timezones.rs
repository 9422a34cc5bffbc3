//! The time zones that accounts, workspaces and projects can have.

use aileron_identity::{Call, Context};
use aileron_kernel::{Action, Time};
use aileron_platform::web::{ApiError, Json};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{projects::rules::is_timezone, wire};

/// All of them.
#[derive(Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Timezones {
    pub timezones: Vec<Timezone>,
}

/// A time zone on the wire.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Timezone {
    /// Seconds ahead of UTC, now.
    #[schema(example = 3600)]
    pub offset: i32,
    #[schema(example = "Europe/Berlin")]
    pub value: String,
    #[schema(example = "UTC+01:00")]
    pub utc_offset: String,
}

/// The route with its documentation.
pub fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list))
}

/// The time zones that accounts, workspaces and projects can have, from west to east as the clocks stand now.
#[utoipa::path(get, path = "/api/v1/timezones/", operation_id = "list_timezones", tag = "Account",
    extensions(("x-action" = json!("account.read"))),
    responses((status = 200, description = "All time zones", body = Timezones), wire::ReadErrors))]
async fn list(call: Call) -> Result<Json, ApiError> {
    call.account(Action::AccountRead).read(|tx, _| Json::of(&Timezones { timezones: at(tx.now()) })).await
}

fn at(now: Time) -> Vec<Timezone> {
    let mut zones: Vec<Timezone> = jiff::tz::db().available().filter_map(|name| timezone(name.as_str(), now)).collect();
    zones.sort_unstable();
    zones
}

fn timezone(name: &str, now: Time) -> Option<Timezone> {
    let zone = jiff::tz::TimeZone::get(name).ok().filter(|_| is_timezone(name))?;
    let offset = zone.to_offset(now.timestamp()).seconds();
    let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs() / 60);
    Some(Timezone { offset, value: name.to_owned(), utc_offset: format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_told_as_the_clocks_stand() {
        let (winter, summer) = (Time::parse("2026-01-15").unwrap(), Time::parse("2026-07-15").unwrap());
        let berlin = |at| timezone("Europe/Berlin", at).unwrap().utc_offset;
        assert_eq!((berlin(winter), berlin(summer)), ("UTC+01:00".to_owned(), "UTC+02:00".to_owned()));
        assert_eq!(timezone("America/St_Johns", winter).unwrap().utc_offset, "UTC-03:30");
        assert_eq!(timezone("Mars/Phobos", winter), None);
        let all = at(winter);
        assert!(all.len() > 300 && all.is_sorted() && all.iter().any(|zone| zone.value == "UTC"), "{}", all.len());
    }
}
