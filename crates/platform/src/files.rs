//! Uploaded files as features use them: where they are kept, how large they may be, and the signed words by which a client without
//! credentials may send or fetch exactly one of them.

use std::{io, path::Path};

use aileron_kernel::{Random, Time};

use crate::{
    blobs::{BlobError, Blobs},
    config::Config,
    sealed::{SealError, Sealer},
};

/// For how long a signed word is good, in seconds.
pub const GOOD_FOR: i64 = 60 * 60;

/// Why files cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// The store cannot be opened.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// There is no key to sign with.
    #[error(transparent)]
    Key(#[from] SealError),
    /// The folder cannot be made.
    #[error(transparent)]
    Folder(#[from] io::Error),
}

/// The uploaded files of a server.
#[derive(Clone, Debug)]
pub struct Files {
    /// Where they are kept.
    pub blobs: Blobs,
    /// The largest, in bytes.
    pub largest: u64,
    sealer: Sealer,
}

impl Files {
    /// As the settings say.
    pub fn open(config: &Config, random: &dyn Random) -> Result<Self, FilesError> {
        let sealer = Sealer::from_config(config, random)?;
        Ok(Self { blobs: Blobs::open(&config.blobs, &config.data_dir)?, largest: config.max_file, sealer })
    }

    /// On disk in this folder with a key of its own, for tests.
    pub fn in_folder(folder: &Path, random: &dyn Random, largest: u64) -> Result<Self, FilesError> {
        let config = Config { data_dir: folder.to_owned(), max_file: largest, ..Config::default() };
        Self::open(&config, random)
    }

    /// What it signs with, for other secrets.
    pub const fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// A word that is good for an hour from now: what is permitted, when it ends, and our signature. `purpose` keeps words for one
    /// thing from being used for another.
    pub fn permit(&self, purpose: &str, what: &str, now: Time) -> Permit {
        let expires = now.plus_seconds(GOOD_FOR).seconds();
        Permit { expires, signature: self.sealer.sign(purpose, &message(what, expires)) }
    }

    /// Whether this is such a word and still good.
    pub fn permits(&self, purpose: &str, what: &str, permit: &Permit, now: Time) -> bool {
        self.sealer.is_signed(purpose, &message(what, permit.expires), &permit.signature) && now.seconds() < permit.expires
    }
}

/// When a permission ends, and the proof that we gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    /// In seconds since 1970.
    pub expires: i64,
    /// Our signature.
    pub signature: String,
}

fn message(what: &str, expires: i64) -> String {
    format!("{expires}.{what}")
}

#[cfg(test)]
mod tests {
    use aileron_kernel::SystemRandom;

    use super::*;

    #[test]
    fn a_permission_is_for_one_thing_and_ends() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::in_folder(dir.path(), &SystemRandom, 10).unwrap();
        let now = Time::from_micros(1_800_000_000_000_000);
        let permit = files.permit("upload", "a", now);
        assert!(files.permits("upload", "a", &permit, now));
        assert!(files.permits("upload", "a", &permit, now.plus_seconds(GOOD_FOR - 1)));
        assert!(!files.permits("upload", "a", &permit, now.plus_seconds(GOOD_FOR)));
        assert!(!files.permits("download", "a", &permit, now) && !files.permits("upload", "b", &permit, now));
        let longer = Permit { expires: permit.expires + 1, ..permit };
        assert!(!files.permits("upload", "a", &longer, now));
    }
}
