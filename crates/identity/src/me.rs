//! The caller's own account.

use aileron_db::{self as db, ExprTrait as _, schema::USERS};
use aileron_kernel::{Action, Refusal, Uuid};
use aileron_platform::web::{ApiError, Json};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{Call, Context};

db::row! {
    /// An account as others see it.
    #[derive(Clone, Debug)]
    pub struct LiteUser {
        /// Its id.
        pub id: Uuid,
        /// First name.
        pub first_name: String,
        /// Last name.
        pub last_name: String,
        /// The address.
        pub email: Option<String>,
        /// Its picture, an address or empty.
        pub avatar: String,
        /// What others call it.
        pub display_name: String,
    }
}

/// An account on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = UserLite)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct LiteUserView {
    pub id: Uuid,
    pub first_name: String,
    pub last_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    pub avatar: String,
    pub avatar_url: Option<String>,
    pub display_name: String,
}

impl From<LiteUser> for LiteUserView {
    fn from(user: LiteUser) -> Self {
        Self {
            id: user.id,
            first_name: user.first_name,
            last_name: user.last_name,
            email: user.email,
            avatar_url: (!user.avatar.is_empty()).then(|| user.avatar.clone()),
            avatar: user.avatar,
            display_name: user.display_name,
        }
    }
}

/// The routes with their documentation.
pub(crate) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(me))
}

/// The caller's own account.
#[utoipa::path(get, path = "/api/v1/users/me/", operation_id = "get_current_user", tag = "Users",
    extensions(("x-action" = json!("account.read"))),
    responses((status = 200, description = "The account", body = LiteUserView), (status = 401, description = "No credentials"), (status = 403, description = "The token is not valid")))]
async fn me(call: Call) -> Result<Json, ApiError> {
    call.account(Action::AccountRead)
        .read(|tx, principal| {
            let select = tx.from(USERS).columns::<LiteUser>(USERS).filter(USERS.col("id").eq(principal.user_id()));
            let user = tx.optional::<LiteUser>(&select)?.ok_or_else(Refusal::bad_token)?;
            Json::of(&LiteUserView::from(user))
        })
        .await
}
