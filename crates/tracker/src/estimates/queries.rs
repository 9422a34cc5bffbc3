//! Reading estimates and their values.

use aileron_db::{
    self as db, ExprTrait as _, Order, ProjectScope, Tx,
    schema::{ESTIMATE_POINTS, ESTIMATES, PROJECTS},
};
use aileron_kernel::Uuid;

use super::model::{Estimate, Point};

/// The project's estimate, be it switched off. Refuses with 404 where there is none.
pub fn of_project(tx: &mut Tx<'_, ProjectScope>) -> db::Result<Estimate> {
    let select = tx.in_project(ESTIMATES).columns::<Estimate>(ESTIMATES);
    tx.one(&select)
}

/// The project's estimate of that id. Refuses with 404 where there is none.
pub fn get(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<Estimate> {
    let select = tx.in_project(ESTIMATES).columns::<Estimate>(ESTIMATES).filter(ESTIMATES.col("id").eq(id));
    tx.one(&select)
}

/// The values of an estimate in their order.
pub fn points(tx: &mut Tx<'_, ProjectScope>, estimate: Uuid) -> db::Result<Vec<Point>> {
    let of = |column| ESTIMATE_POINTS.col(column);
    let select = tx
        .in_project(ESTIMATE_POINTS)
        .columns::<Point>(ESTIMATE_POINTS)
        .filter(of("estimate_id").eq(estimate))
        .order(of("key"), Order::Asc)
        .order(of("id"), Order::Asc);
    tx.all(&select)
}

/// One value of an estimate. Refuses with 404 where there is none.
pub fn point(tx: &mut Tx<'_, ProjectScope>, estimate: Uuid, id: Uuid) -> db::Result<Point> {
    let of = |column| ESTIMATE_POINTS.col(column);
    let same = of("id").eq(id).and(of("estimate_id").eq(estimate));
    let select = tx.in_project(ESTIMATE_POINTS).columns::<Point>(ESTIMATE_POINTS).filter(same);
    tx.one(&select)
}

/// The value of that id, if the project's items can have it: one of the estimate that is in use.
pub fn in_use(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<Option<(Uuid, String)>> {
    let of = |column| ESTIMATE_POINTS.col(column);
    let active = PROJECTS.col("id").eq(of("project_id")).and(PROJECTS.col("estimate_id").eq(of("estimate_id")));
    let select = tx.in_project(ESTIMATE_POINTS).join(PROJECTS, active).filter(of("id").eq(id)).expr(of("id")).expr(of("value"));
    tx.optional(&select)
}

/// What a value was called, be it deleted meanwhile.
pub fn named(tx: &mut Tx<'_, ProjectScope>, id: Uuid) -> db::Result<(Uuid, String)> {
    let of = |column| ESTIMATE_POINTS.col(column);
    let select = tx.from_with_deleted(ESTIMATE_POINTS).filter(of("id").eq(id)).expr(of("value"));
    Ok((id, tx.optional::<(String,)>(&select)?.map(|row| row.0).unwrap_or_default()))
}
