//! Accounts of the instance.

use aileron_db::{self as db, ExprTrait as _, Unscoped, Value, WriteTx, schema::USERS};
use aileron_kernel::{Actor, Change, Event, Refusal, Uuid, text};

use crate::upkeep;

/// What a new account is made of.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// `human`, `agent`, `integration` or `placeholder`.
    pub kind: &'static str,
    /// The address, where there is one. Unique without regard to case.
    pub email: Option<String>,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// What others see; empty: the first name in small letters.
    pub display_name: String,
    /// The hash of the password, if it has one.
    pub password_hash: Option<String>,
    /// Whether it may change the instance.
    pub is_instance_admin: bool,
}

/// Makes an account. A person whom an import left a placeholder for takes that over, with all that refers to it. Refuses
/// an address that is taken.
pub fn create(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, new: NewAccount) -> db::Result<Uuid> {
    if let Some(key) = new.email.as_deref().map(text::key) {
        let same = tx.from(USERS).filter(USERS.col("email_key").eq(key.as_str()));
        match tx.optional::<(Uuid, String)>(&same.expr(USERS.col("id")).expr(USERS.col("kind")))? {
            Some((id, kind)) if kind == "placeholder" && new.kind == "human" => return claim(tx, actor, id, new),
            Some(_) => return Err(Refusal::field("email", "A user with this email address already exists.").into()),
            None => {}
        }
    }
    let id = tx.new_id();
    create_many(tx, actor, vec![(id, new)])?;
    Ok(id)
}

/// Makes an account for whose address the operator vouches. Who has this address without having shown that it is his loses the
/// account to its owner, with all sessions and tokens.
pub fn create_vouched(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, new: NewAccount) -> db::Result<Uuid> {
    let key = new.email.as_deref().map(text::key);
    let unproved = USERS.col("email_key").eq(key).and(USERS.col("kind").eq("human")).and(USERS.col("email_verified_at").is_null());
    let unproved = tx.from(USERS).filter(unproved).expr(USERS.col("id"));
    let id = if let Some((id,)) = tx.optional::<(Uuid,)>(&unproved)? {
        upkeep::end_access(tx, actor, id)?;
        claim(tx, actor, id, new)?
    } else {
        create(tx, actor, new)?
    };
    verify_email(tx, actor, id)?;
    Ok(id)
}

/// Makes accounts under ids made before, in few statements. That their addresses are free was looked up before.
pub fn create_many(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, new: Vec<(Uuid, NewAccount)>) -> db::Result<()> {
    let now = tx.now().micros();
    let (mut rows, mut events): (Vec<Vec<Value>>, Vec<Event>) = (Vec::with_capacity(new.len()), Vec::with_capacity(new.len()));
    for (id, new) in new {
        let display_name = if new.display_name.is_empty() { text::key(&new.first_name) } else { new.display_name };
        let named = Change::value("display_name", serde_json::Value::Null, display_name.as_str());
        events.push(Event::new("user", "created", id).with(vec![named]));
        rows.push(vec![
            id.into(),
            new.kind.into(),
            new.email.as_deref().map(text::key).into(),
            new.email.into(),
            new.first_name.into(),
            new.last_name.into(),
            display_name.into(),
            "".into(),
            "UTC".into(),
            new.password_hash.into(),
            true.into(),
            new.is_instance_admin.into(),
            now.into(),
            now.into(),
        ]);
    }
    let columns = [
        "id",
        "kind",
        "email_key",
        "email",
        "first_name",
        "last_name",
        "display_name",
        "avatar",
        "timezone",
        "password_hash",
        "is_active",
        "is_instance_admin",
        "created_at",
        "updated_at",
    ];
    tx.insert_rows(USERS, &columns, rows)?;
    tx.record_instance_all(actor, &events)
}

/// Makes a placeholder, or the account of somebody else, that of the person whose address it has.
fn claim(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, id: Uuid, new: NewAccount) -> db::Result<Uuid> {
    let display_name = if new.display_name.is_empty() { text::key(&new.first_name) } else { new.display_name };
    let select = tx.from(USERS).filter(USERS.col("id").eq(id)).expr(USERS.col("display_name"));
    let (before,) = tx.one::<(String,)>(&select)?;
    let now = tx.now().micros();
    let set = vec![
        ("kind", new.kind.into()),
        ("email", new.email.into()),
        ("first_name", new.first_name.into()),
        ("last_name", new.last_name.into()),
        ("display_name", display_name.clone().into()),
        ("password_hash", new.password_hash.into()),
        ("is_active", true.into()),
        ("is_instance_admin", new.is_instance_admin.into()),
        ("updated_at", now.into()),
    ];
    tx.update_where(USERS, USERS.col("id").eq(id), set)?;
    tx.record_instance(actor, &Event::new("user", "claimed", id).with(vec![Change::value("display_name", before, display_name)]))?;
    tell_workspaces(tx, actor, id)?;
    Ok(id)
}

/// The kind of the jobs that tell workspaces that one of their people is shown otherwise. The payload is the id of the account.
pub const SHOWN_OTHERWISE: &str = "account.shown";

/// Has the workspaces of an account told that its names or its picture are others: each has a log of its own.
pub fn tell_workspaces(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, user: Uuid) -> db::Result<()> {
    tx.enqueue(SHOWN_OTHERWISE, user.to_string().into(), Some(&user.to_string()), &actor.request_id)
}

/// Notes that the address of an account is its owner's: a mail that was sent there came back, or the operator vouches for it.
pub fn verify_email(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, id: Uuid) -> db::Result<()> {
    let open = USERS.col("id").eq(id).and(USERS.col("email").is_not_null()).and(USERS.col("email_verified_at").is_null());
    let now = tx.now().micros();
    if tx.update_where(USERS, open, vec![("email_verified_at", Some(now).into())])? == 0 {
        return Ok(());
    }
    tx.record_instance(actor, &Event::new("user", "email_verified", id))
}

/// Whether a text has the form of an e-mail address: enough to catch slips, without judging what mail servers accept.
pub fn is_email(text: &str) -> bool {
    let is_plain =
        |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;:\"()[]\\@".contains(c));
    text.chars().count() <= 254
        && text.rsplit_once('@').is_some_and(|(local, domain)| {
            is_plain(local) && is_plain(domain) && !domain.starts_with('.') && !domain.ends_with('.') && !domain.contains("..")
        })
}

/// Refuses what has not the form of an e-mail address.
pub fn check_email(field: &str, text: &str) -> Result<(), Refusal> {
    if is_email(text) { Ok(()) } else { Err(Refusal::field(field, "Enter a valid email address.")) }
}

/// The account with this address.
pub fn by_email(tx: &mut db::Tx<'_, Unscoped>, email: &str) -> db::Result<Option<Uuid>> {
    let select = tx.from(USERS).filter(USERS.col("email_key").eq(text::key(email))).expr(USERS.col("id"));
    Ok(tx.optional::<(Uuid,)>(&select)?.map(|row| row.0))
}

/// The actor of what the operator does on the command line: no account's.
pub fn operator(request_id: &str) -> Actor {
    Actor {
        id: Uuid::nil(),
        kind: aileron_kernel::ActorKind::User,
        origin: aileron_kernel::Origin::Cli,
        mutation_id: None,
        request_id: request_id.to_owned(),
    }
}

/// The actor of what the server does by itself, in the trace of the request that it follows from: no account's.
pub fn automation(request_id: &str) -> Actor {
    Actor {
        id: Uuid::nil(),
        kind: aileron_kernel::ActorKind::Automation,
        origin: aileron_kernel::Origin::Automation,
        mutation_id: None,
        request_id: request_id.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn slips_in_addresses_are_caught() {
        for good in ["a@b.test", "ada.lovelace+work@example.com", "ä@müller.test", "root@localhost"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a", "@b.test", "a@", "a b@c.test", "a@b@c.test", "a@.test", "a@b..test", "<a@b.test>", "a@b.test\n"] {
            assert!(!is_email(bad), "{bad}");
        }
        assert!(!is_email(&format!("{}@b.test", "a".repeat(250))));
    }
}
