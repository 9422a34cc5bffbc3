//! Reading the audit log.

use aileron_db::{self as db, Tx, WorkspaceScope};
use aileron_kernel::{Page, PageRequest, Time, Uuid, csv};
use aileron_platform::web::Part;

use super::{
    model::{COLUMNS, EntryView, Wanted},
    sql,
};

/// How many entries a part of a table has.
const CHUNK: i64 = 1_000;

/// One page, the newest first.
pub fn list(tx: &mut Tx<'_, WorkspaceScope>, wanted: &Wanted, page: PageRequest) -> db::Result<Page<EntryView>> {
    let total = sql::count(tx, wanted)?;
    let entries = sql::page(tx, wanted, page.per_page, page.offset())?;
    Ok(page.answer(entries.into_iter().map(EntryView::new).collect(), total))
}

/// A part of the table of all entries, behind this place; the first part has the head.
pub fn table(tx: &mut Tx<'_, WorkspaceScope>, wanted: &Wanted, after: Option<(Time, Uuid)>) -> db::Result<Part<(Time, Uuid)>> {
    let entries: Vec<EntryView> = sql::after(tx, wanted, after, CHUNK)?.into_iter().map(EntryView::new).collect();
    let is_last = i64::try_from(entries.len()).unwrap_or(0) < CHUNK;
    let next = entries.last().filter(|_| !is_last).map(|entry| (entry.created_at, entry.id));
    let mut text = if after.is_none() { csv::line(COLUMNS) } else { String::new() };
    for entry in &entries {
        text += &csv::line(entry.cells().iter().map(String::as_str));
    }
    Ok(Part { bytes: text.into_bytes(), next })
}
