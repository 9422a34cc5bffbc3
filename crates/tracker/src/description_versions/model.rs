//! An earlier description, as stored and as shown.

use aileron_kernel::{Time, Uuid};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Serialize;
use utoipa::ToSchema;

/// The word of work items among the texts that are kept.
pub const ENTITY: &str = "work_item";

/// How many earlier descriptions of an item are kept.
pub const KEPT: i64 = aileron_kernel::limits::DESCRIPTION_VERSIONS.count();

aileron_db::row! {
    /// When a text gave way to the next one, and to whose.
    #[derive(Clone, Copy, Debug)]
    pub struct Replaced {
        /// The version's id.
        pub id: Uuid,
        /// When.
        pub created_at: Time,
        /// Who changed it.
        pub created_by: Option<Uuid>,
    }
}

/// Who wrote a text, and when.
#[derive(Clone, Copy, Debug)]
pub struct Written {
    /// Who.
    pub by: Option<Uuid>,
    /// When.
    pub at: Time,
}

/// An earlier description on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DescriptionVersion)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct VersionView {
    pub id: Uuid,
    /// Who wrote it.
    pub owned_by: Option<Uuid>,
    /// When it was written.
    #[schema(value_type = String, format = DateTime)]
    pub last_saved_at: Time,
    /// Who wrote what came after it.
    pub replaced_by: Option<Uuid>,
    #[schema(value_type = String, format = DateTime)]
    pub replaced_at: Time,
    pub issue: Uuid,
    pub project: Uuid,
    pub workspace: Uuid,
}

/// An earlier description with its text, on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DescriptionVersionDetail)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct VersionDetailView {
    #[serde(flatten)]
    pub version: VersionView,
    pub description_html: String,
    /// What the client's editor kept of it, as base64.
    pub description_binary: Option<String>,
}

impl VersionDetailView {
    /// A version with its text.
    pub(super) fn new(version: VersionView, description_html: String, binary: Option<Vec<u8>>) -> Self {
        Self { version, description_html, description_binary: binary.map(|bytes| BASE64_STANDARD.encode(bytes)) }
    }
}
