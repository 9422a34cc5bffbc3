//! A module, as stored and as shown.

use aileron_kernel::{Time, Uuid};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::collections::{progress::Progress, rows::Row};

aileron_db::row! {
    /// A module as stored.
    #[derive(Clone, Debug)]
    pub struct Module {
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
        /// When work is to begin.
        pub start_date: Option<Date>,
        /// When it is due.
        pub target_date: Option<Date>,
        /// The status' word.
        pub status: String,
        /// Who answers for it.
        pub lead_id: Option<Uuid>,
        /// How clients show it.
        pub view_props: Value,
        /// Its picture.
        pub logo_props: Value,
        /// Its place in manual order.
        pub sort_order: f64,
        /// Since when it is archived.
        pub archived_at: Option<Time>,
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

impl Module {
    /// Its id and name, as events name it.
    pub fn named(&self) -> (Uuid, String) {
        (self.id, self.name.clone())
    }
}

/// A module on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Module)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct ModuleView {
    pub id: Uuid,
    #[serde(flatten)]
    pub progress: Progress,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    #[schema(example = "Payments")]
    pub name: String,
    pub description: String,
    /// Always null.
    pub description_text: Option<Value>,
    /// Always null.
    pub description_html: Option<Value>,
    #[schema(value_type = Option<String>, format = Date)]
    pub start_date: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    pub target_date: Option<Date>,
    #[schema(example = "in-progress")]
    pub status: String,
    pub view_props: Value,
    pub sort_order: f64,
    pub external_source: Option<String>,
    pub external_id: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub archived_at: Option<Time>,
    pub logo_props: Value,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub project: Uuid,
    pub workspace: Uuid,
    pub lead: Option<Uuid>,
    pub members: Vec<Uuid>,
}

impl ModuleView {
    /// A module as it stands now, with who works on it.
    pub fn new(module: Module, progress: Progress, members: Vec<Uuid>) -> Self {
        Self {
            id: module.id,
            progress,
            created_at: module.created_at,
            updated_at: module.updated_at,
            deleted_at: None,
            name: module.name,
            description: module.description,
            description_text: None,
            description_html: None,
            start_date: module.start_date,
            target_date: module.target_date,
            status: module.status,
            view_props: module.view_props,
            sort_order: module.sort_order,
            external_source: module.external_source,
            external_id: module.external_id,
            archived_at: module.archived_at,
            logo_props: module.logo_props,
            created_by: module.created_by,
            updated_by: module.updated_by,
            project: module.project_id,
            workspace: module.workspace_id,
            lead: module.lead_id,
            members,
        }
    }
}

/// A module without how it stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct ModuleLite {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    pub name: String,
    pub description: String,
    #[schema(value_type = Option<String>, format = Date)]
    pub start_date: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    pub target_date: Option<Date>,
    pub status: String,
    pub sort_order: f64,
    pub external_source: Option<String>,
    pub external_id: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub archived_at: Option<Time>,
    pub logo_props: Value,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub project: Uuid,
    pub workspace: Uuid,
    pub lead: Option<Uuid>,
    pub members: Vec<Uuid>,
}

impl ModuleLite {
    /// A module with who works on it.
    pub fn new(module: Module, members: Vec<Uuid>) -> Self {
        Self {
            id: module.id,
            created_at: module.created_at,
            updated_at: module.updated_at,
            deleted_at: None,
            name: module.name,
            description: module.description,
            start_date: module.start_date,
            target_date: module.target_date,
            status: module.status,
            sort_order: module.sort_order,
            external_source: module.external_source,
            external_id: module.external_id,
            archived_at: module.archived_at,
            logo_props: module.logo_props,
            created_by: module.created_by,
            updated_by: module.updated_by,
            project: module.project_id,
            workspace: module.workspace_id,
            lead: module.lead_id,
            members,
        }
    }
}

/// That an item is in a module, on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ModuleItem)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct ModuleItemView {
    pub id: Uuid,
    pub sub_issues_count: i64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub project: Uuid,
    pub workspace: Uuid,
    pub module: Uuid,
    pub issue: Uuid,
}

impl ModuleItemView {
    /// A row of this project.
    pub fn new(row: &Row, (workspace, project): (Uuid, Uuid)) -> Self {
        Self {
            id: row.id,
            sub_issues_count: row.below,
            created_at: row.created_at,
            updated_at: row.updated_at,
            deleted_at: None,
            created_by: row.created_by,
            updated_by: row.updated_by,
            project,
            workspace,
            module: row.of,
            issue: row.item,
        }
    }
}

aileron_db::row! {
    /// A link of a module as stored.
    #[derive(Clone, Debug)]
    pub struct ModuleLink {
        /// Its id.
        pub id: Uuid,
        /// When it was made.
        pub created_at: Time,
        /// When it was last changed.
        pub updated_at: Time,
        /// What it is called.
        pub title: Option<String>,
        /// Where it leads.
        pub url: String,
        /// What is known of the page.
        pub metadata: Value,
        /// Who made it.
        pub created_by: Option<Uuid>,
        /// Who changed it last.
        pub updated_by: Option<Uuid>,
        /// The project.
        pub project_id: Uuid,
        /// The workspace.
        pub workspace_id: Uuid,
        /// The module.
        pub module_id: Uuid,
    }
}

/// A link of a module on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ModuleLink)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct ModuleLinkView {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    #[schema(example = "The design")]
    pub title: Option<String>,
    #[schema(example = "https://example.org/design")]
    pub url: String,
    #[schema(value_type = Object)]
    pub metadata: Value,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub project: Uuid,
    pub workspace: Uuid,
    pub module: Uuid,
}

impl From<ModuleLink> for ModuleLinkView {
    fn from(link: ModuleLink) -> Self {
        Self {
            id: link.id,
            created_at: link.created_at,
            updated_at: link.updated_at,
            deleted_at: None,
            title: link.title,
            url: link.url,
            metadata: link.metadata,
            created_by: link.created_by,
            updated_by: link.updated_by,
            project: link.project_id,
            workspace: link.workspace_id,
            module: link.module_id,
        }
    }
}
