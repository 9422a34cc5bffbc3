//! How a collection stands, and stood, as it is shown.

use aileron_db::{self as db, ProjectScope, Tx};
use aileron_kernel::Uuid;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Collection,
    burn_down::Day,
    distribution::{self, Distribution},
    progress::{self, Progress},
};

/// How a cycle or module stands, with its parts.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Standing)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct StandingView {
    #[serde(flatten)]
    pub progress: Progress,
    pub distribution: Distribution,
}

/// How a cycle or module stood on each of its days.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = BurnDown)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct BurnDownView {
    #[schema(example = "Europe/Berlin")]
    pub timezone: String,
    pub days: Vec<Day>,
}

/// How a collection stands: three statements.
pub fn of(tx: &mut Tx<'_, ProjectScope>, of: Collection, id: Uuid) -> db::Result<StandingView> {
    let progress = progress::of(tx, of, &[id])?.remove(&id).unwrap_or_default();
    Ok(StandingView { progress, distribution: distribution::of(tx, of, id)? })
}
