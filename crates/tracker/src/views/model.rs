//! A view, as stored and as shown.

use aileron_kernel::{Time, Uuid};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

aileron_db::row! {
    /// A view as stored.
    #[derive(Clone, Debug)]
    pub struct View {
        /// Its id.
        pub id: Uuid,
        /// The workspace.
        pub workspace_id: Uuid,
        /// The project; none: it is of the workspace itself.
        pub project_id: Option<Uuid>,
        /// Whose it is.
        pub owner_id: Uuid,
        /// Its name.
        pub name: String,
        /// What it is for.
        pub description: String,
        /// Which items, in the older form.
        pub filters: Value,
        /// Which items, as a tree.
        pub rich_filters: Value,
        /// In which layout, groups and order.
        pub display_filters: Value,
        /// Which properties of items.
        pub display_properties: Value,
        /// Its picture.
        pub logo_props: Value,
        /// Whether it is its owner's alone.
        pub is_private: bool,
        /// Whether only its owner and admins change it.
        pub is_locked: bool,
        /// Its place in manual order.
        pub sort_order: f64,
        /// When it was made.
        pub created_at: Time,
        /// When it was last changed.
        pub updated_at: Time,
        /// Who made it.
        pub created_by: Option<Uuid>,
        /// Who changed it last.
        pub updated_by: Option<Uuid>,
        /// The seq of its last change.
        pub version: i64,
    }
}

/// A view on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = View)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct ViewView {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    #[schema(example = "Urgent and mine")]
    pub name: String,
    pub description: String,
    #[schema(value_type = Object)]
    pub filters: Value,
    #[schema(value_type = Object)]
    pub rich_filters: Value,
    #[schema(value_type = Object)]
    pub display_filters: Value,
    #[schema(value_type = Object)]
    pub display_properties: Value,
    /// 0: its owner's alone, 1: for everybody in its place.
    pub access: i64,
    pub is_locked: bool,
    pub sort_order: f64,
    #[schema(value_type = Object)]
    pub logo_props: Value,
    pub owned_by: Uuid,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    /// Null: it is of the workspace itself.
    pub project: Option<Uuid>,
    pub workspace: Uuid,
}

impl From<View> for ViewView {
    fn from(view: View) -> Self {
        Self {
            id: view.id,
            created_at: view.created_at,
            updated_at: view.updated_at,
            deleted_at: None,
            name: view.name,
            description: view.description,
            filters: view.filters,
            rich_filters: view.rich_filters,
            display_filters: view.display_filters,
            display_properties: view.display_properties,
            access: i64::from(!view.is_private),
            is_locked: view.is_locked,
            sort_order: view.sort_order,
            logo_props: view.logo_props,
            owned_by: view.owner_id,
            created_by: view.created_by,
            updated_by: view.updated_by,
            project: view.project_id,
            workspace: view.workspace_id,
        }
    }
}
