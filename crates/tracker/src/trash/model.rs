//! What is shown of something in the trash.

use aileron_kernel::{Time, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

/// Something that was deleted.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Trashed)]
pub struct TrashedView {
    /// What it is: `work_item`, `cycle`, `module` or `project`.
    #[schema(example = "work_item")]
    pub entity: String,
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The project that it was in; of a project, itself.
    pub project: Uuid,
    /// Of a work item: what it is called.
    #[schema(example = "ENG-42")]
    pub identifier: Option<String>,
    /// When it was deleted.
    #[schema(value_type = String, format = DateTime)]
    pub deleted_at: Time,
    /// Who deleted it.
    pub deleted_by: Option<Uuid>,
    /// How many work items below it went with it, and come back with it.
    pub with: i64,
}
