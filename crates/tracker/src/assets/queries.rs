//! Reading files.

use aileron_db::{
    self as db, ExprTrait as _, InWorkspace as _, Order, ProjectScope, Select, Tx, Unscoped, WorkspaceScope, schema::ASSETS,
    schema::USER_ASSETS,
};
use aileron_kernel::{Action, Refusal, Role, Uuid};

use super::{
    model::{Asset, AttachmentView, PictureOf},
    signed::Place,
};
use crate::work_items::visibility;

/// The most attachments that one list shows.
const MOST: i64 = 1_000;

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

/// A file of the workspace that is attached to nothing. Those of a project are for who is in it; guests see their own.
pub fn of_workspace(tx: &mut Tx<'_, WorkspaceScope>, id: Uuid) -> db::Result<Asset> {
    let select = tx.from(ASSETS).columns::<Asset>(ASSETS).filter(ASSETS.col("id").eq(id).and(ASSETS.col("item_id").is_null()));
    let asset = tx.one::<Asset>(&select)?;
    let is_own = asset.created_by == Some(tx.user_id());
    let is_shown = match asset.project_id {
        Some(project) => tx.enter(project, Action::AttachmentsRead)?.is_some_and(|inside| is_own || !inside.scope().sees_only_own()),
        None => is_own || tx.scope().workspace().role() > Role::Guest,
    };
    if is_shown { Ok(asset) } else { Err(Refusal::not_found().into()) }
}

/// What an upload has to know of its row.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The name for people.
    pub name: String,
    /// The file of an earlier upload.
    pub blob_id: Option<Uuid>,
    /// Whether it is confirmed.
    pub is_uploaded: bool,
    /// What the picture of an account is for.
    pub of: Option<PictureOf>,
}

/// The live row that a form was made for.
pub(super) fn waiting(tx: &mut Tx<'_, Unscoped>, place: Place) -> db::Result<Option<Waiting>> {
    let (table, condition) = at(place);
    let select = tx.from(table).filter(condition);
    let select = select.expr(table.col("name")).expr(table.col("blob_id")).expr(table.col("is_uploaded"));
    let waiting = |(name, blob_id, is_uploaded), of| Waiting { name, blob_id, is_uploaded, of };
    if table == ASSETS {
        return Ok(tx.optional(&select)?.map(|row| waiting(row, None)));
    }
    let found = tx.optional::<(String, Option<Uuid>, bool, String)>(&select.expr(table.col("entity_type")))?;
    Ok(found.map(|(name, blob, is_uploaded, of)| waiting((name, blob, is_uploaded), PictureOf::parse(&of))))
}

/// The live file of a workspace that a signed address was made for.
pub(super) fn signed_for(tx: &mut Tx<'_, Unscoped>, workspace: Uuid, id: Uuid) -> db::Result<Option<Asset>> {
    let place = Place::Workspace { workspace, id };
    let select = tx.from(ASSETS).columns::<Asset>(ASSETS).filter(at(place).1);
    tx.optional(&select)
}

/// The table and the condition of one row.
pub(super) fn at(place: Place) -> (db::Table, db::Expr) {
    match place {
        Place::Workspace { workspace, id } => (ASSETS, ASSETS.col("workspace_id").eq(workspace).and(ASSETS.col("id").eq(id))),
        Place::User { user, id } => (USER_ASSETS, USER_ASSETS.col("user_id").eq(user).and(USER_ASSETS.col("id").eq(id))),
    }
}
