//! Rows as clients keep them. Names and values are those of the API; every row has its id and version.

use aileron_kernel::{Role, Time, Uuid};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// The workspace.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SyncWorkspace)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct WorkspaceRow {
    pub id: Uuid,
    pub version: i64,
    pub name: String,
    pub slug: String,
    pub logo: Option<String>,
    pub owner: Uuid,
    pub timezone: String,
    pub organization_size: Option<String>,
    /// The caller's.
    #[schema(value_type = i64, example = 15)]
    pub role: Role,
    /// Whether the caller owns it.
    pub is_owner: bool,
}

/// Somebody who is or was in the workspace, under the id of the account.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SyncMember)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct MemberRow {
    pub id: Uuid,
    pub version: i64,
    pub display_name: String,
    pub first_name: String,
    pub last_name: String,
    pub avatar_url: Option<String>,
    /// Guests are given their own only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// human, agent, integration or placeholder.
    pub kind: String,
    #[schema(value_type = i64, example = 15)]
    pub role: Role,
    pub is_active: bool,
}

/// A project that the caller finds.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SyncProject)]
#[allow(missing_docs, clippy::struct_excessive_bools, reason = "the names are those of the wire")]
pub struct ProjectRow {
    pub id: Uuid,
    pub version: i64,
    pub name: String,
    pub identifier: String,
    pub description: String,
    pub network: i64,
    pub logo_props: Value,
    pub cover_image: Option<String>,
    pub project_lead: Option<Uuid>,
    pub default_assignee: Option<Uuid>,
    pub default_state: Option<Uuid>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub archived_at: Option<Time>,
    pub module_view: bool,
    pub cycle_view: bool,
    pub issue_views_view: bool,
    pub page_view: bool,
    pub intake_view: bool,
    pub guest_view_all_features: bool,
    pub timezone: String,
    /// Where the caller put it among his projects.
    pub sort_order: Option<f64>,
    /// The caller's role in it; none: he is not in it.
    #[schema(value_type = Option<i64>, example = 15)]
    pub member_role: Option<Role>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

/// Somebody who is in a project of the caller's.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SyncProjectMember)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct ProjectMemberRow {
    pub id: Uuid,
    pub version: i64,
    pub project: Uuid,
    pub member: Uuid,
    #[schema(value_type = i64, example = 15)]
    pub role: Role,
}

/// A state, that of triage included.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SyncState)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct StateRow {
    pub id: Uuid,
    pub version: i64,
    pub project: Uuid,
    pub name: String,
    pub color: String,
    pub group: String,
    pub sequence: f64,
    pub default: bool,
    pub description: String,
}

/// A label.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SyncLabel)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct LabelRow {
    pub id: Uuid,
    pub version: i64,
    pub project: Option<Uuid>,
    pub name: String,
    pub color: String,
    pub parent: Option<Uuid>,
    pub sort_order: f64,
}

/// A work item type that a project of the caller's uses.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SyncWorkItemType)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct TypeRow {
    pub id: Uuid,
    pub version: i64,
    pub name: String,
    pub description: String,
    pub logo_props: Value,
    pub is_default: bool,
    pub is_active: bool,
    pub level: f64,
}

/// A cycle.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SyncCycle)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct CycleRow {
    pub id: Uuid,
    pub version: i64,
    pub project: Uuid,
    pub name: String,
    pub description: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub start_date: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_date: Option<Time>,
    pub timezone: String,
    pub owned_by: Uuid,
    pub logo_props: Value,
    pub sort_order: f64,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub archived_at: Option<Time>,
}

/// A module.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SyncModule)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct ModuleRow {
    pub id: Uuid,
    pub version: i64,
    pub project: Uuid,
    pub name: String,
    pub description: String,
    #[schema(value_type = Option<String>, format = Date)]
    pub start_date: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    pub target_date: Option<Date>,
    pub status: String,
    pub lead: Option<Uuid>,
    pub logo_props: Value,
    pub sort_order: f64,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub archived_at: Option<Time>,
}

/// A work item that lists show to the caller.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SyncWorkItem)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct ItemRow {
    pub id: Uuid,
    pub version: i64,
    pub project: Uuid,
    pub sequence_id: i64,
    pub name: String,
    pub state: Uuid,
    pub priority: String,
    pub assignees: Vec<Uuid>,
    pub labels: Vec<Uuid>,
    pub cycle: Option<Uuid>,
    pub modules: Vec<Uuid>,
    pub parent: Option<Uuid>,
    #[serde(rename = "type")]
    pub kind: Option<Uuid>,
    pub estimate_point: Option<Uuid>,
    pub point: Option<i64>,
    #[schema(value_type = Option<String>, format = Date)]
    pub start_date: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    pub target_date: Option<Date>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub completed_at: Option<Time>,
    #[schema(value_type = Option<String>, format = Date)]
    pub archived_at: Option<Date>,
    pub sort_order: f64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub created_by: Option<Uuid>,
    /// The items below it that the caller sees.
    pub sub_items_count: i64,
    /// Those of them that are completed.
    pub sub_items_done: i64,
    pub link_count: i64,
    pub attachment_count: i64,
    pub external_source: Option<String>,
    pub external_id: Option<String>,
}

/// A row of any noun.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = SyncRow)]
#[allow(missing_docs, reason = "each is its noun")]
pub enum Row {
    Workspace(WorkspaceRow),
    Member(MemberRow),
    Project(Box<ProjectRow>),
    ProjectMember(ProjectMemberRow),
    State(StateRow),
    Label(LabelRow),
    Cycle(CycleRow),
    Module(ModuleRow),
    WorkItemType(TypeRow),
    WorkItem(Box<ItemRow>),
}

/// The names of the nouns whose rows clients keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is its noun")]
pub enum Kind {
    Workspace,
    Member,
    Project,
    ProjectMember,
    State,
    Label,
    Cycle,
    Module,
    WorkItemType,
    WorkItem,
}

impl Kind {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Member => "member",
            Self::Project => "project",
            Self::ProjectMember => "project_member",
            Self::State => "state",
            Self::Label => "label",
            Self::Cycle => "cycle",
            Self::Module => "module",
            Self::WorkItemType => "work_item_type",
            Self::WorkItem => "work_item",
        }
    }
}

impl Row {
    /// The noun.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Workspace(_) => Kind::Workspace,
            Self::Member(_) => Kind::Member,
            Self::Project(_) => Kind::Project,
            Self::ProjectMember(_) => Kind::ProjectMember,
            Self::State(_) => Kind::State,
            Self::Label(_) => Kind::Label,
            Self::Cycle(_) => Kind::Cycle,
            Self::Module(_) => Kind::Module,
            Self::WorkItemType(_) => Kind::WorkItemType,
            Self::WorkItem(_) => Kind::WorkItem,
        }
    }

    /// The row's id.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Workspace(row) => row.id,
            Self::Member(row) => row.id,
            Self::Project(row) => row.id,
            Self::ProjectMember(row) => row.id,
            Self::State(row) => row.id,
            Self::Label(row) => row.id,
            Self::Cycle(row) => row.id,
            Self::Module(row) => row.id,
            Self::WorkItemType(row) => row.id,
            Self::WorkItem(row) => row.id,
        }
    }

    /// The project that it belongs to, if it belongs to one.
    pub fn project(&self) -> Option<Uuid> {
        match self {
            Self::ProjectMember(row) => Some(row.project),
            Self::State(row) => Some(row.project),
            Self::Label(row) => row.project,
            Self::Cycle(row) => Some(row.project),
            Self::Module(row) => Some(row.project),
            Self::WorkItem(row) => Some(row.project),
            Self::Workspace(_) | Self::Member(_) | Self::Project(_) | Self::WorkItemType(_) => None,
        }
    }
}
