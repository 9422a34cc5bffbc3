//! Figures as they are shown.

use aileron_kernel::{Time, Uuid};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::collections::velocity::StandingAt;

/// Items and their points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, ToSchema)]
#[schema(as = AnalyticsAmount)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Amount {
    pub issues: i64,
    pub points: f64,
}

impl Amount {
    /// Adds another.
    pub fn add(&mut self, issues: i64, points: Option<f64>) {
        self.issues += issues;
        self.points += points.unwrap_or(0.0);
    }
}

/// How many items there are, by the groups of their states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, ToSchema)]
#[schema(as = AnalyticsTotals)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Totals {
    pub total: Amount,
    pub backlog: Amount,
    pub unstarted: Amount,
    pub started: Amount,
    pub completed: Amount,
    pub cancelled: Amount,
    /// Neither completed nor cancelled.
    pub open_issues: i64,
    /// Of the open ones, those that were due before today (UTC).
    pub overdue_issues: i64,
    /// Of the open ones, those on which nobody works.
    pub unassigned_issues: i64,
}

/// How many items were made and completed over time.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CreatedResolved)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Course {
    #[schema(example = "Europe/Berlin")]
    pub timezone: String,
    pub steps: Vec<Step>,
}

/// A day, week or month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CreatedResolvedStep)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Step {
    /// Its first day within the period.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    pub created_issues: i64,
    pub completed_issues: i64,
}

/// How items are spread over the values of one or two properties.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AnalyticsDistribution)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Distribution {
    pub cells: Vec<Cell>,
}

/// The items with the same values.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AnalyticsCell)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Cell {
    /// An id, a word, or a month such as `2026-01`; null: none.
    #[schema(example = "high")]
    pub key: Option<String>,
    /// What the id names.
    pub name: Option<String>,
    /// The same of the second property.
    pub and_key: Option<String>,
    pub and_name: Option<String>,
    #[serde(flatten)]
    pub amount: Amount,
}

/// What somebody has to do.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AnalyticsWorkload)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Load {
    /// Null: nobody's.
    pub member: Option<Uuid>,
    pub name: Option<String>,
    pub open: Amount,
    pub started: Amount,
    pub overdue_issues: i64,
}

/// How long it took until items were completed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AnalyticsTimes)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Times {
    #[schema(example = "Europe/Berlin")]
    pub timezone: String,
    /// From when they were made.
    pub lead: Percentiles,
    /// From when work on them first began; of those on which it began.
    pub cycle: Percentiles,
}

/// Spans in seconds, at the percentiles: the nearest ranks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, ToSchema)]
#[schema(as = AnalyticsPercentiles)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Percentiles {
    pub issues: i64,
    pub mean: Option<f64>,
    pub p50: Option<f64>,
    pub p75: Option<f64>,
    pub p85: Option<f64>,
    pub p95: Option<f64>,
}

/// When in the week something happened to items.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AnalyticsHeatMap)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct HeatMap {
    #[schema(example = "Europe/Berlin")]
    pub timezone: String,
    pub total: i64,
    /// Seven weekdays from Monday on, each with 24 hours.
    #[schema(value_type = Vec<Vec<i64>>)]
    pub hours: [[i64; 24]; 7],
}

/// How much was done in cycles.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Velocity {
    /// What was completed in a cycle that is over, on average; null where none is.
    pub average: Option<Average>,
    pub cycles: Vec<CycleVelocity>,
}

/// What was completed in a cycle on average.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = AverageVelocity)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Average {
    pub issues: f64,
    pub points: f64,
}

/// How a cycle stood when it began and when it ended, or stands now.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct CycleVelocity {
    pub id: Uuid,
    pub name: String,
    #[schema(value_type = String, format = DateTime)]
    pub start_date: Time,
    #[schema(value_type = String, format = DateTime)]
    pub end_date: Time,
    pub is_over: bool,
    pub at_start: StandingAt,
    pub at_end: StandingAt,
}
