//! Restoring a backup into an instance that is empty: all of it or nothing.

use std::{
    fs::File,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use aileron_db::dump::Loading;
use aileron_kernel::Random;
use aileron_platform::{
    blobs::{BlobError, BlobKey},
    config::Config,
    sealed::Sealer,
};
use bytes::Bytes;

use super::{
    Archive, BackupError, Instance, keys_at_hand,
    manifest::{FileEntry, KEY, Manifest},
    search_anew,
};

/// Pieces of a file that wait to be stored.
const WAITING: usize = 4;

/// How a backup is restored.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish {
    /// Also where no key is at hand that opens its sealed secrets.
    pub without_key: bool,
}

/// What was restored.
#[derive(Debug)]
pub struct Restored {
    /// What was in the backup.
    pub manifest: Manifest,
    /// For how many work items the search was made anew.
    pub found_by_search: u64,
    /// How many sealed secrets no key at hand opens.
    pub unreadable: u64,
}

/// Restores a backup. It is read to its end before anything is written.
pub fn restore(from: &Path, instance: &Instance, config: &Config, random: &dyn Random, wish: Wish) -> Result<Restored, BackupError> {
    let mut archive = Archive::open(from)?;
    let manifest = archive.verify()?;
    let (unreadable, key) = keys(&mut archive, config, random, wish)?;
    let mut loading = Loading::begin(&instance.settings, manifest.schema)?;
    let mut stored = Stored { instance, keys: Vec::new(), key_file: None };
    match stored.fill(&mut archive, &mut loading, config, key.as_deref()) {
        Ok(found_by_search) => {
            // Whether a commit that fails came through cannot always be known: what is stored beside it stays then.
            loading.commit()?;
            Ok(Restored { manifest, found_by_search, unreadable })
        }
        Err(error) => {
            stored.take_back();
            Err(error)
        }
    }
}

/// How many sealed secrets no key at hand opens, and the key of the backup where the instance has none of its own.
fn keys(archive: &mut Archive, config: &Config, random: &dyn Random, wish: Wish) -> Result<(u64, Option<String>), BackupError> {
    let manifest = archive.manifest().clone();
    let own = keys_at_hand(config, random)?;
    let key = if manifest.holds_key && own.is_empty() { Some(archive.key()?) } else { None };
    let known = key.as_deref().map_or(Ok(own), |key| Sealer::of_key_file(key).map(|sealer| sealer.key_ids()))?;
    let lacking: Vec<(&String, &u64)> = manifest.sealed.iter().filter(|(id, _)| !known.contains(id)).collect();
    let unreadable = lacking.iter().map(|(_, count)| **count).sum();
    if unreadable > 0 && !wish.without_key {
        let ids = lacking.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>().join(", ");
        let message = format!(
            "{unreadable} secrets in this backup (of webhooks and the like) were sealed with a master key that is not here (id {ids}): copy the \
             old instance's secret.key to {}, or set AILERON_SECRET_KEY, or add it to previous_secret_keys; with --without-key these secrets \
             stay unreadable and must be set again",
            key_path(config).display()
        );
        return Err(BackupError::Refused(message));
    }
    Ok((unreadable, key))
}

fn key_path(config: &Config) -> PathBuf {
    config.data_dir.join(KEY)
}

/// What was stored beside the database, to be taken back if the rest fails.
struct Stored<'a> {
    instance: &'a Instance,
    keys: Vec<BlobKey>,
    key_file: Option<PathBuf>,
}

impl Stored<'_> {
    /// Brings everything there but the last commit; for how many work items the search was made.
    fn fill(&mut self, archive: &mut Archive, loading: &mut Loading, config: &Config, key: Option<&str>) -> Result<u64, BackupError> {
        let manifest = archive.manifest().clone();
        let shapes: Vec<_> = manifest.tables.iter().map(|table| table.shape.clone()).collect();
        if shapes != loading.tables() {
            return Err(BackupError::Refused(format!(
                "the tables of the backup are not those of schema {} as this program knows it",
                manifest.schema
            )));
        }
        for file in archive.list()? {
            self.store(archive, &file)?;
        }
        for table in &manifest.tables {
            let mut lines = archive.lines(&table.shape)?;
            let rows = loading.load(&table.shape.name, || lines.next())?;
            if rows != table.rows {
                return Err(BackupError::Broken(format!("{} of {} rows of the table {} arrived", rows, table.rows, table.shape.name)));
            }
        }
        loading.complete()?;
        let found = search_anew(loading)?;
        if let Some(key) = key {
            self.write_key(&key_path(config), key)?;
        }
        Ok(found)
    }

    /// Stores a file, unless it is there: what is stored under a key never changes.
    fn store(&mut self, archive: &mut Archive, file: &FileEntry) -> Result<(), BackupError> {
        let Instance { blobs, runtime, .. } = self.instance;
        match runtime.block_on(blobs.get(file.key(), None)) {
            Ok(there) if there.length == file.size => return Ok(()),
            Ok(_) => {}
            Err(BlobError::NotFound) => self.keys.push(file.key()),
            Err(other) => return Err(other.into()),
        }
        let (send, receive) = tokio::sync::mpsc::channel::<Result<Bytes, std::io::Error>>(WAITING);
        let content =
            futures_util::stream::unfold(receive, |mut receive| async move { receive.recv().await.map(|piece| (piece, receive)) });
        let (blobs, key, label) = (blobs.clone(), file.key(), file.label());
        let storing = runtime.spawn(async move { blobs.put(key, label, content, u64::MAX).await });
        let sent = archive.content(file, |piece| {
            // Nobody takes it any more where the store has failed: its own error says why.
            let _ = send.blocking_send(Ok(Bytes::copy_from_slice(piece)));
            Ok(())
        });
        if sent.is_err() {
            let _ = send.blocking_send(Err(std::io::Error::other("the backup broke off")));
        }
        drop(send);
        let stored = runtime.block_on(storing).map_err(|error| BackupError::Unwritten(error.to_string()))?;
        sent?;
        stored?;
        Ok(())
    }

    fn write_key(&mut self, path: &Path, key: &str) -> Result<(), BackupError> {
        let failed = |source| BackupError::Io { path: path.to_owned(), source };
        let mut file = File::options().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
        self.key_file = Some(path.to_owned());
        file.write_all(key.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)
    }

    /// As far as it can be done; what stays is named by no row, and the sweep finds it.
    fn take_back(self) {
        for key in self.keys {
            let _ = self.instance.runtime.block_on(self.instance.blobs.delete(key));
        }
        if let Some(path) = self.key_file {
            let _ = std::fs::remove_file(path);
        }
    }
}
