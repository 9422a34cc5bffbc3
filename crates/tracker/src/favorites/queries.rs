//! Reading one's own favourites.

use std::collections::HashMap;

use aileron_db::{
    self as db, Condition, ExprTrait as _, Order, Select, Tx, WorkspaceScope, id_in,
    schema::{FAVORITES, PROJECTS},
};
use aileron_kernel::{Page, PageRequest, Refusal, Uuid};
use serde_json::{Value, json};

use super::model::{Favorite, FavoriteView};
use crate::projects;

/// One page of the caller's favourites, the highest place first. `parent`: only those of this folder, or of none.
pub fn list(tx: &mut Tx<'_, WorkspaceScope>, page: PageRequest, parent: Option<Option<Uuid>>) -> db::Result<Page<FavoriteView>> {
    let of = |column| FAVORITES.col(column);
    let inside = parent.map(|folder| folder.map_or_else(|| of("parent_id").is_null(), |id| of("parent_id").eq(id)));
    let found = shown(tx).filter_some(inside);
    let total = tx.count(found.clone())?;
    let select = found
        .columns::<Favorite>(FAVORITES)
        .order(of("sequence"), Order::Desc)
        .order(of("id"), Order::Desc)
        .page(page.per_page, page.offset());
    let rows = tx.all::<Favorite>(&select)?;
    let views = views(tx, rows)?;
    Ok(page.answer(views, total))
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

/// Those of projects that he finds and that are not archived, and his folders.
fn shown(tx: &Tx<'_, WorkspaceScope>) -> Select {
    let project = FAVORITES.col("project_id");
    let found = projects::queries::found(tx).filter(PROJECTS.col("archived_at").is_null()).expr(PROJECTS.col("id"));
    own(tx).filter(Condition::any().add(project.clone().is_null()).add(found.contains(project)))
}

/// The rows with what they name: one statement for all of them.
fn views(tx: &mut Tx<'_, WorkspaceScope>, rows: Vec<Favorite>) -> db::Result<Vec<FavoriteView>> {
    let ids: Vec<Uuid> = rows.iter().filter_map(|row| row.project_id).collect();
    let of = |column| PROJECTS.col(column);
    let select = tx.from(PROJECTS).filter(id_in(PROJECTS, "id", &ids));
    let select = select.expr(of("id")).expr(of("name")).expr(of("identifier")).expr(of("logo_props"));
    let projects: HashMap<Uuid, Value> = tx
        .all::<(Uuid, String, String, Value)>(&select)?
        .into_iter()
        .map(|(id, name, identifier, logo)| (id, json!({ "id": id, "name": name, "identifier": identifier, "logo_props": logo })))
        .collect();
    let named = |row: &Favorite| row.entity_id.and_then(|id| projects.get(&id).cloned()).unwrap_or_default();
    Ok(rows.into_iter().map(|row| (named(&row), row)).map(|(data, row)| FavoriteView::new(row, data)).collect())
}
