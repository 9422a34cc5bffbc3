//! A membership, as stored and as shown.

use aileron_kernel::{Role, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

aileron_db::row! {
    /// A membership as stored.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Member {
        /// The membership.
        pub id: Uuid,
        /// The account.
        pub member_id: Uuid,
        /// Its role there.
        pub role: Role,
        /// Whether it still is a member.
        pub is_active: bool,
    }
}

/// A membership on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Membership)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct MembershipView {
    pub id: Uuid,
    pub member: Uuid,
    #[schema(value_type = i64, example = 15)]
    pub role: Role,
}

impl From<Member> for MembershipView {
    fn from(member: Member) -> Self {
        Self { id: member.id, member: member.member_id, role: member.role }
    }
}
