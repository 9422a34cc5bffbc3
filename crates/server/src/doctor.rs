//! Looks whether an instance is whole: its database (`aileron_db::doctor`), and what is stored beside it.

use std::collections::{BTreeMap, BTreeSet};

use aileron_db::{
    doctor::{self, Findings},
    dump::{Cell, Snapshot, TableShape},
};
use aileron_kernel::Uuid;
use aileron_platform::sealed;
use futures_util::TryStreamExt as _;

use crate::backup::{BackupError, Instance, Places};

/// After so many seconds the sweep should have thrown a file away that no row names: it waits a week, and goes through all of them once a
/// day.
const ORPHANED: i64 = 8 * 24 * 60 * 60;

/// Looks at everything. `keys`: the ids of the master keys at hand.
pub fn examine(instance: &Instance, keys: &[String]) -> Result<Findings, BackupError> {
    let mut snapshot = Snapshot::open(&instance.settings)?;
    let now = instance.settings.clock.now();
    let mut findings = doctor::examine(&mut snapshot, now)?;
    if snapshot.applied().differences().is_empty() {
        files(instance, &mut snapshot, &mut findings)?;
        secrets(&mut snapshot, keys, &mut findings)?;
    }
    Ok(findings)
}

/// Every file that a row names is there, and every old one that is there is named.
fn files(instance: &Instance, snapshot: &mut Snapshot, findings: &mut Findings) -> Result<(), BackupError> {
    let mut named = BTreeMap::new();
    for table in snapshot.tables() {
        let Some(places) = Places::of(&table)? else { continue };
        snapshot.rows(&table.name, |cells| {
            if let Some((owner, blob, is_awaited)) = places.key(&cells) {
                *named.entry((owner, blob)).or_insert(false) |= is_awaited;
            }
            Ok::<_, BackupError>(())
        })?;
    }
    let mut owners = BTreeSet::new();
    for table in ["workspaces", "users"] {
        owners.extend(ids(snapshot, table)?);
    }
    let before = instance.settings.clock.now().plus_seconds(-ORPHANED);
    let mut listed = std::pin::pin!(instance.blobs.list());
    let mut orphans = Vec::new();
    while let Some(stored) = instance.runtime.block_on(listed.try_next())? {
        let key = stored.key;
        if named.remove(&(key.owner, key.blob)).is_none() && owners.contains(&key.owner) && stored.changed_at < before {
            orphans.push(format!("{}/{}", key.owner, key.blob));
        }
    }
    let missing = named.into_iter().filter(|(_, is_awaited)| *is_awaited).map(|((owner, blob), _)| format!("{owner}/{blob}"));
    let advice = "bring them back from a backup of the store of files, each under its name";
    findings.note("files", "files that rows name are not in the store", advice, missing.collect());
    let advice = "is a server running, with `--role all` or `worker`? It throws them away once a day";
    findings.note("files", "files have been in the store for over a week and no row names them", advice, orphans);
    Ok(())
}

fn ids(snapshot: &mut Snapshot, table: &str) -> Result<Vec<Uuid>, BackupError> {
    let place = snapshot.tables().iter().find(|shape| shape.name == table).and_then(|shape| shape.place("id"));
    let mut ids = Vec::new();
    snapshot.rows(table, |cells| {
        ids.extend(place.and_then(|place| Uuid::try_parse(cells.get(place)?.text()?).ok()));
        Ok::<_, BackupError>(())
    })?;
    Ok(ids)
}

/// Every sealed secret can be opened: columns of such are called so.
fn secrets(snapshot: &mut Snapshot, keys: &[String], findings: &mut Findings) -> Result<(), BackupError> {
    let mut unreadable = Vec::new();
    for table in snapshot.tables() {
        let places: Vec<usize> = secret_columns(&table).collect();
        if places.is_empty() {
            continue;
        }
        snapshot.rows(&table.name, |cells| {
            let sealed = places.iter().filter_map(|place| sealed::sealed_with(cells.get(*place).and_then(Cell::text)?));
            let lost = sealed.filter(|id| !keys.iter().any(|key| key == id));
            unreadable.extend(lost.map(|id| format!("{}: sealed with the key {id}", table.name)));
            Ok::<_, BackupError>(())
        })?;
    }
    let advice = "add the key to previous_secret_keys, or set the secrets again";
    findings.note("secrets", "secrets were sealed with a master key that is not here", advice, unreadable);
    Ok(())
}

fn secret_columns(table: &TableShape) -> impl Iterator<Item = usize> {
    let is_secret = |name: &str| name == "secret" || name.ends_with("_secret");
    table.columns.iter().enumerate().filter(move |(_, column)| is_secret(&column.name)).map(|(place, _)| place)
}
