//! Inviting people, and taking it back.

use aileron_db::{
    self as db, ExprTrait as _, WorkspaceScope, WriteTx,
    schema::{USERS, WORKSPACE_INVITATIONS, WORKSPACE_MEMBERS},
};
use aileron_kernel::{Change, Event, Fields, Refusal, Role, Uuid, fields::NAME, text};
use aileron_platform::mail::{Mail, Outbox, Recipient};
use serde_json::Value;

use super::{join, model};
use crate::{mails, members::rules};

/// How many invitations a workspace mails within a day: nobody fills the mailboxes of strangers.
const MOST_MAILED: i64 = 500;
const DAY: i64 = 24 * 60 * 60;

/// Invites an address, by mail where the server sends some. Refuses one that is invited already, and one of a member.
pub fn create(tx: &mut WriteTx<'_, WorkspaceScope>, mut fields: Fields, outbox: &Outbox) -> db::Result<Uuid> {
    fields.require("email");
    let email = fields.text("email", NAME);
    let role = role(&mut fields).unwrap_or(Role::Guest);
    if email.as_deref().is_some_and(|email| !is_address(email)) {
        fields.reject("email", "Invalid email address");
    }
    fields.finish()?;
    let email = email.unwrap_or_default();
    check_role(tx, role)?;
    let key = text::key(&email);
    let of_address = WORKSPACE_INVITATIONS.col("email_key").eq(key.as_str());
    let invited = tx.from(WORKSPACE_INVITATIONS).filter(of_address.clone().and(WORKSPACE_INVITATIONS.col("accepted").eq(false)));
    if tx.any(invited)? {
        return Err(Refusal::non_field("Email already invited").into());
    }
    let member = tx
        .from(WORKSPACE_MEMBERS)
        .join(USERS, USERS.col("id").eq(WORKSPACE_MEMBERS.col("member_id")))
        .filter(USERS.col("email_key").eq(key.as_str()).and(WORKSPACE_MEMBERS.col("is_active").eq(true)));
    if tx.any(member)? {
        return Err(Refusal::field("email", "Somebody with this address is a member of the workspace.").into());
    }
    // Somebody who joined and left is invited anew.
    tx.delete_where(WORKSPACE_INVITATIONS, of_address)?;
    if outbox.is_open() {
        let since = tx.now().plus_seconds(-DAY).micros();
        let of = |column| WORKSPACE_INVITATIONS.col(column);
        let mailed = of("mailed_until").is_not_null().and(of("created_at").gt(since));
        let mailed = tx.from_with_deleted(WORKSPACE_INVITATIONS).filter(mailed);
        if tx.count(mailed)? >= MOST_MAILED {
            let error = format!("A workspace invites at most {MOST_MAILED} addresses by mail within a day. Go on tomorrow.");
            return Err(Refusal::error(error).into());
        }
    }
    let (token, mailed) = outbox.is_open().then(|| join::mailed_token(tx)).unzip();
    let mut values =
        vec![("email", email.as_str().into()), ("email_key", key.into()), ("role", role.number().into()), ("accepted", false.into())];
    values.extend(mailed.into_iter().flatten());
    let id = tx.insert(WORKSPACE_INVITATIONS, values)?;
    let changes = vec![Change::value("email", Value::Null, email.as_str()), Change::value("role", Value::Null, role.number())];
    tx.record(Event::new("invitation", "created", id).with(changes))?;
    if let Some(token) = token {
        let me = tx.user_id();
        let (inviter, workspace) = (db::scope::display_name(tx, me)?, mails::workspace_name(tx)?);
        let mail = Mail::new(&mails::INVITATION, Recipient { address: email, name: String::new(), account: None });
        let mail =
            mail.with_person("inviter", &inviter).with("workspace", &workspace).with_value("days", join::DAYS).with_secret("token", token);
        outbox.send(tx, mail.until(tx.now().plus_seconds(join::DAYS * DAY)))?;
    }
    Ok(id)
}

/// Changes the role that is offered.
pub fn update(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid, mut fields: Fields) -> db::Result<Uuid> {
    let before = model::get(tx, id)?;
    let email = fields.text("email", NAME);
    let role = role(&mut fields);
    if email.is_some_and(|email| text::key(&email) != text::key(&before.email)) {
        fields.reject("email", "Email cannot be updated");
    }
    fields.finish()?;
    let Some(role) = role.filter(|role| *role != before.role) else { return Ok(id) };
    check_role(tx, role)?;
    tx.update(WORKSPACE_INVITATIONS, id, vec![("role", role.number().into())])?;
    tx.record(Event::new("invitation", "updated", id).with(vec![Change::value("role", before.role.number(), role.number())]))?;
    Ok(id)
}

/// Takes an invitation back that nobody answered yet.
pub fn delete(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid) -> db::Result<()> {
    let invitation = model::get(tx, id)?;
    if invitation.accepted {
        return Err(Refusal::error("Invite already accepted").into());
    }
    if invitation.responded_at.is_some() {
        return Err(Refusal::error("Invite already responded").into());
    }
    tx.delete_where(WORKSPACE_INVITATIONS, WORKSPACE_INVITATIONS.col("id").eq(id))?;
    tx.record(Event::new("invitation", "deleted", id).with(vec![Change::value("email", invitation.email, Value::Null)])).map(|_| ())
}

fn role(fields: &mut Fields) -> Option<Role> {
    fields.choice("role", |word| word.parse().ok().and_then(Role::from_number).filter(|role| rules::is_of_workspaces(*role)))
}

/// Nobody invites above his own role.
fn check_role(tx: &WriteTx<'_, WorkspaceScope>, role: Role) -> Result<(), Refusal> {
    if role > tx.scope().role() { Err(rules::Denied::TooHigh.into()) } else { Ok(()) }
}

/// Whether this looks like an address: something, an at sign, a name with a dot in it. Only mail that arrives proves more.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"".contains(c);
    let labels = || domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    !local.is_empty() && local.len() <= 64 && !local.contains('@') && domain.contains('.') && labels() && !text.contains(odd)
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn addresses_have_a_name_and_a_domain() {
        for good in ["new@acme.test", "a.b+c@x-y.example.org", "ü@bücher.example"] {
            assert!(is_address(good), "{good}");
        }
        for bad in ["nope", "@acme.test", "a@", "a@b", "a@b..c", "a b@c.d", "a@b@c.d", "a@-b.c", "<a@b.c>", "a@b.c\nbcc: x@y.z"] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
