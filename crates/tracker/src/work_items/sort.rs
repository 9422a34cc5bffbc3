//! The order of lists: a closed list of keys, each ending with the id, so that pages do not overlap.

use aileron_db::{Expr, ExprTrait as _, Func, InWorkspace, Order, Select, Tx, schema};
use aileron_kernel::{Refusal, StateGroup};
use schema::{CYCLE_ITEMS, CYCLES, LABELS, MODULE_ITEMS, MODULES, STATES, USERS, WORK_ITEM_ASSIGNEES, WORK_ITEM_LABELS, WORK_ITEMS};

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A column that always has a value.
    Filled(&'static str),
    /// A column that may be empty. Without a value comes after everything, as PostgreSQL sorts.
    Nullable(&'static str),
    /// The name of the state.
    StateName,
    /// The group of the state, in the order of work.
    StateGroup,
    /// The place of the state.
    StateSequence,
    /// The first label's name.
    Labels,
    /// The first assignee's first name.
    Assignees,
    /// The name of the cycle.
    Cycle,
    /// The first module's name.
    Modules,
}

impl Key {
    fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "created_at" => Self::Filled("created_at"),
            "updated_at" => Self::Filled("updated_at"),
            "priority" => Self::Filled("priority_rank"),
            "sort_order" => Self::Filled("sort_order"),
            "sequence_id" => Self::Filled("sequence_id"),
            "name" => Self::Filled("name_key"),
            "is_draft" => Self::Filled("is_draft"),
            "id" => Self::Filled("id"),
            "start_date" => Self::Nullable("start_date"),
            "target_date" => Self::Nullable("target_date"),
            "completed_at" => Self::Nullable("completed_at"),
            "archived_at" => Self::Nullable("archived_at"),
            "point" => Self::Nullable("point"),
            "state__name" => Self::StateName,
            "state__group" => Self::StateGroup,
            "state__sequence" => Self::StateSequence,
            "labels__name" => Self::Labels,
            "assignees__first_name" => Self::Assignees,
            "cycle__name" => Self::Cycle,
            "modules__name" => Self::Modules,
            _ => return None,
        })
    }
}

/// A key and a direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub key: Key,
    /// Whether the largest comes first.
    pub descending: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self { key: Key::Filled("created_at"), descending: true }
    }
}

impl Sort {
    /// Reads `order_by`; the newest first where there is none.
    pub fn parse(order_by: Option<&str>) -> Result<Self, Refusal> {
        let Some(order_by) = order_by.filter(|order_by| !order_by.is_empty()) else { return Ok(Self::default()) };
        let (name, descending) = order_by.strip_prefix('-').map_or((order_by, false), |name| (name, true));
        let key = Key::of_name(name);
        key.map(|key| Self { key, descending }).ok_or_else(|| Refusal::field("order_by", "This is not a key to sort by."))
    }

    /// Sorts. After a column with an index the id follows in the same direction, which is how the indexes run; after
    /// anything else the oldest comes first in either direction, as in the reference.
    pub fn apply<S: InWorkspace>(self, tx: &Tx<'_, S>, select: Select) -> Select {
        let order = if self.descending { Order::Desc } else { Order::Asc };
        let id = WORK_ITEMS.col("id");
        let by_state = |select: Select| select.join(STATES, STATES.col("id").eq(WORK_ITEMS.col("state_id")));
        let select = match self.key {
            Key::Filled("id") => return select.order(id, order),
            Key::Filled(column) => return select.order(WORK_ITEMS.col(column), order.clone()).order(id, order),
            Key::Nullable(column) => nullable(select, WORK_ITEMS.col(column), &order),
            Key::StateName => by_state(select).order(STATES.col("name_key"), order),
            Key::StateGroup => by_state(select).order(group_rank(), order),
            Key::StateSequence => by_state(select).order(STATES.col("sequence"), order),
            Key::Labels => nullable(select, first_label(tx), &order),
            Key::Assignees => nullable(select, first_assignee(tx), &order),
            Key::Cycle => nullable(select, cycle(tx), &order),
            Key::Modules => nullable(select, first_module(tx), &order),
        };
        select.order(WORK_ITEMS.col("created_at"), Order::Asc).order(id, Order::Asc)
    }
}

/// The two databases disagree about where rows without a value come; this says it for both.
fn nullable(select: Select, by: Expr, order: &Order) -> Select {
    select.order(by.clone().is_null(), order.clone()).order(by, order.clone())
}

fn group_rank() -> Expr {
    use StateGroup::{Backlog, Cancelled, Completed, Started, Triage, Unstarted};
    let mut rank = sea_query::CaseStatement::new();
    for (group, place) in [Backlog, Unstarted, Started, Completed, Cancelled, Triage].into_iter().zip(0_i64..) {
        rank = rank.case(STATES.col("group_name").eq(group.as_str()), Expr::val(place).cast_as("bigint"));
    }
    rank.into()
}

fn first_label<S: InWorkspace>(tx: &Tx<'_, S>) -> Expr {
    tx.from(WORK_ITEM_LABELS)
        .join(LABELS, LABELS.col("id").eq(WORK_ITEM_LABELS.col("label_id")))
        .filter(WORK_ITEM_LABELS.col("item_id").eq(WORK_ITEMS.col("id")))
        .expr(Func::min(LABELS.col("name_key")))
        .value()
}

fn first_assignee<S: InWorkspace>(tx: &Tx<'_, S>) -> Expr {
    tx.from(WORK_ITEM_ASSIGNEES)
        .join(USERS, USERS.col("id").eq(WORK_ITEM_ASSIGNEES.col("member_id")))
        .filter(WORK_ITEM_ASSIGNEES.col("item_id").eq(WORK_ITEMS.col("id")))
        .expr(Func::min(Func::lower(USERS.col("first_name"))))
        .value()
}

fn cycle<S: InWorkspace>(tx: &Tx<'_, S>) -> Expr {
    tx.from(CYCLE_ITEMS)
        .join(CYCLES, CYCLES.col("id").eq(CYCLE_ITEMS.col("cycle_id")))
        .filter(CYCLE_ITEMS.col("item_id").eq(WORK_ITEMS.col("id")))
        .expr(Func::min(Func::lower(CYCLES.col("name"))))
        .value()
}

fn first_module<S: InWorkspace>(tx: &Tx<'_, S>) -> Expr {
    tx.from(MODULE_ITEMS)
        .join(MODULES, MODULES.col("id").eq(MODULE_ITEMS.col("module_id")))
        .filter(MODULE_ITEMS.col("item_id").eq(WORK_ITEMS.col("id")))
        .expr(Func::min(MODULES.col("name_key")))
        .value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_a_closed_list() {
        assert_eq!(Sort::parse(None).unwrap(), Sort::default());
        assert_eq!(Sort::parse(Some("")).unwrap(), Sort::default());
        assert_eq!(Sort::parse(Some("priority")).unwrap(), Sort { key: Key::Filled("priority_rank"), descending: false });
        assert!(Sort::parse(Some("-labels__name")).unwrap().descending);
        for unknown in ["nonsense", "-", "--name", "?", "project__name", "created_by__password", "name; DROP TABLE users", "priority_rank"]
        {
            assert!(Sort::parse(Some(unknown)).is_err(), "{unknown}");
        }
    }
}
