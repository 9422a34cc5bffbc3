//! Keeping descriptions that give way, and putting one back.

use aileron_db::{self as db, ProjectScope, WriteTx};
use aileron_kernel::Uuid;
use aileron_platform::html::{self, Cleaned};

use super::{
    model::{ENTITY, KEPT},
    queries,
};
use crate::{
    kept_texts::{self, Kept},
    versions::IfMatch,
    work_items::{
        self,
        fields::{ItemFields, searched},
        model::WorkItem,
    },
};

/// Keeps the description that is there, and answers the id of the version. The oldest of too many are thrown away.
pub(crate) fn keep(tx: &mut WriteTx<'_, ProjectScope>, before: &WorkItem) -> db::Result<Uuid> {
    let text = Kept { html: before.description_html.clone(), editor_state: before.description_binary.clone(), document: None };
    let id = kept_texts::keep(tx, ENTITY, before.id, text)?;
    // One more than is shown: it says who wrote the last that is.
    kept_texts::trim(tx, &[ENTITY], before.id, KEPT + 1)?;
    Ok(id)
}

/// Makes an earlier description the item's again. What it takes the place of is kept.
pub fn restore(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, version: Uuid, if_match: &IfMatch) -> db::Result<()> {
    let before = work_items::commands::to_update(tx, item, if_match, false)?;
    let (html, binary) = queries::text(tx, item, version)?;
    let text = searched(&html::text(&html));
    let fields = ItemFields {
        description: Some(Cleaned { html, text }),
        description_binary: Some(binary),
        restored_from: Some(version),
        ..ItemFields::default()
    };
    work_items::commands::change(tx, &before, fields)
}
