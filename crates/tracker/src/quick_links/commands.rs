//! Making, changing and deleting one's own quick links.

use aileron_db::{self as db, ExprTrait as _, Set, WorkspaceScope, WriteTx, schema::QUICK_LINKS};
use aileron_kernel::{Change, Event, Refusal, Uuid, limits};

use super::{model::QuickLinkFields, queries};

/// Makes a link.
pub fn create(tx: &mut WriteTx<'_, WorkspaceScope>, fields: QuickLinkFields) -> db::Result<Uuid> {
    let url = fields.url.unwrap_or_default();
    check_new(tx, &url, None)?;
    let own = queries::own(tx);
    limits::QUICK_LINKS
        .check(tx.count(own)?, |most| format!("A member has at most {most} quick links. Delete one that is not needed any more."))?;
    let title = fields.title.flatten().filter(|title| !title.is_empty());
    let id = tx.create(QUICK_LINKS, vec![("owner_id", tx.user_id().into()), ("title", title.into()), ("url", url.into())])?;
    tx.record(Event::new("quick_link", "created", id))?;
    Ok(id)
}

/// Changes a link of the caller's.
pub fn update(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid, fields: QuickLinkFields) -> db::Result<()> {
    let before = queries::get(tx, id)?;
    let mut set: Vec<Set> = Vec::new();
    if let Some(url) = fields.url.filter(|url| *url != before.url) {
        check_new(tx, &url, Some(id))?;
        set.push(("url", url.into()));
    }
    let title = fields.title.map(|title| title.filter(|title| !title.is_empty()));
    if let Some(title) = title.filter(|title| *title != before.title) {
        set.push(("title", title.into()));
    }
    if set.is_empty() {
        return Ok(());
    }
    // As with stickies: what a member keeps for himself is not told, only that it changed.
    let changes = set.iter().map(|(field, _)| Change { field: (*field).to_owned(), ..Change::default() }).collect();
    tx.update(QUICK_LINKS, id, set)?;
    tx.record(Event::new("quick_link", "updated", id).with(changes)).map(|_| ())
}

/// Deletes a link of the caller's.
pub fn delete(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid) -> db::Result<()> {
    queries::get(tx, id)?;
    tx.delete_where(QUICK_LINKS, QUICK_LINKS.col("id").eq(id))?;
    tx.record(Event::new("quick_link", "deleted", id)).map(|_| ())
}

fn check_new(tx: &mut WriteTx<'_, WorkspaceScope>, url: &str, except: Option<Uuid>) -> db::Result<()> {
    let others = except.map(|id| QUICK_LINKS.col("id").ne(id));
    let same = queries::own(tx).filter(QUICK_LINKS.col("url").eq(url)).filter_some(others);
    if tx.any(same)? { Err(Refusal::field("url", "URL already exists for this workspace and owner").into()) } else { Ok(()) }
}
