//! Reading files.

use aileron_db::{
    self as db, ExprTrait as _, InWorkspace as _, Order, ProjectScope, Select, Tx, Unscoped, WorkspaceScope, WriteTx,
    schema::{ASSETS, PROJECTS, USER_ASSETS, USERS, WORK_ITEMS, WORKSPACES},
};
use aileron_kernel::{Action, Refusal, Role, Uuid};

use super::{
    model::{Asset, AttachmentView, PictureOf},
    signed::Place,
};
use crate::work_items::visibility;

/// The most attachments that one list shows.
const MOST: i64 = aileron_kernel::limits::ATTACHMENTS.count();

/// The attachments of an item that are there, the newest first.
pub fn list(tx: &mut Tx<'_, ProjectScope>, item: Uuid) -> db::Result<Vec<AttachmentView>> {
    visibility::check_item(tx, item)?;
    let select = about(tx, item)
        .columns::<Asset>(ASSETS)
        .filter(ASSETS.col("is_uploaded").eq(true))
        .order(ASSETS.col("created_at"), Order::Desc)
        .order(ASSETS.col("id"), Order::Desc)
        .limit(MOST);
    Ok(tx.all::<Asset>(&select)?.into_iter().map(AttachmentView::from).collect())
}

/// One attachment of an item, confirmed or not. Refuses with 404 where there is none, or where the caller does not see the item.
pub fn get(tx: &mut Tx<'_, ProjectScope>, item: Uuid, id: Uuid) -> db::Result<Asset> {
    visibility::check_item(tx, item)?;
    let select = about(tx, item).columns::<Asset>(ASSETS).filter(ASSETS.col("id").eq(id));
    tx.one(&select)
}

/// The live attachments of an item.
pub(super) fn about(tx: &Tx<'_, ProjectScope>, item: Uuid) -> Select {
    tx.in_project(ASSETS).filter(ASSETS.col("item_id").eq(item))
}

/// A file of the workspace that is attached to nothing. Those of a project are for who is in it; guests see their own. One that is not
/// confirmed is for its creator and for admins.
pub fn of_workspace(tx: &mut Tx<'_, WorkspaceScope>, id: Uuid) -> db::Result<Asset> {
    find_of_workspace(tx, id)?.ok_or_else(|| Refusal::not_found().into())
}

/// The same, or nothing where the caller sees none.
pub(super) fn find_of_workspace(tx: &mut Tx<'_, WorkspaceScope>, id: Uuid) -> db::Result<Option<Asset>> {
    let select = tx.from(ASSETS).columns::<Asset>(ASSETS).filter(ASSETS.col("id").eq(id).and(ASSETS.col("item_id").is_null()));
    let Some(asset) = tx.optional::<Asset>(&select)? else { return Ok(None) };
    let is_own = asset.created_by == Some(tx.user_id());
    let (sees_others, is_admin) = match asset.project_id {
        Some(project) => {
            let Some(inside) = tx.enter(project, Action::AttachmentsRead)? else { return Ok(None) };
            (!inside.scope().sees_only_own(), inside.scope().is_at_least(Role::Admin))
        }
        None => (tx.scope().workspace().role() > Role::Guest, tx.scope().workspace().role() >= Role::Admin),
    };
    let is_shown = is_own || is_admin || (sees_others && asset.is_uploaded);
    Ok(is_shown.then_some(asset))
}

/// What an upload has to know of its row.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The name for people.
    pub name: String,
    /// Whether it is confirmed.
    pub is_uploaded: bool,
    /// What the picture of an account is for.
    pub of: Option<PictureOf>,
}

/// The live row that a form was made for.
pub(super) fn waiting(tx: &mut Tx<'_, Unscoped>, place: Place) -> db::Result<Option<Waiting>> {
    let (table, _) = at(place);
    let select = live(tx, place).expr(table.col("name")).expr(table.col("is_uploaded"));
    if table == ASSETS {
        return Ok(tx.optional(&select)?.map(|(name, is_uploaded)| Waiting { name, is_uploaded, of: None }));
    }
    let found = tx.optional::<(String, bool, String)>(&select.expr(table.col("entity_type")))?;
    Ok(found.map(|(name, is_uploaded, of)| Waiting { name, is_uploaded, of: PictureOf::parse(&of) }))
}

/// The file of an earlier upload of a live row that is not confirmed yet, and who confirmed it before it had one. Nobody else changes the
/// row before the end of the transaction.
pub(super) fn held(tx: &mut WriteTx<'_, Unscoped>, place: Place) -> db::Result<Option<(Option<Uuid>, Option<Uuid>)>> {
    let (table, _) = at(place);
    let select = live(tx, place).filter(table.col("is_uploaded").eq(false)).expr(table.col("blob_id")).expr(table.col("awaited_by"));
    tx.optional(&select.locked())
}

/// Whether an account may still act.
pub(super) fn is_active(tx: &mut Tx<'_, Unscoped>, user: Uuid) -> db::Result<bool> {
    let active = tx.from(USERS).filter(USERS.col("id").eq(user).and(USERS.col("is_active").eq(true)));
    tx.any(active)
}

/// The live file of a workspace that a signed address was made for.
pub(super) fn signed_for(tx: &mut Tx<'_, Unscoped>, workspace: Uuid, id: Uuid) -> db::Result<Option<Asset>> {
    let select = live(tx, Place::Workspace { workspace, id }).columns::<Asset>(ASSETS);
    tx.optional(&select)
}

/// A row, if it is live and all that it is in.
fn live(tx: &Tx<'_, Unscoped>, place: Place) -> Select {
    let (table, condition) = at(place);
    let select = tx.from(table).filter(condition);
    if table != ASSETS {
        return select;
    }
    let around = |outer: db::Table, column| {
        let same = outer.col("id").eq(ASSETS.col(column));
        tx.from(outer).filter(if outer == WORKSPACES { same } else { same.and(outer.col("workspace_id").eq(ASSETS.col("workspace_id"))) })
    };
    select
        .filter(around(WORKSPACES, "workspace_id").exists())
        .filter(ASSETS.col("project_id").is_null().or(around(PROJECTS, "project_id").exists()))
        .filter(ASSETS.col("item_id").is_null().or(around(WORK_ITEMS, "item_id").exists()))
}

/// The table and the condition of one row.
pub(super) fn at(place: Place) -> (db::Table, db::Expr) {
    match place {
        Place::Workspace { workspace, id } => (ASSETS, ASSETS.col("workspace_id").eq(workspace).and(ASSETS.col("id").eq(id))),
        Place::User { user, id } => (USER_ASSETS, USER_ASSETS.col("user_id").eq(user).and(USER_ASSETS.col("id").eq(id))),
    }
}
