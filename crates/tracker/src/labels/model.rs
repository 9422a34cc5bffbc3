//! A label, as stored and as shown.

use aileron_kernel::{Time, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

aileron_db::row! {
    /// A label as stored.
    #[derive(Clone, Debug)]
    pub struct Label {
        /// Its id.
        pub id: Uuid,
        /// When it was made.
        pub created_at: Time,
        /// When it was last changed.
        pub updated_at: Time,
        /// Its name, unique in the project.
        pub name: String,
        /// What it is for.
        pub description: String,
        /// Its colour, as sent.
        pub color: String,
        /// Its place among the labels of the project.
        pub sort_order: f64,
        /// The seq of its last change.
        pub version: i64,
        /// Where it came from.
        pub external_source: Option<String>,
        /// What it is called there.
        pub external_id: Option<String>,
        /// Who made it.
        pub created_by: Option<Uuid>,
        /// Who changed it last.
        pub updated_by: Option<Uuid>,
        /// The workspace.
        pub workspace_id: Uuid,
        /// The project.
        pub project_id: Option<Uuid>,
        /// The label above it.
        pub parent_id: Option<Uuid>,
    }
}

/// A label on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Label)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct LabelView {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    pub name: String,
    pub description: String,
    pub color: String,
    pub sort_order: f64,
    pub external_source: Option<String>,
    pub external_id: Option<String>,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub workspace: Uuid,
    pub project: Option<Uuid>,
    pub parent: Option<Uuid>,
}

impl From<Label> for LabelView {
    fn from(label: Label) -> Self {
        Self {
            id: label.id,
            created_at: label.created_at,
            updated_at: label.updated_at,
            deleted_at: None,
            name: label.name,
            description: label.description,
            color: label.color,
            sort_order: label.sort_order,
            external_source: label.external_source,
            external_id: label.external_id,
            created_by: label.created_by,
            updated_by: label.updated_by,
            workspace: label.workspace_id,
            project: label.project_id,
            parent: label.parent_id,
        }
    }
}
