//! Putting people into projects, changing their roles, taking them out.

use aileron_db::{self as db, ProjectScope, WriteTx, schema::PROJECT_MEMBERS};
use aileron_kernel::{Change, Event, Fields, Refusal, Role, Uuid};
use serde_json::Value;

use super::queries;

/// Puts a member of the workspace into the project. Refuses who is in it already.
pub fn add(tx: &mut WriteTx<'_, ProjectScope>, mut fields: Fields) -> db::Result<Uuid> {
    fields.require("member");
    let account = fields.id("member");
    let role = fields.choice("role", role_of);
    fields.finish()?;
    let account = account.unwrap_or_default();
    let role = role.unwrap_or(Role::Guest);
    if queries::in_workspace(tx, account)?.is_none() {
        return Err(Refusal::field("member", "Member not found in workspace").into());
    }
    if queries::of_account(tx, account)?.is_some_and(|member| member.is_active) {
        return Err(Refusal::error("The payload is not valid").into());
    }
    put(tx, account, role)
}

/// Makes sure that an account is in the project with at least this role, a guest of the workspace with no higher one than
/// a guest's. Answers its membership.
pub fn put(tx: &mut WriteTx<'_, ProjectScope>, account: Uuid, role: Role) -> db::Result<Uuid> {
    let Some(in_workspace) = queries::in_workspace(tx, account)? else {
        return Err(Refusal::field("member", "Member not found in workspace").into());
    };
    let role = if in_workspace.role == Role::Guest { Role::Guest } else { role };
    let project = tx.project_id();
    let (id, verb, old) = match queries::of_account(tx, account)? {
        Some(member) if member.is_active && member.role >= role => return Ok(member.id),
        Some(member) => {
            tx.update(PROJECT_MEMBERS, member.id, vec![("role", role.number().into()), ("is_active", true.into())])?;
            let verb = if member.is_active { "updated" } else { "created" };
            (member.id, verb, member.is_active.then_some(member.role))
        }
        None => {
            let values = vec![
                ("project_id", project.into()),
                ("member_id", account.into()),
                ("role", role.number().into()),
                ("is_active", true.into()),
                ("sort_order", 65_535.0_f64.into()),
            ];
            (tx.insert(PROJECT_MEMBERS, values)?, "created", None)
        }
    };
    let name = db::scope::display_name(tx, account)?;
    let who = Change { field: "member".to_owned(), new: name.into(), new_id: Some(account), ..Change::default() };
    let role = Change::value("role", old.map_or(Value::Null, |role| role.number().into()), role.number());
    tx.record(Event::new("project_member", verb, id).in_project(project).with(vec![who, role]))?;
    Ok(id)
}

fn role_of(word: &str) -> Option<Role> {
    word.parse().ok().and_then(Role::from_number)
}
