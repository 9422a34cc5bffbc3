//! Figures about a member, as they are shown.

use std::collections::BTreeMap;

use aileron_kernel::{Time, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

use crate::members::model::MemberView;

/// Counts by the groups of states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct ByGroup {
    pub backlog: i64,
    pub unstarted: i64,
    pub started: i64,
    pub completed: i64,
    pub cancelled: i64,
}

/// Figures about a member on the wire. Archived items, drafts and what waits in intake count nowhere.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MemberStatistics)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct StatisticsView {
    pub member: Uuid,
    /// Items that he works on.
    pub assigned_issues: i64,
    /// Of these, those that are neither completed nor cancelled.
    pub pending_issues: i64,
    pub completed_issues: i64,
    /// Of the pending ones, those that were due before today.
    pub overdue_issues: i64,
    pub created_issues: i64,
    pub subscribed_issues: i64,
    /// Assigned items by the group of their state.
    pub state_distribution: ByGroup,
    /// Assigned items by priority.
    #[schema(value_type = Object, example = json!({"urgent": 1, "high": 0, "medium": 2, "low": 0, "none": 4}))]
    pub priority_distribution: BTreeMap<&'static str, i64>,
    /// What he did to items last, the newest first.
    pub recent_activity: Vec<ActionView>,
}

/// Something that was done to an item.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MemberActivity)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct ActionView {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(example = "work_item")]
    pub entity: String,
    #[schema(example = "updated")]
    pub verb: String,
    /// What changed, by name.
    #[schema(example = json!(["state"]))]
    pub fields: Vec<String>,
    pub issue: Uuid,
    #[schema(example = "Fix the lift")]
    pub name: String,
    pub sequence_id: i64,
    pub project: Uuid,
}

/// A member with how much he did.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ActiveMember)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct ActiveMemberView {
    #[serde(flatten)]
    pub member: MemberView,
    /// How often he did something to items in the time that was asked for.
    pub activities: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_activity_at: Option<Time>,
    /// Items that he works on and that are neither completed nor cancelled.
    pub pending_issues: i64,
    pub completed_issues: i64,
}
