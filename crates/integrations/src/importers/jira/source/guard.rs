//! Opening a file: telling gzip from plain text, and watching how much comes out of it.

use std::{
    fmt,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use flate2::bufread::MultiGzDecoder;

use super::{Limits, SourceError, error::Fault};

/// Below this many bytes no packing is suspicious.
const HARMLESS: u64 = 32 << 20;

/// The unpacked content of a file.
pub(super) type Input = BufReader<Guard>;

/// Opens a file, whatever its packing.
pub(super) fn open(path: &Path, limits: Limits, total: Arc<AtomicU64>) -> Result<Input, SourceError> {
    let failed = |source| SourceError::Io { path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    let packed = Arc::new(AtomicU64::new(0));
    let mut raw = BufReader::with_capacity(1 << 16, Counted { file, total, packed: Arc::clone(&packed) });
    let head = raw.fill_buf().map_err(failed)?;
    let unsupported = |what| SourceError::Unsupported { path: path.to_owned(), what };
    let gzip = head.starts_with(&[0x1F, 0x8B]);
    if head.starts_with(b"PK\x03\x04") {
        return Err(unsupported("this is a ZIP archive; unpack it and import the folder"));
    }
    if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) {
        return Err(unsupported("this is UTF-16 text; save it as UTF-8"));
    }
    let content = if gzip { Content::Gzip(Box::new(MultiGzDecoder::new(raw))) } else { Content::Plain(raw) };
    Ok(BufReader::with_capacity(1 << 16, Guard { content, packed, unpacked: 0, limits }))
}

/// Counts what is read from the disk.
#[derive(Debug)]
struct Counted {
    file: File,
    total: Arc<AtomicU64>,
    packed: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.total.fetch_add(count as u64, Ordering::Relaxed);
        self.packed.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

#[derive(Debug)]
enum Content {
    Plain(BufReader<Counted>),
    Gzip(Box<MultiGzDecoder<BufReader<Counted>>>),
}

/// Stops reading at a file that is too large, or that unpacks beyond reason.
#[derive(Debug)]
pub(super) struct Guard {
    content: Content,
    packed: Arc<AtomicU64>,
    unpacked: u64,
    limits: Limits,
}

impl Read for Guard {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.content {
            Content::Plain(input) => input.read(buffer)?,
            Content::Gzip(input) => input.read(buffer).map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => Carried::wrap(Fault::TruncatedGzip),
                io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Carried::wrap(Fault::DamagedGzip(error.to_string())),
                _ => error,
            })?,
        };
        self.unpacked += count as u64;
        if self.unpacked > self.limits.file_bytes {
            return Err(Carried::wrap(Fault::FileTooLong(self.limits.file_bytes)));
        }
        let packed = self.packed.load(Ordering::Relaxed);
        if self.unpacked > HARMLESS && self.unpacked / self.limits.ratio.max(1) > packed {
            return Err(Carried::wrap(Fault::Bomb(self.limits.ratio)));
        }
        Ok(count)
    }
}

/// A fault on its way through `io::Error`.
#[derive(Debug)]
struct Carried(Fault);

impl Carried {
    fn wrap(fault: Fault) -> io::Error {
        io::Error::other(Self(fault))
    }
}

impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Carried {}

/// The fault within an error of reading.
pub(super) fn fault(error: io::Error) -> Fault {
    match error.downcast::<Carried>() {
        Ok(carried) => carried.0,
        Err(error) => Fault::Io(error),
    }
}
