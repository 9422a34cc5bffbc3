//! A link, as stored and as shown.

use aileron_kernel::{Fields, Refusal, Time, Uuid, fields::NAME};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::rules::{self, LONGEST_URL};

/// The most that the metadata of a link may take, in bytes of JSON.
const LONGEST_METADATA: usize = aileron_kernel::limits::LINK_METADATA.most;

aileron_db::row! {
    /// A link as stored.
    #[derive(Clone, Debug)]
    pub struct Link {
        /// Its id.
        pub id: Uuid,
        /// The workspace.
        pub workspace_id: Uuid,
        /// The project of its item.
        pub project_id: Uuid,
        /// The item that it belongs to.
        pub item_id: Uuid,
        /// What it is called.
        pub title: Option<String>,
        /// Where it leads.
        pub url: String,
        /// What is known of the page: `url`, `title`, `favicon_url` once it was asked.
        pub metadata: Value,
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

/// What a request says of a link. Absent fields stay as they are.
#[derive(Clone, Debug, Default)]
pub struct LinkFields {
    /// Where it leads.
    pub url: Option<String>,
    /// What it is called.
    pub title: Option<Option<String>>,
    /// What is known of the page.
    pub metadata: Option<Value>,
    /// Who made it, if admins bring it from elsewhere.
    pub created_by: Option<Uuid>,
}

impl LinkFields {
    /// Reads a body.
    pub fn read(mut fields: Fields, is_new: bool) -> Result<Self, Refusal> {
        if is_new {
            fields.require("url");
        }
        let url = fields.text("url", LONGEST_URL);
        if let Some(Err(wrong)) = url.as_deref().map(rules::check_url) {
            fields.reject("url", wrong);
        }
        let metadata = fields.json("metadata");
        match &metadata {
            Some(value) if !value.is_object() => fields.reject("metadata", "Expected an object."),
            Some(value) if value.to_string().len() > LONGEST_METADATA => {
                fields.reject("metadata", format!("Ensure this field has no more than {LONGEST_METADATA} bytes."));
            }
            _ => {}
        }
        let title = fields.nullable_text("title", NAME);
        let created_by = fields.nullable_id("created_by").flatten();
        fields.finish()?;
        Ok(Self { url, title, metadata, created_by })
    }
}

/// A link on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Link)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct LinkView {
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
    /// What the page says of itself: `url`, `title`, `favicon_url`. Empty until it was asked.
    #[schema(value_type = Object)]
    pub metadata: Value,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub project: Uuid,
    pub workspace: Uuid,
    pub issue: Uuid,
}

impl From<Link> for LinkView {
    fn from(link: Link) -> Self {
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
            issue: link.item_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: Value, is_new: bool) -> Result<LinkFields, Refusal> {
        LinkFields::read(Fields::of(body).unwrap(), is_new)
    }

    #[test]
    fn a_new_link_has_an_address() {
        assert_eq!(read(json!({}), true).unwrap_err().body, json!({"url": ["This field is required."]}));
        assert!(read(json!({}), false).unwrap().url.is_none());
        assert_eq!(read(json!({"url": " https://a.test/ "}), true).unwrap().url.as_deref(), Some("https://a.test/"));
    }

    #[test]
    fn wrong_fields_are_named() {
        let long = "x".repeat(LONGEST_METADATA);
        for (body, named) in [
            (json!({"url": "x"}), "url"),
            (json!({"url": null}), "url"),
            (json!({"url": format!("https://a.test/{}", "x".repeat(LONGEST_URL))}), "url"),
            (json!({"title": "x".repeat(256)}), "title"),
            (json!({"metadata": []}), "metadata"),
            (json!({"metadata": {"a": long}}), "metadata"),
            (json!({"created_by": "x"}), "created_by"),
        ] {
            let refused = read(body, false).unwrap_err();
            assert_eq!(refused.body.as_object().unwrap().keys().collect::<Vec<_>>(), [named]);
        }
    }
}
