//! Reading memberships.

use aileron_db::{
    self as db, ExprTrait as _, InWorkspace, Order, ProjectScope, Select, Table, Tx, WorkspaceScope,
    schema::{PROJECT_MEMBERS, PROJECTS, USERS, WORKSPACE_MEMBERS, WORKSPACES},
};
use aileron_identity::me::{LiteUser, LiteUserView};
use aileron_kernel::{Refusal, Role, Uuid};

use super::model::{AccountRow, Member, MemberView};

/// The most members that a list shows. It is not paged, as the compatible API's is not.
const MOST: i64 = 50_000;

/// Everybody in the workspace, the newest first.
pub fn list_of_workspace(tx: &mut Tx<'_, WorkspaceScope>) -> db::Result<Vec<MemberView>> {
    let select = tx.from(WORKSPACE_MEMBERS);
    let hides = tx.scope().role() == Role::Guest;
    accounts(tx, select, WORKSPACE_MEMBERS, hides)
}

/// Everybody in the project, the newest first.
pub fn list_of_project(tx: &mut Tx<'_, ProjectScope>) -> db::Result<Vec<MemberView>> {
    let select = tx.in_project(PROJECT_MEMBERS);
    let hides = hides_addresses(tx);
    accounts(tx, select, PROJECT_MEMBERS, hides)
}

/// One member of the project by his membership. Refuses with 404 where there is none, or where it has ended.
pub fn one_of_project(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<MemberView> {
    let select = tx.in_project(PROJECT_MEMBERS).filter(PROJECT_MEMBERS.col("id").eq(id));
    let hides = hides_addresses(tx);
    accounts(tx, select, PROJECT_MEMBERS, hides)?.pop().ok_or_else(|| Refusal::not_found().into())
}

/// One member of the workspace by his membership. Refuses with 404 where there is none, or where it has ended.
pub fn one_of_workspace(tx: &mut Tx<'_, WorkspaceScope>, id: Uuid) -> db::Result<MemberView> {
    let select = tx.from(WORKSPACE_MEMBERS).filter(WORKSPACE_MEMBERS.col("id").eq(id));
    accounts(tx, select, WORKSPACE_MEMBERS, false)?.pop().ok_or_else(|| Refusal::not_found().into())
}

/// One membership of the project by its id. Refuses with 404 where there is none, or where it has ended.
pub fn in_project(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<Member> {
    let select = tx.in_project(PROJECT_MEMBERS).columns::<Member>(PROJECT_MEMBERS).filter(PROJECT_MEMBERS.col("id").eq(id));
    let member = tx.one::<Member>(&select)?;
    if member.is_active { Ok(member) } else { Err(Refusal::not_found().into()) }
}

/// The membership of an account in the project, ended ones included.
pub fn of_account(tx: &mut Tx<'_, ProjectScope>, account: Uuid) -> db::Result<Option<Member>> {
    let select = tx.in_project(PROJECT_MEMBERS).columns::<Member>(PROJECT_MEMBERS).filter(PROJECT_MEMBERS.col("member_id").eq(account));
    tx.optional(&select)
}

/// The membership of an account in the workspace, while it lasts.
pub fn in_workspace<S: InWorkspace>(tx: &mut Tx<'_, S>, account: Uuid) -> db::Result<Option<Member>> {
    let active = WORKSPACE_MEMBERS.col("member_id").eq(account).and(WORKSPACE_MEMBERS.col("is_active").eq(true));
    let select = tx.from(WORKSPACE_MEMBERS).columns::<Member>(WORKSPACE_MEMBERS).filter(active);
    tx.optional(&select)
}

/// Whether nobody else than this account is an admin of the project.
pub fn is_last_admin_of_project(tx: &mut Tx<'_, ProjectScope>, account: Uuid) -> db::Result<bool> {
    let others = tx.in_project(PROJECT_MEMBERS);
    nobody_else(tx, others, PROJECT_MEMBERS, account)
}

/// Whether nobody else than this account is an admin of the workspace.
pub fn is_last_admin_of_workspace(tx: &mut Tx<'_, WorkspaceScope>, account: Uuid) -> db::Result<bool> {
    let others = tx.from(WORKSPACE_MEMBERS);
    nobody_else(tx, others, WORKSPACE_MEMBERS, account)
}

/// Whether this account owns the workspace.
pub fn owns_workspace(tx: &mut Tx<'_, WorkspaceScope>, account: Uuid) -> db::Result<bool> {
    let own = WORKSPACES.col("id").eq(tx.workspace_id()).and(WORKSPACES.col("owner_id").eq(account));
    let owned = tx.from(WORKSPACES).filter(own);
    tx.any(owned)
}

/// The names of projects that have this account as their only admin.
pub fn only_admin_of(tx: &mut Tx<'_, WorkspaceScope>, account: Uuid) -> db::Result<Vec<String>> {
    let is_admin = PROJECT_MEMBERS.col("role").eq(Role::Admin.number()).and(PROJECT_MEMBERS.col("is_active").eq(true));
    let of_project = || PROJECT_MEMBERS.col("project_id").eq(PROJECTS.col("id")).and(is_admin.clone());
    let own = tx.from(PROJECT_MEMBERS).filter(of_project()).filter(PROJECT_MEMBERS.col("member_id").eq(account)).exists();
    let others = tx.from(PROJECT_MEMBERS).filter(of_project()).filter(PROJECT_MEMBERS.col("member_id").ne(account)).exists();
    let select = tx.from(PROJECTS).filter(own.and(others.not())).expr(PROJECTS.col("name")).order(PROJECTS.col("name_key"), Order::Asc);
    Ok(tx.all::<(String,)>(&select.limit(20))?.into_iter().map(|row| row.0).collect())
}

fn nobody_else<S: InWorkspace>(tx: &mut Tx<'_, S>, members: Select, table: Table, account: Uuid) -> db::Result<bool> {
    let others = members
        .filter(table.col("role").eq(Role::Admin.number()).and(table.col("is_active").eq(true)))
        .filter(table.col("member_id").ne(account));
    Ok(!tx.any(others)?)
}

fn accounts<S: InWorkspace>(tx: &mut Tx<'_, S>, members: Select, table: Table, hides: bool) -> db::Result<Vec<MemberView>> {
    let select = members
        .join(USERS, USERS.col("id").eq(table.col("member_id")))
        .filter(table.col("is_active").eq(true))
        .columns::<LiteUser>(USERS)
        .expr(table.col("id"))
        .expr(table.col("role"))
        .order(table.col("created_at"), Order::Desc)
        .order(table.col("id"), Order::Desc)
        .limit(MOST);
    let me = tx.user_id();
    let rows = tx.all::<AccountRow>(&select)?.into_iter();
    let view = |row: AccountRow| MemberView { account: shown(row.account, hides, me), membership_id: row.membership, role: row.role };
    Ok(rows.map(view).collect())
}

/// Whether the caller is a guest, who is not given addresses of others.
fn hides_addresses(tx: &Tx<'_, ProjectScope>) -> bool {
    tx.workspace().role() == Role::Guest || tx.scope().role() == Some(Role::Guest)
}

fn shown(user: LiteUser, hides: bool, me: Uuid) -> LiteUserView {
    let hidden = hides && user.id != me;
    let view = LiteUserView::from(user);
    if hidden { LiteUserView { email: None, ..view } } else { view }
}
