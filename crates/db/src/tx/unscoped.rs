//! Writing without a scope: what belongs to the instance and to no workspace.

use aileron_kernel::{Actor, Event};
use sea_query::{Condition, DeleteStatement, Expr, UpdateStatement, Value};

use super::{Set, WriteTx};
use crate::{Error, Result, Session, Table, TableKind, Unscoped, events, scope::Reach as _};

impl WriteTx<'_, Unscoped> {
    /// Inserts a row of the instance with exactly these values.
    pub fn insert(&mut self, table: Table, values: Vec<Set>) -> Result<()> {
        only_of_the_instance(table)?;
        let (columns, values): (Vec<_>, Vec<_>) = values.into_iter().unzip();
        self.0.insert_values(table, &columns, vec![values])
    }

    /// Inserts many rows of the instance in as few statements as the databases allow.
    pub fn insert_rows(&mut self, table: Table, columns: &[&'static str], rows: Vec<Vec<Value>>) -> Result<()> {
        only_of_the_instance(table)?;
        self.0.insert_values(table, columns, rows)
    }

    /// Changes rows; how many.
    pub fn update_where(&mut self, table: Table, condition: impl Into<Condition>, values: Vec<Set>) -> Result<u64> {
        let mut statement = UpdateStatement::new();
        statement.table(table.iden()).values(values.into_iter().map(|(column, value)| (column, Expr::from(value))));
        statement.cond_where(condition.into()).and_where_option(table.guard(table.name, self.scope().reach()));
        self.0.session.change(&statement)
    }

    /// Removes rows of the instance; how many.
    pub fn remove_where(&mut self, table: Table, condition: impl Into<Condition>) -> Result<u64> {
        only_of_the_instance(table)?;
        let mut statement = DeleteStatement::new();
        statement.from_table(table.iden()).cond_where(condition.into());
        self.0.session.change(&statement)
    }

    /// Removes rows for good, marked deleted or not, of whatever workspace; how many. For housekeeping, of what nobody can ask for any more.
    pub fn purge_where(&mut self, table: Table, condition: impl Into<Condition>) -> Result<u64> {
        if self.scope().reach().is_some() {
            only_of_the_instance(table)?;
        }
        let mut statement = DeleteStatement::new();
        statement.from_table(table.iden()).cond_where(condition.into());
        self.0.session.change(&statement)
    }

    /// Keeps others who change accounts and settings with the same lock away until the end of the transaction.
    pub fn lock_instance(&mut self) -> Result<()> {
        events::lock_instance(self.session())
    }

    /// Records what happened outside of any workspace.
    pub fn record_instance(&mut self, actor: &Actor, event: &Event) -> Result<()> {
        events::record_instance(self.0.session, actor, std::slice::from_ref(event))
    }

    /// Records many things that happened outside of any workspace.
    pub fn record_instance_all(&mut self, actor: &Actor, happened: &[Event]) -> Result<()> {
        if happened.is_empty() { Ok(()) } else { events::record_instance(self.0.session, actor, happened) }
    }

    /// Runs a changing statement written by hand. For `sql.rs` files only.
    pub fn execute_sql(&mut self, sql: &str, values: Vec<Value>) -> Result<u64> {
        self.0.session.execute(sql, values)
    }

    pub(crate) const fn session(&mut self) -> &mut Session {
        self.0.session
    }
}

/// A tenant's rows are not made or removed without its scope.
fn only_of_the_instance(table: Table) -> Result<()> {
    match table.kind {
        TableKind::Instance { .. } => Ok(()),
        _ => Err(Error::Inconsistent(format!("{} is a tenant's table", table.name))),
    }
}
