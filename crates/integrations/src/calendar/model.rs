//! A calendar feed, as asked for, as stored and as shown.

use aileron_kernel::{Fields, Refusal, Time, Uuid, fields::NAME};
use serde::Serialize;
use utoipa::ToSchema;

aileron_db::row! {
    /// A feed as stored.
    #[derive(Clone, Debug)]
    pub struct Feed {
        /// Its id.
        pub id: Uuid,
        /// The workspace.
        pub workspace_id: Uuid,
        /// Whose eyes it sees with.
        pub owner_id: Uuid,
        /// For which program or device.
        pub name: String,
        /// The project; none: what the owner works on.
        pub project_id: Option<Uuid>,
        /// When it was made.
        pub created_at: Time,
        /// When its address was last changed.
        pub updated_at: Time,
    }
}

/// What a request says of a new feed.
#[derive(Clone, Debug)]
pub struct FeedFields {
    /// For which program or device.
    pub name: String,
    /// The project; none: what the owner works on.
    pub project: Option<Uuid>,
}

impl FeedFields {
    /// Reads a body. Every field may be absent.
    pub fn read(mut fields: Fields) -> Result<Self, Refusal> {
        let name = fields.text_or_blank("name", NAME);
        let project = fields.nullable_id("project_id").flatten();
        fields.finish()?;
        Ok(Self { name: name.unwrap_or_default(), project })
    }
}

/// A feed on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CalendarFeed)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct FeedView {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    #[schema(example = "Phone")]
    pub name: String,
    /// The project; none: what the owner works on.
    pub project: Option<Uuid>,
    pub owner: Uuid,
    pub workspace: Uuid,
    /// The address for calendar programs. Only in the answer to the request that made it, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://aileron.example.com/api/v1/calendar-feeds/0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d10/?token=cal_...")]
    pub url: Option<String>,
}

impl FeedView {
    /// A feed, with its token if that was made just now, under the address that people reach the server by.
    pub fn new(feed: Feed, token: Option<String>, base: &str) -> Self {
        Self {
            id: feed.id,
            created_at: feed.created_at,
            updated_at: feed.updated_at,
            name: feed.name,
            project: feed.project_id,
            owner: feed.owner_id,
            workspace: feed.workspace_id,
            url: token.map(|token| format!("{base}/api/v1/calendar-feeds/{}/?token={token}", feed.id)),
        }
    }
}
