//! Making workspaces and changing who is in them.

use aileron_db::{
    self as db, ExprTrait as _, Principal, Session, Unscoped, WorkspaceScope, WriteTx, schema::WORKSPACE_MEMBERS, schema::WORKSPACES,
};
use aileron_kernel::{Change, Event, Refusal, Role, Uuid, text};
use serde_json::Value;

/// Makes a workspace whose owner is the caller, and answers its id.
pub fn create(session: &mut Session, owner: &Principal, name: &str, slug: &str) -> db::Result<Uuid> {
    let id = session.new_id();
    let now = session.now().micros();
    let mut tx = session.unscoped_to_write(Unscoped::Operator)?;
    let same = tx.from(WORKSPACES).filter(WORKSPACES.col("slug_key").eq(text::key(slug)));
    if tx.any(same)? {
        return Err(Refusal::field("slug", "The workspace with the slug already exists").into());
    }
    tx.insert(
        WORKSPACES,
        vec![
            ("id", id.into()),
            ("name", name.into()),
            ("slug", slug.into()),
            ("slug_key", text::key(slug).into()),
            ("owner_id", owner.user_id().into()),
            ("timezone", "UTC".into()),
            ("seq", 0_i64.into()),
            ("created_at", now.into()),
            ("updated_at", now.into()),
            ("created_by", Some(owner.user_id()).into()),
        ],
    )?;
    let mut tx = session.workspace_as_operator(owner, id)?;
    tx.record(Event::new("workspace", "created", id).with(vec![Change::value("name", Value::Null, name)]))?;
    add_member(&mut tx, owner.user_id(), Role::Admin)?;
    Ok(id)
}

/// Puts an account into the workspace, or back into it, with a role.
pub fn add_member(tx: &mut WriteTx<'_, WorkspaceScope>, user: Uuid, role: Role) -> db::Result<Uuid> {
    let member = WORKSPACE_MEMBERS.col("member_id").eq(user);
    let known = tx.from(WORKSPACE_MEMBERS).filter(member.clone()).expr(WORKSPACE_MEMBERS.col("id"));
    let id = if let Some((id,)) = tx.optional::<(Uuid,)>(&known)? {
        tx.update(WORKSPACE_MEMBERS, id, vec![("role", role.number().into()), ("is_active", true.into())])?;
        id
    } else {
        tx.insert(WORKSPACE_MEMBERS, vec![("member_id", user.into()), ("role", role.number().into()), ("is_active", true.into())])?
    };
    let name = db::scope::display_name(tx, user)?;
    let change = Change { field: "member".to_owned(), new: name.into(), new_id: Some(user), ..Change::default() };
    tx.record(Event::new("workspace_member", "created", id).with(vec![change, Change::value("role", Value::Null, role.number())]))?;
    Ok(id)
}
