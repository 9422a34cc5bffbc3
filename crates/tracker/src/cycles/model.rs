//! A cycle, as stored and as shown.

use aileron_kernel::{Time, Uuid};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::rules::Status;
use crate::collections::{burn_down::Day, progress::Progress, rows::Row, standing::StandingView};

aileron_db::row! {
    /// A cycle as stored.
    #[derive(Clone, Debug)]
    pub struct Cycle {
        /// Its id.
        pub id: Uuid,
        /// When it was made.
        pub created_at: Time,
        /// When it was last changed.
        pub updated_at: Time,
        /// Its name.
        pub name: String,
        /// What it is for.
        pub description: String,
        /// Its first instant.
        pub starts_at: Option<Time>,
        /// Its last instant.
        pub ends_at: Option<Time>,
        /// The zone in which its days begin.
        pub timezone: String,
        /// Whose it is.
        pub owned_by: Uuid,
        /// How clients show it.
        pub view_props: Value,
        /// Its picture.
        pub logo_props: Value,
        /// Its place in manual order.
        pub sort_order: f64,
        /// How it stood when what was left of it was moved on; an empty object until then.
        pub progress_snapshot: Value,
        /// Since when it is archived.
        pub archived_at: Option<Time>,
        /// Its number among those that the cadence made.
        pub cadence_number: Option<i64>,
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
        /// The seq of its last change.
        pub version: i64,
    }
}

impl Cycle {
    /// Where it stands in time.
    pub fn status(&self, now: Time) -> Status {
        Status::of(self.starts_at, self.ends_at, now)
    }

    /// Its id and name, as events name it.
    pub fn named(&self) -> (Uuid, String) {
        (self.id, self.name.clone())
    }
}

/// A cycle on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Cycle)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct CycleView {
    pub id: Uuid,
    #[serde(flatten)]
    pub progress: Progress,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    #[schema(example = "Sprint 12")]
    pub name: String,
    pub description: String,
    /// The first second of its first day in its time zone.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub start_date: Option<Time>,
    /// The last minute of its last day in its time zone.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_date: Option<Time>,
    /// `draft`, `upcoming`, `current` or `completed`.
    #[schema(example = "current")]
    pub status: &'static str,
    pub view_props: Value,
    pub sort_order: f64,
    pub external_source: Option<String>,
    pub external_id: Option<String>,
    /// How it stood when its unfinished items were moved on; empty until then.
    #[schema(value_type = Object)]
    pub progress_snapshot: Value,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub archived_at: Option<Time>,
    pub logo_props: Value,
    #[schema(example = "UTC")]
    pub timezone: String,
    /// The form of this object.
    pub version: i64,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub project: Uuid,
    pub workspace: Uuid,
    pub owned_by: Uuid,
}

impl CycleView {
    /// A cycle as it stands now.
    pub fn new(cycle: Cycle, progress: Progress, now: Time) -> Self {
        Self {
            id: cycle.id,
            progress,
            status: cycle.status(now).as_str(),
            created_at: cycle.created_at,
            updated_at: cycle.updated_at,
            deleted_at: None,
            name: cycle.name,
            description: cycle.description,
            start_date: cycle.starts_at,
            end_date: cycle.ends_at,
            view_props: cycle.view_props,
            sort_order: cycle.sort_order,
            external_source: cycle.external_source,
            external_id: cycle.external_id,
            progress_snapshot: cycle.progress_snapshot,
            archived_at: cycle.archived_at,
            logo_props: cycle.logo_props,
            timezone: cycle.timezone,
            version: 1,
            created_by: cycle.created_by,
            updated_by: cycle.updated_by,
            project: cycle.project_id,
            workspace: cycle.workspace_id,
            owned_by: cycle.owned_by,
        }
    }

    /// The same without the snapshot, which tells of all items: for guests who see only their own.
    #[must_use]
    pub fn without_snapshot(self) -> Self {
        Self { progress_snapshot: json!({}), ..self }
    }
}

/// A cycle without how it stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct CycleLite {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    pub name: String,
    pub description: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub start_date: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_date: Option<Time>,
    #[schema(example = "current")]
    pub status: &'static str,
    pub sort_order: f64,
    pub external_source: Option<String>,
    pub external_id: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub archived_at: Option<Time>,
    pub logo_props: Value,
    #[schema(example = "UTC")]
    pub timezone: String,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub project: Uuid,
    pub workspace: Uuid,
    pub owned_by: Uuid,
}

impl CycleLite {
    /// A cycle at this instant.
    pub fn new(cycle: Cycle, now: Time) -> Self {
        Self {
            id: cycle.id,
            status: cycle.status(now).as_str(),
            created_at: cycle.created_at,
            updated_at: cycle.updated_at,
            deleted_at: None,
            name: cycle.name,
            description: cycle.description,
            start_date: cycle.starts_at,
            end_date: cycle.ends_at,
            sort_order: cycle.sort_order,
            external_source: cycle.external_source,
            external_id: cycle.external_id,
            archived_at: cycle.archived_at,
            logo_props: cycle.logo_props,
            timezone: cycle.timezone,
            created_by: cycle.created_by,
            updated_by: cycle.updated_by,
            project: cycle.project_id,
            workspace: cycle.workspace_id,
            owned_by: cycle.owned_by,
        }
    }
}

/// That an item is in a cycle, on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CycleItem)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct CycleItemView {
    pub id: Uuid,
    pub sub_issues_count: i64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    /// Always null, as in the compatible API; the activities of the item tell who did it.
    pub created_by: Option<Uuid>,
    /// Always null.
    pub updated_by: Option<Uuid>,
    pub project: Uuid,
    pub workspace: Uuid,
    pub issue: Uuid,
    pub cycle: Uuid,
}

impl CycleItemView {
    /// A row of this project.
    pub fn new(row: &Row, (workspace, project): (Uuid, Uuid)) -> Self {
        Self {
            id: row.id,
            sub_issues_count: row.below,
            created_at: row.created_at,
            updated_at: row.updated_at,
            deleted_at: None,
            created_by: None,
            updated_by: None,
            project,
            workspace,
            issue: row.item,
            cycle: row.of,
        }
    }
}

/// How it stood when its unfinished items were moved on.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Snapshot {
    #[serde(flatten)]
    pub(super) standing: StandingView,
    pub(super) burn_down: Vec<Day>,
}
