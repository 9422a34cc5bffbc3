//! Reading earlier descriptions.

use aileron_db::{
    self as db, ExprTrait as _, Order, ProjectScope, Select, Tx,
    schema::{TEXT_VERSIONS, WORK_ITEMS},
};
use aileron_kernel::{Page, PageRequest, Time, Uuid};

use super::model::{ENTITY, KEPT, Replaced, VersionDetailView, VersionView, Written};
use crate::work_items::visibility;

/// One page of the earlier descriptions of an item, the newest first.
pub fn list(tx: &mut Tx<'_, ProjectScope>, item: Uuid, page: PageRequest) -> db::Result<Page<VersionView>> {
    visibility::check_item(tx, item)?;
    let found = kept(tx, item);
    let total = Ord::min(tx.count(found)?, KEPT);
    let left = Ord::clamp(total - page.offset(), 0, page.per_page);
    // One more: each text was written when it took the place of the one before.
    let select = newest_first(kept(tx, item)).page(left + 1, page.offset());
    let rows = tx.all::<Replaced>(&select)?;
    let first = made(tx, item)?;
    let writers = rows.iter().skip(1).map(|row| Written { by: row.created_by, at: row.created_at }).chain([first]);
    let left = usize::try_from(left).unwrap_or(0);
    let views = rows.iter().zip(writers).take(left).map(|(row, written)| shown(tx, item, *row, written)).collect();
    Ok(page.answer(views, total))
}

/// One earlier description with its text. Refuses with 404 where there is none.
pub fn get(tx: &mut Tx<'_, ProjectScope>, item: Uuid, id: Uuid) -> db::Result<VersionDetailView> {
    visibility::check_item(tx, item)?;
    let of = |column| TEXT_VERSIONS.col(column);
    let select = newest_first(kept(tx, item)).filter(of("id").eq(id));
    let version = tx.one::<Replaced>(&select)?;
    let at = version.created_at.micros();
    let older = of("created_at").lt(at).or(of("created_at").eq(at).and(of("id").lt(id)));
    let before = newest_first(kept(tx, item)).filter(older).limit(1);
    let written = match tx.optional::<Replaced>(&before)? {
        Some(before) => Written { by: before.created_by, at: before.created_at },
        None => made(tx, item)?,
    };
    let (html, binary) = text(tx, item, id)?;
    Ok(VersionDetailView::new(shown(tx, item, version, written), html, binary))
}

/// The text of an earlier description. Refuses with 404 where there is none.
pub fn text(tx: &mut Tx<'_, ProjectScope>, item: Uuid, id: Uuid) -> db::Result<(String, Option<Vec<u8>>)> {
    let of = |column| TEXT_VERSIONS.col(column);
    let select = kept(tx, item).filter(of("id").eq(id)).expr(of("html")).expr(of("editor_state"));
    tx.one(&select)
}

/// The earlier descriptions of an item.
fn kept(tx: &Tx<'_, ProjectScope>, item: Uuid) -> Select {
    let of = |column| TEXT_VERSIONS.col(column);
    tx.from(TEXT_VERSIONS).filter(of("entity_id").eq(item).and(of("entity").eq(ENTITY)))
}

fn newest_first(kept: Select) -> Select {
    let kept = kept.columns::<Replaced>(TEXT_VERSIONS);
    kept.order(TEXT_VERSIONS.col("created_at"), Order::Desc).order(TEXT_VERSIONS.col("id"), Order::Desc)
}

/// Who made the item, and when: he wrote its first text.
fn made(tx: &mut Tx<'_, ProjectScope>, item: Uuid) -> db::Result<Written> {
    let of = |column| WORK_ITEMS.col(column);
    let select = tx.in_project(WORK_ITEMS).filter(of("id").eq(item)).expr(of("created_by")).expr(of("created_at"));
    let (by, at) = tx.one::<(Option<Uuid>, Time)>(&select)?;
    Ok(Written { by, at })
}

fn shown(tx: &Tx<'_, ProjectScope>, item: Uuid, version: Replaced, written: Written) -> VersionView {
    VersionView {
        id: version.id,
        owned_by: written.by,
        last_saved_at: written.at,
        replaced_by: version.created_by,
        replaced_at: version.created_at,
        issue: item,
        project: tx.project_id(),
        workspace: tx.workspace_id(),
    }
}
