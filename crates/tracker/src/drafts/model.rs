//! A draft, as stored and as shown.

use aileron_kernel::{Time, Uuid};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

aileron_db::row! {
    /// A draft as stored, without its text.
    #[derive(Clone, Debug)]
    pub struct Draft {
        /// Its id.
        pub id: Uuid,
        /// The workspace.
        pub workspace_id: Uuid,
        /// Whose it is.
        pub owner_id: Uuid,
        /// Where the item is to be made.
        pub project_id: Option<Uuid>,
        /// The name; it may be empty.
        pub name: String,
        /// What else the request for the item will say, as it will say it.
        pub fields: Value,
        /// Its place: the highest comes first.
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

aileron_db::row! {
    /// The text of a draft.
    #[derive(Clone, Debug)]
    pub struct Text {
        /// The description, clean.
        pub description_html: String,
        /// The same as an editor's document.
        pub description_binary: Option<Vec<u8>>,
    }
}

impl Draft {
    /// What else the request for the item will say.
    pub fn said(&self) -> Map<String, Value> {
        self.fields.as_object().cloned().unwrap_or_default()
    }
}

/// A draft on the wire, as lists show it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct ListedDraft {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    #[schema(example = "Invoices show the wrong date")]
    pub name: String,
    #[schema(value_type = String, example = "high")]
    pub priority: Value,
    #[schema(value_type = Option<Uuid>)]
    pub state: Value,
    #[schema(value_type = Option<Uuid>)]
    pub parent: Value,
    #[schema(value_type = Option<Uuid>)]
    pub type_id: Value,
    #[schema(value_type = Option<i64>)]
    pub point: Value,
    #[schema(value_type = Option<Uuid>)]
    pub estimate_point: Value,
    #[schema(value_type = Option<String>, format = Date)]
    pub start_date: Value,
    #[schema(value_type = Option<String>, format = Date)]
    pub target_date: Value,
    #[schema(value_type = Vec<Uuid>)]
    pub assignees: Value,
    #[schema(value_type = Vec<Uuid>)]
    pub labels: Value,
    /// The cycle that the item will be in.
    #[schema(value_type = Option<Uuid>)]
    pub cycle_id: Value,
    /// The modules that the item will be in.
    #[schema(value_type = Vec<Uuid>)]
    pub module_ids: Value,
    pub sort_order: f64,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub project: Option<Uuid>,
    pub workspace: Uuid,
}

/// A draft on the wire with its text.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Draft)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct DraftView {
    #[serde(flatten)]
    pub draft: ListedDraft,
    pub description_html: String,
    /// Base64.
    pub description_binary: Option<String>,
}

impl DraftView {
    /// A draft with its text.
    pub fn new(draft: Draft, text: Text) -> Self {
        Self {
            draft: draft.into(),
            description_html: text.description_html,
            description_binary: text.description_binary.map(|bytes| BASE64_STANDARD.encode(bytes)),
        }
    }
}

impl From<Draft> for ListedDraft {
    fn from(draft: Draft) -> Self {
        let mut said = draft.said();
        let mut take = |name: &str| said.remove(name);
        let none = || Value::Array(Vec::new());
        Self {
            id: draft.id,
            created_at: draft.created_at,
            updated_at: draft.updated_at,
            deleted_at: None,
            priority: take("priority").unwrap_or_else(|| "none".into()),
            state: take("state").unwrap_or_default(),
            parent: take("parent").unwrap_or_default(),
            type_id: take("type_id").unwrap_or_default(),
            point: take("point").unwrap_or_default(),
            estimate_point: take("estimate_point").unwrap_or_default(),
            start_date: take("start_date").unwrap_or_default(),
            target_date: take("target_date").unwrap_or_default(),
            assignees: take("assignees").unwrap_or_else(none),
            labels: take("labels").unwrap_or_else(none),
            cycle_id: take("cycle_id").unwrap_or_default(),
            module_ids: take("module_ids").unwrap_or_else(none),
            name: draft.name,
            sort_order: draft.sort_order,
            created_by: draft.created_by,
            updated_by: draft.updated_by,
            project: draft.project_id,
            workspace: draft.workspace_id,
        }
    }
}
