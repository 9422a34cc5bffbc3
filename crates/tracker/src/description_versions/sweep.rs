//! Throwing away versions over the limit. A change does so for its own item; what others left (an import, a lower limit than before) is
//! found here.

use aileron_db::{self as db, Db, Unscoped};

use super::{
    model::{ENTITY, KEPT},
    sql,
};

/// Removes the oldest versions of items that have too many; how many.
pub async fn too_many(db: &Db) -> db::Result<u64> {
    // One more than is shown: it says who wrote the last that is.
    let values = || vec![ENTITY.into(), (KEPT + 1).into()];
    db.write(move |session| session.unscoped_to_write(Unscoped::Job)?.execute_sql(sql::REMOVE_TOO_MANY, values())).await
}
