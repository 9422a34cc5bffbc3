//! Reading one's own favourites.

use aileron_db::{self as db, ExprTrait as _, Order, Select, Tx, WorkspaceScope, schema::FAVORITES};
use aileron_kernel::{Page, PageRequest, Refusal, Uuid, limits};

use super::model::{FOLDER, Favorite, FavoriteView};
use crate::things::{self, Thing};

/// One page of the caller's favourites, the highest place first. `parent`: only those of this folder, or of none.
pub fn list(tx: &mut Tx<'_, WorkspaceScope>, page: PageRequest, parent: Option<Option<Uuid>>) -> db::Result<Page<FavoriteView>> {
    let of = |column| FAVORITES.col(column);
    let inside = parent.map(|folder| folder.map_or_else(|| of("parent_id").is_null(), |id| of("parent_id").eq(id)));
    let select = own(tx)
        .filter_some(inside)
        .columns::<Favorite>(FAVORITES)
        .order(of("sequence"), Order::Desc)
        .order(of("id"), Order::Desc)
        .limit(limits::FAVORITES.count());
    let rows = tx.all::<Favorite>(&select)?;
    // There are not many; which of them the caller still sees is asked for all at once.
    let views = views(tx, rows)?;
    let total = i64::try_from(views.len()).unwrap_or(i64::MAX);
    let [skipped, taken] = [page.offset(), page.per_page].map(|number| usize::try_from(number).unwrap_or(usize::MAX));
    Ok(page.answer(views.into_iter().skip(skipped).take(taken).collect(), total))
}

/// One favourite of the caller's, as it is shown.
pub fn view(tx: &mut Tx<'_, WorkspaceScope>, id: Uuid) -> db::Result<FavoriteView> {
    let row = get(tx, id)?;
    views(tx, vec![row])?.pop().ok_or_else(|| Refusal::not_found().into())
}

/// One favourite of the caller's. Refuses with 404 where there is none; those of others are not there.
pub fn get(tx: &mut Tx<'_, WorkspaceScope>, id: Uuid) -> db::Result<Favorite> {
    let select = own(tx).columns::<Favorite>(FAVORITES).filter(FAVORITES.col("id").eq(id));
    tx.one(&select)
}

/// The caller's favourites.
pub(super) fn own(tx: &Tx<'_, WorkspaceScope>) -> Select {
    tx.from(FAVORITES).filter(FAVORITES.col("user_id").eq(tx.user_id()))
}

/// The folders among the rows, and the things among them that the caller sees.
fn views(tx: &mut Tx<'_, WorkspaceScope>, rows: Vec<Favorite>) -> db::Result<Vec<FavoriteView>> {
    let named = |row: &Favorite| Some((Thing::parse(&row.entity_type)?, row.entity_id?));
    let mut seen = things::seen(tx, &rows.iter().filter_map(named).collect::<Vec<_>>())?;
    let views = rows.into_iter().filter_map(|row| match named(&row) {
        Some((thing, id)) => seen.remove(&(thing.as_str(), id)).map(|seen| FavoriteView::new(row, Some(seen))),
        None => (row.entity_type == FOLDER).then(|| FavoriteView::new(row, None)),
    });
    Ok(views.collect())
}
