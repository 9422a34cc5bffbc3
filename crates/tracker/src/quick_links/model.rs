//! A quick link, as asked for, as stored and as shown.

use aileron_kernel::{Fields, Refusal, Time, Uuid, fields::NAME};
use serde::Serialize;
use utoipa::ToSchema;

use crate::links::rules::{LONGEST_URL, check_url};

aileron_db::row! {
    /// A quick link as stored.
    #[derive(Clone, Debug)]
    pub struct QuickLink {
        /// Its id.
        pub id: Uuid,
        /// The workspace.
        pub workspace_id: Uuid,
        /// Whose it is.
        pub owner_id: Uuid,
        /// What it is called.
        pub title: Option<String>,
        /// Where it leads.
        pub url: String,
        /// When it was made.
        pub created_at: Time,
        /// When it was last changed.
        pub updated_at: Time,
        /// Who made it.
        pub created_by: Option<Uuid>,
        /// Who changed it last.
        pub updated_by: Option<Uuid>,
    }
}

/// What a request says of a quick link. Absent fields stay as they are.
#[derive(Clone, Debug, Default)]
pub struct QuickLinkFields {
    /// What it is called.
    pub title: Option<Option<String>>,
    /// Where it leads.
    pub url: Option<String>,
}

impl QuickLinkFields {
    /// Reads a body. An address without a scheme is one of http.
    pub fn read(mut fields: Fields, is_new: bool) -> Result<Self, Refusal> {
        if is_new {
            fields.require("url");
        }
        let url = fields.text("url", LONGEST_URL).map(|url| if url.contains("://") { url } else { format!("http://{url}") });
        if let Some(Err(wrong)) = url.as_deref().map(check_url) {
            fields.reject("url", wrong);
        }
        let title = fields.nullable_text("title", NAME);
        fields.finish()?;
        Ok(Self { title, url })
    }
}

/// A quick link on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = QuickLink)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct QuickLinkView {
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
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub workspace: Uuid,
    pub owner: Uuid,
}

impl From<QuickLink> for QuickLinkView {
    fn from(link: QuickLink) -> Self {
        Self {
            id: link.id,
            created_at: link.created_at,
            updated_at: link.updated_at,
            deleted_at: None,
            title: link.title,
            url: link.url,
            created_by: link.created_by,
            updated_by: link.updated_by,
            workspace: link.workspace_id,
            owner: link.owner_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn addresses_are_of_the_web() {
        let read = |url: &str| QuickLinkFields::read(Fields::of(json!({ "url": url })).unwrap(), true);
        assert_eq!(read("example.org/a").unwrap().url.as_deref(), Some("http://example.org/a"));
        assert_eq!(read("https://example.org/").unwrap().url.as_deref(), Some("https://example.org/"));
        for wrong in ["javascript:alert(1)", "java\tscript://x", "ftp://a.test/", "", "http://", "x y"] {
            assert!(read(wrong).unwrap_err().body["url"].is_array(), "{wrong}");
        }
        assert!(QuickLinkFields::read(Fields::of(json!({})).unwrap(), true).is_err());
    }
}
