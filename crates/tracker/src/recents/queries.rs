//! Reading what one looked at last.

use aileron_db::{self as db, ExprTrait as _, Order, Select, Tx, WorkspaceScope, schema::RECENT_VISITS};

use super::model::{KEPT, Visit, VisitView};
use crate::things::{self, Thing};

/// What the caller looked at, the last first, as far as he still sees it. `thing`: only such things.
pub fn list(tx: &mut Tx<'_, WorkspaceScope>, thing: Option<Thing>) -> db::Result<Vec<VisitView>> {
    let of = |column| RECENT_VISITS.col(column);
    let select = own(tx)
        .filter_some(thing.map(|thing| of("entity_name").eq(thing.as_str())))
        .columns::<Visit>(RECENT_VISITS)
        .order(of("visited_at"), Order::Desc)
        .limit(KEPT);
    let visits = tx.all::<Visit>(&select)?;
    let things: Vec<_> = visits.iter().filter_map(|visit| Some((Thing::parse(&visit.entity_name)?, visit.entity_id))).collect();
    let mut seen = things::seen(tx, &things)?;
    let views = visits.into_iter().filter_map(|visit| {
        let seen = seen.remove(&(Thing::parse(&visit.entity_name)?.as_str(), visit.entity_id))?;
        let Visit { entity_name, entity_id, visited_at } = visit;
        Some(VisitView { entity_name, entity_identifier: entity_id, entity_data: seen.data, visited_at, project: seen.project })
    });
    Ok(views.collect())
}

/// The caller's visits.
pub(super) fn own(tx: &Tx<'_, WorkspaceScope>) -> Select {
    tx.from(RECENT_VISITS).filter(RECENT_VISITS.col("user_id").eq(tx.user_id()))
}
