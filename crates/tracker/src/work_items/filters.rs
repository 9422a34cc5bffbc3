//! The filter of a list in the words of the database.
//!
//! Every condition is true or false and never unknown, so that "not" means the opposite for empty fields too.

use aileron_db::{
    self as db, Expr, ExprTrait as _, InWorkspace, Select, Table, Tx, id_in,
    schema::{CYCLE_ITEMS, LABELS, MODULE_ITEMS, STATES, WORK_ITEM_ASSIGNEES, WORK_ITEM_LABELS, WORK_ITEM_SUBSCRIBERS, WORK_ITEMS},
};
use aileron_kernel::{
    Filter, Uuid,
    filter::{Condition, DayField, Days, Reference, TimeField, Times},
    search,
};

use crate::search::{holds as in_documents, pattern};

/// The condition that an item of these projects fits the filter.
pub fn condition<S: InWorkspace>(tx: &Tx<'_, S>, filter: &Filter, projects: &[Uuid]) -> db::Condition {
    match filter {
        Filter::And(parts) => parts.iter().fold(db::Condition::all(), |all, part| all.add(condition(tx, part, projects))),
        Filter::Or(parts) => parts.iter().fold(db::Condition::any(), |any, part| any.add(condition(tx, part, projects))),
        Filter::Not(part) => condition(tx, part, projects).not(),
        Filter::Leaf(leaf) => db::Condition::all().add(self::leaf(tx, leaf, projects)),
    }
}

fn leaf<S: InWorkspace>(tx: &Tx<'_, S>, condition: &Condition, projects: &[Uuid]) -> Expr {
    match condition {
        Condition::References { field, ids, or_empty } => references(tx, *field, ids, *or_empty),
        Condition::StateGroups(groups) => {
            let states = tx.from(STATES).filter(STATES.col("group_name").is_in(groups.iter().map(|group| group.as_str())));
            states.expr(STATES.col("id")).contains(WORK_ITEMS.col("state_id"))
        }
        Condition::Priorities(priorities) => WORK_ITEMS.col("priority").is_in(priorities.iter().map(|priority| priority.as_str())),
        Condition::Days(field, days) => within_days(WORK_ITEMS.col(day_column(*field)), *days),
        Condition::Times(field, times) => within_times(WORK_ITEMS.col(time_column(*field)), *times),
        Condition::NoDay(field) => WORK_ITEMS.col(day_column(*field)).is_null(),
        Condition::NoTime(field) => WORK_ITEMS.col(time_column(*field)).is_null(),
        Condition::Name(words) => holds(words),
        Condition::Search(words) => found(tx, words, projects),
    }
}

fn references<S: InWorkspace>(tx: &Tx<'_, S>, field: Reference, ids: &[Uuid], or_empty: bool) -> Expr {
    let (one_of, empty) = match field {
        Reference::Assignee => listed(tx.from(WORK_ITEM_ASSIGNEES), WORK_ITEM_ASSIGNEES, "member_id", ids),
        Reference::Label => {
            let live = tx.from(LABELS).expr(LABELS.col("id")).contains(WORK_ITEM_LABELS.col("label_id"));
            listed(tx.from(WORK_ITEM_LABELS).filter(live), WORK_ITEM_LABELS, "label_id", ids)
        }
        Reference::Cycle => listed(tx.from(CYCLE_ITEMS), CYCLE_ITEMS, "cycle_id", ids),
        Reference::Module => listed(tx.from(MODULE_ITEMS), MODULE_ITEMS, "module_id", ids),
        Reference::Subscriber => listed(tx.from(WORK_ITEM_SUBSCRIBERS), WORK_ITEM_SUBSCRIBERS, "member_id", ids),
        Reference::State => column("state_id", ids),
        Reference::Project => column("project_id", ids),
        Reference::CreatedBy => column("created_by", ids),
        Reference::Type => column("type_id", ids),
        Reference::Parent => column("parent_id", ids),
    };
    if or_empty { one_of.or(empty) } else { one_of }
}

/// "One of these is in the list" and "the list is empty".
fn listed(rows: Select, table: Table, column: &'static str, ids: &[Uuid]) -> (Expr, Expr) {
    let wanted = rows.clone().filter(id_in(table, column, ids)).expr(table.col("item_id"));
    let any = rows.filter(table.col("item_id").eq(WORK_ITEMS.col("id")));
    (wanted.contains(WORK_ITEMS.col("id")), any.exists().not())
}

/// "It is one of these" and "it is empty".
fn column(column: &'static str, ids: &[Uuid]) -> (Expr, Expr) {
    (WORK_ITEMS.col(column).is_not_null().and(id_in(WORK_ITEMS, column, ids)), WORK_ITEMS.col(column).is_null())
}

const fn day_column(field: DayField) -> &'static str {
    match field {
        DayField::StartDate => "start_date",
        DayField::TargetDate => "target_date",
    }
}

const fn time_column(field: TimeField) -> &'static str {
    match field {
        TimeField::CreatedAt => "created_at",
        TimeField::UpdatedAt => "updated_at",
        TimeField::CompletedAt => "completed_at",
    }
}

fn within_days(column: Expr, days: Days) -> Expr {
    let mut within = column.clone().is_not_null();
    if let Some(from) = days.from {
        within = within.and(column.clone().gte(from));
    }
    if let Some(to) = days.to {
        within = within.and(column.lte(to));
    }
    within
}

fn within_times(column: Expr, times: Times) -> Expr {
    let mut within = column.clone().is_not_null();
    if let Some(from) = times.from {
        within = within.and(column.clone().gte(from.micros()));
    }
    if let Some(before) = times.before {
        within = within.and(column.lt(before.micros()));
    }
    within
}

/// The name holds this text, whatever the case.
fn holds(words: &str) -> Expr {
    WORK_ITEMS.col("name_key").like(pattern(words))
}

/// Name, description or a comment hold these words; text without a word in it is looked for in names as it is.
fn found<S: InWorkspace>(tx: &Tx<'_, S>, words: &str, projects: &[Uuid]) -> Expr {
    let terms = search::query_terms(words);
    if terms.is_empty() { holds(words) } else { in_documents(tx, &terms, projects) }
}
