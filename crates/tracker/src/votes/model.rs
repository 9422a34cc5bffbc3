//! A vote, as stored and as shown.

use aileron_kernel::{Fields, Refusal, Time, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

aileron_db::row! {
    /// A vote as stored.
    #[derive(Clone, Debug)]
    pub struct Vote {
        /// Its id.
        pub id: Uuid,
        /// The workspace.
        pub workspace_id: Uuid,
        /// The project.
        pub project_id: Uuid,
        /// The item.
        pub item_id: Uuid,
        /// Whose it is.
        pub actor_id: Uuid,
        /// 1: for the item, -1: against it.
        pub vote: i64,
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

/// The vote of a request; without one: for the item.
pub fn vote(mut fields: Fields) -> Result<i64, Refusal> {
    let vote = fields.choice("vote", |word| match word {
        "1" => Some(1),
        "-1" => Some(-1),
        _ => None,
    });
    fields.finish()?;
    Ok(vote.unwrap_or(1))
}

/// A vote on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Vote)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct VoteView {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    /// 1: for the item, -1: against it.
    #[schema(example = 1)]
    pub vote: i64,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub project: Uuid,
    pub workspace: Uuid,
    pub issue: Uuid,
    pub actor: Uuid,
}

impl From<Vote> for VoteView {
    fn from(vote: Vote) -> Self {
        Self {
            id: vote.id,
            created_at: vote.created_at,
            updated_at: vote.updated_at,
            deleted_at: None,
            vote: vote.vote,
            created_by: vote.created_by,
            updated_by: vote.updated_by,
            project: vote.project_id,
            workspace: vote.workspace_id,
            issue: vote.item_id,
            actor: vote.actor_id,
        }
    }
}
