//! A work item, as stored and as shown.

use aileron_kernel::{Time, Uuid};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

aileron_db::row! {
    /// A work item as stored.
    #[derive(Clone, Debug)]
    pub struct WorkItem {
        /// Its id.
        pub id: Uuid,
        /// Its type.
        pub type_id: Option<Uuid>,
        /// When it was made.
        pub created_at: Time,
        /// When it was last changed.
        pub updated_at: Time,
        /// How much work it is, 0 to 12.
        pub point: Option<i64>,
        /// Its name.
        pub name: String,
        /// What it is about, as clean HTML.
        pub description_html: String,
        /// The same as an editor's document.
        pub description_binary: Option<Vec<u8>>,
        /// The priority's word.
        pub priority: String,
        /// When work is to begin.
        pub start_date: Option<Date>,
        /// When it is due.
        pub target_date: Option<Date>,
        /// Its number in the project. It never changes and is never given again.
        pub sequence_id: i64,
        /// Its place in manual order.
        pub sort_order: f64,
        /// When it was completed, if its state says that it is.
        pub completed_at: Option<Time>,
        /// When work on it first began.
        pub started_at: Option<Time>,
        /// Since which day it is archived.
        pub archived_at: Option<Date>,
        /// Whether it is a draft.
        pub is_draft: bool,
        /// Where it came from.
        pub external_source: Option<String>,
        /// What it is called there.
        pub external_id: Option<String>,
        /// Who made it.
        pub created_by: Option<Uuid>,
        /// Who changed it last.
        pub updated_by: Option<Uuid>,
        /// The project.
        pub project_id: Uuid,
        /// The workspace.
        pub workspace_id: Uuid,
        /// The item above it.
        pub parent_id: Option<Uuid>,
        /// Its state.
        pub state_id: Uuid,
        /// Its estimate.
        pub estimate_point_id: Option<Uuid>,
        /// The seq of its last change.
        pub version: i64,
    }
}

/// A work item on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = WorkItem)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct WorkItemView {
    pub id: Uuid,
    pub type_id: Option<Uuid>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    pub point: Option<i64>,
    pub name: String,
    pub description_html: String,
    pub description_binary: Option<String>,
    pub priority: String,
    #[schema(value_type = Option<String>, format = Date)]
    pub start_date: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    pub target_date: Option<Date>,
    pub sequence_id: i64,
    pub sort_order: f64,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub completed_at: Option<Time>,
    #[schema(value_type = Option<String>, format = Date)]
    pub archived_at: Option<Date>,
    pub is_draft: bool,
    pub external_source: Option<String>,
    pub external_id: Option<String>,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub project: Uuid,
    pub workspace: Uuid,
    pub parent: Option<Uuid>,
    pub state: Uuid,
    pub estimate_point: Option<Uuid>,
    #[serde(rename = "type")]
    pub kind: Option<Uuid>,
    pub assignees: Vec<Uuid>,
    pub labels: Vec<Uuid>,
}

impl WorkItemView {
    /// An item with those who work on it and its labels.
    pub fn new(item: WorkItem, assignees: Vec<Uuid>, labels: Vec<Uuid>) -> Self {
        Self {
            id: item.id,
            type_id: item.type_id,
            created_at: item.created_at,
            updated_at: item.updated_at,
            deleted_at: None,
            point: item.point,
            name: item.name,
            description_html: item.description_html,
            description_binary: item.description_binary.map(|bytes| BASE64_STANDARD.encode(bytes)),
            priority: item.priority,
            start_date: item.start_date,
            target_date: item.target_date,
            sequence_id: item.sequence_id,
            sort_order: item.sort_order,
            completed_at: item.completed_at,
            archived_at: item.archived_at,
            is_draft: item.is_draft,
            external_source: item.external_source,
            external_id: item.external_id,
            created_by: item.created_by,
            updated_by: item.updated_by,
            project: item.project_id,
            workspace: item.workspace_id,
            parent: item.parent_id,
            state: item.state_id,
            estimate_point: item.estimate_point_id,
            kind: item.type_id,
            assignees,
            labels,
        }
    }
}
