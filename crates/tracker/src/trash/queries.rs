//! Reading the trash.

use aileron_db::{
    self as db, ExprTrait as _, ProjectScope, Tx, WorkspaceScope,
    schema::{PROJECT_MEMBERS, PROJECTS},
};
use aileron_kernel::{Page, PageRequest, Role, Uuid};

use super::{
    model::TrashedView,
    sql::{self, Listed, Reach},
};

/// One page of what was deleted in a project: to its admins all of it, to others what they made.
pub fn of_project(tx: &mut Tx<'_, ProjectScope>, page: PageRequest) -> db::Result<Page<TrashedView>> {
    let here = vec![tx.project_id()];
    let reach = if tx.scope().is_at_least(Role::Admin) {
        Reach { whole: here, ..Reach::default() }
    } else {
        Reach { own: here, ..Reach::default() }
    };
    let (rows, total) = sql::page(tx, &reach, page)?;
    Ok(page.answer(rows.into_iter().map(TrashedView::from).collect(), total))
}

/// The same of all projects that the caller is in, and of projects themselves.
pub fn of_workspace(tx: &mut Tx<'_, WorkspaceScope>, page: PageRequest) -> db::Result<Page<TrashedView>> {
    let is_admin = tx.scope().role() == Role::Admin;
    let is_guest = tx.scope().role() == Role::Guest;
    let of = |column| PROJECT_MEMBERS.col(column);
    let select = tx
        .from(PROJECT_MEMBERS)
        .join(PROJECTS, PROJECTS.col("id").eq(of("project_id")))
        .filter(of("member_id").eq(tx.user_id()).and(of("is_active").eq(true)))
        .expr(of("project_id"))
        .expr(of("role"));
    // A guest of the workspace is a guest in every project, an admin an admin in those that he is in.
    let is_whole = |role: Role| is_admin || role == Role::Admin && !is_guest;
    let (whole, own): (Vec<_>, Vec<_>) = tx.all::<(Uuid, Role)>(&select)?.into_iter().partition(|(_, role)| is_whole(*role));
    let ids = |rows: Vec<(Uuid, Role)>| rows.into_iter().map(|row| row.0).collect();
    let reach = Reach { whole: ids(whole), own: ids(own), projects: (!is_guest).then_some(is_admin) };
    let (rows, total) = sql::page(tx, &reach, page)?;
    Ok(page.answer(rows.into_iter().map(TrashedView::from).collect(), total))
}

impl From<Listed> for TrashedView {
    fn from(row: Listed) -> Self {
        Self {
            identifier: row.number.map(|number| format!("{}-{number}", row.letters)),
            entity: row.entity,
            id: row.id,
            name: row.name,
            project: row.project_id,
            deleted_at: row.deleted_at,
            deleted_by: row.deleted_by,
            with: row.with_it,
        }
    }
}
