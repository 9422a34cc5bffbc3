//! Asking for an export, and noting what became of it.

use aileron_db::{self as db, ExprTrait as _, Set, WorkspaceScope, WriteTx, schema::EXPORTS};
use aileron_identity::recipients;
use aileron_kernel::{Change, Event, Refusal, Uuid, fields, limits, text};
use aileron_platform::mail::{Mail, Outbox};
use aileron_tracker::{mails::workspace_name, work_items::visibility};
use serde_json::{Value, json};

use super::{
    model::{Export, ExportFields},
    queries, run,
};
use crate::mails;

/// For how long a file is there, in seconds.
pub const KEPT: i64 = 7 * 24 * 60 * 60;

/// Asks for an export. Projects must be those in which the caller sees items.
pub fn create(tx: &mut WriteTx<'_, WorkspaceScope>, new: ExportFields) -> db::Result<Uuid> {
    let seen: Vec<Uuid> = visibility::projects(tx)?.into_iter().map(|shown| shown.id).collect();
    if let Some(unknown) = new.projects.iter().find(|project| !seen.contains(project)) {
        return Err(Refusal::field("projects", fields::unknown_id(*unknown)).into());
    }
    let waiting = queries::own(tx).filter(EXPORTS.col("status").is_in(["queued", "processing"]));
    limits::EXPORTS.check(tx.count(waiting)?, |most| format!("{most} exports are being made. Wait until one of them is done."))?;
    let projects = if new.projects.is_empty() { seen } else { new.projects };
    let columns: Vec<&str> = new.columns.iter().map(|column| column.name()).collect();
    let provider = new.provider.as_str();
    let values = vec![
        ("owner_id", tx.user_id().into()),
        ("provider", provider.into()),
        ("status", "queued".into()),
        ("reason", "".into()),
        ("projects", json!(projects).into()),
        ("columns", json!(columns).into()),
        ("filters", new.filters.into()),
    ];
    let id = tx.create(EXPORTS, values)?;
    tx.record(Event::new("export", "created", id).with(vec![Change::value("provider", Value::Null, provider)]))?;
    run::ask(tx, id)?;
    Ok(id)
}

/// What became of an export.
#[derive(Clone, Debug)]
pub enum Made {
    /// A stored file with so many items and bytes.
    File {
        /// The stored file.
        blob: Uuid,
        /// How many items are in it.
        count: i64,
        /// Its size in bytes.
        size: i64,
    },
    /// None, for this reason.
    Nothing(String),
}

/// Notes what became of an export that is not done yet, and tells its owner by mail that it is there; whether it was noted.
pub fn finish(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid, made: &Made, outbox: &Outbox) -> db::Result<bool> {
    let now = tx.now();
    let (verb, mut set): (_, Vec<Set>) = match made {
        Made::File { blob, count, size } => (
            "completed",
            vec![
                ("blob_id", Some(*blob).into()),
                ("item_count", Some(*count).into()),
                ("size", Some(*size).into()),
                ("expires_at", Some(now.plus_seconds(KEPT).micros()).into()),
            ],
        ),
        Made::Nothing(reason) => ("failed", vec![("reason", text::shortened(reason, 1_000).into())]),
    };
    set.extend([("status", verb.into()), ("completed_at", Some(now.micros()).into())]);
    let unfinished = EXPORTS.col("id").eq(id).and(EXPORTS.col("status").is_in(["queued", "processing"]));
    if tx.update_where(EXPORTS, unfinished, set)? == 0 {
        return Ok(false);
    }
    let changes = match made {
        Made::File { count, .. } => vec![Change::value("item_count", Value::Null, *count)],
        Made::Nothing(reason) => vec![Change::value("reason", Value::Null, text::shortened(reason, 1_000))],
    };
    tx.record(Event::new("export", verb, id).with(changes))?;
    if let Made::File { count, .. } = made {
        tell_owner(tx, id, *count, outbox)?;
    }
    Ok(true)
}

fn tell_owner(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid, count: i64, outbox: &Outbox) -> db::Result<()> {
    if !outbox.is_open() {
        return Ok(());
    }
    let select = tx.from(EXPORTS).filter(EXPORTS.col("id").eq(id)).expr(EXPORTS.col("owner_id"));
    let (owner,) = tx.one::<(Uuid,)>(&select)?;
    let Some(to) = recipients::proved(tx, &[owner])?.remove(&owner) else { return Ok(()) };
    let (workspace, slug) = (workspace_name(tx)?, tx.workspace().slug().to_owned());
    let mail = Mail::new(&mails::EXPORT_READY, to).with("workspace", &workspace).with("slug", &slug).with_value("count", count);
    outbox.send(tx, mail.with_value("days", KEPT / (24 * 60 * 60)))
}

/// An export that is to be made now, if it is not done yet.
pub(super) fn begin(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid) -> db::Result<Option<Export>> {
    let unfinished = EXPORTS.col("id").eq(id).and(EXPORTS.col("status").is_in(["queued", "processing"]));
    tx.update_where(EXPORTS, unfinished.clone(), vec![("status", "processing".into())])?;
    let select = tx.from(EXPORTS).columns::<Export>(EXPORTS).filter(unfinished);
    tx.optional(&select)
}
