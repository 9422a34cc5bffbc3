//! How PostgreSQL plans statements, where what it does by itself is slow.

use super::{Tx, WriteTx};
use crate::{Dialect, Result, sql};

impl<S> Tx<'_, S> {
    /// Lets PostgreSQL plan what follows in this transaction by its values: for a statement that reads much, where the plan depends on how
    /// long a span of time is. The plan that is kept for all values takes any span for short, and sorts millions of rows on disk.
    pub fn plan_by_values(&mut self) -> Result<()> {
        match self.dialect() {
            Dialect::Sqlite => Ok(()),
            Dialect::Postgres => self.session.execute(sql::PLAN_BY_VALUES, Vec::new()).map(|_| ()),
        }
    }
}

impl<S> WriteTx<'_, S> {
    /// Lets PostgreSQL plan its statements and checks of references anew: for imports. A connection keeps plans that it made while
    /// a table was empty, and reads ever more of the table by them.
    pub fn plan_anew(&mut self) -> Result<()> {
        match self.dialect() {
            Dialect::Sqlite => Ok(()),
            Dialect::Postgres => self.0.session.execute(sql::PLAN_ANEW, Vec::new()).map(|_| ()),
        }
    }
}
