//! Putting people into projects, changing their roles, taking them out.

use aileron_db::{
    self as db, ExprTrait as _, ProjectScope, WriteTx,
    schema::{PROJECT_MEMBERS, PROJECTS},
};
use aileron_identity::recipients;
use aileron_kernel::{Change, Event, Fields, Refusal, Role, Uuid};
use aileron_platform::mail::{Mail, Outbox};
use serde_json::Value;

use super::{
    model::Member,
    queries,
    rules::{self, Intent},
};
use crate::{mails, projects::rules::check_writable};

/// Puts a member of the workspace into the project, and tells him by mail. Refuses who is in it already.
pub fn add(tx: &mut WriteTx<'_, ProjectScope>, mut fields: Fields, outbox: &Outbox) -> db::Result<Uuid> {
    check_writable(tx.scope())?;
    fields.require("member");
    let account = fields.id("member");
    let role = fields.choice("role", role_of).unwrap_or(Role::Guest);
    fields.finish()?;
    let account = account.unwrap_or_default();
    let Some(in_workspace) = queries::in_workspace(tx, account)? else {
        return Err(Refusal::field("member", "Member not found in workspace").into());
    };
    if queries::of_account(tx, account)?.is_some_and(|member| member.is_active) {
        return Err(Refusal::error("The payload is not valid").into());
    }
    rules::judge(Intent {
        actor: tx.scope().role().unwrap_or(Role::Guest),
        target: Role::Guest,
        new: Some(role),
        ceiling: rules::ceiling(in_workspace.role),
        is_self: account == tx.user_id(),
        is_owner: false,
        is_last_admin: false,
    })
    .map_err(Refusal::from)?;
    let id = put(tx, account, role)?;
    tell(tx, account, outbox)?;
    Ok(id)
}

/// Tells somebody by mail into which project he was put, unless he did it himself.
fn tell(tx: &mut WriteTx<'_, ProjectScope>, account: Uuid, outbox: &Outbox) -> db::Result<()> {
    let me = tx.user_id();
    if !outbox.is_open() || account == me {
        return Ok(());
    }
    let Some(to) = recipients::proved(tx, &[account])?.remove(&account) else { return Ok(()) };
    let select = tx.from(PROJECTS).filter(PROJECTS.col("id").eq(tx.project_id())).expr(PROJECTS.col("name"));
    let (project,) = tx.one::<(String,)>(&select)?;
    let (actor, workspace) = (db::scope::display_name(tx, me)?, mails::workspace_name(tx)?);
    let path = format!("/{}/p/{}/items", tx.workspace().slug(), tx.scope().identifier());
    let mail = Mail::new(&mails::PROJECT_ADDED, to).with_person("actor", &actor).with("project", &project);
    outbox.send(tx, mail.with("workspace", &workspace).with("path", &path))
}

/// Gives a member of the project another role.
pub fn change_role(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid, mut fields: Fields) -> db::Result<Uuid> {
    check_writable(tx.scope())?;
    let member = queries::in_project(tx, id)?;
    let role = fields.choice("role", role_of);
    fields.finish()?;
    let Some(role) = role.filter(|role| *role != member.role) else { return Ok(id) };
    judge(tx, member, Some(role))?;
    tx.update(PROJECT_MEMBERS, id, vec![("role", role.number().into())])?;
    record(tx, "updated", id, member.member_id, (Some(member.role), Some(role)))?;
    Ok(id)
}

/// Takes a member out of the project. His row stays.
pub fn remove(tx: &mut WriteTx<'_, ProjectScope>, id: Uuid) -> db::Result<()> {
    check_writable(tx.scope())?;
    let member = queries::in_project(tx, id)?;
    judge(tx, member, None)?;
    tx.update(PROJECT_MEMBERS, id, vec![("is_active", false.into())])?;
    record(tx, "deleted", id, member.member_id, (Some(member.role), None))
}

/// Makes sure that an account is in the project with at least this role, a guest of the workspace with no higher one than
/// a guest's. Answers its membership.
pub fn put(tx: &mut WriteTx<'_, ProjectScope>, account: Uuid, role: Role) -> db::Result<Uuid> {
    let Some(in_workspace) = queries::in_workspace(tx, account)? else {
        return Err(Refusal::field("member", "Member not found in workspace").into());
    };
    let role = role.min(rules::ceiling(in_workspace.role));
    let (id, old) = match queries::of_account(tx, account)? {
        Some(member) if member.is_active && member.role >= role => return Ok(member.id),
        Some(member) if member.is_active => {
            tx.update(PROJECT_MEMBERS, member.id, vec![("role", role.number().into())])?;
            (member.id, Some(member.role))
        }
        Some(ended) => (renew(tx, ended, role)?, None),
        None => {
            let values = vec![
                ("project_id", tx.project_id().into()),
                ("member_id", account.into()),
                ("role", role.number().into()),
                ("is_active", true.into()),
                ("sort_order", 65_535.0_f64.into()),
            ];
            (tx.insert(PROJECT_MEMBERS, values)?, None)
        }
    };
    record(tx, if old.is_some() { "updated" } else { "created" }, id, account, (old, Some(role)))?;
    Ok(id)
}

/// Lets a membership begin again, as one of its own: whoever kept the id of the ended one does not change the new one by it.
fn renew(tx: &mut WriteTx<'_, ProjectScope>, ended: Member, role: Role) -> db::Result<Uuid> {
    let id = tx.new_id();
    let values = vec![
        ("id", id.into()),
        ("role", role.number().into()),
        ("is_active", true.into()),
        ("created_at", tx.now().micros().into()),
        ("created_by", Some(tx.user_id()).into()),
        ("updated_by", None::<Uuid>.into()),
    ];
    tx.update(PROJECT_MEMBERS, ended.id, values)?;
    Ok(id)
}

fn judge(tx: &mut WriteTx<'_, ProjectScope>, member: Member, new: Option<Role>) -> db::Result<()> {
    let in_workspace = queries::in_workspace(tx, member.member_id)?.map_or(Role::Guest, |member| member.role);
    let intent = Intent {
        actor: tx.scope().role().unwrap_or(Role::Guest),
        target: member.role,
        new,
        ceiling: rules::ceiling(in_workspace),
        is_self: member.member_id == tx.user_id(),
        is_owner: false,
        is_last_admin: member.role == Role::Admin && queries::is_last_admin_of_project(tx, member.member_id)?,
    };
    rules::judge(intent).map_err(|denied| Refusal::from(denied).into())
}

fn record(
    tx: &mut WriteTx<'_, ProjectScope>,
    verb: &'static str,
    id: Uuid,
    account: Uuid,
    roles: (Option<Role>, Option<Role>),
) -> db::Result<()> {
    let changes = changes(db::scope::display_name(tx, account)?, account, roles);
    let project = tx.project_id();
    tx.record(Event::new("project_member", verb, id).in_project(project).with(changes)).map(|_| ())
}

/// What an event says of a membership: whose it is, and his role before and after.
pub(super) fn changes(name: String, account: Uuid, (old, new): (Option<Role>, Option<Role>)) -> Vec<Change> {
    let person = |is_there: bool| is_there.then(|| (account, name.clone()));
    let number = |role: Option<Role>| role.map_or(Value::Null, |role| role.number().into());
    vec![Change::reference("member", person(old.is_some()), person(new.is_some())), Change::value("role", number(old), number(new))]
}

/// The role of a number, as sent.
pub(super) fn role_of(word: &str) -> Option<Role> {
    word.parse().ok().and_then(Role::from_number)
}
