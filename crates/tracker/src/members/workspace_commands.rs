//! Changing roles in a workspace and taking people out of it. Putting them in is a command of workspaces.

use aileron_db::{
    self as db, ExprTrait as _, Set, WorkspaceScope, WriteTx,
    schema::{PROJECT_MEMBERS, WORKSPACE_MEMBERS},
};
use aileron_kernel::{Event, Fields, Refusal, Role, Uuid};

use super::{
    commands::{changes, role_of},
    model::Member,
    queries,
    rules::{self, Intent},
};

/// Gives a member of the workspace another role. Who becomes a guest becomes one in every project.
pub fn change_role(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid, mut fields: Fields) -> db::Result<Uuid> {
    let member = find(tx, id)?;
    let role = fields.choice("role", |word| role_of(word).filter(|role| rules::is_of_workspaces(*role)));
    fields.finish()?;
    let Some(role) = role.filter(|role| *role != member.role) else { return Ok(id) };
    judge(tx, member, Some(role))?;
    tx.update(WORKSPACE_MEMBERS, id, vec![("role", role.number().into())])?;
    if role == Role::Guest {
        in_projects(tx, member.member_id, vec![("role", Role::Guest.number().into())])?;
    }
    record(tx, "updated", member, Some(role))?;
    Ok(id)
}

/// Takes a member out of the workspace and all its projects. His rows stay.
pub fn remove(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid) -> db::Result<()> {
    let member = find(tx, id)?;
    judge(tx, member, None)?;
    tx.update(WORKSPACE_MEMBERS, id, vec![("is_active", false.into())])?;
    in_projects(tx, member.member_id, vec![("is_active", false.into())])?;
    record(tx, "deleted", member, None)
}

fn find(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid) -> db::Result<Member> {
    let select = tx.from(WORKSPACE_MEMBERS).columns::<Member>(WORKSPACE_MEMBERS).filter(WORKSPACE_MEMBERS.col("id").eq(id));
    let member = tx.one::<Member>(&select)?;
    if member.is_active { Ok(member) } else { Err(Refusal::not_found().into()) }
}

fn judge(tx: &mut WriteTx<'_, WorkspaceScope>, member: Member, new: Option<Role>) -> db::Result<()> {
    let account = member.member_id;
    let intent = Intent {
        actor: tx.scope().role(),
        target: member.role,
        new,
        ceiling: Role::Admin,
        is_self: account == tx.user_id(),
        is_owner: queries::owns_workspace(tx, account)?,
        is_last_admin: member.role == Role::Admin && queries::is_last_admin_of_workspace(tx, account)?,
    };
    rules::judge(intent).map_err(Refusal::from)?;
    if intent.is_owner && new.is_none() {
        // Nobody could hand it over any more.
        return Err(Refusal::error("This workspace is yours: make another admin its owner before you leave.").into());
    }
    if new.is_none_or(|role| role == Role::Guest) {
        let projects = queries::only_admin_of(tx, account)?;
        if !projects.is_empty() {
            let message = format!("Make somebody else an admin (or the lead) of these projects first: {}.", projects.join(", "));
            return Err(Refusal::error(message).into());
        }
    }
    Ok(())
}

/// The same change in every project that the account is in.
fn in_projects(tx: &mut WriteTx<'_, WorkspaceScope>, account: Uuid, values: Vec<Set>) -> db::Result<()> {
    let own = PROJECT_MEMBERS.col("member_id").eq(account).and(PROJECT_MEMBERS.col("is_active").eq(true));
    tx.update_where(PROJECT_MEMBERS, own, values).map(|_| ())
}

fn record(tx: &mut WriteTx<'_, WorkspaceScope>, verb: &'static str, member: Member, new: Option<Role>) -> db::Result<()> {
    let name = db::scope::display_name(tx, member.member_id)?;
    let changes = changes(name, member.member_id, (Some(member.role), new));
    tx.record(Event::new("workspace_member", verb, member.id).with(changes)).map(|_| ())
}
