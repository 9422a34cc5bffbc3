//! A visit, as asked for, as stored and as shown.

use aileron_kernel::{Fields, Refusal, Time, Uuid};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::things::Thing;

/// How many things are kept for each member of a workspace.
pub const KEPT: i64 = 20;

aileron_db::row! {
    /// A visit as stored: the last one to this thing.
    #[derive(Clone, Debug)]
    pub struct Visit {
        /// The word of what was visited.
        pub entity_name: String,
        /// Which.
        pub entity_id: Uuid,
        /// When.
        pub visited_at: Time,
    }
}

/// What was visited, as a request says it.
#[derive(Clone, Copy, Debug)]
pub struct Visited {
    /// What.
    pub thing: Thing,
    /// Which.
    pub id: Uuid,
}

impl Visited {
    /// Reads a body.
    pub fn read(mut fields: Fields) -> Result<Self, Refusal> {
        fields.require("entity_name");
        fields.require("entity_identifier");
        let (thing, id) = (fields.choice("entity_name", Thing::parse), fields.id("entity_identifier"));
        fields.finish()?;
        Ok(Self { thing: thing.unwrap_or(Thing::Project), id: id.unwrap_or_default() })
    }
}

/// A visit on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RecentVisit)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct VisitView {
    #[schema(example = "issue")]
    pub entity_name: String,
    pub entity_identifier: Uuid,
    /// What is shown of it: `id` and `name`; of a project `identifier` and `logo_props`, of others `project_id`, of views and pages also
    /// `logo_props`, of an item also
    /// `sequence_id`, `project_identifier`, `state` and `priority`.
    #[schema(value_type = Object)]
    pub entity_data: Value,
    #[schema(value_type = String, format = DateTime)]
    pub visited_at: Time,
    /// Null: of the workspace itself.
    pub project: Option<Uuid>,
}
