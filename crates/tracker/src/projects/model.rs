//! A project, as stored and as shown.

use aileron_kernel::{Time, Uuid};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

aileron_db::row! {
    /// A project as stored.
    #[derive(Clone, Debug)]
    pub struct Project {
        /// Its id.
        pub id: Uuid,
        /// When it was made.
        pub created_at: Time,
        /// When it was last changed.
        pub updated_at: Time,
        /// Its name, unique in the workspace.
        pub name: String,
        /// What it is for.
        pub description: String,
        /// The description as a document.
        pub description_text: Option<Value>,
        /// The description as HTML.
        pub description_html: Option<Value>,
        /// 2: found by every member of the workspace; 0: secret.
        pub network: i64,
        /// The letters before the numbers of its items.
        pub identifier: String,
        /// An emoji as its picture.
        pub emoji: Option<String>,
        /// An icon as its picture, as older clients send it.
        pub icon_prop: Option<Value>,
        /// Whether modules are shown.
        pub module_view: bool,
        /// Whether cycles are shown.
        pub cycle_view: bool,
        /// Whether views are shown.
        pub issue_views_view: bool,
        /// Whether pages are shown.
        pub page_view: bool,
        /// Whether intake is open.
        pub intake_view: bool,
        /// Whether time is tracked.
        pub is_time_tracking_enabled: bool,
        /// Whether items have types.
        pub is_issue_type_enabled: bool,
        /// Whether guests see everything and not only what they made.
        pub guest_view_all_features: bool,
        /// The picture above it.
        pub cover_image: Option<String>,
        /// Months after which completed items are archived; 0: never.
        pub archive_in: i64,
        /// Months after which untouched items are closed; 0: never.
        pub close_in: i64,
        /// Its picture.
        pub logo_props: Value,
        /// Since when it is archived.
        pub archived_at: Option<Time>,
        /// The zone in which its days begin.
        pub timezone: String,
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
        /// Who gets items that nobody is assigned to.
        pub default_assignee_id: Option<Uuid>,
        /// Who answers for it.
        pub project_lead_id: Option<Uuid>,
        /// The estimate in use.
        pub estimate_id: Option<Uuid>,
        /// The state that automation closes into.
        pub default_state_id: Option<Uuid>,
    }
}

/// What a project is to a caller.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing {
    /// How many people are in it.
    pub members: i64,
    /// How many cycles it has that are not archived.
    pub cycles: i64,
    /// How many modules it has that are not archived.
    pub modules: i64,
    /// The caller's role in it, if he is in it, and where he put it among his projects.
    pub own: Option<(i64, f64)>,
}

/// A project on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Project)]
#[allow(missing_docs, clippy::struct_excessive_bools, reason = "the names are those of the wire")]
pub struct ProjectView {
    pub id: Uuid,
    pub total_members: i64,
    pub total_cycles: i64,
    pub total_modules: i64,
    pub is_member: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_order: Option<f64>,
    pub member_role: Option<i64>,
    pub is_deployed: bool,
    pub cover_image_url: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    pub name: String,
    pub description: String,
    pub description_text: Option<Value>,
    pub description_html: Option<Value>,
    pub network: i64,
    pub identifier: String,
    pub emoji: Option<String>,
    pub icon_prop: Option<Value>,
    pub module_view: bool,
    pub cycle_view: bool,
    pub issue_views_view: bool,
    pub page_view: bool,
    pub intake_view: bool,
    pub is_time_tracking_enabled: bool,
    pub is_issue_type_enabled: bool,
    pub guest_view_all_features: bool,
    pub cover_image: Option<String>,
    pub archive_in: i64,
    pub close_in: i64,
    pub logo_props: Value,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub archived_at: Option<Time>,
    pub timezone: String,
    pub external_source: Option<String>,
    pub external_id: Option<String>,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub workspace: Uuid,
    pub default_assignee: Option<Uuid>,
    pub project_lead: Option<Uuid>,
    pub cover_image_asset: Option<Uuid>,
    pub estimate: Option<Uuid>,
    pub default_state: Option<Uuid>,
}

impl ProjectView {
    /// A project as a caller with this standing sees it.
    pub fn new(project: Project, standing: Standing) -> Self {
        Self {
            id: project.id,
            total_members: standing.members,
            total_cycles: standing.cycles,
            total_modules: standing.modules,
            is_member: standing.own.is_some(),
            sort_order: None,
            member_role: standing.own.map(|(role, _)| role),
            is_deployed: false,
            cover_image_url: project.cover_image.clone(),
            created_at: project.created_at,
            updated_at: project.updated_at,
            deleted_at: None,
            name: project.name,
            description: project.description,
            description_text: project.description_text,
            description_html: project.description_html,
            network: project.network,
            identifier: project.identifier,
            emoji: project.emoji,
            icon_prop: project.icon_prop,
            module_view: project.module_view,
            cycle_view: project.cycle_view,
            issue_views_view: project.issue_views_view,
            page_view: project.page_view,
            intake_view: project.intake_view,
            is_time_tracking_enabled: project.is_time_tracking_enabled,
            is_issue_type_enabled: project.is_issue_type_enabled,
            guest_view_all_features: project.guest_view_all_features,
            cover_image: project.cover_image,
            archive_in: project.archive_in,
            close_in: project.close_in,
            logo_props: project.logo_props,
            archived_at: project.archived_at,
            timezone: project.timezone,
            external_source: project.external_source,
            external_id: project.external_id,
            created_by: project.created_by,
            updated_by: project.updated_by,
            workspace: project.workspace_id,
            default_assignee: project.default_assignee_id,
            project_lead: project.project_lead_id,
            cover_image_asset: None,
            estimate: project.estimate_id,
            default_state: project.default_state_id,
        }
    }
}

/// A project in a list to choose from.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct ProjectLite {
    pub id: Uuid,
    pub identifier: String,
    pub name: String,
    pub cover_image: Option<String>,
    pub icon_prop: Option<Value>,
    pub emoji: Option<String>,
    pub description: String,
    pub cover_image_url: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub archived_at: Option<Time>,
}

impl From<Project> for ProjectLite {
    fn from(project: Project) -> Self {
        Self {
            id: project.id,
            identifier: project.identifier,
            name: project.name,
            cover_image_url: project.cover_image.clone(),
            cover_image: project.cover_image,
            icon_prop: project.icon_prop,
            emoji: project.emoji,
            description: project.description,
            archived_at: project.archived_at,
        }
    }
}

/// Whether letters can be those before the numbers of a new project's items.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct IdentifierCheck {
    #[schema(example = "ENG")]
    pub identifier: String,
    pub is_available: bool,
    /// How many projects have them.
    pub exists: i64,
}
