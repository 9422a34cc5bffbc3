//! A membership, as stored and as shown.

use aileron_db::{self as db, FromRow};
use aileron_identity::me::{LiteUser, LiteUserView};
use aileron_kernel::{Role, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

db::row! {
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

/// A member as lists show him: the account, with the membership by which he is there.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Member)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct MemberView {
    #[serde(flatten)]
    pub account: LiteUserView,
    pub membership_id: Uuid,
    #[schema(value_type = i64, example = 15)]
    pub role: Role,
}

/// An account with a membership of its.
pub(super) struct AccountRow {
    pub(super) account: LiteUser,
    pub(super) membership: Uuid,
    pub(super) role: Role,
}

impl FromRow for AccountRow {
    const COLUMNS: &'static [&'static str] = &[];
    fn from_row(row: &mut db::Row<'_>) -> db::Result<Self> {
        Ok(Self { account: LiteUser::from_row(row)?, membership: row.take()?, role: row.take()? })
    }
}
