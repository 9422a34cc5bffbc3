//! A state, as stored and as shown.

pub use aileron_kernel::work::StateGroup as Group;
use aileron_kernel::{Time, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

aileron_db::row! {
    /// A state as stored.
    #[derive(Clone, Debug)]
    pub struct State {
        /// Its id.
        pub id: Uuid,
        /// The project it belongs to.
        pub project_id: Uuid,
        /// Its name, unique in the project.
        pub name: String,
        /// What it is for.
        pub description: String,
        /// Its colour, as sent.
        pub color: String,
        /// The name in small letters and hyphens.
        pub slug: String,
        /// Its place among the states of the project.
        pub sequence: f64,
        /// The group's word.
        pub group_name: String,
        /// Whether new items start here.
        pub is_default: bool,
        /// The seq of its last change.
        pub version: i64,
        /// Where it came from.
        pub external_source: Option<String>,
        /// What it is called there.
        pub external_id: Option<String>,
        /// When it was made.
        pub created_at: Time,
        /// When it was last changed.
        pub updated_at: Time,
        /// Who made it.
        pub created_by: Option<Uuid>,
        /// Who changed it last.
        pub updated_by: Option<Uuid>,
        /// The workspace.
        pub workspace_id: Uuid,
    }
}

impl State {
    /// Its group.
    pub fn group(&self) -> Group {
        Group::parse(&self.group_name).unwrap_or(Group::Backlog)
    }
}

/// A state on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = State)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct StateView {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    pub name: String,
    pub description: String,
    pub color: String,
    pub slug: String,
    pub sequence: f64,
    pub group: String,
    pub is_triage: bool,
    pub default: bool,
    pub external_source: Option<String>,
    pub external_id: Option<String>,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub project: Uuid,
    pub workspace: Uuid,
}

impl From<State> for StateView {
    fn from(state: State) -> Self {
        Self {
            id: state.id,
            created_at: state.created_at,
            updated_at: state.updated_at,
            deleted_at: None,
            name: state.name,
            description: state.description,
            color: state.color,
            slug: state.slug,
            sequence: state.sequence,
            is_triage: state.group_name == Group::Triage.as_str(),
            group: state.group_name,
            default: state.is_default,
            external_source: state.external_source,
            external_id: state.external_id,
            created_by: state.created_by,
            updated_by: state.updated_by,
            project: state.project_id,
            workspace: state.workspace_id,
        }
    }
}
