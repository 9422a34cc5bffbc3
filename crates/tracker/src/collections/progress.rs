//! How the items of a collection stand, by items and by points.

use std::collections::HashMap;

use aileron_db::{self as db, Expr, ExprTrait as _, Func, ProjectScope, Select, Tx, id_in, schema::STATES, schema::WORK_ITEMS};
use aileron_kernel::{StateGroup, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

use super::Collection;
use crate::work_items::visibility;

/// Counts of items and sums of their points, by the group of their state. Sums are null where nothing is estimated.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Progress {
    pub total_issues: i64,
    pub cancelled_issues: i64,
    pub completed_issues: i64,
    pub started_issues: i64,
    pub unstarted_issues: i64,
    pub backlog_issues: i64,
    pub total_estimates: Option<f64>,
    pub cancelled_estimates: Option<f64>,
    pub completed_estimates: Option<f64>,
    pub started_estimates: Option<f64>,
    pub unstarted_estimates: Option<f64>,
    pub backlog_estimates: Option<f64>,
}

impl Progress {
    fn add(&mut self, group: StateGroup, items: i64, points: Option<f64>) {
        let (count, sum) = match group {
            StateGroup::Backlog => (&mut self.backlog_issues, &mut self.backlog_estimates),
            StateGroup::Unstarted => (&mut self.unstarted_issues, &mut self.unstarted_estimates),
            StateGroup::Started => (&mut self.started_issues, &mut self.started_estimates),
            StateGroup::Completed => (&mut self.completed_issues, &mut self.completed_estimates),
            StateGroup::Cancelled => (&mut self.cancelled_issues, &mut self.cancelled_estimates),
            StateGroup::Triage => return,
        };
        *count += items;
        self.total_issues += items;
        if let Some(points) = points {
            *sum = Some(sum.unwrap_or(0.0) + points);
            self.total_estimates = Some(self.total_estimates.unwrap_or(0.0) + points);
        }
    }
}

/// How much work an item is, in points.
pub(super) fn points() -> Expr {
    WORK_ITEMS.col("point")
}

/// A sum of points, as the same kind of number on both databases.
pub(crate) fn sum_of_points() -> Expr {
    Func::sum(points()).cast_as("double precision")
}

/// The listed items of these collections that the caller may see, joined to their states.
pub(super) fn items(tx: &Tx<'_, ProjectScope>, of: Collection, ids: &[Uuid]) -> Select {
    tx.in_project(of.table)
        .join(WORK_ITEMS, WORK_ITEMS.col("id").eq(of.table.col("item_id")).and(WORK_ITEMS.col("hidden").is_null()))
        .join(STATES, STATES.col("id").eq(WORK_ITEMS.col("state_id")))
        .filter(id_in(of.table, of.column, ids))
        .filter_some(visibility::in_project(tx.scope()))
}

/// How the items of each of these collections stand: one statement for all.
pub fn of(tx: &mut Tx<'_, ProjectScope>, of: Collection, ids: &[Uuid]) -> db::Result<HashMap<Uuid, Progress>> {
    let mut all: HashMap<Uuid, Progress> = HashMap::new();
    if ids.is_empty() {
        return Ok(all);
    }
    let select = items(tx, of, ids)
        .expr(of.table.col(of.column))
        .expr(STATES.col("group_name"))
        .expr(WORK_ITEMS.col("id").count())
        .expr(sum_of_points())
        .group_by(of.table.col(of.column))
        .group_by(STATES.col("group_name"));
    for (id, group, items, points) in tx.all::<(Uuid, String, i64, Option<f64>)>(&select)? {
        let group = StateGroup::parse(&group).unwrap_or(StateGroup::Backlog);
        all.entry(id).or_default().add(group, items, points);
    }
    Ok(all)
}
