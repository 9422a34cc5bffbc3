//! People of the source as accounts: their own where the address is known, else placeholders that nobody can sign in to.

use std::collections::HashMap;

use aileron_db::{self as db, ExprTrait as _, Session, Unscoped, WriteTx, schema::USERS};
use aileron_identity::accounts::{self, NewAccount};
use aileron_kernel::{Actor, Uuid, text};
use aileron_tracker::{members, work_items::commands::Named};

use super::{
    super::{
        map::PersonRef,
        refs::{self, Row},
    },
    Target,
};

/// Finds the accounts of people, makes those that are missing, and lets the workspace know them.
pub(super) fn find_or_make(session: &mut Session, target: &Target, people: &[PersonRef]) -> db::Result<HashMap<String, Named>> {
    let keys: Vec<String> = people.iter().map(|person| person.id.clone()).collect();
    let mut tx = target.open(session)?;
    let actor = tx.workspace().actor().clone();
    let known = refs::load(&mut tx, "person", &keys)?;
    let ids: Vec<Uuid> = known.values().map(|known| known.id).collect();
    let select = tx.from(USERS).filter(db::id_in(USERS, "id", &ids)).expr(USERS.col("id")).expr(USERS.col("display_name"));
    let names: HashMap<Uuid, String> = tx.all::<(Uuid, String)>(&select)?.into_iter().collect();
    let mut found: HashMap<String, Named> = HashMap::new();
    for (key, known) in known {
        let name = names.get(&known.id).cloned().unwrap_or_default();
        found.insert(key, Named { id: known.id, name });
    }
    let missing: Vec<&PersonRef> = people.iter().filter(|person| !found.contains_key(&person.id)).collect();
    if missing.is_empty() {
        return Ok(found);
    }
    let mut outside = session.unscoped_to_write(Unscoped::Instance)?;
    let made = make(&mut outside, &actor, &missing)?;
    let mut tx = target.open(session)?;
    let members: Vec<(Uuid, String)> = made.iter().map(|(_, named)| (named.id, named.name.clone())).collect();
    members::import::add_inactive(&mut tx, &members)?;
    let rows = made.iter().map(|(key, named)| Row { key: key.clone(), id: named.id, hash: Vec::new(), is_known: false });
    refs::save(&mut tx, "person", rows.collect())?;
    found.extend(made);
    Ok(found)
}

/// The accounts that have the addresses of people, and placeholders for the others.
fn make(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, missing: &[&PersonRef]) -> db::Result<Vec<(String, Named)>> {
    let mut addresses = addresses(tx, missing)?;
    let (mut made, mut new) = (Vec::with_capacity(missing.len()), Vec::new());
    for person in missing {
        let key = person.email.as_deref().map(text::key);
        let named = match key.as_ref().and_then(|key| addresses.get(key)) {
            Some((named, true)) => named.clone(),
            taken => {
                let email = person.email.clone().filter(|_| taken.is_none());
                let named = Named { id: tx.new_id(), name: person.name.clone() };
                new.push((named.id, placeholder(person, email)));
                if let Some(key) = key {
                    addresses.entry(key).or_insert_with(|| (named.clone(), true));
                }
                named
            }
        };
        made.push((person.id.clone(), named));
    }
    accounts::create_many(tx, actor, new)?;
    Ok(made)
}

/// The accounts with the addresses of people, and whether they are in use.
fn addresses(tx: &mut WriteTx<'_, Unscoped>, people: &[&PersonRef]) -> db::Result<HashMap<String, (Named, bool)>> {
    let keys: Vec<String> = people.iter().filter_map(|person| person.email.as_deref()).map(text::key).collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let of = |column| USERS.col(column);
    let select = tx
        .from(USERS)
        .filter(of("email_key").is_in(keys))
        .expr(of("email_key"))
        .expr(of("id"))
        .expr(of("display_name"))
        .expr(of("is_active"));
    let rows = tx.all::<(String, Uuid, String, bool)>(&select)?;
    Ok(rows.into_iter().map(|(key, id, name, is_active)| (key, (Named { id, name }, is_active))).collect())
}

/// An account without credentials. With its address, whoever proves the address can take it over later.
fn placeholder(person: &PersonRef, email: Option<String>) -> NewAccount {
    let (first, last) = person.name.split_once(' ').unwrap_or((&person.name, ""));
    NewAccount {
        kind: "placeholder",
        email,
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        display_name: person.name.clone(),
        password_hash: None,
        is_instance_admin: false,
    }
}
