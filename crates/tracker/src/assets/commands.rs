//! Making, confirming and deleting files of a workspace.

use aileron_db::{self as db, ExprTrait as _, InWorkspace, ProjectScope, WorkspaceScope, WriteTx, schema::ASSETS};
use aileron_kernel::{Action, Change, Event, Refusal, Uuid, fields, limits::ATTACHMENTS, refusal::Kind};
use serde_json::{Value, json};

use super::{
    model::{Asset, NewAsset},
    queries,
};
use crate::{projects::rules::check_writable, work_items::visibility};

/// Makes the row of a file that is to be attached to an item.
pub fn attach(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, new: NewAsset) -> db::Result<Uuid> {
    check_writable(tx.scope())?;
    visibility::check_open_item(tx, item)?;
    let attached = queries::about(tx, item);
    if tx.count(attached)? >= ATTACHMENTS.count() {
        return Err(ATTACHMENTS.refuse(format!("A work item has at most {} attachments.", ATTACHMENTS.most)).into());
    }
    if let (Some(source), Some(external)) = (&new.external_source, &new.external_id) {
        let same = ASSETS.col("external_source").eq(source.as_str()).and(ASSETS.col("external_id").eq(external.as_str()));
        let select = queries::about(tx, item).filter(same).expr(ASSETS.col("id")).limit(1);
        if let Some((existing,)) = tx.optional::<(Uuid,)>(&select)? {
            return Err(Refusal::taken("An attachment with the same external id and external source already exists", existing).into());
        }
    }
    let project = tx.project_id();
    let requested = Event::new("attachment", "requested", Uuid::nil()).in_project(project).about(item);
    insert(tx, NewAsset { project_id: Some(project), ..new }, Some(item), requested)
}

/// Says that the file of an attachment is there, or that it will be. Who made it stays who made it.
pub fn confirm(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, id: Uuid) -> db::Result<()> {
    let asset = changeable(tx, item, id)?;
    let project = tx.project_id();
    match Confirmation::of(&asset) {
        Confirmation::Done => return Ok(()),
        Confirmation::Early => return expect(tx, Event::new("attachment", "awaited", id).in_project(project).about(item)),
        Confirmation::Due => tx.update(ASSETS, id, vec![("is_uploaded", true.into())])?,
    }
    let attached = Change::reference("attachment", None, Some((id, asset.name)));
    tx.record(Event::new("attachment", "created", id).in_project(project).about(item).with(vec![attached])).map(|_| ())
}

/// Deletes an attachment. The bytes stay until nothing can bring the row back.
pub fn detach(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, id: Uuid) -> db::Result<()> {
    changeable(tx, item, id)?;
    tx.delete_where(ASSETS, ASSETS.col("id").eq(id))?;
    let project = tx.project_id();
    // As recorded, the history says that an attachment went and not which.
    let detached = Change::value("attachment", Value::Null, Value::Null);
    tx.record(Event::new("attachment", "deleted", id).in_project(project).about(item).with(vec![detached])).map(|_| ())
}

/// What to do about a client that says that its file is there.
enum Confirmation {
    /// Nothing: it said so before.
    Done,
    /// It is right.
    Due,
    /// It is early: as with the compatible API it is not refused, but nobody sees the file before it has come.
    Early,
}

impl Confirmation {
    fn of(asset: &Asset) -> Self {
        match (asset.is_uploaded, asset.blob_id, asset.awaited_by) {
            (true, ..) | (false, None, Some(_)) => Self::Done,
            (false, Some(_), _) => Self::Due,
            (false, None, None) => Self::Early,
        }
    }
}

/// Notes that a file counts as soon as it comes.
fn expect<S: InWorkspace>(tx: &mut WriteTx<'_, S>, awaited: Event) -> db::Result<()> {
    let me = tx.user_id();
    tx.update(ASSETS, awaited.entity_id, vec![("awaited_by", Some(me).into())])?;
    tx.record(awaited).map(|_| ())
}

/// An attachment that the caller may change: any for members, his own for others.
fn changeable(tx: &mut WriteTx<'_, ProjectScope>, item: Uuid, id: Uuid) -> db::Result<Asset> {
    check_writable(tx.scope())?;
    visibility::check_open_item(tx, item)?;
    let asset = queries::get(tx, item, id)?;
    tx.scope().check_creator(asset.created_by, Refusal::forbidden())?;
    Ok(asset)
}

/// Makes the row of a file that is attached to nothing.
pub fn upload(tx: &mut WriteTx<'_, WorkspaceScope>, new: NewAsset) -> db::Result<Uuid> {
    if let Some(project) = new.project_id {
        let unknown = || Refusal::field("project_id", fields::unknown_id(project));
        let inside = tx.enter_to_write(project, Action::AttachmentsCreate)?.ok_or_else(unknown)?;
        check_writable(inside.scope())?;
    }
    if let (Some(source), Some(external)) = (&new.external_source, &new.external_id) {
        let same = ASSETS.col("external_source").eq(source.as_str()).and(ASSETS.col("external_id").eq(external.as_str()));
        // What is in another project is none of the caller's business.
        let beside = new.project_id.map_or_else(|| ASSETS.col("project_id").is_null(), |project| ASSETS.col("project_id").eq(project));
        let select = tx.from(ASSETS).filter(ASSETS.col("item_id").is_null()).filter(beside).filter(same);
        let select = select.expr(ASSETS.col("id")).limit(1);
        if let Some((existing,)) = tx.optional::<(Uuid,)>(&select)? {
            let seen = queries::find_of_workspace(tx, existing)?.map(|asset| asset.id);
            return Err(taken(tx.scope().slug(), seen).into());
        }
    }
    let mut requested = Event::new("asset", "requested", Uuid::nil());
    requested.project_id = new.project_id;
    insert(tx, new, None, requested)
}

/// Says that a file of a workspace is there, or that it will be: its creator and admins, who alone see it before.
pub fn confirm_upload(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid) -> db::Result<()> {
    let asset = queries::of_workspace(tx, id)?;
    if let Some(project) = asset.project_id {
        let inside = tx.enter_to_write(project, Action::AttachmentsCreate)?.ok_or_else(Refusal::not_found)?;
        check_writable(inside.scope())?;
    }
    match Confirmation::of(&asset) {
        Confirmation::Done => return Ok(()),
        Confirmation::Early => {
            let mut awaited = Event::new("asset", "awaited", id);
            awaited.project_id = asset.project_id;
            return expect(tx, awaited);
        }
        Confirmation::Due => tx.update(ASSETS, id, vec![("is_uploaded", true.into())])?,
    }
    let mut created = Event::new("asset", "created", id).with(vec![Change::value("name", Value::Null, asset.name)]);
    created.project_id = asset.project_id;
    tx.record(created).map(|_| ())
}

fn insert<S: InWorkspace>(tx: &mut WriteTx<'_, S>, new: NewAsset, item: Option<Uuid>, mut requested: Event) -> db::Result<Uuid> {
    let changes = vec![
        Change::value("name", Value::Null, new.name.clone()),
        Change::value("content_type", Value::Null, new.content_type.clone()),
        Change::value("size", Value::Null, new.size),
    ];
    let id = tx.insert(
        ASSETS,
        vec![
            ("project_id", new.project_id.into()),
            ("item_id", item.into()),
            ("name", new.name.into()),
            ("content_type", new.content_type.into()),
            ("served_type", None::<String>.into()),
            ("size", new.size.into()),
            ("stored_size", None::<i64>.into()),
            ("blob_id", None::<Uuid>.into()),
            ("is_uploaded", false.into()),
            ("external_source", new.external_source.into()),
            ("external_id", new.external_id.into()),
        ],
    )?;
    requested.entity_id = id;
    tx.record(requested.with(changes))?;
    Ok(id)
}

/// Names the file that is there to those who see it.
fn taken(slug: &str, existing: Option<Uuid>) -> Refusal {
    let message = "Asset with same external id and source already exists";
    let body = match existing {
        Some(id) => json!({ "message": message, "asset_id": id, "asset_url": format!("/api/v1/workspaces/{slug}/assets/{id}/") }),
        None => json!({ "message": message }),
    };
    Refusal::new(Kind::Conflict, body)
}
