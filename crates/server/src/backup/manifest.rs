//! What a backup says of itself.

use std::collections::BTreeMap;

use aileron_db::dump::TableShape;
use aileron_kernel::{Time, Uuid};
use aileron_platform::blobs::{BlobKey, Label};
use aileron_platform::web::disposition;
use serde::{Deserialize, Serialize};

/// The form that this program writes and reads.
pub(super) const FORMAT: u32 = 1;
/// The entry with the manifest.
pub(super) const MANIFEST: &str = "manifest.json";
/// The entry that lists the files.
pub(super) const LIST: &str = "files.jsonl";
/// The entry with the master key.
pub(super) const KEY: &str = "secret.key";

/// What is in a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the backup.
    pub format: u32,
    /// When it was begun.
    pub made_at: Time,
    /// The version of the program that made it.
    pub program: String,
    /// The database that it was made from: `sqlite` or `postgres`.
    pub database: String,
    /// The version of the schema.
    pub schema: i64,
    /// Whether the master key is in it.
    pub holds_key: bool,
    /// The ids of the keys that sealed secrets in it, and how many each.
    pub sealed: BTreeMap<String, u64>,
    /// The tables by name.
    pub tables: Vec<TableEntry>,
    /// The uploaded files.
    pub files: Files,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableEntry {
    /// Its name, columns and key.
    #[serde(flatten)]
    pub shape: TableShape,
    /// How many rows it has.
    pub rows: u64,
    /// How many bytes these have as text.
    pub bytes: u64,
    /// Their SHA-256.
    pub sha256: String,
}

impl TableEntry {
    /// The entry with its rows.
    pub fn path(&self) -> String {
        path_of(&self.shape.name)
    }
}

/// The entry with the rows of a table.
pub(super) fn path_of(table: &str) -> String {
    format!("tables/{table}.jsonl")
}

/// The uploaded files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Files {
    /// How many.
    pub count: u64,
    /// How many bytes.
    pub bytes: u64,
    /// How many more the rows name that were not in the store.
    pub missing: u64,
    /// The SHA-256 of their list.
    pub sha256: String,
}

/// An uploaded file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// The workspace or account.
    pub owner: Uuid,
    /// The file.
    pub blob: Uuid,
    /// In bytes.
    pub size: u64,
    /// Of its content.
    pub sha256: String,
    /// What a bucket serves it as.
    pub content_type: String,
    /// The name that a bucket gives it.
    pub name: String,
}

impl FileEntry {
    /// Its key in a store.
    pub const fn key(&self) -> BlobKey {
        BlobKey { owner: self.owner, blob: self.blob }
    }

    /// The entry with its content.
    pub fn path(&self) -> String {
        format!("files/{}/{}", self.owner, self.blob)
    }

    /// What a bucket says of it.
    pub fn label(&self) -> Label {
        Label { content_type: self.content_type.clone(), disposition: disposition(&self.name) }
    }
}
