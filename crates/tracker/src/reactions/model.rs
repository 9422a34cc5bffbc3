//! A reaction, as stored and as shown.

use aileron_kernel::{Fields, Refusal, Time, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

/// The longest reaction, in characters.
const LONGEST: usize = aileron_kernel::limits::REACTION.most;

/// What is reacted to: an item, or a comment on it.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The item.
    pub item: Uuid,
    /// The comment on it.
    pub comment: Option<Uuid>,
}

aileron_db::row! {
    /// A reaction as stored.
    #[derive(Clone, Debug)]
    pub struct Reaction {
        /// Its id.
        pub id: Uuid,
        /// The workspace.
        pub workspace_id: Uuid,
        /// The project.
        pub project_id: Uuid,
        /// The item.
        pub item_id: Uuid,
        /// The comment, if it is one to a comment.
        pub comment_id: Option<Uuid>,
        /// Whose it is.
        pub actor_id: Uuid,
        /// The emoji, or its code, as sent.
        pub reaction: String,
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

/// The emoji of a request.
pub fn emoji(mut fields: Fields) -> Result<String, Refusal> {
    fields.require("reaction");
    let reaction = fields.text("reaction", LONGEST);
    if reaction.as_deref().is_some_and(|text| text.chars().any(char::is_control)) {
        fields.reject("reaction", "Control characters are not allowed.");
    }
    fields.finish()?;
    Ok(reaction.unwrap_or_default())
}

/// A reaction on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Reaction)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct ReactionView {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    #[schema(example = "128077")]
    pub reaction: String,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub project: Uuid,
    pub workspace: Uuid,
    pub issue: Uuid,
    pub comment: Option<Uuid>,
    pub actor: Uuid,
}

impl From<Reaction> for ReactionView {
    fn from(reaction: Reaction) -> Self {
        Self {
            id: reaction.id,
            created_at: reaction.created_at,
            updated_at: reaction.updated_at,
            deleted_at: None,
            reaction: reaction.reaction,
            created_by: reaction.created_by,
            updated_by: reaction.updated_by,
            project: reaction.project_id,
            workspace: reaction.workspace_id,
            issue: reaction.item_id,
            comment: reaction.comment_id,
            actor: reaction.actor_id,
        }
    }
}
