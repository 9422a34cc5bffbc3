//! The texts that a page had: listed, read, and made the text again.

use aileron_db::{self as db, Tx, WriteTx};
use aileron_kernel::{PageRequest, Uuid, page::Page as PageOf};
use aileron_platform::html::{self, Cleaned};
use aileron_tracker::{homes::Home, kept_texts};
use serde_json::json;

use crate::{
    commands::{self, ENTITY, PRIVATE},
    fields::PageFields,
    model::{ListedPageVersion, Page, PageVersionView},
    queries,
    rules::check_changeable,
};

/// How the texts of a page are kept that the caller reads: what was its owner's alone stays so.
fn readable(page: &Page, caller: Uuid) -> &'static [&'static str] {
    if page.owner_id == caller { &[ENTITY, PRIVATE] } else { &[ENTITY] }
}

/// One page of the texts that a page had, the last one first.
pub fn list<S: Home>(tx: &mut Tx<'_, S>, page: Uuid, wanted: PageRequest) -> db::Result<PageOf<ListedPageVersion>> {
    let kinds = readable(&queries::get(tx, page)?, tx.user_id());
    let place = (tx.workspace_id(), page);
    let versions = kept_texts::list(tx, kinds, page, wanted)?;
    let results = versions.results.iter().map(|replaced| ListedPageVersion::new(replaced, place)).collect();
    Ok(versions.with(results))
}

/// One of them. Refuses with 404 where there is none.
pub fn get<S: Home>(tx: &mut Tx<'_, S>, page: Uuid, id: Uuid) -> db::Result<PageVersionView> {
    let kinds = readable(&queries::get(tx, page)?, tx.user_id());
    let place = (tx.workspace_id(), page);
    let (replaced, text) = kept_texts::one(tx, kinds, page, id)?;
    Ok(PageVersionView::new(ListedPageVersion::new(&replaced, place), text))
}

/// Makes a text that a page had its text again. The one that it replaces is kept too.
pub fn restore<S: Home>(tx: &mut WriteTx<'_, S>, page: Uuid, id: Uuid) -> db::Result<()> {
    tx.scope().check_open()?;
    let before = queries::get(tx, page)?;
    let kinds = readable(&before, tx.user_id());
    let (_, kept) = kept_texts::one(tx, kinds, page, id)?;
    check_changeable(&before)?;
    let text = Cleaned { text: html::text_of(&kept.html), html: kept.html };
    let json = kept.document.unwrap_or_else(|| json!({}));
    let fields =
        PageFields { text: Some(text), json: Some(json), binary: Some(kept.editor_state), is_restored: true, ..PageFields::default() };
    commands::change(tx, &before, fields)
}
