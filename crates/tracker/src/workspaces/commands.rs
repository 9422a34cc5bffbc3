//! Making workspaces and changing who is in them.

use aileron_db::{
    self as db, ExprTrait as _, Principal, Session, Set, Tx, Unscoped, WorkspaceScope, WriteTx, schema::USERS, schema::WORKSPACE_MEMBERS,
    schema::WORKSPACES,
};
use aileron_kernel::{Change, Event, Fields, Refusal, Role, Uuid, limits, text};
use serde_json::Value;

use super::{model, rules};
use crate::projects::rules::is_timezone;

/// What a request says of a workspace. Absent fields stay as they are.
#[derive(Clone, Debug, Default)]
pub struct WorkspaceFields {
    /// Its name.
    pub name: Option<String>,
    /// Its name in addresses. Chosen once.
    pub slug: Option<String>,
    /// Its picture, an address.
    pub logo: Option<Option<String>>,
    /// How large it is.
    pub organization_size: Option<Option<String>>,
    /// Its time zone.
    pub timezone: Option<String>,
}

impl WorkspaceFields {
    /// Reads a body; a new workspace needs a name and a slug, another one keeps its slug.
    pub fn read(mut fields: Fields, is_new: bool) -> Result<Self, Refusal> {
        if is_new {
            fields.require("name");
            fields.require("slug");
        }
        let read = Self {
            name: fields.text("name", rules::NAME),
            slug: if is_new { fields.text("slug", rules::SLUG) } else { None },
            logo: fields.nullable_text("logo", limits::PICTURE_ADDRESS.most),
            organization_size: fields.nullable_text("organization_size", 20),
            timezone: fields.choice("timezone", |name| is_timezone(name).then(|| name.to_owned())),
        };
        if read.name.as_deref().is_some_and(text::holds_address) {
            fields.reject("name", "The name of a workspace cannot hold an address.");
        }
        if read.logo.iter().flatten().any(|address| !text::is_inert_address(address)) {
            fields.reject("logo", "Enter an address that starts with https:// or http://, or one of this site.");
        }
        fields.finish()?;
        Ok(read)
    }

    fn columns(&self) -> Vec<Set> {
        let mut set: Vec<Set> = Vec::new();
        set.extend(self.name.clone().map(|value| ("name", value.into())));
        set.extend(self.logo.clone().map(|value| ("logo", value.into())));
        set.extend(self.organization_size.clone().map(|value| ("organization_size", value.into())));
        set.extend(self.timezone.clone().map(|value| ("timezone", value.into())));
        set
    }
}

/// Makes a workspace whose owner is the caller, and answers its id.
pub fn create(session: &mut Session, owner: &Principal, name: &str, slug: &str) -> db::Result<Uuid> {
    let fields = WorkspaceFields { name: Some(name.to_owned()), slug: Some(slug.to_owned()), ..WorkspaceFields::default() };
    make(session, owner, &fields)
}

/// Why a new workspace cannot have this name in addresses; nothing: it can.
pub fn why_not(tx: &mut Tx<'_, Unscoped>, slug: &str) -> db::Result<Option<String>> {
    if let Err(why) = rules::check_slug(slug) {
        return Ok(Some(why));
    }
    let same = tx.from(WORKSPACES).filter(WORKSPACES.col("slug_key").eq(text::key(slug)));
    Ok(tx.any(same)?.then(|| "The workspace with the slug already exists".to_owned()))
}

/// Makes a workspace of these fields whose owner is the caller, and answers its id.
pub fn make(session: &mut Session, owner: &Principal, fields: &WorkspaceFields) -> db::Result<Uuid> {
    let slug = fields.slug.as_deref().unwrap_or_default();
    let id = session.new_id();
    let now = session.now().micros();
    let mut tx = session.unscoped_to_write(Unscoped::Operator)?;
    if let Some(why) = why_not(&mut tx, slug)? {
        return Err(Refusal::field("slug", why).into());
    }
    let mut values: Vec<Set> = vec![
        ("id", id.into()),
        ("slug", slug.into()),
        ("slug_key", text::key(slug).into()),
        ("owner_id", owner.user_id().into()),
        ("seq", 0_i64.into()),
        ("created_at", now.into()),
        ("updated_at", now.into()),
        ("created_by", Some(owner.user_id()).into()),
    ];
    values.extend(fields.columns());
    if fields.timezone.is_none() {
        values.push(("timezone", "UTC".into()));
    }
    tx.insert(WORKSPACES, values)?;
    let mut tx = session.workspace_as_operator(owner, id)?;
    tx.record(Event::new("workspace", "created", id).with(vec![Change::value("name", Value::Null, fields.name.clone())]))?;
    add_member(&mut tx, owner.user_id(), Role::Admin)?;
    Ok(id)
}

/// Changes the workspace.
pub fn update(tx: &mut WriteTx<'_, WorkspaceScope>, fields: &WorkspaceFields) -> db::Result<Uuid> {
    let id = tx.workspace_id();
    let before = model::get(tx)?;
    let mut changes = Vec::new();
    let mut note = |field: &str, old: Value, new: Option<Value>| {
        if let Some(new) = new.filter(|new| *new != old) {
            changes.push(Change::value(field, old, new));
        }
    };
    note("name", before.name.into(), fields.name.clone().map(Value::from));
    note("logo", before.logo.into(), fields.logo.clone().map(Value::from));
    note("organization_size", before.organization_size.into(), fields.organization_size.clone().map(Value::from));
    note("timezone", before.timezone.into(), fields.timezone.clone().map(Value::from));
    if changes.is_empty() {
        return Ok(id);
    }
    let mut values = fields.columns();
    values.extend([("updated_at", tx.now().micros().into()), ("updated_by", Some(tx.user_id()).into())]);
    tx.update_where(WORKSPACES, WORKSPACES.col("id").eq(id), values)?;
    tx.record(Event::new("workspace", "updated", id).with(changes))?;
    Ok(id)
}

/// Gives the workspace to another of its admins. The owner before stays an admin.
pub fn transfer(tx: &mut WriteTx<'_, WorkspaceScope>, mut fields: Fields) -> db::Result<Uuid> {
    fields.require("new_owner");
    let new = fields.id("new_owner");
    fields.finish()?;
    let (new, me, workspace) = (new.unwrap_or_default(), tx.user_id(), tx.workspace_id());
    if new == me {
        return Ok(workspace);
    }
    let member = WORKSPACE_MEMBERS.col("member_id").eq(new).and(WORKSPACE_MEMBERS.col("is_active").eq(true));
    let account = USERS.col("id").eq(WORKSPACE_MEMBERS.col("member_id")).and(USERS.col("is_active").eq(true));
    let admin = tx
        .from(WORKSPACE_MEMBERS)
        .join(USERS, account.and(USERS.col("kind").eq("human")))
        .filter(member.and(WORKSPACE_MEMBERS.col("role").eq(Role::Admin.number())));
    if !tx.any(admin)? {
        return Err(Refusal::field("new_owner", "This is not the account of an admin of the workspace.").into());
    }
    let values = vec![("owner_id", new.into()), ("updated_at", tx.now().micros().into()), ("updated_by", Some(me).into())];
    tx.update_where(WORKSPACES, WORKSPACES.col("id").eq(workspace), values)?;
    let [old, new] = [me, new].map(|person| db::scope::display_name(tx, person).map(|name| (person, name)));
    let change = Change::reference("owner", Some(old?), Some(new?));
    tx.record(Event::new("workspace", "updated", workspace).with(vec![change]))?;
    Ok(workspace)
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
