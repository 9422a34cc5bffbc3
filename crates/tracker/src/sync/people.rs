//! The workspace and the people in it.

use aileron_db::{
    self as db, Condition, Expr, ExprTrait as _, FromRow, Select, Tx, WorkspaceScope, id_in,
    schema::{PROJECT_MEMBERS, USERS, WORKSPACE_MEMBERS},
};
use aileron_identity::me::{LiteUser, LiteUserView};
use aileron_kernel::{Role, Uuid};

use super::{
    rows::{MemberRow, ProjectMemberRow, Row, WorkspaceRow},
    snapshot::Noun,
    view::View,
};
use crate::workspaces::model;

/// The workspace's own row.
pub(super) fn workspace(tx: &mut Tx<'_, WorkspaceScope>, view: &View) -> db::Result<Row> {
    let is_owner = tx.scope().is_owner();
    let stored = model::get(tx)?;
    Ok(Row::Workspace(WorkspaceRow {
        id: stored.id,
        version: view.version,
        name: stored.name,
        slug: stored.slug,
        logo: stored.logo,
        owner: stored.owner_id,
        timezone: stored.timezone,
        organization_size: stored.organization_size,
        role: view.role,
        is_owner,
    }))
}

/// People of the workspace, past ones included.
pub(super) struct Members;

/// An account with its membership.
pub(super) struct Person {
    account: LiteUser,
    kind: String,
    role: Role,
    is_active: bool,
}

impl FromRow for Person {
    const COLUMNS: &'static [&'static str] = &[];
    fn from_row(row: &mut db::Row<'_>) -> db::Result<Self> {
        Ok(Self { account: LiteUser::from_row(row)?, kind: row.take()?, role: row.take()?, is_active: row.take()? })
    }
}

impl Noun for Members {
    type Stored = Person;

    fn key() -> Expr {
        WORKSPACE_MEMBERS.col("member_id")
    }

    /// Below the role of a member: himself, and who is in a project with him. The whole roster is not his to read.
    fn select(tx: &Tx<'_, WorkspaceScope>, view: &View) -> Select {
        let near = (!view.sees_roster()).then(|| {
            let here = id_in(PROJECT_MEMBERS, "project_id", &view.ids()).and(PROJECT_MEMBERS.col("is_active").eq(true));
            let here = tx.from(PROJECT_MEMBERS).filter(here).expr(PROJECT_MEMBERS.col("member_id"));
            here.contains(Self::key()).or(Self::key().eq(view.me))
        });
        tx.from(WORKSPACE_MEMBERS)
            .filter_some(near)
            .join(USERS, USERS.col("id").eq(WORKSPACE_MEMBERS.col("member_id")))
            .columns::<LiteUser>(USERS)
            .expr(USERS.col("kind"))
            .expr(WORKSPACE_MEMBERS.col("role"))
            .expr(WORKSPACE_MEMBERS.col("is_active"))
    }

    fn row(Person { account, kind, role, is_active }: Person, view: &View) -> Row {
        let hides_address = !view.sees_roster() && account.id != view.me;
        let account = LiteUserView::from(account);
        Row::Member(MemberRow {
            id: account.id,
            version: view.version,
            display_name: account.display_name,
            first_name: account.first_name,
            last_name: account.last_name,
            avatar_url: account.avatar_url,
            email: account.email.filter(|_| !hides_address),
            kind,
            role,
            is_active,
        })
    }
}

db::row! {
    /// A membership of a project.
    pub(super) struct InProject {
        id: Uuid,
        project_id: Uuid,
        member_id: Uuid,
        role: Role,
    }
}

/// Who is in the caller's projects.
pub(super) struct ProjectMembers;

impl Noun for ProjectMembers {
    type Stored = InProject;

    fn key() -> Expr {
        PROJECT_MEMBERS.col("id")
    }

    fn select(tx: &Tx<'_, WorkspaceScope>, view: &View) -> Select {
        tx.from(PROJECT_MEMBERS)
            .columns::<InProject>(PROJECT_MEMBERS)
            .filter(id_in(PROJECT_MEMBERS, "project_id", &view.ids()).and(PROJECT_MEMBERS.col("is_active").eq(true)))
    }

    fn row(stored: InProject, view: &View) -> Row {
        let InProject { id, project_id: project, member_id: member, role } = stored;
        Row::ProjectMember(ProjectMemberRow { id, version: view.version, project, member, role })
    }
}

/// Memberships, past ones too, by which somebody who does not see the roster may see others than before: project, membership, account.
/// Those of `moved` projects, the touched ones, and those of the accounts that were touched.
pub(super) fn near(
    tx: &mut Tx<'_, WorkspaceScope>,
    view: &View,
    moved: &[Uuid],
    (memberships, accounts): (&[Uuid], &[Uuid]),
) -> db::Result<Vec<(Uuid, Uuid, Uuid)>> {
    let his: Vec<Uuid> = view.ids().into_iter().chain(moved.iter().copied()).collect();
    let wanted = Condition::any()
        .add(id_in(PROJECT_MEMBERS, "project_id", moved))
        .add(id_in(PROJECT_MEMBERS, "id", memberships))
        .add(id_in(PROJECT_MEMBERS, "member_id", accounts));
    let select = tx
        .from(PROJECT_MEMBERS)
        .filter(id_in(PROJECT_MEMBERS, "project_id", &his))
        .filter(wanted)
        .expr(PROJECT_MEMBERS.col("project_id"))
        .expr(PROJECT_MEMBERS.col("id"))
        .expr(PROJECT_MEMBERS.col("member_id"));
    tx.all(&select)
}

/// The memberships that ended together with those in the workspace: id and project. Only of the caller's projects.
pub(super) fn ended(tx: &mut Tx<'_, WorkspaceScope>, view: &View, people: &[Uuid], since: i64) -> db::Result<Vec<(Uuid, Uuid)>> {
    let select = tx
        .from(PROJECT_MEMBERS)
        .filter(id_in(PROJECT_MEMBERS, "member_id", people).and(id_in(PROJECT_MEMBERS, "project_id", &view.ids())))
        .filter(PROJECT_MEMBERS.col("is_active").eq(false).and(PROJECT_MEMBERS.col("version").gt(since)))
        .expr(PROJECT_MEMBERS.col("id"))
        .expr(PROJECT_MEMBERS.col("project_id"));
    tx.all(&select)
}

/// "It is of one of these people and was written since."
pub(super) fn of_people_since(people: &[Uuid], since: i64) -> Condition {
    Condition::all().add(id_in(PROJECT_MEMBERS, "member_id", people)).add(PROJECT_MEMBERS.col("version").gt(since))
}
