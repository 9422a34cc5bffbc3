//! An invitation, as stored and as shown.

use aileron_db::{self as db, ExprTrait as _, Order, Tx, WorkspaceScope, schema::WORKSPACE_INVITATIONS};
use aileron_kernel::{Refusal, Role, Time, Uuid, refusal::Kind};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

db::row! {
    /// An invitation.
    #[derive(Clone, Debug, Serialize, ToSchema)]
    #[allow(missing_docs, reason = "the names are those of the wire")]
    pub struct Invitation {
        pub id: Uuid,
        pub email: String,
        #[schema(value_type = i64, example = 15)]
        pub role: Role,
        #[schema(value_type = String, format = DateTime)]
        pub created_at: Time,
        #[schema(value_type = String, format = DateTime)]
        pub updated_at: Time,
        #[schema(value_type = Option<String>, format = DateTime)]
        pub responded_at: Option<Time>,
        pub accepted: bool,
        /// Until when its link is good; null where none was made.
        #[schema(value_type = Option<String>, format = DateTime)]
        pub expires_at: Option<Time>,
    }
}

/// The link of an invitation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvitationLink {
    /// What the invited person joins with. Only in the answer to the request that made it, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "inv_9f2c...")]
    pub token: Option<String>,
    /// The address to send to the invited person. What stands behind the `#` is sent to no server and stands in no log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://aileron.example.com/invite#inv_9f2c...")]
    pub link: Option<String>,
    /// Until when it is good.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Time>,
}

/// The most invitations that a list shows. It is not paged, as the compatible API's is not.
const MOST: i64 = 10_000;

/// All invitations of the workspace, the newest first.
pub fn list(tx: &mut Tx<'_, WorkspaceScope>) -> db::Result<Vec<Invitation>> {
    let select = tx
        .from(WORKSPACE_INVITATIONS)
        .columns::<Invitation>(WORKSPACE_INVITATIONS)
        .order(WORKSPACE_INVITATIONS.col("created_at"), Order::Desc)
        .order(WORKSPACE_INVITATIONS.col("id"), Order::Desc)
        .limit(MOST);
    tx.all(&select)
}

/// One invitation.
pub fn get(tx: &mut Tx<'_, WorkspaceScope>, id: Uuid) -> db::Result<Invitation> {
    let select = tx.from(WORKSPACE_INVITATIONS).columns::<Invitation>(WORKSPACE_INVITATIONS).filter(WORKSPACE_INVITATIONS.col("id").eq(id));
    let missing = || Refusal::new(Kind::NotFound, json!({ "error": "The required object does not exist." })).into();
    tx.optional(&select)?.ok_or_else(missing)
}
