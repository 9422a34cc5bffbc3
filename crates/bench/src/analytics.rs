//! Figures about one large project, against the same figures by statements written by hand.

use anyhow::Result;
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};

use crate::{Effort, api::compare, child::Side, figures::Table, fixture::Fixture};

/// Measures.
#[expect(clippy::disallowed_methods, reason = "a benchmark runs today")]
pub(crate) fn run(effort: Effort, postgres: Option<&str>) -> Result<()> {
    let fixture = Fixture::with_items(postgres, &[effort.items])?;
    let (ours, bare) = (fixture.serve(Side::Ours)?, fixture.serve(Side::Bare)?);
    let place = &fixture.places[0];
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let period = format!("from={}&to={today}&timezone=UTC", today.saturating_sub(364.days()));
    let mut table = Table::default();
    for (what, path) in [
        ("totals", "totals/?x=".to_owned()),
        ("state groups by priority", "distribution/?by=state_group&and_by=priority".to_owned()),
        ("made and completed, a year by day", format!("created-resolved/?{period}")),
        ("workload", "workload/?x=".to_owned()),
        ("lead and cycle times of a year", format!("times/?{period}")),
        ("activity of a year", format!("heat-map/?{period}")),
    ] {
        let request = fixture.get(&format!("/api/v1/workspaces/{}/analytics/{path}&project={}", place.slug, place.project));
        compare(&mut table, what, effort, (&ours, &bare), &request)?;
    }
    table.print(&format!("analytics of {} items", effort.items), effort.json);
    Ok(())
}
