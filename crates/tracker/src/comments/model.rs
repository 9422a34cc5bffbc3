//! A comment, as stored and as shown.

use aileron_kernel::{Fields, Refusal, Time, Uuid, fields::NAME, text};
use aileron_platform::html::{self, Cleaned};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// The text of a comment that was sent without one.
const EMPTY: &str = "<p></p>";

/// The longest comment, in bytes.
pub const LONGEST: usize = aileron_kernel::limits::COMMENT.most;

/// How many characters of a comment the search knows.
const SEARCHED: usize = 4_000;

aileron_db::row! {
    /// A comment as stored.
    #[derive(Clone, Debug)]
    pub struct Comment {
        /// Its id.
        pub id: Uuid,
        /// The workspace.
        pub workspace_id: Uuid,
        /// The project of its item.
        pub project_id: Uuid,
        /// The item that it is about.
        pub item_id: Uuid,
        /// The comment that it answers.
        pub parent_id: Option<Uuid>,
        /// Its author.
        pub actor_id: Option<Uuid>,
        /// The text, cleaned.
        pub comment_html: String,
        /// The word for who may read it where the item is published.
        pub access: String,
        /// When its text was last changed.
        pub edited_at: Option<Time>,
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
    }
}

/// Who may read a comment where its item is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Whoever sees the item inside.
    Internal,
    /// The public too.
    External,
}

impl Access {
    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Internal => "INTERNAL",
            Self::External => "EXTERNAL",
        }
    }

    /// The value of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Internal, Self::External].into_iter().find(|access| access.as_str() == word)
    }
}

/// What a request says of a comment. Absent fields stay as they are.
#[derive(Clone, Debug, Default)]
pub struct CommentFields {
    /// The text, as [`said`] makes it.
    pub said: Option<Cleaned>,
    /// The same as the client's editor keeps it.
    pub json: Option<Value>,
    /// Who may read it.
    pub access: Option<Access>,
    /// The comment that it answers.
    pub reply_to: Option<Option<Uuid>>,
    /// Where it came from.
    pub external_source: Option<Option<String>>,
    /// What it is called there.
    pub external_id: Option<Option<String>>,
    /// When it was made, if admins bring it from elsewhere.
    pub created_at: Option<Time>,
    /// Who made it, if admins bring it from elsewhere.
    pub created_by: Option<Uuid>,
}

impl CommentFields {
    /// Reads a body. A new comment without text has an empty one.
    pub fn read(mut fields: Fields, is_new: bool) -> Result<Self, Refusal> {
        let sent = fields.bounded_text("comment_html", LONGEST);
        let json = fields.json("comment_json");
        if json.as_ref().is_some_and(|json| !json.is_object()) {
            fields.reject("comment_json", "Expected an object.");
        }
        let read = Self {
            said: None,
            json,
            access: fields.choice("access", Access::parse),
            reply_to: fields.nullable_id("reply_to"),
            external_source: fields.nullable_text("external_source", NAME),
            external_id: fields.nullable_text("external_id", NAME),
            created_at: fields.nullable_time("created_at").flatten(),
            created_by: fields.nullable_id("created_by").flatten(),
        };
        fields.finish()?;
        let sent = sent.or_else(|| is_new.then(|| EMPTY.to_owned()));
        Ok(Self { said: sent.map(|html| said(&html)), ..read })
    }
}

/// A comment as it is stored: cleaned, and as much of its text as the search knows. Takes its time for a long one.
pub fn said(markup: &str) -> Cleaned {
    let Cleaned { html, text } = html::clean(markup);
    Cleaned { html, text: text::beginning(&text, SEARCHED).to_owned() }
}

/// A comment on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Comment)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct CommentView {
    pub id: Uuid,
    pub is_member: bool,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    pub comment_html: String,
    pub attachments: Vec<String>,
    #[schema(example = "INTERNAL")]
    pub access: String,
    pub external_source: Option<String>,
    pub external_id: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub edited_at: Option<Time>,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub project: Uuid,
    pub workspace: Uuid,
    /// The id of the text: a comment holds its own, so it is the comment's.
    pub description: Uuid,
    pub issue: Uuid,
    pub actor: Option<Uuid>,
    pub parent: Option<Uuid>,
}

impl From<Comment> for CommentView {
    fn from(comment: Comment) -> Self {
        Self {
            id: comment.id,
            is_member: true,
            created_at: comment.created_at,
            updated_at: comment.updated_at,
            deleted_at: None,
            comment_html: comment.comment_html,
            attachments: Vec::new(),
            access: comment.access,
            external_source: comment.external_source,
            external_id: comment.external_id,
            edited_at: comment.edited_at,
            created_by: comment.created_by,
            updated_by: comment.updated_by,
            project: comment.project_id,
            workspace: comment.workspace_id,
            description: comment.id,
            issue: comment.item_id,
            actor: comment.actor_id,
            parent: comment.parent_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: Value, is_new: bool) -> Result<CommentFields, Refusal> {
        CommentFields::read(Fields::of(body).unwrap(), is_new)
    }

    #[test]
    fn a_new_comment_has_a_text_and_a_change_may_have_none() {
        assert_eq!(read(json!({}), true).unwrap().said.unwrap().html, EMPTY);
        assert_eq!(read(json!({}), false).unwrap().said, None);
        let cleaned = read(json!({"comment_html": "<p onclick=x>a</p><script>b</script>"}), true).unwrap().said.unwrap();
        assert_eq!((cleaned.html.as_str(), cleaned.text.as_str()), ("<p>a</p>", "a"));
    }

    #[test]
    fn a_comment_and_what_is_searched_of_it_have_an_end() {
        let longest = "x ".repeat(LONGEST / 2);
        assert_eq!(read(json!({"comment_html": longest}), true).unwrap().said.unwrap().text.len(), SEARCHED);
        let refused = read(json!({"comment_html": format!("{longest}x")}), true).unwrap_err();
        assert_eq!(refused.body, json!({"comment_html": ["Ensure this field has no more than 262144 bytes."]}));
    }

    #[test]
    fn wrong_fields_are_named() {
        let refused = read(json!({"access": "SECRET", "comment_json": [], "comment_html": 1, "reply_to": "x"}), true).unwrap_err();
        let named: Vec<&String> = refused.body.as_object().unwrap().keys().collect();
        assert_eq!(named, ["access", "comment_html", "comment_json", "reply_to"]);
        assert!(read(json!({"comment_html": null}), true).is_err());
    }
}
