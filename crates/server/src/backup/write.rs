//! Making a backup, while the server runs.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufWriter, Write},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use aileron_db::{
    Dialect,
    dump::{self, Cell, Class, Snapshot, TableShape},
};
use aileron_kernel::{Time, Uuid};
use aileron_platform::{
    blobs::{BlobError, BlobKey},
    sealed::{self, Sealer},
};
use futures_util::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{
    Archive, BackupError, Instance,
    manifest::{self, FORMAT, FileEntry, Files, KEY, LIST, MANIFEST, Manifest, TableEntry},
};

/// How many bytes of rows are packed at once.
const PIECE: usize = 64 * 1024;
/// For how long files are kept from being thrown away at a time, in seconds, and after how many that is prolonged.
const KEPT: i64 = 60 * 60;
const PROLONGED: i64 = 10 * 60;

/// A backup that is there.
#[derive(Debug)]
pub struct Written {
    /// The file.
    pub path: PathBuf,
    /// Its bytes.
    pub bytes: u64,
    /// What is in it.
    pub manifest: Manifest,
}

/// Writes a backup to a file, or to one named by the time in a folder, and reads it again. With `key`, the master key is in it too.
pub fn write(instance: &Instance, key: Option<&Sealer>, to: &Path) -> Result<Written, BackupError> {
    let begun = instance.settings.clock.now();
    let path = if to.is_dir() { to.join(format!("aileron-{}.zip", stamp(begun))) } else { to.to_owned() };
    let partial = Partial::begin(&path)?;
    let holder = partial.path.display().to_string();
    let written = Writer::begin(instance, &partial, holder.clone(), begun).and_then(|writer| writer.write(key));
    // If this fails, what was held ends by itself an hour after the last word.
    let _ = dump::release_files(&instance.settings, &holder);
    written?;
    let manifest = Archive::open(&partial.path)?.verify()?;
    let bytes = std::fs::metadata(&partial.path).map_err(|source| BackupError::Io { path: path.clone(), source })?.len();
    partial.keep()?;
    Ok(Written { path, bytes, manifest })
}

fn stamp(time: Time) -> String {
    time.timestamp().strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A file that is not whole yet; removed if it never is.
struct Partial {
    path: PathBuf,
    whole: PathBuf,
}

impl Partial {
    fn begin(whole: &Path) -> Result<Self, BackupError> {
        if whole.exists() {
            return Err(BackupError::Refused(format!("{} is there already, and nothing is written over it", whole.display())));
        }
        let mut name = whole.file_name().unwrap_or_default().to_owned();
        name.push(".partial");
        Ok(Self { path: whole.with_file_name(name), whole: whole.to_owned() })
    }

    fn create(&self) -> Result<File, BackupError> {
        // The rows hold everybody's texts and the hashes of passwords: they are for the operator's eyes.
        let options = File::options().write(true).create(true).truncate(true).mode(0o600).clone();
        options.open(&self.path).map_err(|source| BackupError::Io { path: self.path.clone(), source })
    }

    fn keep(self) -> Result<(), BackupError> {
        let linked = std::fs::hard_link(&self.path, &self.whole);
        let folder = self.whole.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let kept = linked.and_then(|()| File::open(folder)?.sync_all());
        kept.map_err(|source| BackupError::Io { path: self.whole.clone(), source })
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// A file that rows name: what a bucket would serve it as, its name, and whether it must be there.
struct Named {
    content_type: String,
    name: String,
    is_awaited: bool,
}

struct Writer<'a> {
    instance: &'a Instance,
    partial: &'a Partial,
    zip: ZipWriter<BufWriter<File>>,
    snapshot: Snapshot,
    begun: Time,
    holder: String,
    prolonged: Time,
    named: BTreeMap<(Uuid, Uuid), Named>,
    sealed: BTreeMap<String, u64>,
}

impl<'a> Writer<'a> {
    fn begin(instance: &'a Instance, partial: &'a Partial, holder: String, begun: Time) -> Result<Self, BackupError> {
        // Looked at first: what holds files would make a database where there is none.
        Snapshot::open(&instance.settings)?.applied().check()?;
        // Before the snapshot: every file that its rows name is there from then on.
        dump::keep_files(&instance.settings, &holder, begun.plus_seconds(KEPT))?;
        let snapshot = Snapshot::open(&instance.settings)?;
        let zip = ZipWriter::new(BufWriter::with_capacity(PIECE, partial.create()?));
        let (named, sealed) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self { instance, partial, zip, snapshot, begun, holder, prolonged: begun, named, sealed })
    }

    fn write(mut self, key: Option<&Sealer>) -> Result<(), BackupError> {
        let tables = self.snapshot.tables().into_iter().map(|shape| self.table(shape)).collect::<Result<_, _>>()?;
        let database = match self.snapshot.dialect() {
            Dialect::Sqlite => "sqlite",
            Dialect::Postgres => "postgres",
        };
        let schema = self.snapshot.applied().version();
        let files = self.files()?;
        if let Some(sealer) = key {
            self.entry(KEY, sealer.key_file().as_bytes())?;
        }
        let manifest = Manifest {
            format: FORMAT,
            made_at: self.begun,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            database: database.to_owned(),
            schema,
            holds_key: key.is_some(),
            sealed: std::mem::take(&mut self.sealed),
            tables,
            files,
        };
        let text = serde_json::to_string_pretty(&manifest).map_err(unwritten)?;
        self.entry(MANIFEST, text.as_bytes())?;
        let file = self.zip.finish().map_err(unwritten)?.into_inner().map_err(unwritten)?;
        file.sync_all().map_err(|source| BackupError::Io { path: self.partial.path.clone(), source })
    }

    fn entry(&mut self, path: &str, content: &[u8]) -> Result<(), BackupError> {
        self.start(path, CompressionMethod::Deflated)?;
        self.zip.write_all(content).map_err(unwritten)
    }

    fn start(&mut self, path: &str, method: CompressionMethod) -> Result<(), BackupError> {
        let options = SimpleFileOptions::default().compression_method(method).large_file(true).unix_permissions(0o600);
        self.zip.start_file(path, options).map_err(unwritten)
    }

    /// Writes the rows of a table.
    fn table(&mut self, shape: TableShape) -> Result<TableEntry, BackupError> {
        self.start(&manifest::path_of(&shape.name), CompressionMethod::Deflated)?;
        let places = Places::of(&shape)?;
        let Self { zip, snapshot, named, sealed, .. } = self;
        let mut packed = Packed::new(zip);
        let rows = snapshot.rows(&shape.name, |cells| {
            note_sealed(&shape, &cells, sealed);
            if let Some((key, file)) = places.as_ref().and_then(|places| places.file(&shape, &cells)) {
                named.entry(key).or_insert(file);
            }
            packed.row(&cells).map_err(|problem| BackupError::Unwritten(format!("{}: {problem}", shape.name)))
        })?;
        let (bytes, sha256) = packed.end().map_err(BackupError::Unwritten)?;
        Ok(TableEntry { shape, rows, bytes, sha256 })
    }

    /// Copies the files that rows name, and lists them.
    fn files(&mut self) -> Result<Files, BackupError> {
        let mut files = Files::default();
        let mut list = String::new();
        for ((owner, blob), named) in std::mem::take(&mut self.named) {
            let mut entry = FileEntry { owner, blob, size: 0, sha256: String::new(), content_type: named.content_type, name: named.name };
            match self.file(&mut entry) {
                Ok(()) => {
                    files.count += 1;
                    files.bytes += entry.size;
                    list.push_str(&serde_json::to_string(&entry).map_err(unwritten)?);
                    list.push('\n');
                }
                Err(BackupError::Blobs(BlobError::NotFound)) => files.missing += u64::from(named.is_awaited),
                Err(other) => return Err(other),
            }
        }
        files.sha256 = hex::encode(Sha256::digest(list.as_bytes()));
        self.entry(LIST, list.as_bytes())?;
        Ok(files)
    }

    fn file(&mut self, entry: &mut FileEntry) -> Result<(), BackupError> {
        self.prolong()?;
        let Instance { blobs, runtime, .. } = self.instance;
        let key = BlobKey { owner: entry.owner, blob: entry.blob };
        let mut blob = runtime.block_on(blobs.get(key, None))?;
        // Most uploads are packed already.
        self.start(&entry.path(), CompressionMethod::Stored)?;
        let mut hash = Sha256::new();
        while let Some(piece) = runtime.block_on(blob.content.try_next())? {
            hash.update(&piece);
            entry.size += piece.len() as u64;
            self.zip.write_all(&piece).map_err(unwritten)?;
        }
        entry.sha256 = hex::encode(hash.finalize());
        Ok(())
    }

    fn prolong(&mut self) -> Result<(), BackupError> {
        let now = self.instance.settings.clock.now();
        if now > self.prolonged.plus_seconds(PROLONGED) {
            dump::keep_files(&self.instance.settings, &self.holder, now.plus_seconds(KEPT))?;
            self.prolonged = now;
        }
        Ok(())
    }
}

fn unwritten(error: impl std::fmt::Display) -> BackupError {
    BackupError::Unwritten(error.to_string())
}

/// Rows on their way into an entry.
struct Packed<'a> {
    zip: &'a mut ZipWriter<BufWriter<File>>,
    waiting: String,
    hash: Sha256,
    bytes: u64,
}

impl<'a> Packed<'a> {
    fn new(zip: &'a mut ZipWriter<BufWriter<File>>) -> Self {
        Self { zip, waiting: String::with_capacity(2 * PIECE), hash: Sha256::new(), bytes: 0 }
    }

    fn row(&mut self, cells: &[Cell]) -> Result<(), String> {
        dump::encode(cells, &mut self.waiting)?;
        if self.waiting.len() < PIECE { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> Result<(), String> {
        self.hash.update(self.waiting.as_bytes());
        self.bytes += self.waiting.len() as u64;
        self.zip.write_all(self.waiting.as_bytes()).map_err(|error| error.to_string())?;
        self.waiting.clear();
        Ok(())
    }

    fn end(mut self) -> Result<(u64, String), String> {
        self.flush()?;
        Ok((self.bytes, hex::encode(self.hash.finalize())))
    }
}

/// Where a table that names files says so: in whatever table there is a column `blob_id`.
pub(crate) struct Places {
    owner: usize,
    blob: usize,
    is_uploaded: Option<usize>,
}

impl Places {
    /// Of this table, if it names files.
    pub(crate) fn of(shape: &TableShape) -> Result<Option<Self>, BackupError> {
        let Some(blob) = shape.place("blob_id") else { return Ok(None) };
        let owner = shape.place("workspace_id").or_else(|| shape.place("user_id"));
        let owner = owner.ok_or_else(|| BackupError::Refused(format!("the files of {} have no owner", shape.name)))?;
        Ok(Some(Self { owner, blob, is_uploaded: shape.place("is_uploaded") }))
    }

    /// The owner and id of the file that a row names, and whether it must be there: what nobody has confirmed need not.
    pub(crate) fn key(&self, cells: &[Cell]) -> Option<(Uuid, Uuid, bool)> {
        let id = |place: usize| cells.get(place)?.text().and_then(|text| Uuid::try_parse(text).ok());
        let is_awaited = self.is_uploaded.is_none_or(|place| cells.get(place).and_then(Cell::integer) == Some(1));
        Some((id(self.owner)?, id(self.blob)?, is_awaited))
    }

    fn file(&self, shape: &TableShape, cells: &[Cell]) -> Option<((Uuid, Uuid), Named)> {
        let (owner, blob, is_awaited) = self.key(cells)?;
        let text = |column: &str| shape.place(column).and_then(|place| cells.get(place)?.text()).map(ToOwned::to_owned);
        let content_type = text("served_type").or_else(|| text("content_type")).unwrap_or_else(|| "application/octet-stream".to_owned());
        Some(((owner, blob), Named { content_type, name: text("name").unwrap_or_else(|| shape.name.clone()), is_awaited }))
    }
}

/// Counts the sealed secrets of a row, wherever they stand.
fn note_sealed(shape: &TableShape, cells: &[Cell], sealed: &mut BTreeMap<String, u64>) {
    for (column, cell) in shape.columns.iter().zip(cells) {
        let Some(text) = cell.text() else { continue };
        let found: Vec<&str> = match column.class {
            Class::Text => sealed::sealed_with(text).into_iter().collect(),
            Class::Json if text.contains("\"v1.") => text.split('"').filter_map(sealed::sealed_with).collect(),
            _ => continue,
        };
        for key_id in found {
            *sealed.entry(key_id.to_owned()).or_default() += 1;
        }
    }
}
