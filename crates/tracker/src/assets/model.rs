//! An uploaded file, as stored and as shown.

use aileron_kernel::{Fields, Refusal, Time, Uuid, fields::NAME, refusal::Kind};
use aileron_platform::{blobs::BlobKey, media, pictures, web::Download};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::rules::file_name;

aileron_db::row! {
    /// A file of a workspace as stored.
    #[derive(Clone, Debug)]
    pub struct Asset {
        /// Its id.
        pub id: Uuid,
        /// The workspace.
        pub workspace_id: Uuid,
        /// The project that it belongs to.
        pub project_id: Option<Uuid>,
        /// The item that it is attached to.
        pub item_id: Option<Uuid>,
        /// Its name for people.
        pub name: String,
        /// What it is said to be.
        pub content_type: String,
        /// What it is served as, once it is there.
        pub served_type: Option<String>,
        /// Its size in bytes, as declared.
        pub size: i64,
        /// The size of the stored file.
        pub stored_size: Option<i64>,
        /// The stored file.
        pub blob_id: Option<Uuid>,
        /// Whether it is confirmed.
        pub is_uploaded: bool,
        /// Who confirmed it before it was there.
        pub awaited_by: Option<Uuid>,
        /// Where it came from.
        pub external_source: Option<String>,
        /// What it is called there.
        pub external_id: Option<String>,
        /// When it was made.
        pub created_at: Time,
        /// When it was last changed.
        pub updated_at: Time,
        /// Who made it.
        pub created_by: Option<Uuid>,
        /// Who changed it last.
        pub updated_by: Option<Uuid>,
    }
}

impl Asset {
    /// Its size in bytes: of the file, as soon as there is one.
    fn present_size(&self) -> i64 {
        self.stored_size.unwrap_or(self.size)
    }

    /// The file, if it is there for others.
    pub fn download(&self) -> Option<Download> {
        let blob = self.blob_id.filter(|_| self.is_uploaded)?;
        Some(Download {
            key: BlobKey { owner: self.workspace_id, blob },
            size: u64::try_from(self.present_size()).unwrap_or(0),
            name: self.name.clone(),
            content_type: self.served_type.clone().unwrap_or_else(|| media::UNKNOWN.to_owned()),
            cached: 300,
        })
    }
}

/// A file that is to be uploaded.
#[derive(Clone, Debug)]
pub struct NewAsset {
    /// Its name for people.
    pub name: String,
    /// What it is said to be.
    pub content_type: String,
    /// Its size in bytes, as declared.
    pub size: i64,
    /// The project that it belongs to, for files of a workspace.
    pub project_id: Option<Uuid>,
    /// Where it came from.
    pub external_source: Option<String>,
    /// What it is called there.
    pub external_id: Option<String>,
}

/// A refusal in the words of the routes of files.
pub fn refused(message: &str) -> Refusal {
    Refusal::new(Kind::Invalid, json!({ "error": message, "status": false }))
}

/// The refusal of what has no file yet.
pub fn not_uploaded() -> Refusal {
    refused("The asset is not uploaded.")
}

impl NewAsset {
    /// Reads a body. `largest` is in bytes.
    pub fn read(mut fields: Fields, largest: u64) -> Result<Self, Refusal> {
        if is_missing(&fields, "name") || is_missing(&fields, "size") {
            return Err(refused("Invalid request."));
        }
        let name = name(&mut fields);
        let size = fields.integer("size", 1..=i64::try_from(largest).unwrap_or(i64::MAX));
        let project_id = fields.nullable_id("project_id").flatten();
        let external_source = fields.nullable_text("external_source", NAME).flatten();
        let external_id = fields.nullable_text("external_id", NAME).flatten();
        let content_type = fields.raw("type").and_then(Value::as_str).map(media::essence).unwrap_or_default();
        fields.finish()?;
        if !media::is_attachable(&content_type) {
            return Err(refused("Invalid file type."));
        }
        let (Some(name), Some(size)) = (name, size) else { return Err(refused("Invalid request.")) };
        Ok(Self { name, content_type, size, project_id, external_source, external_id })
    }
}

/// Absent, or empty in one of the ways in which clients say so.
fn is_missing(fields: &Fields, name: &str) -> bool {
    fields.raw(name).is_none_or(|value| value.is_null() || value.as_i64() == Some(0) || value.as_str().is_some_and(str::is_empty))
}

fn name(fields: &mut Fields) -> Option<String> {
    let sent = fields.text("name", NAME)?;
    let name = file_name(&sent);
    if name.is_none() {
        fields.reject("name", "This is not the name of a file.");
    }
    name
}

/// What a picture of an account is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureOf {
    /// The person.
    Avatar,
    /// The banner above his profile.
    Cover,
}

impl PictureOf {
    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Avatar => "USER_AVATAR",
            Self::Cover => "USER_COVER",
        }
    }

    /// The value of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Avatar, Self::Cover].into_iter().find(|kind| kind.as_str() == word)
    }

    /// The column of the account that holds its address.
    pub const fn column(self) -> &'static str {
        match self {
            Self::Avatar => "avatar",
            Self::Cover => "cover_image",
        }
    }

    /// The longest side that is kept, in pixels.
    pub const fn side(self) -> u32 {
        match self {
            Self::Avatar => 512,
            Self::Cover => 2_048,
        }
    }
}

/// A picture of an account that is to be uploaded.
#[derive(Clone, Debug)]
pub struct NewPicture {
    /// What it is for.
    pub of: PictureOf,
    /// Its name for people.
    pub name: String,
    /// What it is said to be.
    pub content_type: String,
    /// Its size in bytes, as declared.
    pub size: i64,
}

impl NewPicture {
    /// Reads a body. `largest` is in bytes.
    pub fn read(mut fields: Fields, largest: u64) -> Result<Self, Refusal> {
        let largest = i64::try_from(largest).unwrap_or(i64::MAX);
        let of = fields.raw("entity_type").and_then(Value::as_str).and_then(PictureOf::parse);
        let content_type = fields.raw("type").map_or("image/jpeg".to_owned(), |sent| media::essence(sent.as_str().unwrap_or_default()));
        let name = name(&mut fields);
        let size = fields.integer("size", 1..=largest);
        let Some(of) = of else { return Err(refused("Invalid entity type.")) };
        if pictures::format(&content_type).is_none() {
            return Err(refused("Invalid file type. Only JPEG and PNG files are allowed."));
        }
        fields.finish()?;
        Ok(Self { of, name: name.unwrap_or_else(|| "picture".to_owned()), content_type, size: size.unwrap_or(largest) })
    }
}

/// An attachment on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Attachment)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct AttachmentView {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    #[schema(value_type = Object, example = json!({"name": "notes.txt", "type": "text/plain", "size": 12}))]
    pub attributes: Value,
    /// Where it is kept, for people who look after the server.
    pub asset: String,
    #[schema(example = "ISSUE_ATTACHMENT")]
    pub entity_type: &'static str,
    pub entity_identifier: Option<String>,
    pub is_deleted: bool,
    pub is_archived: bool,
    pub external_id: Option<String>,
    pub external_source: Option<String>,
    /// In bytes.
    pub size: f64,
    pub is_uploaded: bool,
    #[schema(value_type = Object)]
    pub storage_metadata: Value,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub user: Option<Uuid>,
    pub workspace: Uuid,
    pub draft_issue: Option<Uuid>,
    pub project: Option<Uuid>,
    pub issue: Option<Uuid>,
    pub comment: Option<Uuid>,
    pub page: Option<Uuid>,
}

impl From<Asset> for AttachmentView {
    fn from(asset: Asset) -> Self {
        let bytes = asset.present_size();
        #[expect(clippy::cast_precision_loss, reason = "files are far below 2^52 bytes")]
        let size = bytes as f64;
        Self {
            id: asset.id,
            created_at: asset.created_at,
            updated_at: asset.updated_at,
            deleted_at: None,
            attributes: json!({ "name": asset.name, "type": asset.content_type, "size": bytes }),
            asset: format!("{}/{}", asset.workspace_id, asset.blob_id.unwrap_or(asset.id)),
            entity_type: "ISSUE_ATTACHMENT",
            entity_identifier: None,
            is_deleted: false,
            is_archived: false,
            external_id: asset.external_id,
            external_source: asset.external_source,
            size,
            is_uploaded: asset.is_uploaded,
            storage_metadata: json!({}),
            created_by: asset.created_by,
            updated_by: asset.updated_by,
            user: None,
            workspace: asset.workspace_id,
            draft_issue: None,
            project: asset.project_id,
            issue: asset.item_id,
            comment: None,
            page: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(value: Value) -> Result<NewAsset, Value> {
        NewAsset::read(Fields::of(value).unwrap(), 100).map_err(|refusal| refusal.body)
    }

    #[test]
    fn a_file_has_a_name_a_size_and_a_type_on_the_list() {
        let good = body(json!({"name": "../a.txt", "size": "12", "type": "Text/Plain; charset=utf-8"})).unwrap();
        assert_eq!((good.name.as_str(), good.size, good.content_type.as_str()), ("a.txt", 12, "text/plain"));
        let missing = json!({"error": "Invalid request.", "status": false});
        for bad in [json!({}), json!({"name": "a", "type": "text/plain"}), json!({"name": "", "size": 1}), json!({"name": "a", "size": 0})]
        {
            assert_eq!(body(bad).unwrap_err(), missing);
        }
        let of_no_type = json!({"error": "Invalid file type.", "status": false});
        for bad in [json!(null), json!("x/y"), json!(5), json!("application/x-msdownload")] {
            assert_eq!(body(json!({"name": "a", "size": 1, "type": bad})).unwrap_err(), of_no_type);
        }
    }

    #[test]
    fn wrong_fields_are_named() {
        for (name, value) in [
            ("name", json!("..")),
            ("name", json!("a\u{0}b")),
            ("name", json!("x".repeat(300))),
            ("name", json!([1])),
            ("size", json!(101)),
            ("size", json!(-1)),
            ("size", json!("many")),
            ("project_id", json!("x")),
            ("external_id", json!([])),
        ] {
            let mut sent = json!({"name": "a", "size": 1, "type": "text/plain"});
            sent[name] = value;
            assert!(body(sent).unwrap_err()[name].is_array(), "{name}");
        }
    }

    #[test]
    fn a_picture_is_no_drawing() {
        let read = |value: Value| NewPicture::read(Fields::of(value).unwrap(), 100);
        let made = read(json!({"entity_type": "USER_COVER"})).unwrap();
        assert_eq!((made.of, made.content_type.as_str(), made.size), (PictureOf::Cover, "image/jpeg", 100));
        for bad in ["image/svg+xml", "text/html", "application/octet-stream", ""] {
            assert!(read(json!({"entity_type": "USER_AVATAR", "type": bad})).is_err(), "{bad}");
        }
        assert!(read(json!({"entity_type": "WORKSPACE_LOGO"})).is_err() && read(json!({})).is_err());
    }
}
