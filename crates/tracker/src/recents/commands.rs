//! Noting visits.

use aileron_db::{self as db, ExprTrait as _, Order, WorkspaceScope, WriteTx, id_in, schema::RECENT_VISITS};
use aileron_kernel::{Refusal, Uuid, fields::unknown_id};

use super::{
    model::{KEPT, Visited},
    queries,
};
use crate::things;

/// Notes that the caller looked at something. The oldest of too many is forgotten.
pub fn visit(tx: &mut WriteTx<'_, WorkspaceScope>, visited: Visited) -> db::Result<()> {
    let seen = things::seen(tx, &[(visited.thing, visited.id)])?.remove(&(visited.thing.as_str(), visited.id));
    let project = seen.ok_or_else(|| Refusal::field("entity_identifier", unknown_id(visited.id)))?.project;
    let (me, now) = (tx.user_id(), tx.now().micros());
    forget(tx, &[visited.id])?;
    tx.insert_row(
        RECENT_VISITS,
        vec![
            ("user_id", me.into()),
            ("entity_name", visited.thing.as_str().into()),
            ("entity_id", visited.id.into()),
            ("project_id", project.into()),
            ("visited_at", now.into()),
        ],
    )?;
    let of = |column| RECENT_VISITS.col(column);
    let too_many = queries::own(tx).expr(of("entity_id")).order(of("visited_at"), Order::Desc).page(KEPT, KEPT);
    let old: Vec<Uuid> = tx.all::<(Uuid,)>(&too_many)?.into_iter().map(|row| row.0).collect();
    if old.is_empty() { Ok(()) } else { forget(tx, &old) }
}

fn forget(tx: &mut WriteTx<'_, WorkspaceScope>, ids: &[Uuid]) -> db::Result<()> {
    let own = RECENT_VISITS.col("user_id").eq(tx.user_id());
    tx.remove_where(RECENT_VISITS, own.and(id_in(RECENT_VISITS, "entity_id", ids))).map(|_| ())
}
