//! Statements. What reads a tenant's table carries the workspace and leaves deleted rows out by itself.

use std::fmt::Write as _;

use sea_query::{
    Alias, Asterisk, Condition, DynIden, Expr, ExprTrait as _, Func, IntoIden as _, NullOrdering, Order, SelectStatement, SubQueryStatement,
};
use uuid::Uuid;

use crate::{Dialect, FromRow};

/// What the rows of a table have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableKind {
    /// A tenant's rows with id, times, authors, `deleted_at` and `version`.
    Entity,
    /// A tenant's rows that only connect or number others: `workspace_id` and no `deleted_at`.
    Link,
    /// Rows of the instance: reached by jobs and sign-in, or joined to a tenant's rows.
    Instance {
        /// Whether rows are marked deleted.
        soft: bool,
    },
}

/// A table of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// What its rows have in common.
    pub kind: TableKind,
}

impl Table {
    /// A column of this table.
    pub fn col(self, column: &'static str) -> Expr {
        Expr::col((self.name, column))
    }

    pub(crate) fn iden(self) -> DynIden {
        Alias::new(self.name).into_iden()
    }

    /// The condition that every statement on this table carries.
    pub(crate) fn guard(self, name: &'static str, workspace: Option<Uuid>) -> Option<Expr> {
        let live = |name: &'static str| Expr::col((name, "deleted_at")).is_null();
        match (self.kind, workspace) {
            (TableKind::Entity, Some(id)) => Some(Expr::col((name, "workspace_id")).eq(id).and(live(name))),
            (TableKind::Link, Some(id)) => Some(Expr::col((name, "workspace_id")).eq(id)),
            (TableKind::Instance { soft: true }, _) | (TableKind::Entity, None) => Some(live(name)),
            (TableKind::Instance { soft: false }, _) | (TableKind::Link, None) => None,
        }
    }
}

/// A SELECT in the making. Made by [`Tx::from`](crate::Tx::from).
#[derive(Clone, Debug)]
pub struct Select {
    pub(crate) statement: SelectStatement,
    pub(crate) workspace: Option<Uuid>,
}

impl Select {
    pub(crate) fn new(table: Table, workspace: Option<Uuid>, with_deleted: bool) -> Self {
        let mut statement = SelectStatement::new();
        statement.from(table.iden());
        match (table.kind, workspace) {
            (TableKind::Entity, Some(id)) if with_deleted => {
                statement.and_where(table.col("workspace_id").eq(id));
            }
            _ if with_deleted => {}
            _ => {
                statement.and_where_option(table.guard(table.name, workspace));
            }
        }
        Self { statement, workspace }
    }

    /// Takes the columns of `T` from this table.
    #[must_use]
    pub fn columns<T: FromRow>(mut self, table: Table) -> Self {
        for column in T::COLUMNS {
            self.statement.column((table.name, *column));
        }
        self
    }

    /// Takes one more column or expression.
    #[must_use]
    pub fn expr(mut self, expr: impl Into<Expr>) -> Self {
        self.statement.expr(expr.into());
        self
    }

    /// Takes one more expression under a name that `order_by_name` can use.
    #[must_use]
    pub fn expr_as(mut self, expr: impl Into<Expr>, name: &'static str) -> Self {
        self.statement.expr_as(expr.into(), name);
        self
    }

    /// Joins rows of another table that must exist.
    #[must_use]
    pub fn join(mut self, table: Table, on: Expr) -> Self {
        let on = table.guard(table.name, self.workspace).map_or_else(|| on.clone(), |guard| on.clone().and(guard));
        self.statement.inner_join(table.iden(), on);
        self
    }

    /// Joins rows of another table where there are some.
    #[must_use]
    pub fn left_join(self, table: Table, on: Expr) -> Self {
        self.left_join_as(table, table.name, on)
    }

    /// Joins another table under another name, where there are rows.
    #[must_use]
    pub fn left_join_as(mut self, table: Table, name: &'static str, on: Expr) -> Self {
        let on = table.guard(name, self.workspace).map_or_else(|| on.clone(), |guard| on.clone().and(guard));
        self.statement.join_as(sea_query::JoinType::LeftJoin, table.iden(), name, on);
        self
    }

    /// Only rows for which this holds.
    #[must_use]
    pub fn filter(mut self, condition: impl Into<Condition>) -> Self {
        self.statement.cond_where(condition.into());
        self
    }

    /// Only rows for which this holds, if there is a condition.
    #[must_use]
    pub fn filter_some<C: Into<Condition>>(self, condition: Option<C>) -> Self {
        match condition {
            Some(condition) => self.filter(condition),
            None => self,
        }
    }

    /// Sorted by this, after what was given before.
    #[must_use]
    pub fn order(mut self, by: impl Into<Expr>, order: Order) -> Self {
        self.statement.order_by_expr(by.into(), order);
        self
    }

    /// Sorted by this, rows without a value last.
    #[must_use]
    pub fn order_nulls_last(mut self, by: impl Into<Expr>, order: Order) -> Self {
        self.statement.order_by_expr_with_nulls(by.into(), order, NullOrdering::Last);
        self
    }

    /// Grouped by this.
    #[must_use]
    pub fn group_by(mut self, by: impl Into<Expr>) -> Self {
        self.statement.add_group_by([by.into()]);
        self
    }

    /// At most this many rows, after leaving out some.
    #[must_use]
    pub fn page(mut self, limit: i64, offset: i64) -> Self {
        self.statement.limit(u64::try_from(limit).unwrap_or(0));
        if offset > 0 {
            self.statement.offset(u64::try_from(offset).unwrap_or(0));
        }
        self
    }

    /// At most this many rows.
    #[must_use]
    pub fn limit(self, limit: i64) -> Self {
        self.page(limit, 0)
    }

    /// Waits for writers of these rows and keeps them away until the end of the transaction (PostgreSQL).
    #[must_use]
    pub fn locked(mut self) -> Self {
        self.statement.lock(sea_query::LockType::Update);
        self
    }

    /// As [`Self::locked`], passing over rows that others hold.
    #[must_use]
    pub fn locked_unless_busy(mut self) -> Self {
        self.statement.lock_with_behavior(sea_query::LockType::Update, sea_query::LockBehavior::SkipLocked);
        self
    }

    /// "There is such a row."
    pub fn exists(mut self) -> Expr {
        self.statement.expr(one());
        Expr::exists(self.statement)
    }

    /// "The column is one of these." The statement takes exactly one column.
    pub fn contains(self, column: Expr) -> Expr {
        column.in_subquery(self.statement)
    }

    /// This statement as a value inside another. It takes exactly one column and yields at most one row.
    pub fn value(self) -> Expr {
        Expr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(self.statement)))
    }

    /// The same rows, counted.
    pub(crate) fn counted(mut self) -> SelectStatement {
        self.statement.clear_order_by();
        let simple = self.statement.clone();
        let mut outer = SelectStatement::new();
        let mut inner = simple;
        inner.clear_selects().expr(one());
        outer.expr(Func::count(Expr::col(Asterisk))).from_subquery(inner, "counted");
        outer
    }
}

/// A constant in the text: as a value PostgreSQL would take it for text.
fn one() -> Expr {
    Expr::cust("1")
}

/// "One of none" becomes `1 = 2` with both as values, which PostgreSQL, not knowing their types, takes for texts. Columns
/// hold no 32-bit numbers, so there are no others of these.
fn constant_as_text(value: sea_query::Value) -> sea_query::Value {
    match value {
        sea_query::Value::Int(Some(number)) => number.to_string().into(),
        other => other,
    }
}

/// The text that inserts this many rows of as many values as there are columns. Written here and not by the builder, which takes
/// as long for it as the database does.
pub(crate) fn insert(table: Table, columns: &[&'static str], rows: usize) -> String {
    let mut text = format!("INSERT INTO {} ({}) VALUES ", table.name, columns.join(", "));
    for row in 0..rows {
        let comma = if row == 0 { "" } else { ", " };
        // Writing to a String cannot fail.
        let _ = write!(text, "{comma}({})", marks(1 + row * columns.len(), columns.len()));
    }
    text
}

/// So many marks for values, from this number on: `$3, $4`. For lists in statements that are written by hand.
pub fn marks(from: usize, count: usize) -> String {
    let mut text = String::with_capacity(count * 5);
    for mark in from..from + count {
        let comma = if mark == from { "" } else { ", " };
        let _ = write!(text, "{comma}${mark}");
    }
    text
}

/// The text and values of a statement in the words of a database.
pub(crate) fn render(statement: &impl sea_query::QueryStatementWriter, dialect: Dialect) -> (String, sea_query::Values) {
    match dialect {
        Dialect::Sqlite => statement.build(sea_query::SqliteQueryBuilder),
        Dialect::Postgres => {
            let (sql, values) = statement.build(sea_query::PostgresQueryBuilder);
            (sql, sea_query::Values(values.0.into_iter().map(constant_as_text).collect()))
        }
    }
}

/// The condition "the column is one of these", false for none.
pub fn id_in(table: Table, column: &'static str, ids: &[Uuid]) -> Expr {
    if ids.is_empty() {
        // The builder would compare two values without a type here, which PostgreSQL takes for texts.
        return Expr::cust("FALSE");
    }
    table.col(column).is_in(ids.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_numbered_through() {
        let table = Table { name: "pairs", kind: TableKind::Link };
        assert_eq!(insert(table, &["a", "b"], 2), "INSERT INTO pairs (a, b) VALUES ($1, $2), ($3, $4)");
        assert_eq!(insert(table, &["a"], 1), "INSERT INTO pairs (a) VALUES ($1)");
    }
}
