//! Files in a bucket: into a backup, and out of it into another bucket or a folder.

use aileron_kernel::SystemRandom;
use aileron_platform::blobs::Blobs;
use aileron_server::backup::{self, Instance, Wish};
use aileron_testkit::database::TestDatabase;

use super::{on, restored, traces, waiting, written};
use crate::files::bucket;

#[tokio::test(flavor = "multi_thread")]
async fn files_of_a_bucket_come_back_in_another_and_on_a_disk() {
    let (first, second, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let place = bucket::place(&first).await;
    let content: Vec<u8> = (0..2_000_000_u32).map(|n| u8::try_from(n % 253).unwrap()).collect();
    place.attach("bob", "a.bin", "application/octet-stream", &content).await;
    let made = written(place.app.instance(), folder.path()).await;
    assert_eq!((made.manifest.files.count, made.manifest.files.missing), (1, 0));

    let blank = TestDatabase::blank();
    let config = bucket::config(&second).await;
    let instance = Instance { blobs: Blobs::open(&config.blobs, second.path()).unwrap(), ..on(&blank) };
    let from = made.path.clone();
    waiting(move || backup::restore(&from, &instance, &config, &SystemRandom, Wish::default())).await.unwrap();
    assert!(bucket::objects(&second) == [content.clone()]);

    let blank = TestDatabase::blank();
    restored(&made.path, &blank, Wish::default()).await.unwrap();
    let on_disk: Vec<String> = traces(blank.folder()).into_iter().filter(|path| path.contains("/files/")).collect();
    assert_eq!(on_disk.len(), 1);
    assert!(std::fs::read(&on_disk[0]).unwrap() == content);
}
