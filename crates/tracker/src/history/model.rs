//! What is asked about the past, and a work item of the past as it is shown.

use aileron_kernel::{Filter, PageRequest, Refusal, Time, Uuid};
use aileron_platform::web::Query;
use serde::Serialize;
use utoipa::ToSchema;

use crate::work_items::model::WorkItemView;

/// The parameter that names the instant.
const NAME: &str = "as_of";

/// Reads `as_of`: an instant that is past.
pub fn read(query: &Query, now: Time) -> Result<Option<Time>, Refusal> {
    let Some(text) = query.filled(NAME) else { return Ok(None) };
    // In an address, a plus that nobody escaped is a blank.
    let at =
        Time::parse(&text.replace(' ', "+")).ok_or_else(|| Refusal::field(NAME, "Must be an instant such as 2026-01-31T12:00:00Z."))?;
    if at > now { Err(Refusal::field(NAME, "Lies in the future.")) } else { Ok(Some(at)) }
}

/// A list of the past that is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// As of when.
    pub at: Time,
    /// Which page.
    pub page: PageRequest,
    /// Whether the newest come first.
    pub newest_first: bool,
}

impl Wanted {
    /// Reads the other parameters of a list of the past. It is sorted by when items were made, which is the same at all times, and not filtered.
    pub fn read(query: &Query, at: Time, now: Time) -> Result<Self, Refusal> {
        if !Filter::of_query(query.iter(), now.date())?.is_all() {
            return Err(Refusal::field(NAME, "A list of the past takes no filters."));
        }
        let newest_first = match query.filled("order_by") {
            None | Some("-created_at") => true,
            Some("created_at") => false,
            Some(_) => return Err(Refusal::field("order_by", "A list of the past is sorted by created_at or -created_at.")),
        };
        Ok(Self { at, page: query.page(1000)?, newest_first })
    }
}

/// A work item as it stood at an instant.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PastWorkItem)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct PastItemView {
    #[serde(flatten)]
    pub item: WorkItemView,
    pub cycle_id: Option<Uuid>,
    pub module_ids: Vec<Uuid>,
    /// Of an imported item: when it was imported. Before that it is shown as it was imported.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub history_from: Option<Time>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> Query {
        Query::parse(text)
    }

    #[test]
    fn instants_are_past() {
        let now = Time::parse("2026-01-02T00:00:00Z").unwrap();
        assert_eq!(read(&asked("as_of="), now), Ok(None));
        let at = Time::parse("2026-01-01T10:00:00Z");
        assert_eq!(read(&asked("as_of=2026-01-01T12:00:00+02:00"), now), Ok(at));
        assert_eq!(read(&asked("as_of=2026-01-01T12:00:00%2B02:00"), now), Ok(at));
        for wrong in ["as_of=2026-01-03", "as_of=yesterday", "as_of=%00", "as_of=2026-02-30"] {
            assert!(read(&asked(wrong), now).unwrap_err().body["as_of"][0].is_string(), "{wrong}");
        }
    }

    #[test]
    fn lists_of_the_past_are_neither_filtered_nor_sorted_by_what_changes() {
        let (at, now) = (Time::from_micros(1), Time::from_micros(2));
        assert!(Wanted::read(&asked("order_by=-created_at"), at, now).unwrap().newest_first);
        assert!(Wanted::read(&asked("order_by=name"), at, now).unwrap_err().body["order_by"][0].is_string());
        assert!(Wanted::read(&asked("priority=high"), at, now).unwrap_err().body["as_of"][0].is_string());
    }
}
