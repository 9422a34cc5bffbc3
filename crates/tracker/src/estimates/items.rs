//! What becomes of items whose value goes.

use aileron_db::{self as db, ProjectScope, WriteTx, id_in, schema::WORK_ITEMS};
use aileron_kernel::{Change, Event, Refusal, Uuid};

/// The most items that one request gives another value.
const MOST: i64 = 50_000;

/// The most items that one statement changes.
const CHUNK: usize = 500;

/// A value and what people call it.
pub(super) type Named = (Uuid, String);

/// Gives the items that have one of these values another one, or none, and tells it in the history of each.
pub(super) fn give(tx: &mut WriteTx<'_, ProjectScope>, from: &[Named], to: Option<&Named>) -> db::Result<()> {
    let ids: Vec<Uuid> = from.iter().map(|(id, _)| *id).collect();
    let of = |column| WORK_ITEMS.col(column);
    let select = tx.in_project(WORK_ITEMS).filter(id_in(WORK_ITEMS, "estimate_point_id", &ids));
    let select = select.expr(of("id")).expr(of("estimate_point_id")).limit(MOST + 1);
    let found = tx.all::<(Uuid, Uuid)>(&select)?;
    if i64::try_from(found.len()).unwrap_or(i64::MAX) > MOST {
        return Err(Refusal::error(format!("More than {MOST} work items have this estimate. Give some of them another one first.")).into());
    }
    let project = tx.project_id();
    for chunk in found.chunks(CHUNK) {
        let items: Vec<Uuid> = chunk.iter().map(|(item, _)| *item).collect();
        tx.update_where(WORK_ITEMS, id_in(WORK_ITEMS, "id", &items), vec![("estimate_point_id", to.map(|(id, _)| *id).into())])?;
        for (item, point) in chunk {
            let old = from.iter().find(|(id, _)| id == point).cloned();
            let change = Change::reference("estimate_point", old, to.cloned());
            tx.record(Event::new("work_item", "updated", *item).in_project(project).about(*item).with(vec![change]))?;
        }
    }
    Ok(())
}
