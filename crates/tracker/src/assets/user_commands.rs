//! Making, confirming and deleting pictures of accounts. The address of the picture stands in the account.

use aileron_db::{self as db, ExprTrait as _, Tx, Unscoped, WriteTx, schema::USER_ASSETS, schema::USERS};
use aileron_identity::accounts;
use aileron_kernel::{Actor, Change, Event, Refusal, Uuid};
use aileron_platform::{blobs::BlobKey, media, web::Download};

use super::model::{NewPicture, PictureOf};

/// For how long a picture may be kept by a browser, in seconds: another picture has another address.
const CACHED: u32 = 365 * 24 * 60 * 60;

db::row! {
    /// A picture of an account as stored.
    #[derive(Clone, Debug)]
    pub struct Picture {
        /// Its id.
        pub id: Uuid,
        /// Whose it is.
        pub user_id: Uuid,
        /// The word for what it is for.
        pub entity_type: String,
        /// Its name for people.
        pub name: String,
        /// What it is said to be.
        pub content_type: String,
        /// What it is served as.
        pub served_type: Option<String>,
        /// Its size in bytes, as declared.
        pub size: i64,
        /// The size of the stored file.
        pub stored_size: Option<i64>,
        /// The stored file.
        pub blob_id: Option<Uuid>,
        /// Whether it is confirmed.
        pub is_uploaded: bool,
        /// Its owner, where he confirmed it before it was there.
        pub awaited_by: Option<Uuid>,
    }
}

impl Picture {
    /// Where anybody with an account sees it.
    pub fn address(id: Uuid) -> String {
        format!("/api/v1/assets/static/{id}/")
    }

    /// The file, if it is there.
    pub fn download(&self) -> Option<Download> {
        let blob = self.blob_id.filter(|_| self.is_uploaded)?;
        Some(Download {
            key: BlobKey { owner: self.user_id, blob },
            size: u64::try_from(self.stored_size.unwrap_or(self.size)).unwrap_or(0),
            name: self.name.clone(),
            content_type: self.served_type.clone().unwrap_or_else(|| media::UNKNOWN.to_owned()),
            cached: CACHED,
        })
    }
}

/// A live picture of anybody.
pub fn any(tx: &mut Tx<'_, Unscoped>, id: Uuid) -> db::Result<Picture> {
    let select = tx.from(USER_ASSETS).columns::<Picture>(USER_ASSETS).filter(USER_ASSETS.col("id").eq(id));
    tx.one(&select)
}

/// One's own live picture. Refuses with 404 where there is none.
pub fn own(tx: &mut Tx<'_, Unscoped>, user: Uuid, id: Uuid) -> db::Result<Picture> {
    let is_own = USER_ASSETS.col("id").eq(id).and(USER_ASSETS.col("user_id").eq(user));
    let select = tx.from(USER_ASSETS).columns::<Picture>(USER_ASSETS).filter(is_own);
    tx.one(&select)
}

/// Makes the row of a picture that is to be uploaded.
pub fn create(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, new: NewPicture) -> db::Result<Uuid> {
    let (id, now) = (tx.new_id(), tx.now().micros());
    tx.insert(
        USER_ASSETS,
        vec![
            ("id", id.into()),
            ("user_id", actor.id.into()),
            ("entity_type", new.of.as_str().into()),
            ("name", new.name.into()),
            ("content_type", new.content_type.into()),
            ("served_type", None::<String>.into()),
            ("size", new.size.into()),
            ("stored_size", None::<i64>.into()),
            ("blob_id", None::<Uuid>.into()),
            ("is_uploaded", false.into()),
            ("created_at", now.into()),
            ("updated_at", now.into()),
        ],
    )?;
    tx.record_instance(actor, &Event::new("user_asset", "requested", id))?;
    Ok(id)
}

/// Says that one's picture is there, and shows it; the one before is deleted. Where it is not there yet, it is shown as soon as it comes.
pub fn confirm(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, id: Uuid) -> db::Result<()> {
    tx.lock_instance()?;
    let picture = own(tx, actor.id, id)?;
    if picture.is_uploaded {
        return Ok(());
    }
    let now = tx.now().micros();
    if picture.blob_id.is_none() {
        return update(tx, id, vec![("awaited_by", Some(actor.id).into()), ("updated_at", now.into())]);
    }
    let before = USER_ASSETS.col("user_id").eq(actor.id).and(USER_ASSETS.col("entity_type").eq(picture.entity_type.as_str()));
    let before = before.and(USER_ASSETS.col("is_uploaded").eq(true));
    tx.update_where(USER_ASSETS, before, vec![("deleted_at", Some(now).into()), ("updated_at", now.into())])?;
    let confirmed = vec![("is_uploaded", true.into()), ("updated_at", now.into())];
    update(tx, id, confirmed)?;
    show(tx, actor, &picture, Picture::address(id))?;
    tx.record_instance(actor, &Event::new("user_asset", "created", id))
}

/// Deletes one's picture, and shows none where it was shown.
pub fn delete(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, id: Uuid) -> db::Result<()> {
    tx.lock_instance()?;
    let picture = own(tx, actor.id, id)?;
    let now = tx.now().micros();
    let gone = vec![("deleted_at", Some(now).into()), ("updated_at", now.into())];
    update(tx, id, gone)?;
    if shown(tx, &picture)? == Picture::address(id) {
        show(tx, actor, &picture, String::new())?;
    }
    tx.record_instance(actor, &Event::new("user_asset", "deleted", id))
}

/// Changes a live row.
fn update(tx: &mut WriteTx<'_, Unscoped>, id: Uuid, set: Vec<db::Set>) -> db::Result<()> {
    match tx.update_where(USER_ASSETS, USER_ASSETS.col("id").eq(id), set)? {
        0 => Err(Refusal::not_found().into()),
        _ => Ok(()),
    }
}

fn column(picture: &Picture) -> db::Result<&'static str> {
    let of = PictureOf::parse(&picture.entity_type).map(PictureOf::column);
    of.ok_or_else(|| db::Error::Inconsistent(format!("nobody knows pictures of {}", picture.entity_type)))
}

/// The address of what the account shows in the place of this picture.
fn shown(tx: &mut WriteTx<'_, Unscoped>, picture: &Picture) -> db::Result<String> {
    let select = tx.from(USERS).filter(USERS.col("id").eq(picture.user_id)).expr(USERS.col(column(picture)?));
    Ok(tx.optional::<(String,)>(&select)?.map_or_else(String::new, |row| row.0))
}

fn show(tx: &mut WriteTx<'_, Unscoped>, actor: &Actor, picture: &Picture, address: String) -> db::Result<()> {
    let (column, before) = (column(picture)?, shown(tx, picture)?);
    let set = vec![(column, address.clone().into()), ("updated_at", tx.now().micros().into())];
    tx.update_where(USERS, USERS.col("id").eq(picture.user_id), set)?;
    if column == "avatar" {
        accounts::tell_workspaces(tx, actor, picture.user_id)?;
    }
    let changes = vec![Change::value(column, aileron_kernel::text::shortened(&before, 255), address)];
    tx.record_instance(actor, &Event::new("user", "updated", actor.id).with(changes))
}
