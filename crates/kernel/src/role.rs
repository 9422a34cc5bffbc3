//! Roles of members, by the numbers of the wire.

use serde::{Deserialize, Serialize};

/// What a member is in a workspace or project. A higher role includes the rights of a lower one where the
/// [permission table](crate::permissions) says "from this role on".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "i64", try_from = "i64")]
#[repr(i64)]
pub enum Role {
    /// 5: sees what is shown to guests.
    Guest = 5,
    /// 10: reads everything of a project, changes nothing. Projects only.
    Viewer = 10,
    /// 15: works.
    Member = 15,
    /// 20: configures.
    Admin = 20,
}

impl Role {
    /// The number on the wire and in the database.
    pub const fn number(self) -> i64 {
        self as i64
    }

    /// The role of that number, if there is one.
    pub const fn from_number(number: i64) -> Option<Self> {
        match number {
            5 => Some(Self::Guest),
            10 => Some(Self::Viewer),
            15 => Some(Self::Member),
            20 => Some(Self::Admin),
            _ => None,
        }
    }
}

impl From<Role> for i64 {
    fn from(role: Role) -> i64 {
        role.number()
    }
}

impl TryFrom<i64> for Role {
    type Error = String;
    fn try_from(number: i64) -> Result<Self, String> {
        Self::from_number(number).ok_or_else(|| format!("{number} is not a role"))
    }
}
