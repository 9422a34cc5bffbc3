//! How the items of a collection stand by people and by labels.

use std::collections::BTreeMap;

use aileron_db::{
    self as db, ExprTrait as _, ProjectScope, Tx,
    schema::{LABELS, STATES, USERS, WORK_ITEM_ASSIGNEES, WORK_ITEM_LABELS, WORK_ITEMS},
};
use aileron_kernel::{StateGroup, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Collection, progress};

/// Who has how much to do, and what it is about.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Distribution {
    /// By who works on them; the part without an id is nobody's. An item counts for each of its assignees.
    pub assignees: Vec<Part>,
    /// By label; the part without an id has none. An item counts for each of its labels.
    pub labels: Vec<Part>,
}

/// A part of a collection: cancelled items are neither completed nor pending.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Part {
    pub id: Option<Uuid>,
    pub name: Option<String>,
    pub total_issues: i64,
    pub completed_issues: i64,
    pub pending_issues: i64,
    pub total_estimates: f64,
    pub completed_estimates: f64,
    pub pending_estimates: f64,
}

impl Part {
    fn add(&mut self, group: StateGroup, items: i64, points: f64) {
        self.total_issues += items;
        self.total_estimates += points;
        if group == StateGroup::Completed {
            self.completed_issues += items;
            self.completed_estimates += points;
        } else if !group.is_closed() {
            self.pending_issues += items;
            self.pending_estimates += points;
        }
    }
}

/// A row of a statement: id, name, group, items, points.
type Counted = (Option<Uuid>, Option<String>, String, i64, Option<f64>);

/// Of one collection: two statements.
pub fn of(tx: &mut Tx<'_, ProjectScope>, of: Collection, id: Uuid) -> db::Result<Distribution> {
    let people = progress::items(tx, of, &[id])
        .left_join(WORK_ITEM_ASSIGNEES, WORK_ITEM_ASSIGNEES.col("item_id").eq(WORK_ITEMS.col("id")))
        .left_join(USERS, USERS.col("id").eq(WORK_ITEM_ASSIGNEES.col("member_id")));
    let assignees = people.expr(USERS.col("id")).expr(USERS.col("display_name")).group_by(USERS.col("id"));
    let assignees = tx.all::<Counted>(&counted(assignees.group_by(USERS.col("display_name"))))?;
    let words = progress::items(tx, of, &[id])
        .left_join(WORK_ITEM_LABELS, WORK_ITEM_LABELS.col("item_id").eq(WORK_ITEMS.col("id")))
        .left_join(LABELS, LABELS.col("id").eq(WORK_ITEM_LABELS.col("label_id")));
    let labels = words.expr(LABELS.col("id")).expr(LABELS.col("name")).group_by(LABELS.col("id"));
    let labels = tx.all::<Counted>(&counted(labels.group_by(LABELS.col("name"))))?;
    Ok(Distribution { assignees: parts(assignees), labels: parts(labels) })
}

fn counted(select: db::Select) -> db::Select {
    select
        .expr(STATES.col("group_name"))
        .expr(WORK_ITEMS.col("id").count())
        .expr(progress::sum_of_points())
        .group_by(STATES.col("group_name"))
}

/// The parts in the order of their names, that without a name last.
fn parts(rows: Vec<Counted>) -> Vec<Part> {
    let mut parts: BTreeMap<(bool, Option<String>, Option<Uuid>), Part> = BTreeMap::new();
    for (id, name, group, items, points) in rows {
        let group = StateGroup::parse(&group).unwrap_or(StateGroup::Backlog);
        let part = parts.entry((name.is_none(), name.clone(), id)).or_insert_with(|| Part { id, name, ..Part::default() });
        part.add(group, items, points.unwrap_or(0.0));
    }
    parts.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_a_part_add_up() {
        let id = Some(Uuid::from_u128(1));
        let row = |name: Option<&str>, group: &str, items, points| {
            (id.filter(|_| name.is_some()), name.map(str::to_owned), group.to_owned(), items, points)
        };
        let rows = vec![
            row(None, "backlog", 2, None),
            row(Some("bob"), "completed", 1, Some(3.0)),
            row(Some("bob"), "started", 2, Some(1.0)),
            row(Some("bob"), "cancelled", 1, None),
        ];
        let parts = parts(rows);
        assert_eq!(parts.iter().map(|part| part.name.as_deref()).collect::<Vec<_>>(), [Some("bob"), None]);
        let bob = &parts[0];
        assert_eq!((bob.total_issues, bob.completed_issues, bob.pending_issues), (4, 1, 2));
        assert_eq!((bob.total_estimates, bob.completed_estimates, bob.pending_estimates), (4.0, 3.0, 1.0));
    }
}
