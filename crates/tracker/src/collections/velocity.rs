//! How much was done in each of several cycles.

use aileron_db::{self as db, ProjectScope, Tx};
use aileron_kernel::{Time, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    CYCLE,
    burn_down::{Numbers, Standing},
    history::{Log, Of},
};

/// A span in which a cycle runs or ran.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// The cycle.
    pub id: Uuid,
    /// Its first instant.
    pub start: Time,
    /// Its last instant.
    pub end: Time,
}

/// How a collection stood at an instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, ToSchema)]
#[schema(as = StandingAt)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct StandingAt {
    pub issues: Numbers<i64>,
    pub points: Numbers<f64>,
}

impl From<Standing> for StandingAt {
    fn from(standing: Standing) -> Self {
        Self { issues: standing.issues, points: standing.points }
    }
}

/// How each of these cycles, which have begun, stood when it began and when it ended, or stands now: five statements, however
/// many they are.
pub fn of(tx: &mut Tx<'_, ProjectScope>, spans: &[Span]) -> db::Result<Vec<(StandingAt, StandingAt)>> {
    let now = tx.now();
    let Some(first) = spans.iter().map(|span| span.start).min() else { return Ok(Vec::new()) };
    let ids: Vec<Uuid> = spans.iter().map(|span| span.id).collect();
    let log = Log::read(tx, Of::Held(CYCLE, &ids), first)?;
    let both = spans.iter().map(|span| {
        let mut stood = log.standings(CYCLE, span.id, &[span.start, span.end.min(now)]).into_iter().map(StandingAt::from);
        (stood.next().unwrap_or_default(), stood.next().unwrap_or_default())
    });
    Ok(both.collect())
}
