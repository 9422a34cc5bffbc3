//! Changing what one has on the home page.

use aileron_db::{self as db, WorkspaceScope, WriteTx, schema::HOME_PREFERENCES};
use aileron_kernel::{Change, Event, Uuid};

use super::{
    model::{PartFields, PartView},
    queries,
};

/// Keeps how the caller wants a part. Answers the workspace.
pub fn update(tx: &mut WriteTx<'_, WorkspaceScope>, fields: PartFields) -> db::Result<Uuid> {
    let kept = queries::kept(tx)?;
    let before = queries::part(&kept, fields.key);
    let after = PartView {
        key: fields.key,
        is_enabled: fields.is_enabled.unwrap_or(before.is_enabled),
        sort_order: fields.sort_order.unwrap_or(before.sort_order),
    };
    let workspace = tx.workspace_id();
    if after == before {
        return Ok(workspace);
    }
    let mut changes = vec![Change::value("key", fields.key, fields.key)];
    changes.extend((after.is_enabled != before.is_enabled).then(|| Change::value("is_enabled", before.is_enabled, after.is_enabled)));
    let is_moved = after.sort_order.to_bits() != before.sort_order.to_bits();
    changes.extend(is_moved.then(|| Change::value("sort_order", before.sort_order, after.sort_order)));
    let mut set = vec![("is_enabled", after.is_enabled.into()), ("sort_order", after.sort_order.into())];
    let (verb, id) = if let Some(row) = kept.iter().find(|kept| kept.key == fields.key) {
        tx.update(HOME_PREFERENCES, row.id, set)?;
        ("updated", row.id)
    } else {
        set.extend([("user_id", tx.user_id().into()), ("key", fields.key.into())]);
        ("created", tx.insert(HOME_PREFERENCES, set)?)
    };
    tx.record(Event::new("home_preference", verb, id).with(changes))?;
    Ok(workspace)
}
