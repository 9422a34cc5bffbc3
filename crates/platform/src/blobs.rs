//! Uploaded files, on disk or in a bucket, under the key `workspace/blob`. Content streams through; it is never whole in memory.

use std::{ops::Range, path::Path as FilePath, sync::Arc, time::Duration};

use aileron_kernel::Time;
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream::BoxStream};
use object_store::{
    Attribute, Attributes, GetOptions, GetRange, ObjectStore, ObjectStoreExt as _, PutMultipartOptions, WriteMultipart, aws::AmazonS3,
    aws::AmazonS3Builder, local::LocalFileSystem, path::Path, signer::Signer as _,
};
use uuid::Uuid;

use crate::config::{BlobConfig, S3Config};

/// Bytes of one part of an upload, and of what waits in memory before the store takes more.
const PART: usize = 8 * 1024 * 1024;
const PARTS_IN_FLIGHT: usize = 2;

/// Why a file cannot be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There is no such file.
    #[error("there is no file under this key")]
    NotFound,
    /// The upload is longer than allowed; nothing was stored.
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// The sender broke off; nothing was stored.
    #[error("the upload broke off: {0}")]
    Upload(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The folder for files cannot be made.
    #[error("the folder for files cannot be made: {0}")]
    Folder(#[from] std::io::Error),
    /// The disk or bucket failed.
    #[error("the file store failed: {0}")]
    Store(#[source] object_store::Error),
}

impl From<object_store::Error> for BlobError {
    fn from(error: object_store::Error) -> Self {
        if matches!(error, object_store::Error::NotFound { .. }) { Self::NotFound } else { Self::Store(error) }
    }
}

/// The key of a file. Made of ids, so no name from outside is ever part of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BlobKey {
    /// The workspace (or the user, for a picture of a person).
    pub owner: Uuid,
    /// One upload. A second upload of the same asset gets a key of its own, so that what is stored never changes.
    pub blob: Uuid,
}

impl BlobKey {
    fn path(self) -> Path {
        Path::from(format!("{}/{}", self.owner, self.blob))
    }

    fn of(path: &Path) -> Option<Self> {
        let (owner, blob) = path.as_ref().split_once('/')?;
        Some(Self { owner: Uuid::try_parse(owner).ok()?, blob: Uuid::try_parse(blob).ok()? }).filter(|key| key.path() == *path)
    }
}

/// What a bucket says of a file that it serves by itself. On disk nothing is kept of it.
#[derive(Clone, Debug)]
pub struct Label {
    /// `Content-Type`.
    pub content_type: String,
    /// `Content-Disposition`.
    pub disposition: String,
}

/// A file being read.
pub struct Blob {
    /// How many bytes come.
    pub length: u64,
    /// Its content.
    pub content: BoxStream<'static, Result<Bytes, BlobError>>,
}

/// A file that is there.
#[derive(Clone, Copy, Debug)]
pub struct Stored {
    /// Its key.
    pub key: BlobKey,
    /// When it was stored.
    pub changed_at: Time,
}

/// The store of uploaded files.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    bucket: Option<Arc<AmazonS3>>,
}

impl Blobs {
    /// The store that the settings name. A bucket is not contacted yet; it needs the process's TLS provider.
    pub fn open(config: &BlobConfig, data_dir: &FilePath) -> Result<Self, BlobError> {
        match config {
            BlobConfig::File => {
                let folder = data_dir.join("files");
                std::fs::create_dir_all(&folder)?;
                let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
                Ok(Self { store: Arc::new(store), bucket: None })
            }
            BlobConfig::S3(s3) => {
                let bucket = Arc::new(bucket(s3)?);
                Ok(Self { store: bucket.clone(), bucket: Some(bucket) })
            }
        }
    }

    /// Stores a stream of at most `limit` bytes and returns its length. Until it is whole nothing is there.
    pub async fn put<S, E>(&self, key: BlobKey, label: Label, content: S, limit: u64) -> Result<u64, BlobError>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let mut content = std::pin::pin!(content);
        let options = PutMultipartOptions { attributes: self.attributes(label), ..PutMultipartOptions::default() };
        let mut upload = WriteMultipart::new_with_chunk_size(self.store.put_multipart_opts(&key.path(), options).await?, PART);
        let mut length = 0_u64;
        while let Some(piece) = content.next().await {
            let refused = match piece {
                Ok(piece) => {
                    length = length.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
                    if length <= limit {
                        upload.wait_for_capacity(PARTS_IN_FLIGHT).await?;
                        upload.put(piece);
                        continue;
                    }
                    BlobError::TooLarge { limit }
                }
                Err(error) => BlobError::Upload(error.into()),
            };
            upload.abort().await?;
            return Err(refused);
        }
        upload.finish().await?;
        Ok(length)
    }

    fn attributes(&self, label: Label) -> Attributes {
        if self.bucket.is_none() {
            return Attributes::new();
        }
        let cached = "private, max-age=300".to_owned();
        Attributes::from_iter([
            (Attribute::ContentType, label.content_type),
            (Attribute::ContentDisposition, label.disposition),
            (Attribute::CacheControl, cached),
        ])
    }

    /// Reads a file, or a part of it that must be inside.
    pub async fn get(&self, key: BlobKey, part: Option<Range<u64>>) -> Result<Blob, BlobError> {
        let options = GetOptions { range: part.map(GetRange::Bounded), ..GetOptions::default() };
        let found = self.store.get_opts(&key.path(), options).await?;
        let length = found.range.end - found.range.start;
        Ok(Blob { length, content: found.into_stream().map(|piece| piece.map_err(BlobError::from)).boxed() })
    }

    /// Deletes a file. One that is not there is as good as deleted.
    pub async fn delete(&self, key: BlobKey) -> Result<(), BlobError> {
        match self.store.delete(&key.path()).await.map_err(BlobError::from) {
            Err(BlobError::NotFound) => Ok(()),
            other => other,
        }
    }

    /// Every file of the store, in no order. What has no key of ours is left out.
    pub fn list(&self) -> BoxStream<'static, Result<Stored, BlobError>> {
        let stored = |found: object_store::ObjectMeta| {
            let changed_at = Time::from_micros(found.last_modified.timestamp_micros());
            Some(Stored { key: BlobKey::of(&found.location)?, changed_at })
        };
        let listed = self.store.list(None).map_err(BlobError::from);
        listed.try_filter_map(move |found| std::future::ready(Ok(stored(found)))).boxed()
    }

    /// An address from which the bucket itself serves the file for a while. `None`: files are on disk and served by us.
    pub async fn signed_url(&self, key: BlobKey, valid_for: Duration) -> Result<Option<String>, BlobError> {
        let Some(bucket) = &self.bucket else { return Ok(None) };
        let url = bucket.signed_url(axum::http::Method::GET, &key.path(), valid_for).await?;
        Ok(Some(url.to_string()))
    }
}

fn bucket(s3: &S3Config) -> Result<AmazonS3, object_store::Error> {
    let builder = AmazonS3Builder::new()
        .with_bucket_name(&s3.bucket)
        .with_region(&s3.region)
        .with_access_key_id(&s3.access_key)
        .with_secret_access_key(s3.secret_key.expose())
        .with_virtual_hosted_style_request(!s3.path_style);
    match &s3.endpoint {
        Some(endpoint) => builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://")).build(),
        None => builder.build(),
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use futures_util::stream;

    use super::*;

    fn key(n: u128) -> BlobKey {
        BlobKey { owner: Uuid::from_u128(1), blob: Uuid::from_u128(n) }
    }

    fn pieces(pieces: Vec<io::Result<&'static [u8]>>) -> impl Stream<Item = io::Result<Bytes>> + Send {
        stream::iter(pieces.into_iter().map(|piece| piece.map(Bytes::from_static)))
    }

    fn label() -> Label {
        Label { content_type: "text/plain".to_owned(), disposition: "attachment".to_owned() }
    }

    async fn content(blobs: &Blobs, key: BlobKey) -> Result<Vec<u8>, BlobError> {
        let mut blob = blobs.get(key, None).await?;
        let mut all = Vec::new();
        while let Some(piece) = blob.content.next().await {
            all.extend_from_slice(&piece?);
        }
        assert_eq!(blob.length, all.len() as u64);
        Ok(all)
    }

    #[tokio::test]
    async fn a_file_is_stored_read_and_deleted() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(&BlobConfig::File, dir.path()).unwrap();
        assert_eq!(blobs.put(key(2), label(), pieces(vec![Ok(b"hello "), Ok(b"world")]), 11).await.unwrap(), 11);
        assert_eq!(content(&blobs, key(2)).await.unwrap(), b"hello world");
        let mut part = blobs.get(key(2), Some(6..8)).await.unwrap();
        assert_eq!((part.length, part.content.next().await.unwrap().unwrap().as_ref()), (2, b"wo".as_slice()));
        let on_disk = dir.path().join(format!("files/{}/{}", key(2).owner, key(2).blob));
        assert_eq!(std::fs::read(on_disk).unwrap(), b"hello world");
        assert_eq!(blobs.signed_url(key(2), Duration::from_mins(1)).await.unwrap(), None);
        blobs.delete(key(2)).await.unwrap();
        blobs.delete(key(2)).await.unwrap();
        assert!(matches!(content(&blobs, key(2)).await, Err(BlobError::NotFound)));
    }

    #[tokio::test]
    async fn what_is_too_long_or_breaks_off_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(&BlobConfig::File, dir.path()).unwrap();
        let long = blobs.put(key(3), label(), pieces(vec![Ok(b"hello "), Ok(b"world")]), 10).await;
        assert!(matches!(long, Err(BlobError::TooLarge { limit: 10 })));
        let broken = blobs.put(key(3), label(), pieces(vec![Ok(b"hello "), Err(io::Error::other("gone"))]), 100).await;
        assert!(matches!(broken, Err(BlobError::Upload(_))));
        assert!(matches!(content(&blobs, key(3)).await, Err(BlobError::NotFound)));
    }

    #[tokio::test]
    async fn a_bucket_gives_signed_addresses() {
        crate::tls::choose_cryptography();
        let s3 = S3Config {
            bucket: "files".to_owned(),
            endpoint: Some("http://127.0.0.1:9000".to_owned()),
            region: "us-east-1".to_owned(),
            access_key: "id".to_owned(),
            secret_key: crate::config::Secret::new("hunter2"),
            path_style: true,
        };
        let blobs = Blobs::open(&BlobConfig::S3(s3), FilePath::new("/nowhere")).unwrap();
        let url = blobs.signed_url(key(2), Duration::from_mins(1)).await.unwrap().unwrap();
        assert!(url.starts_with(&format!("http://127.0.0.1:9000/files/{}/{}?", key(2).owner, key(2).blob)), "{url}");
        assert!(url.contains("X-Amz-Signature=") && url.contains("X-Amz-Expires=60") && !url.contains("hunter2"), "{url}");
    }
}
