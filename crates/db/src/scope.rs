//! Scopes: proofs that a caller may do something in a place. The only functions that make one stand here.
//!
//! A scope is proved inside the transaction that uses it, by reading the membership row; a command proves it
//! under the lock of its workspace, so that a right taken away a moment ago is gone.

use std::sync::Arc;

use aileron_kernel::{
    Action, Actor, Refusal, Role, Time,
    permissions::{Also, Level},
};
use sea_query::ExprTrait as _;
use uuid::Uuid;

use crate::{Dialect, Error, FromRow as _, Result, Session, Tx, WriteTx, sql};

/// Who acts: an account that proved to be itself. Made where tokens and sessions are checked.
#[derive(Clone, Debug)]
pub struct Principal {
    actor: Arc<Actor>,
    token_scopes: Arc<[String]>,
    is_instance_admin: bool,
}

impl Principal {
    /// The account behind checked credentials. `token_scopes` empty: all that the account may.
    pub fn proved(actor: Actor, token_scopes: Vec<String>) -> Self {
        Self { actor: Arc::new(actor), token_scopes: token_scopes.into(), is_instance_admin: false }
    }

    /// The same account, which may change the instance, or may not.
    #[must_use]
    pub fn as_instance_admin(self, is_one: bool) -> Self {
        Self { is_instance_admin: is_one, ..self }
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
        self.token_covers(action.rule().token_scope)
    }

    /// Whether the token has this scope: it may be used for everything, it names the scope, or it may write what the scope reads.
    pub fn token_covers(&self, wanted: &str) -> bool {
        let written = wanted.strip_suffix(":read").map(|area| format!("{area}:write"));
        self.token_scopes.is_empty() || self.token_scopes.iter().any(|scope| scope == wanted || Some(scope) == written.as_ref())
    }

    /// Whether the token may be used for some things only.
    pub fn is_restricted(&self) -> bool {
        !self.token_scopes.is_empty()
    }

    /// Refuses what the account or its token may not do, for actions on the account itself and on the instance.
    pub fn check_account(&self, action: Action) -> Result<(), Refusal> {
        let may = match action.rule().level {
            Level::Account => true,
            Level::Instance => self.is_instance_admin,
            Level::Workspace | Level::Project => false,
        };
        if may && self.token_allows(action) { Ok(()) } else { Err(Refusal::forbidden()) }
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

    /// Whether the token may be used for this.
    pub fn token_allows(&self, action: Action) -> bool {
        self.principal.token_allows(action)
    }

    pub(crate) const fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Whether the right holds for rows of the caller's alone.
    pub(crate) const fn is_restricted_to_creator(&self) -> bool {
        self.restricted_to_creator
    }

    /// The same with the rights of an admin of the workspace.
    pub(crate) fn with_all_rights(&self) -> Self {
        Self { role: Role::Admin, ..self.clone() }
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

    /// The same with the rights of an admin of the project, for commands that made the project and for imports.
    pub(crate) fn with_all_rights(self) -> Self {
        Self { role: Some(Role::Admin), ..self }
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

    /// The project, where the right is in one.
    fn only_project(&self) -> Option<Uuid> {
        None
    }
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

    fn only_project(&self) -> Option<Uuid> {
        Some(self.project_id)
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

impl Session {
    /// Proves that the caller may do this in the workspace.
    pub fn workspace(&mut self, principal: &Principal, slug: &str, action: Action) -> Result<Tx<'_, WorkspaceScope>> {
        let scope = self.prove_workspace(principal, slug, action)?;
        let rule = action.rule();
        let allowed = rule.level == Level::Workspace && scope.role >= rule.from && (rule.also != Also::OnlyOwner || scope.is_owner);
        if !allowed {
            return Err(Refusal::forbidden().into());
        }
        Ok(Tx::new(self, scope))
    }

    /// Proves that the caller may do this in the project.
    pub fn project(&mut self, principal: &Principal, place: &ProjectPlace) -> Result<Tx<'_, ProjectScope>> {
        let workspace = self.prove_workspace(principal, &place.slug, place.action)?;
        match self.prove_project(workspace, place.project, place.action)? {
            Proof::Allowed(scope) => Ok(Tx::new(self, *scope)),
            Proof::Refused => Err(Refusal::forbidden().into()),
            Proof::Missing => Err(place.missing.clone().into()),
        }
    }

    /// The same under the lock of the workspace, for a command.
    pub fn workspace_to_write(&mut self, principal: &Principal, slug: &str, action: Action) -> Result<WriteTx<'_, WorkspaceScope>> {
        self.lock_workspace(principal, slug)?;
        let scope = self.workspace(principal, slug, action)?.into_scope();
        self.write_to(scope.id, scope.seq)?;
        Ok(WriteTx::new(Tx::new(self, scope)))
    }

    /// The same under the lock of the workspace, for a command.
    pub fn project_to_write(&mut self, principal: &Principal, place: &ProjectPlace) -> Result<WriteTx<'_, ProjectScope>> {
        self.lock_workspace(principal, &place.slug)?;
        let scope = self.project(principal, place)?.into_scope();
        self.write_to(scope.workspace.id, scope.workspace.seq)?;
        Ok(WriteTx::new(Tx::new(self, scope)))
    }

    /// Goes without a membership, for the reason given.
    pub fn unscoped(&mut self, why: Unscoped) -> Result<Tx<'_, Unscoped>> {
        if why != Unscoped::Instance && self.dialect() == Dialect::Postgres {
            self.query(sql::SET_UNSCOPED, vec![], |_| Ok(()))?;
            self.told.workspace = None;
        }
        Ok(Tx::new(self, why))
    }

    /// The same, to write.
    pub fn unscoped_to_write(&mut self, why: Unscoped) -> Result<WriteTx<'_, Unscoped>> {
        self.check_writable()?;
        Ok(WriteTx::new(self.unscoped(why)?))
    }

    /// The full scope of a new workspace's owner, or of the operator in a workspace: for making one and for the command line,
    /// under the lock of the workspace. The row must be there. Uses are listed as those of [`Unscoped`] are.
    pub fn workspace_as_operator(&mut self, principal: &Principal, workspace: Uuid) -> Result<WriteTx<'_, WorkspaceScope>> {
        self.workspace_for_job(principal, workspace)?.ok_or_else(|| Error::Inconsistent(format!("no workspace {workspace}")))
    }

    /// The same for a job, which may come after the end of its workspace.
    pub fn workspace_for_job(&mut self, principal: &Principal, workspace: Uuid) -> Result<Option<WriteTx<'_, WorkspaceScope>>> {
        self.tell_workspace(workspace)?;
        let statement = if self.dialect() == Dialect::Postgres { sql::WORKSPACE_BY_ID_LOCKED } else { sql::WORKSPACE_BY_ID };
        let found = self.query(statement, vec![workspace.into()], |row| {
            Ok((row.take::<Uuid>()?, row.take::<String>()?, row.take::<Uuid>()?, row.take::<i64>()?))
        })?;
        let Some((id, slug, owner, seq)) = found.into_iter().next() else { return Ok(None) };
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
        Ok(Some(WriteTx::new(Tx::new(self, scope))))
    }

    fn lock_workspace(&mut self, principal: &Principal, slug: &str) -> Result<()> {
        self.check_writable()?;
        if self.dialect() == Dialect::Postgres {
            self.tell_user(principal.user_id())?;
            self.query(sql::LOCK_WORKSPACE, vec![aileron_kernel::text::key(slug).into()], |_| Ok(()))?;
        }
        Ok(())
    }

    pub(crate) fn tell_user(&mut self, id: Uuid) -> Result<()> {
        if self.dialect() == Dialect::Postgres && self.told.user != Some(id) {
            self.query(sql::SET_USER, vec![id.to_string().into()], |_| Ok(()))?;
            self.told.user = Some(id);
        }
        Ok(())
    }

    /// The statement that found this caller has told row-level security of him. If it had not, he would see nothing.
    pub const fn has_told_user(&mut self, id: Uuid) {
        self.told.user = Some(id);
    }

    pub(crate) fn tell_workspace(&mut self, id: Uuid) -> Result<()> {
        if self.dialect() == Dialect::Postgres && self.told.workspace != Some(id) {
            self.query(sql::SET_WORKSPACE, vec![id.to_string().into()], |_| Ok(()))?;
            self.told.workspace = Some(id);
        }
        Ok(())
    }

    fn prove_workspace(&mut self, principal: &Principal, slug: &str, action: Action) -> Result<WorkspaceScope> {
        if !principal.token_allows(action) {
            return Err(Refusal::forbidden().into());
        }
        self.tell_user(principal.user_id())?;
        let key = aileron_kernel::text::key(slug);
        let found = self.query(sql::workspace_of_member(self.dialect()), vec![key.into(), principal.user_id().into()], |row| {
            Ok((row.take::<Uuid>()?, row.take::<String>()?, row.take::<Uuid>()?, row.take::<i64>()?, row.take::<Role>()?))
        })?;
        let (id, slug, owner, seq, role) = found.into_iter().next().ok_or_else(Refusal::forbidden)?;
        self.told.workspace = Some(id);
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

    pub(crate) fn prove_project(&mut self, workspace: WorkspaceScope, project: Uuid, action: Action) -> Result<Proof> {
        self.prove_project_by(sql::PROJECT_OF_MEMBER, workspace, project, action)
    }

    /// The same in a project that is marked deleted.
    pub(crate) fn prove_deleted_project(&mut self, workspace: WorkspaceScope, project: Uuid, action: Action) -> Result<Proof> {
        self.prove_project_by(sql::DELETED_PROJECT_OF_MEMBER, workspace, project, action)
    }

    fn prove_project_by(&mut self, statement: &str, workspace: WorkspaceScope, project: Uuid, action: Action) -> Result<Proof> {
        let values = vec![workspace.user_id().into(), workspace.id.into(), project.into()];
        let found = self.query(statement, values, Standing::from_row)?;
        Ok(found.into_iter().next().map_or(Proof::Missing, |standing| standing.judge(workspace, project, action)))
    }
}

crate::row! {
    /// A project, and what the caller is in it.
    pub(crate) struct Standing {
        network: i64,
        archived_at: Option<Time>,
        guest_view_all: bool,
        identifier: String,
        member: Option<Role>,
    }
}

impl Standing {
    /// Whether the caller may do this in the project.
    pub(crate) fn judge(self, mut workspace: WorkspaceScope, project: Uuid, action: Action) -> Proof {
        let Self { network, archived_at, guest_view_all, identifier, member } = self;
        let role = member.map(|role| if workspace.role == Role::Admin { Role::Admin } else { role.min(ceiling(workspace.role)) });
        let is_public = network == 2;
        let finds_it = role.is_some() || workspace.role == Role::Admin || is_public && workspace.role >= Role::Member;
        if !finds_it {
            return Proof::Missing;
        }
        let rule = action.rule();
        let by_role = role.is_some_and(|role| role >= rule.from);
        let otherwise = match rule.also {
            Also::Nobody | Also::OnlyCreator | Also::OnlyOwner => false,
            Also::Creator => role.is_some(),
            Also::PublicReaders => true,
            Also::WorkspaceAdmins => workspace.role == Role::Admin,
        };
        if rule.level != Level::Project || !by_role && !otherwise {
            return Proof::Refused;
        }
        workspace.restricted_to_creator = rule.also == Also::OnlyCreator || !by_role && rule.also == Also::Creator;
        let scope = ProjectScope { workspace, project_id: project, identifier, role, is_public, archived_at, guest_view_all };
        Proof::Allowed(Box::new(scope))
    }
}

/// What became of the attempt to prove a right in a project.
pub(crate) enum Proof {
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

/// The name of a user by id, for changes that name people.
pub fn display_name<S: InWorkspace>(tx: &mut Tx<'_, S>, user: Uuid) -> Result<String> {
    let members = crate::schema::WORKSPACE_MEMBERS;
    let select = tx
        .from(members)
        .join(crate::schema::USERS, crate::schema::USERS.col("id").eq(members.col("member_id")))
        .filter(members.col("member_id").eq(user))
        .expr(crate::schema::USERS.col("display_name"));
    Ok(tx.optional::<(String,)>(&select)?.map_or_else(String::new, |row| row.0))
}
