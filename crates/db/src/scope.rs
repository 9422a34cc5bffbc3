//! Scopes: proofs that a caller may do something in a place. The only functions that make one stand here.
//!
//! A scope is proved inside the transaction that uses it, by reading the membership row; a command proves it
//! under the lock of its workspace, so that a right taken away a moment ago is gone.

use std::sync::Arc;

use aileron_kernel::{
    Action, Actor, Event, Refusal, Role, Time, fields,
    permissions::{Also, Level},
};
use sea_query::{Condition, DeleteStatement, Expr, ExprTrait as _, InsertStatement, UpdateStatement, Value};
use uuid::Uuid;

use crate::{Dialect, Error, FromRow, Result, Select, Session, Table, TableKind, events, schema, sql};

/// Who acts: an account that proved to be itself. Made where tokens and sessions are checked.
#[derive(Clone, Debug)]
pub struct Principal {
    actor: Arc<Actor>,
    token_scopes: Arc<[String]>,
}

impl Principal {
    /// The account behind checked credentials. `token_scopes` empty: all that the account may.
    pub fn proved(actor: Actor, token_scopes: Vec<String>) -> Self {
        Self { actor: Arc::new(actor), token_scopes: token_scopes.into() }
    }

    /// The account.
    pub fn user_id(&self) -> Uuid {
        self.actor.id
    }

    /// The account as events name it.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Whether the token may be used for this at all.
    pub fn token_allows(&self, action: Action) -> bool {
        let wanted = action.rule().token_scope;
        let written = wanted.strip_suffix(":read").map(|area| format!("{area}:write"));
        self.token_scopes.is_empty() || self.token_scopes.iter().any(|scope| scope == wanted || Some(scope) == written.as_ref())
    }

    /// Refuses what the token may not be used for, for actions on the account itself.
    pub fn check_account(&self, action: Action) -> Result<(), Refusal> {
        if action.rule().level == Level::Account && self.token_allows(action) { Ok(()) } else { Err(Refusal::forbidden()) }
    }
}

/// A membership in a workspace.
#[derive(Clone, Debug)]
pub struct WorkspaceScope {
    id: Uuid,
    slug: String,
    role: Role,
    is_owner: bool,
    seq: i64,
    principal: Principal,
    restricted_to_creator: bool,
}

impl WorkspaceScope {
    /// The workspace.
    pub const fn workspace_id(&self) -> Uuid {
        self.id
    }

    /// Its name in addresses.
    pub fn slug(&self) -> &str {
        &self.slug
    }

    /// The caller's role in it.
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Whether the caller owns it.
    pub const fn is_owner(&self) -> bool {
        self.is_owner
    }

    /// How far its log had got when the scope was proved.
    pub const fn seq(&self) -> i64 {
        self.seq
    }

    /// The caller.
    pub fn user_id(&self) -> Uuid {
        self.principal.user_id()
    }

    /// The caller as events name him.
    pub fn actor(&self) -> &Actor {
        self.principal.actor()
    }
}

/// A right in a project.
#[derive(Clone, Debug)]
pub struct ProjectScope {
    workspace: WorkspaceScope,
    project_id: Uuid,
    identifier: String,
    role: Option<Role>,
    is_public: bool,
    archived_at: Option<Time>,
    guest_view_all: bool,
}

impl ProjectScope {
    /// The project.
    pub const fn project_id(&self) -> Uuid {
        self.project_id
    }

    /// The letters before the numbers of its items.
    pub fn identifier(&self) -> &str {
        &self.identifier
    }

    /// The caller's role in it: none where he was let in from outside. Admins of the workspace who are in the project are its admins.
    pub const fn role(&self) -> Option<Role> {
        self.role
    }

    /// Whether all members of the workspace may find it.
    pub const fn is_public(&self) -> bool {
        self.is_public
    }

    /// Since when it is archived.
    pub const fn archived_at(&self) -> Option<Time> {
        self.archived_at
    }

    /// Whether the caller sees only rows that he made himself: guests, unless the project shows them everything.
    pub fn sees_only_own(&self) -> bool {
        !self.guest_view_all && self.role.is_none_or(|role| role < Role::Viewer)
    }

    /// Whether the caller has at least this role in the project.
    pub fn is_at_least(&self, role: Role) -> bool {
        self.role.is_some_and(|own| own >= role)
    }

    /// Refuses a caller who was let in only as the creator of a row, if this row is somebody else's.
    pub fn check_creator(&self, created_by: Option<Uuid>, refusal: Refusal) -> Result<(), Refusal> {
        if self.workspace.restricted_to_creator && created_by != Some(self.workspace.user_id()) { Err(refusal) } else { Ok(()) }
    }
}

/// A right in a workspace, or in a project of it.
pub trait InWorkspace {
    /// The workspace part of the scope.
    fn workspace(&self) -> &WorkspaceScope;
}

impl InWorkspace for WorkspaceScope {
    fn workspace(&self) -> &WorkspaceScope {
        self
    }
}

impl InWorkspace for ProjectScope {
    fn workspace(&self) -> &WorkspaceScope {
        &self.workspace
    }
}

/// A reason to read or write without a membership. Every use is listed by `cargo xtask tidy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unscoped {
    /// Credentials, accounts and settings of the instance: no tenant's row is reached.
    Instance,
    /// The command line of the operator.
    Operator,
    /// Work after a commit.
    Job,
}

/// What a transaction may reach, for [`Tx::from`].
pub trait Reach {
    /// The workspace whose rows are reached. The nil id reaches none.
    fn reach(&self) -> Option<Uuid>;
}

impl<S: InWorkspace> Reach for S {
    fn reach(&self) -> Option<Uuid> {
        Some(self.workspace().id)
    }
}

impl Reach for Unscoped {
    fn reach(&self) -> Option<Uuid> {
        match self {
            Self::Instance => Some(Uuid::nil()),
            Self::Operator | Self::Job => None,
        }
    }
}

/// A transaction within a scope.
pub struct Tx<'s, S> {
    session: &'s mut Session,
    scope: S,
}

/// A transaction within a scope that may write.
pub struct WriteTx<'s, S>(Tx<'s, S>);

impl Session {
    /// Proves that the caller may do this in the workspace.
    pub fn workspace(&mut self, principal: &Principal, slug: &str, action: Action) -> Result<Tx<'_, WorkspaceScope>> {
        let scope = self.prove_workspace(principal, slug, action)?;
        let allowed = action.rule().level == Level::Workspace && scope.role >= action.rule().from;
        if !allowed {
            return Err(Refusal::forbidden().into());
        }
        Ok(Tx { session: self, scope })
    }

    /// Proves that the caller may do this in the project.
    pub fn project(&mut self, principal: &Principal, place: &ProjectPlace) -> Result<Tx<'_, ProjectScope>> {
        let workspace = self.prove_workspace(principal, &place.slug, place.action)?;
        match self.prove_project(workspace, place.project, place.action)? {
            Proof::Allowed(scope) => Ok(Tx { session: self, scope: *scope }),
            Proof::Refused => Err(Refusal::forbidden().into()),
            Proof::Missing => Err(place.missing.clone().into()),
        }
    }

    /// The same under the lock of the workspace, for a command.
    pub fn workspace_to_write(&mut self, principal: &Principal, slug: &str, action: Action) -> Result<WriteTx<'_, WorkspaceScope>> {
        self.lock_workspace(principal, slug)?;
        let tx = self.workspace(principal, slug, action)?;
        tx.session.write_to(tx.scope.id, tx.scope.seq)?;
        Ok(WriteTx(tx))
    }

    /// The same under the lock of the workspace, for a command.
    pub fn project_to_write(&mut self, principal: &Principal, place: &ProjectPlace) -> Result<WriteTx<'_, ProjectScope>> {
        self.lock_workspace(principal, &place.slug)?;
        let tx = self.project(principal, place)?;
        tx.session.write_to(tx.scope.workspace.id, tx.scope.workspace.seq)?;
        Ok(WriteTx(tx))
    }

    /// Goes without a membership, for the reason given.
    pub fn unscoped(&mut self, why: Unscoped) -> Result<Tx<'_, Unscoped>> {
        if why != Unscoped::Instance && self.dialect() == Dialect::Postgres {
            self.query(sql::SET_UNSCOPED, vec![], |_| Ok(()))?;
        }
        Ok(Tx { session: self, scope: why })
    }

    /// The same, to write.
    pub fn unscoped_to_write(&mut self, why: Unscoped) -> Result<WriteTx<'_, Unscoped>> {
        if !self.is_writable() {
            return Err(Error::Inconsistent("a command was run in a transaction that only reads".to_owned()));
        }
        Ok(WriteTx(self.unscoped(why)?))
    }

    /// The full scope of a new workspace's owner, or of the operator in a workspace: for making one and for the command line.
    /// The row of the workspace must be there.
    pub fn workspace_as_operator(&mut self, principal: &Principal, workspace: Uuid) -> Result<WriteTx<'_, WorkspaceScope>> {
        self.tell("workspace", workspace)?;
        let found = self.query(sql::WORKSPACE_BY_ID, vec![workspace.into()], |row| {
            Ok((row.take::<Uuid>()?, row.take::<String>()?, row.take::<Uuid>()?, row.take::<i64>()?))
        })?;
        let (id, slug, owner, seq) = found.into_iter().next().ok_or_else(|| Error::Inconsistent(format!("no workspace {workspace}")))?;
        self.write_to(id, seq)?;
        let scope = WorkspaceScope {
            id,
            slug,
            role: Role::Admin,
            is_owner: owner == principal.user_id(),
            seq,
            principal: principal.clone(),
            restricted_to_creator: false,
        };
        Ok(WriteTx(Tx { session: self, scope }))
    }

    fn lock_workspace(&mut self, principal: &Principal, slug: &str) -> Result<()> {
        if self.dialect() == Dialect::Postgres {
            self.tell("user", principal.user_id())?;
            self.query(sql::LOCK_WORKSPACE, vec![aileron_kernel::text::key(slug).into()], |_| Ok(()))?;
        }
        Ok(())
    }

    fn tell(&mut self, what: &str, id: Uuid) -> Result<()> {
        if self.dialect() == Dialect::Postgres {
            let statement = if what == "user" { sql::SET_USER } else { sql::SET_WORKSPACE };
            self.query(statement, vec![id.to_string().into()], |_| Ok(()))?;
        }
        Ok(())
    }

    fn prove_workspace(&mut self, principal: &Principal, slug: &str, action: Action) -> Result<WorkspaceScope> {
        if !principal.token_allows(action) {
            return Err(Refusal::forbidden().into());
        }
        self.tell("user", principal.user_id())?;
        let key = aileron_kernel::text::key(slug);
        let found = self.query(sql::WORKSPACE_OF_MEMBER, vec![key.into(), principal.user_id().into()], |row| {
            Ok((row.take::<Uuid>()?, row.take::<String>()?, row.take::<Uuid>()?, row.take::<i64>()?, row.take::<Role>()?))
        })?;
        let (id, slug, owner, seq, role) = found.into_iter().next().ok_or_else(Refusal::forbidden)?;
        self.tell("workspace", id)?;
        Ok(WorkspaceScope {
            id,
            slug,
            role,
            is_owner: owner == principal.user_id(),
            seq,
            principal: principal.clone(),
            restricted_to_creator: false,
        })
    }

    fn prove_project(&mut self, mut workspace: WorkspaceScope, project: Uuid, action: Action) -> Result<Proof> {
        let values = vec![workspace.user_id().into(), workspace.id.into(), project.into()];
        let found = self.query(sql::PROJECT_OF_MEMBER, values, |row| {
            Ok((row.take::<i64>()?, row.take::<Option<Time>>()?, row.take::<bool>()?, row.take::<String>()?, row.take::<Option<Role>>()?))
        })?;
        let Some((network, archived_at, guest_view_all, identifier, member)) = found.into_iter().next() else { return Ok(Proof::Missing) };
        let role = member.map(|role| if workspace.role == Role::Admin { Role::Admin } else { role.min(ceiling(workspace.role)) });
        let is_public = network == 2;
        let finds_it = role.is_some() || workspace.role == Role::Admin || is_public && workspace.role >= Role::Member;
        if !finds_it {
            return Ok(Proof::Missing);
        }
        let rule = action.rule();
        let by_role = role.is_some_and(|role| role >= rule.from);
        let otherwise = match rule.also {
            Also::Nobody => false,
            Also::Creator => role.is_some(),
            Also::PublicReaders => true,
            Also::WorkspaceAdmins => workspace.role == Role::Admin,
        };
        if rule.level != Level::Project || !by_role && !otherwise {
            return Ok(Proof::Refused);
        }
        workspace.restricted_to_creator = !by_role && rule.also == Also::Creator;
        let scope = ProjectScope { workspace, project_id: project, identifier, role, is_public, archived_at, guest_view_all };
        Ok(Proof::Allowed(Box::new(scope)))
    }
}

/// What became of the attempt to prove a right in a project.
enum Proof {
    /// There is no such project, as far as the caller may know.
    Missing,
    /// It is there, and the caller may not do this.
    Refused,
    /// He may.
    Allowed(Box<ProjectScope>),
}

/// A project by its address, and what is to be done there.
#[derive(Clone, Debug)]
pub struct ProjectPlace {
    slug: String,
    project: Uuid,
    action: Action,
    missing: Refusal,
}

impl ProjectPlace {
    /// A project of a workspace. Where there is none, the answer is the one for "forbidden".
    pub fn new(slug: String, project: Uuid, action: Action) -> Self {
        Self { slug, project, action, missing: Refusal::forbidden() }
    }

    /// With another answer for a project that is not there (as far as the caller may know).
    #[must_use]
    pub fn or_if_missing(self, missing: Refusal) -> Self {
        Self { missing, ..self }
    }
}

/// A guest of the workspace is a guest everywhere in it.
const fn ceiling(workspace: Role) -> Role {
    match workspace {
        Role::Guest => Role::Guest,
        _ => Role::Admin,
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

    /// Rows of a statement written by hand, with `$1` and so on for values. For `sql.rs` files only.
    pub fn query_sql<T: FromRow>(&mut self, sql: &str, values: Vec<Value>) -> Result<Vec<T>> {
        self.session.query(sql, values, T::from_row)
    }
}

impl Tx<'_, Unscoped> {
    /// The workspaces that the caller is in, with his role in each.
    pub fn workspaces_of(&mut self, principal: &Principal) -> Result<Vec<(Uuid, Role)>> {
        self.session.tell("user", principal.user_id())?;
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
        self.scope.workspace().id
    }

    /// The caller.
    pub fn user_id(&self) -> Uuid {
        self.scope.workspace().user_id()
    }

    /// Enters a project of this workspace: nothing where the caller may not do this there. Ids of projects in bodies come through here.
    pub fn enter(&mut self, project: Uuid, action: Action) -> Result<Option<Tx<'_, ProjectScope>>> {
        if !self.scope.workspace().principal.token_allows(action) {
            return Ok(None);
        }
        let workspace = self.scope.workspace().clone();
        match self.session.prove_project(workspace, project, action)? {
            Proof::Allowed(scope) => Ok(Some(Tx { session: self.session, scope: *scope })),
            Proof::Refused | Proof::Missing => Ok(None),
        }
    }
}

impl Tx<'_, ProjectScope> {
    /// A SELECT from a table: live rows of the project.
    pub fn in_project(&self, table: Table) -> Select {
        self.from(table).filter(table.col("project_id").eq(self.scope.project_id))
    }

    /// The project.
    pub const fn project_id(&self) -> Uuid {
        self.scope.project_id
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

    /// Inserts a row under an id made before.
    pub fn insert_as(&mut self, table: Table, id: Uuid, mut values: Vec<Set>) -> Result<()> {
        let now = Value::from(self.now().micros());
        let author = Value::from(Some(self.user_id()));
        let defaults: [Set; 6] = [
            ("id", id.into()),
            ("created_at", now.clone()),
            ("updated_at", now),
            ("created_by", author),
            ("updated_by", Value::Uuid(None)),
            ("version", self.next_version().into()),
        ];
        for (column, value) in defaults {
            if table.kind == TableKind::Entity && !values.iter().any(|(name, _)| *name == column) {
                values.push((column, value));
            }
        }
        self.insert_row(table, values)
    }

    /// Inserts a row of a table that only connects others.
    pub fn insert_row(&mut self, table: Table, mut values: Vec<Set>) -> Result<()> {
        values.push(("workspace_id", self.workspace_id().into()));
        let (columns, values): (Vec<_>, Vec<_>) = values.into_iter().unzip();
        self.0.insert_values(table, columns, vec![values])
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
        self.0.insert_values(table, columns, with_workspace.collect())
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
            let defaults: [Set; 3] = [
                ("updated_at", self.now().micros().into()),
                ("updated_by", Value::from(Some(self.user_id()))),
                ("version", self.next_version().into()),
            ];
            for (column, value) in defaults {
                if !values.iter().any(|(name, _)| *name == column) {
                    values.push((column, value));
                }
            }
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
        let values = vec![self.workspace_id().into(), project.into()];
        let found = self.0.session.query(sql::NEXT_NUMBER, values, |row| row.take::<i64>())?;
        found.first().copied().ok_or_else(|| Error::Inconsistent(format!("project {project} has no counter")))
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

    /// Enters a project of this workspace to write there: nothing where the caller may not do this.
    pub fn enter_to_write(&mut self, project: Uuid, action: Action) -> Result<Option<WriteTx<'_, ProjectScope>>> {
        Ok(self.0.enter(project, action)?.map(WriteTx))
    }

    /// As [`Self::enter_to_write`], with all rights: for commands that make a project and for imports.
    pub fn enter_as_admin(&mut self, project: Uuid) -> Result<WriteTx<'_, ProjectScope>> {
        let mut workspace = self.scope().workspace().clone();
        workspace.role = Role::Admin;
        let Proof::Allowed(mut scope) = self.0.session.prove_project(workspace, project, Action::ProjectUpdate)? else {
            return Err(Refusal::field("project", fields::unknown_id(project)).into());
        };
        scope.role = Some(Role::Admin);
        Ok(WriteTx(Tx { session: self.0.session, scope: *scope }))
    }

    pub(crate) const fn session(&mut self) -> &mut Session {
        self.0.session
    }
}

impl WriteTx<'_, Unscoped> {
    /// Inserts a row with exactly these values.
    pub fn insert(&mut self, table: Table, values: Vec<Set>) -> Result<()> {
        let (columns, values): (Vec<_>, Vec<_>) = values.into_iter().unzip();
        self.0.insert_values(table, columns, vec![values])
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
        let mut statement = DeleteStatement::new();
        statement.from_table(table.iden()).cond_where(condition.into());
        self.0.session.change(&statement)
    }

    /// Records what happened outside of any workspace.
    pub fn record_instance(&mut self, actor: &Actor, event: &Event) -> Result<()> {
        events::record_instance(self.0.session, actor, event)
    }

    /// Runs a changing statement written by hand. For `sql.rs` files only.
    pub fn execute_sql(&mut self, sql: &str, values: Vec<Value>) -> Result<u64> {
        self.0.session.execute(sql, values)
    }

    pub(crate) const fn session(&mut self) -> &mut Session {
        self.0.session
    }
}

impl<S> Tx<'_, S> {
    fn insert_values(&mut self, table: Table, columns: Vec<&'static str>, rows: Vec<Vec<Value>>) -> Result<()> {
        // SQLite takes 32,766 values a statement, PostgreSQL 65,535.
        let rows_each = (30_000 / columns.len().max(1)).clamp(1, 200);
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let mut statement = InsertStatement::new();
            statement.into_table(table.iden()).columns(columns.iter().copied());
            for row in rows.by_ref().take(rows_each) {
                statement.values(row.into_iter().map(Expr::from)).map_err(|error| Error::Inconsistent(error.to_string()))?;
            }
            self.session.change(&statement)?;
        }
        Ok(())
    }
}

/// The condition "id is one of these", false for none.
pub fn id_in(table: Table, column: &'static str, ids: &[Uuid]) -> Expr {
    table.col(column).is_in(ids.iter().copied())
}

/// The name of a user by id, for changes that name people.
pub fn display_name<S: InWorkspace>(tx: &mut Tx<'_, S>, user: Uuid) -> Result<String> {
    let members = schema::WORKSPACE_MEMBERS;
    let select = tx
        .from(members)
        .join(schema::USERS, schema::USERS.col("id").eq(members.col("member_id")))
        .filter(members.col("member_id").eq(user))
        .expr(schema::USERS.col("display_name"));
    Ok(tx.optional::<(String,)>(&select)?.map_or_else(String::new, |row| row.0))
}
