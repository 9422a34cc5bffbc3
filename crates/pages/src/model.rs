//! A page, as stored and as shown.

use aileron_kernel::{Time, Uuid};
use aileron_tracker::kept_texts::{Kept, Replaced};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// The text of a page that has none.
pub const NO_TEXT: &str = "<p></p>";

aileron_db::row! {
    /// A page as stored, without its text.
    #[derive(Clone, Debug)]
    pub struct Page {
        /// Its id.
        pub id: Uuid,
        /// The workspace.
        pub workspace_id: Uuid,
        /// The project; none: it is of the workspace itself.
        pub project_id: Option<Uuid>,
        /// Whose it is.
        pub owner_id: Uuid,
        /// The page above it.
        pub parent_id: Option<Uuid>,
        /// Its name; it may be empty.
        pub name: String,
        /// Its colour, as sent.
        pub color: String,
        /// How clients show it.
        pub view_props: Value,
        /// Its picture.
        pub logo_props: Value,
        /// Whether it is its owner's alone.
        pub is_private: bool,
        /// Whether nobody changes it.
        pub is_locked: bool,
        /// Since when it is archived.
        pub archived_at: Option<Time>,
        /// Its place in manual order.
        pub sort_order: f64,
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
        /// The seq of its last change.
        pub version: i64,
    }
}

aileron_db::row! {
    /// The text of a page as stored.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Text {
        /// The markup, clean.
        pub description_html: String,
        /// The same as plain text.
        pub description_text: String,
        /// An editor's document.
        pub description_json: Value,
        /// The same in bytes.
        pub description_binary: Option<Vec<u8>>,
    }
}

impl Text {
    /// Whether there is anything to keep of it.
    pub fn is_blank(&self) -> bool {
        self.description_html == NO_TEXT && self.description_json == json!({}) && self.description_binary.is_none()
    }
}

impl From<Text> for Kept {
    fn from(text: Text) -> Self {
        Self { html: text.description_html, document: Some(text.description_json), editor_state: text.description_binary }
    }
}

/// A page on the wire, as lists show it: without its text.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct ListedPage {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub deleted_at: Option<Time>,
    #[schema(example = "How we release")]
    pub name: String,
    pub owned_by: Uuid,
    /// 0: for everybody in its place, 1: its owner's alone.
    pub access: i64,
    pub color: String,
    pub is_locked: bool,
    /// Whether it is of the workspace itself.
    pub is_global: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub archived_at: Option<Time>,
    #[schema(value_type = Object)]
    pub view_props: Value,
    #[schema(value_type = Object)]
    pub logo_props: Value,
    pub sort_order: f64,
    pub external_source: Option<String>,
    pub external_id: Option<String>,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub parent: Option<Uuid>,
    /// The same, as SDKs call it.
    pub parent_id: Option<Uuid>,
    pub labels: Vec<Uuid>,
    /// The project that it is in, if any, as a list.
    pub projects: Vec<Uuid>,
    /// Null: it is of the workspace itself.
    pub project: Option<Uuid>,
    pub workspace: Uuid,
}

impl ListedPage {
    /// A page with its labels.
    pub fn new(page: Page, labels: Vec<Uuid>, deleted_at: Option<Time>) -> Self {
        Self {
            id: page.id,
            created_at: page.created_at,
            updated_at: page.updated_at,
            deleted_at,
            name: page.name,
            owned_by: page.owner_id,
            access: i64::from(page.is_private),
            color: page.color,
            is_locked: page.is_locked,
            is_global: page.project_id.is_none(),
            archived_at: page.archived_at,
            view_props: page.view_props,
            logo_props: page.logo_props,
            sort_order: page.sort_order,
            external_source: page.external_source,
            external_id: page.external_id,
            created_by: page.created_by,
            updated_by: page.updated_by,
            parent: page.parent_id,
            parent_id: page.parent_id,
            labels,
            projects: page.project_id.into_iter().collect(),
            project: page.project_id,
            workspace: page.workspace_id,
        }
    }
}

/// A page on the wire with its text.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Page)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct PageView {
    #[serde(flatten)]
    pub page: ListedPage,
    #[schema(example = "<p>Every second Tuesday.</p>")]
    pub description_html: String,
    /// The same as plain text.
    pub description_stripped: String,
    #[schema(value_type = Object)]
    pub description_json: Value,
    /// Base64.
    pub description_binary: Option<String>,
}

impl PageView {
    /// A page with its text.
    pub fn new(page: ListedPage, text: Text) -> Self {
        Self {
            page,
            description_html: text.description_html,
            description_stripped: text.description_text,
            description_json: text.description_json,
            description_binary: text.description_binary.map(|bytes| BASE64_STANDARD.encode(bytes)),
        }
    }
}

/// That the text of a page was replaced, on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct ListedPageVersion {
    pub id: Uuid,
    /// When this text was replaced.
    #[schema(value_type = String, format = DateTime)]
    pub last_saved_at: Time,
    /// Who replaced it.
    pub owned_by: Option<Uuid>,
    pub page: Uuid,
    pub workspace: Uuid,
}

impl ListedPageVersion {
    /// A version of this page.
    pub fn new(replaced: &Replaced, (workspace, page): (Uuid, Uuid)) -> Self {
        Self { id: replaced.id, last_saved_at: replaced.created_at, owned_by: replaced.created_by, page, workspace }
    }
}

/// A text that a page had, on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PageVersion)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct PageVersionView {
    #[serde(flatten)]
    pub version: ListedPageVersion,
    pub description_html: String,
    #[schema(value_type = Object)]
    pub description_json: Value,
    /// Base64.
    pub description_binary: Option<String>,
}

impl PageVersionView {
    /// A version with its text.
    pub fn new(version: ListedPageVersion, text: Kept) -> Self {
        Self {
            version,
            description_html: text.html,
            description_json: text.document.unwrap_or_else(|| json!({})),
            description_binary: text.editor_state.map(|bytes| BASE64_STANDARD.encode(bytes)),
        }
    }
}
