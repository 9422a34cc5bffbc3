//! Reading memberships.

use aileron_db::{self as db, ExprTrait as _, InWorkspace, ProjectScope, Tx, schema::PROJECT_MEMBERS, schema::WORKSPACE_MEMBERS};
use aileron_kernel::{Refusal, Uuid};

use super::model::Member;

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
