//! Backups: one file with all rows of an instance as they stood at one instant, and the uploaded files that these name. It is the same
//! form from either database, and either takes it: moving between databases is a backup that is read while it is written.
//!
//! The file is a ZIP archive: `tables/NAME.jsonl` (`aileron_db::dump` says how a row looks), `files/OWNER/FILE`, `files.jsonl` that lists
//! these, `secret.key` where it was asked for, and `manifest.json` at the end, which says what everything else must be.

mod archive;
mod manifest;
mod moving;
mod restore;
mod write;

use std::{io, path::PathBuf};

use aileron_db::{self as db, Principal, Settings, dump};
use aileron_identity::accounts;
use aileron_kernel::Random;
use aileron_platform::{
    blobs::{BlobError, Blobs},
    config::Config,
    sealed::{SealError, Sealer},
};
use aileron_tracker::search::index::Anew;
use tokio::runtime::Handle;

use manifest::KEY;

pub use archive::Archive;
pub use manifest::{FileEntry, Files, Manifest, TableEntry};
pub use moving::{Moved, move_to};
pub use restore::{Restored, Wish, restore};
pub(crate) use write::Places;
pub use write::{Written, write};

/// An instance: its database and the store of its files. What is done with it waits, so not on a thread that runs async code.
pub struct Instance {
    /// Where the database is.
    pub settings: Settings,
    /// Where its files are.
    pub blobs: Blobs,
    /// What reads and writes files meanwhile.
    pub runtime: Handle,
}

/// Why a backup cannot be made or restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// The store of files.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// The master key.
    #[error(transparent)]
    Key(#[from] SealError),
    /// A file cannot be read or written.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The backup cannot be written.
    #[error("the backup cannot be written: {0}")]
    Unwritten(String),
    /// The backup is not whole.
    #[error("this is no whole backup, and nothing of it was restored: {0}")]
    Broken(String),
    /// It is whole, and yet not for this instance. The message says what to do.
    #[error("{0}")]
    Refused(String),
}

/// The ids of the master keys at hand. Unlike the server, it makes none where there is none.
pub fn keys_at_hand(config: &Config, random: &dyn Random) -> Result<Vec<String>, BackupError> {
    let is_there = config.secret_key.is_some() || config.data_dir.join(KEY).exists();
    if is_there { Ok(Sealer::from_config(config, random)?.key_ids()) } else { Ok(Vec::new()) }
}

/// Makes the search anew from the rows; for how many work items.
fn search_anew(loading: &mut dump::Loading) -> db::Result<u64> {
    let operator = Principal::proved(accounts::operator("restore"), Vec::new());
    let mut anew = Anew::default();
    while loading.run(|session| anew.next(session, &operator))? {}
    Ok(anew.count)
}
