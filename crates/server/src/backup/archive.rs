//! Reading a backup. Nothing in it is believed before it was verified.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    fs::File,
    io::{BufRead as _, BufReader, Read},
    path::Path,
};

use aileron_db::dump::{self, Cell, TableShape};
use sha2::{Digest as _, Sha256};
use zip::{ZipArchive, read::ZipFile};

use super::{
    BackupError,
    manifest::{FORMAT, FileEntry, KEY, LIST, MANIFEST, Manifest},
};

/// The most bytes of a manifest.
const LARGEST_MANIFEST: u64 = 16 << 20;
/// Bytes that are read at once.
const PIECE: usize = 64 * 1024;

/// A backup that is being read.
pub struct Archive {
    zip: ZipArchive<BufReader<File>>,
    manifest: Manifest,
}

type Entry<'a> = ZipFile<'a, BufReader<File>>;

impl Archive {
    /// Opens a file, as far as it says that it is a backup of a form that this program knows.
    pub fn open(path: &Path) -> Result<Self, BackupError> {
        let file = File::open(path).map_err(|source| BackupError::Io { path: path.to_owned(), source })?;
        let mut zip = ZipArchive::new(BufReader::with_capacity(PIECE, file)).map_err(broken)?;
        let mut text = String::new();
        let entry = zip.by_name(MANIFEST).map_err(|error| broken(format!("{MANIFEST}: {error}")))?;
        entry.take(LARGEST_MANIFEST).read_to_string(&mut text).map_err(broken)?;
        let said: serde_json::Value = serde_json::from_str(&text).map_err(broken)?;
        let format = said.get("format").and_then(serde_json::Value::as_u64).unwrap_or(0);
        if format != u64::from(FORMAT) {
            let message =
                format!("the backup has the form {format}, and this program reads the form {FORMAT}: use the version that made it");
            return Err(BackupError::Refused(message));
        }
        let manifest = serde_json::from_value(said).map_err(broken)?;
        Ok(Self { zip, manifest })
    }

    /// What it says of itself.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Reads all of it and compares it with what it says of itself.
    pub fn verify(&mut self) -> Result<Manifest, BackupError> {
        let manifest = self.manifest.clone();
        let mut expected: BTreeSet<String> = [MANIFEST, LIST].map(str::to_owned).into();
        if manifest.holds_key {
            expected.insert(KEY.to_owned());
        }
        for table in &manifest.tables {
            expected.insert(table.path());
            let mut lines = self.lines(&table.shape)?;
            while lines.next()?.is_some() {}
            let found = (lines.count, lines.bytes, hex::encode(lines.hash.finalize()));
            if found != (table.rows, table.bytes, table.sha256.clone()) {
                let message = format!("the table {} has {} rows of {} bytes, or others than it should", table.shape.name, found.0, found.1);
                return Err(broken(message));
            }
        }
        let list = self.list()?;
        if (list.len() as u64, list.iter().map(|file| file.size).sum::<u64>()) != (manifest.files.count, manifest.files.bytes) {
            return Err(broken("the list of files is not what it should be"));
        }
        for file in list {
            self.content(&file, |_| Ok(()))?;
            expected.insert(file.path());
        }
        let names = self.zip.file_names().map(|name| name.map(Cow::into_owned).map_err(broken));
        let found: BTreeSet<String> = names.collect::<Result<_, _>>()?;
        match found.symmetric_difference(&expected).next() {
            Some(odd) => Err(broken(format!("{odd} is missing or too much"))),
            None => Ok(manifest),
        }
    }

    fn entry(&mut self, path: &str) -> Result<Entry<'_>, BackupError> {
        self.zip.by_name(path).map_err(|error| broken(format!("{path}: {error}")))
    }

    /// The rows of a table.
    pub fn lines<'a>(&'a mut self, shape: &'a TableShape) -> Result<Lines<'a>, BackupError> {
        let reader = BufReader::with_capacity(PIECE, self.entry(&super::manifest::path_of(&shape.name))?);
        Ok(Lines { reader, shape, line: String::new(), hash: Sha256::new(), bytes: 0, count: 0 })
    }

    /// The files that are in it.
    pub fn list(&mut self) -> Result<Vec<FileEntry>, BackupError> {
        let mut text = String::new();
        self.entry(LIST)?.read_to_string(&mut text).map_err(broken)?;
        if hex::encode(Sha256::digest(text.as_bytes())) != self.manifest.files.sha256 {
            return Err(broken("the list of files is not what it should be"));
        }
        text.lines().map(|line| serde_json::from_str(line).map_err(broken)).collect()
    }

    /// Hands out the content of a file piece by piece, and fails at its end if it is not what it should be.
    pub fn content(&mut self, file: &FileEntry, mut each: impl FnMut(&[u8]) -> Result<(), BackupError>) -> Result<(), BackupError> {
        let mut entry = self.entry(&file.path())?;
        let (mut piece, mut hash, mut size) = (vec![0; PIECE], Sha256::new(), 0);
        loop {
            let length = entry.read(&mut piece).map_err(broken)?;
            let Some(read) = piece.get(..length).filter(|read| !read.is_empty()) else { break };
            hash.update(read);
            size += read.len() as u64;
            each(read)?;
        }
        if size == file.size && hex::encode(hash.finalize()) == file.sha256 {
            Ok(())
        } else {
            Err(broken(format!("the file {} is not what it should be", file.path())))
        }
    }

    /// The master key, as it stands in its file.
    pub fn key(&mut self) -> Result<String, BackupError> {
        let mut text = String::new();
        self.entry(KEY)?.take(1_000).read_to_string(&mut text).map_err(broken)?;
        Ok(text)
    }
}

/// The rows of a table, one after the other.
pub struct Lines<'a> {
    reader: BufReader<Entry<'a>>,
    shape: &'a TableShape,
    line: String,
    hash: Sha256,
    bytes: u64,
    count: u64,
}

impl Lines<'_> {
    /// The next row.
    pub fn next(&mut self) -> Result<Option<Vec<Cell>>, BackupError> {
        self.line.clear();
        let odd = |count: u64, problem: String| broken(format!("row {} of the table {}: {problem}", count + 1, self.shape.name));
        if self.reader.read_line(&mut self.line).map_err(|error| odd(self.count, error.to_string()))? == 0 {
            return Ok(None);
        }
        self.hash.update(self.line.as_bytes());
        self.bytes += self.line.len() as u64;
        let cells = dump::decode(self.line.trim_end_matches('\n'), self.shape).map_err(|problem| odd(self.count, problem))?;
        self.count += 1;
        Ok(Some(cells))
    }
}

fn broken(problem: impl std::fmt::Display) -> BackupError {
    BackupError::Broken(problem.to_string())
}
