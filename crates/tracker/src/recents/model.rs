//! A visit, as asked for, as stored and as shown.

use aileron_kernel::{Fields, Refusal, Time, Uuid};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// How many things are kept for each member of a workspace.
pub const KEPT: i64 = 20;

/// What can be visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    /// A project.
    Project,
    /// A work item.
    Item,
}

impl Entity {
    /// Its word in the database and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Item => "issue",
        }
    }

    /// What a word means.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Project, Self::Item].into_iter().find(|entity| entity.as_str() == word)
    }
}

aileron_db::row! {
    /// A visit as stored: the last one to this thing.
    #[derive(Clone, Debug)]
    pub struct Visit {
        /// The word of what was visited.
        pub entity_name: String,
        /// Which.
        pub entity_id: Uuid,
        /// Its project.
        pub project_id: Uuid,
        /// When.
        pub visited_at: Time,
    }
}

/// What was visited, as a request says it.
#[derive(Clone, Copy, Debug)]
pub struct Visited {
    /// What.
    pub entity: Entity,
    /// Which.
    pub id: Uuid,
}

impl Visited {
    /// Reads a body.
    pub fn read(mut fields: Fields) -> Result<Self, Refusal> {
        fields.require("entity_name");
        fields.require("entity_identifier");
        let (entity, id) = (fields.choice("entity_name", Entity::parse), fields.id("entity_identifier"));
        fields.finish()?;
        Ok(Self { entity: entity.unwrap_or(Entity::Project), id: id.unwrap_or_default() })
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
    /// What is shown of it: `id` and `name`; of a project `identifier` and `logo_props`, of an item `sequence_id`, `project_id`,
    /// `project_identifier`, `state` and `priority`.
    #[schema(value_type = Object)]
    pub entity_data: Value,
    #[schema(value_type = String, format = DateTime)]
    pub visited_at: Time,
    pub project: Uuid,
}
