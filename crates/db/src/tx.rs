//! Transactions within a scope: every statement on a tenant's table carries its workspace.

mod attempts;
mod plans;
mod unscoped;

use std::collections::BTreeSet;

use aileron_kernel::{Action, Event, Refusal, Role, Time, fields};
use sea_query::{Condition, DeleteStatement, Expr, ExprTrait as _, UpdateStatement, Value};
use uuid::Uuid;

use crate::{
    Dialect, Error, FromRow, InWorkspace, Principal, ProjectScope, Result, Row, Select, Session, Table, TableKind, Unscoped,
    WorkspaceScope, events, query,
    schema::{PROJECT_MEMBERS, PROJECTS},
    scope::{Proof, Reach, Standing},
    sql,
};

/// A transaction within a scope.
pub struct Tx<'s, S> {
    session: &'s mut Session,
    scope: S,
}

/// A transaction within a scope that may write.
pub struct WriteTx<'s, S>(Tx<'s, S>);

impl<'s, S> Tx<'s, S> {
    pub(crate) const fn new(session: &'s mut Session, scope: S) -> Self {
        Self { session, scope }
    }

    pub(crate) fn into_scope(self) -> S {
        self.scope
    }
}

impl<'s, S> WriteTx<'s, S> {
    pub(crate) const fn new(tx: Tx<'s, S>) -> Self {
        Self(tx)
    }

    /// What follows happens at this instant: for histories that are told afterwards.
    pub const fn act_at(&mut self, at: Time) {
        self.0.session.act_at(at);
    }
}

impl<S> Tx<'_, S> {
    /// What was proved.
    pub const fn scope(&self) -> &S {
        &self.scope
    }

    /// The instant at which this transaction began.
    pub const fn now(&self) -> Time {
        self.session.now()
    }

    /// Which database this is. For `sql.rs` files only.
    pub const fn dialect(&self) -> Dialect {
        self.session.dialect()
    }

    /// A new id.
    pub fn new_id(&self) -> Uuid {
        self.session.new_id()
    }

    /// Randomness for tokens and codes.
    pub fn random(&self) -> &dyn aileron_kernel::Random {
        self.session.random()
    }

    /// All rows of a statement.
    pub fn all<T: FromRow>(&mut self, select: &Select) -> Result<Vec<T>> {
        self.session.select(&select.statement)
    }

    /// The first row, if any.
    pub fn optional<T: FromRow>(&mut self, select: &Select) -> Result<Option<T>> {
        Ok(self.session.select(&select.statement)?.into_iter().next())
    }

    /// The first row; without one, the request is refused with 404.
    pub fn one<T: FromRow>(&mut self, select: &Select) -> Result<T> {
        self.optional(select)?.ok_or_else(|| Refusal::not_found().into())
    }

    /// How many rows a statement has, without its paging.
    pub fn count(&mut self, select: Select) -> Result<i64> {
        let counted = select.counted();
        Ok(self.session.select::<(i64,)>(&counted)?.first().map_or(0, |row| row.0))
    }

    /// Whether a statement has any row.
    pub fn any(&mut self, select: Select) -> Result<bool> {
        let mut outer = sea_query::Query::select();
        outer.expr(select.exists());
        Ok(self.session.select::<(bool,)>(&outer)?.first().is_some_and(|row| row.0))
    }

    /// Rows of a statement written by hand, with `$1` and so on for values, in the order in which they first
    /// appear: SQLite takes them for names. For `sql.rs` files only.
    pub fn query_sql<T: FromRow>(&mut self, sql: &str, values: Vec<Value>) -> Result<Vec<T>> {
        self.session.query(sql, values, T::from_row)
    }

    /// Rows of a statement written by hand around another, whose text it is given. It has no values of its own. For `sql.rs`
    /// files only.
    pub fn query_around<T: FromRow>(&mut self, select: &Select, around: impl FnOnce(&str) -> String) -> Result<Vec<T>> {
        let (text, values) = query::render(&select.statement, self.dialect());
        self.session.query(&around(&text), values.0, T::from_row)
    }
}

impl Tx<'_, Unscoped> {
    /// The workspaces that the caller is in, with his role in each.
    pub fn workspaces_of(&mut self, principal: &Principal) -> Result<Vec<(Uuid, Role)>> {
        self.session.tell_user(principal.user_id())?;
        self.session.query(sql::WORKSPACES_OF_MEMBER, vec![principal.user_id().into()], |row| Ok((row.take()?, row.take()?)))
    }
}

impl<S: Reach> Tx<'_, S> {
    /// A SELECT from a table: live rows of the scope.
    pub fn from(&self, table: Table) -> Select {
        Select::new(table, self.scope.reach(), false)
    }

    /// A SELECT from a table of the scope, rows marked deleted included: for restoring, and for numbers never to be used again.
    pub fn from_with_deleted(&self, table: Table) -> Select {
        Select::new(table, self.scope.reach(), true)
    }
}

impl<S: InWorkspace> Tx<'_, S> {
    /// The workspace part of the scope.
    pub fn workspace(&self) -> &WorkspaceScope {
        self.scope.workspace()
    }

    /// The workspace.
    pub fn workspace_id(&self) -> Uuid {
        self.scope.workspace().workspace_id()
    }

    /// The caller as rows name him: what the server does by itself is nobody's.
    fn author(&self) -> Option<Uuid> {
        Some(self.user_id()).filter(|user| !user.is_nil())
    }

    /// The caller.
    pub fn user_id(&self) -> Uuid {
        self.scope.workspace().user_id()
    }

    /// Enters a project of this workspace: nothing where the caller may not do this there. Ids of projects in bodies come through here.
    pub fn enter(&mut self, project: Uuid, action: Action) -> Result<Option<Tx<'_, ProjectScope>>> {
        let workspace = self.scope.workspace().clone();
        if !workspace.principal().token_allows(action) {
            return Ok(None);
        }
        match self.session.prove_project(workspace, project, action)? {
            Proof::Allowed(scope) => Ok(Some(Tx { session: self.session, scope: *scope })),
            Proof::Refused | Proof::Missing => Ok(None),
        }
    }

    /// Those of these projects in which the caller may do this, whoever made the row that it is about: one statement for all of them.
    pub fn allowed_in(&mut self, projects: &[Uuid], action: Action) -> Result<BTreeSet<Uuid>> {
        let workspace = self.scope.workspace().clone();
        if projects.is_empty() || !workspace.principal().token_allows(action) {
            return Ok(BTreeSet::new());
        }
        let own = PROJECT_MEMBERS.col("project_id").eq(PROJECTS.col("id")).and(PROJECT_MEMBERS.col("is_active").eq(true));
        let own = own.and(PROJECT_MEMBERS.col("member_id").eq(self.user_id()));
        let columns = ["id", "network", "archived_at", "guest_view_all_features", "identifier"];
        let select = self.from(PROJECTS).left_join(PROJECT_MEMBERS, own).filter(query::id_in(PROJECTS, "id", projects));
        let select = columns.into_iter().fold(select, |select, column| select.expr(PROJECTS.col(column)));
        let found = self.all::<InProject>(&select.expr(PROJECT_MEMBERS.col("role")))?.into_iter();
        let is_allowed = |InProject { id, standing }: InProject| match standing.judge(workspace.clone(), id, action) {
            Proof::Allowed(scope) if !scope.workspace().is_restricted_to_creator() => Some(id),
            _ => None,
        };
        Ok(found.filter_map(is_allowed).collect())
    }
}

/// What the caller is in one of several projects.
struct InProject {
    id: Uuid,
    standing: Standing,
}

impl FromRow for InProject {
    const COLUMNS: &'static [&'static str] = &[];
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self { id: row.take()?, standing: Standing::from_row(row)? })
    }
}

impl Tx<'_, ProjectScope> {
    /// A SELECT from a table: live rows of the project.
    pub fn in_project(&self, table: Table) -> Select {
        self.from(table).filter(table.col("project_id").eq(self.scope.project_id()))
    }

    /// The project.
    pub const fn project_id(&self) -> Uuid {
        self.scope.project_id()
    }
}

impl<'s, S> std::ops::Deref for WriteTx<'s, S> {
    type Target = Tx<'s, S>;
    fn deref(&self) -> &Tx<'s, S> {
        &self.0
    }
}

impl<S> std::ops::DerefMut for WriteTx<'_, S> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

/// A column and the value that it is given.
pub type Set = (&'static str, Value);

impl<S: InWorkspace> WriteTx<'_, S> {
    /// Inserts a row and answers its new id. The workspace, times, authors and version are added unless given.
    pub fn insert(&mut self, table: Table, values: Vec<Set>) -> Result<Uuid> {
        let id = self.new_id();
        self.insert_as(table, id, values)?;
        Ok(id)
    }

    /// Inserts the row that the request asks for. Where its idempotency key is a UUID of version 7, that is the row's id, so that a client
    /// can name what it made before the server knows of it. Refuses with 409 where there is such a row already.
    pub fn create(&mut self, table: Table, values: Vec<Set>) -> Result<Uuid> {
        let Some(id) = self.requested_id() else { return self.insert(table, values) };
        let taken = self.from_with_deleted(table).filter(table.col("id").eq(id));
        if self.any(taken)? {
            return Err(Refusal::taken("The id that the idempotency key names is taken.", id).into());
        }
        self.insert_as(table, id, values)?;
        Ok(id)
    }

    fn requested_id(&self) -> Option<Uuid> {
        let key = self.scope().workspace().actor().mutation_id.as_deref()?;
        Uuid::try_parse(key).ok().filter(|id| id.get_version_num() == 7)
    }

    /// Inserts a row under an id made before.
    pub fn insert_as(&mut self, table: Table, id: Uuid, mut values: Vec<Set>) -> Result<()> {
        let now = Value::from(self.now().micros());
        let author = Value::from(self.author());
        let defaults: [Set; 6] = [
            ("id", id.into()),
            ("created_at", now.clone()),
            ("updated_at", now),
            ("created_by", author),
            ("updated_by", Value::Uuid(None)),
            ("version", self.next_version().into()),
        ];
        if table.kind == TableKind::Entity {
            add_missing(&mut values, defaults);
        }
        self.insert_row(table, values)
    }

    /// Inserts a row of a table that only connects others.
    pub fn insert_row(&mut self, table: Table, mut values: Vec<Set>) -> Result<()> {
        values.push(("workspace_id", self.workspace_id().into()));
        let (columns, values): (Vec<_>, Vec<_>) = values.into_iter().unzip();
        self.0.insert_values(table, &columns, vec![values])
    }

    /// Inserts many rows of a table that only connects others, in as few statements as the databases allow.
    pub fn insert_rows(&mut self, table: Table, columns: &[&'static str], rows: Vec<Vec<Value>>) -> Result<()> {
        let workspace = self.workspace_id();
        let mut columns = columns.to_vec();
        columns.push("workspace_id");
        let with_workspace = rows.into_iter().map(|mut row| {
            row.push(workspace.into());
            row
        });
        self.0.insert_values(table, &columns, with_workspace.collect())
    }

    /// Changes one live row. Time, author and version are added unless given. Refuses with 404 where there is none.
    pub fn update(&mut self, table: Table, id: Uuid, values: Vec<Set>) -> Result<()> {
        match self.update_where(table, table.col("id").eq(id), values)? {
            0 => Err(Refusal::not_found().into()),
            _ => Ok(()),
        }
    }

    /// Changes live rows of the workspace; how many. Time, author and version are added unless given.
    pub fn update_where(&mut self, table: Table, condition: impl Into<Condition>, mut values: Vec<Set>) -> Result<u64> {
        if table.kind == TableKind::Entity {
            add_missing(&mut values, [("updated_at", self.now().micros().into()), ("updated_by", Value::from(self.author()))]);
        }
        self.adjust_where(table, condition, values)
    }

    /// Changes live rows in consequence of a change elsewhere; how many. The version moves on, author and time stay.
    pub fn adjust_where(&mut self, table: Table, condition: impl Into<Condition>, mut values: Vec<Set>) -> Result<u64> {
        if table.kind == TableKind::Entity {
            add_missing(&mut values, [("version", self.next_version().into())]);
        }
        let mut statement = UpdateStatement::new();
        statement.table(table.iden()).values(values.into_iter().map(|(column, value)| (column, Expr::from(value))));
        statement.cond_where(condition.into()).and_where_option(table.guard(table.name, Some(self.workspace_id())));
        self.0.session.change(&statement)
    }

    /// Marks live rows deleted; how many.
    pub fn delete_where(&mut self, table: Table, condition: impl Into<Condition>) -> Result<u64> {
        let now = self.now().micros();
        self.update_where(table, condition, vec![("deleted_at", Value::from(Some(now)))])
    }

    /// Takes the mark off rows that are marked deleted; how many. Time, author and version are added unless given.
    pub fn restore_where(&mut self, table: Table, condition: impl Into<Condition>, mut values: Vec<Set>) -> Result<u64> {
        if table.kind != TableKind::Entity {
            return Err(Error::Inconsistent(format!("rows of {} are never marked deleted", table.name)));
        }
        let defaults: [Set; 4] = [
            ("deleted_at", None::<i64>.into()),
            ("updated_at", self.now().micros().into()),
            ("updated_by", Value::from(self.author())),
            ("version", self.next_version().into()),
        ];
        add_missing(&mut values, defaults);
        let mut statement = UpdateStatement::new();
        statement.table(table.iden()).values(values.into_iter().map(|(column, value)| (column, Expr::from(value))));
        let deleted = table.col("workspace_id").eq(self.workspace_id()).and(table.col("deleted_at").is_not_null());
        statement.cond_where(condition.into()).and_where(deleted);
        self.0.session.change(&statement)
    }

    /// Runs work that leads references astray on its way, as giving another key to rows that others name. Whether all of them lead
    /// somewhere again is checked after it (PostgreSQL) or at the end of the transaction (SQLite, whose other commands wait for that).
    pub fn deferring_references<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.0.session.defer_references(true)?;
        let done = work(self);
        // PostgreSQL ends this with the transaction that failed.
        if done.is_ok() || self.dialect() == Dialect::Sqlite {
            self.0.session.defer_references(false)?;
        }
        done
    }

    /// Removes rows of a table that only connects others; how many.
    pub fn remove_where(&mut self, table: Table, condition: impl Into<Condition>) -> Result<u64> {
        if table.kind != TableKind::Link {
            return Err(Error::Inconsistent(format!("rows of {} are marked deleted, not removed", table.name)));
        }
        let mut statement = DeleteStatement::new();
        statement.from_table(table.iden()).cond_where(condition.into());
        statement.and_where_option(table.guard(table.name, Some(self.workspace_id())));
        self.0.session.change(&statement)
    }

    /// Records what happened. The seq that it will have is the answer.
    pub fn record(&mut self, event: Event) -> Result<i64> {
        let actor = self.scope().workspace().actor().clone();
        events::record(self.0.session, &actor, event)
    }

    /// The seq of the next event: the version of rows that are written before it is recorded.
    pub fn next_version(&self) -> i64 {
        self.0.session.log_seq() + 1
    }

    /// The next number of a project's items.
    pub fn next_number(&mut self, project: Uuid) -> Result<i64> {
        self.next_numbers(project, 1)
    }

    /// The first of so many next numbers of a project's items.
    pub fn next_numbers(&mut self, project: Uuid, count: i64) -> Result<i64> {
        let values = vec![count.into(), self.workspace_id().into(), project.into()];
        let found = self.0.session.query(sql::NEXT_NUMBERS, values, <(i64,)>::from_row)?;
        let last = found.first().ok_or_else(|| Error::Inconsistent(format!("project {project} has no counter")))?.0;
        Ok(last - count + 1)
    }

    /// Makes the next number of a project's items larger than this one: for imports that keep numbers.
    pub fn raise_number(&mut self, project: Uuid, number: i64) -> Result<()> {
        let values = vec![number.into(), self.workspace_id().into(), project.into(), number.into()];
        self.0.session.execute(sql::RAISE_NUMBER, values).map(|_| ())
    }

    /// Runs a changing statement written by hand. For `sql.rs` files only.
    pub fn execute_sql(&mut self, sql: &str, values: Vec<Value>) -> Result<u64> {
        self.0.session.execute(sql, values)
    }

    /// The same at the end of the transaction, once every command of the group has run: for indexes that nothing reads meanwhile
    /// and that pay for each savepoint. It must not be able to fail because of its values: all commands of the group would.
    pub fn execute_sql_at_commit(&mut self, sql: &'static str, values: Vec<Value>) {
        self.0.session.run_at_commit((sql, values));
    }

    /// Enters a project of this workspace to write there: nothing where the caller may not do this.
    pub fn enter_to_write(&mut self, project: Uuid, action: Action) -> Result<Option<WriteTx<'_, ProjectScope>>> {
        Ok(self.0.enter(project, action)?.map(WriteTx))
    }

    /// As [`Self::enter_to_write`], with all rights: for commands that make a project and for imports. Uses are listed as those of
    /// [`Unscoped`] are.
    pub fn enter_as_admin(&mut self, project: Uuid) -> Result<WriteTx<'_, ProjectScope>> {
        let workspace = self.scope().workspace().with_all_rights();
        let Proof::Allowed(scope) = self.0.session.prove_project(workspace, project, Action::ProjectUpdate)? else {
            return Err(Refusal::field("project", fields::unknown_id(project)).into());
        };
        Ok(WriteTx(Tx { session: self.0.session, scope: scope.with_all_rights() }))
    }

    /// Whether the caller might do this in a project of this workspace that is marked deleted: for bringing it back.
    pub fn may_in_deleted(&mut self, project: Uuid, action: Action) -> Result<bool> {
        let workspace = self.scope().workspace().clone();
        if !workspace.principal().token_allows(action) {
            return Ok(false);
        }
        Ok(matches!(self.0.session.prove_deleted_project(workspace, project, action)?, Proof::Allowed(_)))
    }

    pub(crate) const fn session(&mut self) -> &mut Session {
        self.0.session
    }
}

/// Adds the columns that the caller has not given.
fn add_missing<const N: usize>(values: &mut Vec<Set>, defaults: [Set; N]) {
    for (column, value) in defaults {
        if !values.iter().any(|(name, _)| *name == column) {
            values.push((column, value));
        }
    }
}

impl<S> Tx<'_, S> {
    fn insert_values(&mut self, table: Table, columns: &[&'static str], rows: Vec<Vec<Value>>) -> Result<()> {
        let mut rows = rows.into_iter();
        for size in sizes(rows.len(), columns.len()) {
            let values: Vec<Value> = rows.by_ref().take(size).flatten().collect();
            self.session.execute(&query::insert(table, columns, size), values)?;
        }
        Ok(())
    }
}

/// How many rows each of the statements takes that insert this many. A few sizes only: every size is a text of its own, which
/// the databases prepare and keep. SQLite takes 32,766 values a statement, PostgreSQL 65,535.
pub(crate) fn sizes(rows: usize, columns: usize) -> impl Iterator<Item = usize> {
    let most = 30_000 / columns.max(1);
    let mut left = rows;
    std::iter::from_fn(move || {
        let size = [128, 32, 8, 1].into_iter().find(|size| *size <= left && *size <= most.max(1))?;
        left -= size;
        Some(size)
    })
}

#[cfg(test)]
mod tests {
    use super::sizes;

    #[test]
    fn all_rows_are_inserted_in_statements_of_few_sizes() {
        assert_eq!(sizes(171, 20).collect::<Vec<_>>(), [128, 32, 8, 1, 1, 1]);
        assert_eq!(sizes(0, 20).count(), 0);
        for (rows, columns) in [(1, 1), (200, 40_000), (999, 300)] {
            assert_eq!(sizes(rows, columns).sum::<usize>(), rows);
            assert!(sizes(rows, columns).all(|size| size == 1 || size * columns <= 30_000));
        }
    }
}
