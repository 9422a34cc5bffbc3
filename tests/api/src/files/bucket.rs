//! Files in a bucket: the same requests, against a server that speaks S3 on a folder.

use std::net::SocketAddr;

use aileron_kernel::SystemRandom;
use aileron_platform::{
    config::{BlobConfig, Config, S3Config, Secret},
    files::Files,
};
use aileron_testkit::TestApp;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use serde_json::json;
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::{Place, in_app, upload};

const BUCKET: &str = "uploads";

/// A server that keeps its bucket in a folder.
async fn bucket(folder: &TempDir) -> SocketAddr {
    std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
    let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder.path()).unwrap());
    builder.set_auth(SimpleAuth::from_single("key", "hunter2"));
    let service = builder.build();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    address
}

/// Settings of a bucket in this folder.
pub(crate) async fn config(folder: &TempDir) -> Config {
    aileron_testkit::crypto();
    let s3 = S3Config {
        bucket: BUCKET.to_owned(),
        endpoint: Some(format!("http://{}", bucket(folder).await)),
        region: "us-east-1".to_owned(),
        access_key: "key".to_owned(),
        secret_key: Secret::new("hunter2"),
        path_style: true,
    };
    Config { blobs: BlobConfig::S3(s3), data_dir: folder.path().to_owned(), ..Config::default() }
}

/// An item whose files are in a bucket in this folder.
pub(crate) async fn place(folder: &TempDir) -> Place {
    let files = Files::open(&config(folder).await, &SystemRandom).unwrap();
    in_app(TestApp::new().await.with_files(files)).await
}

/// What lies in the bucket.
pub(crate) fn objects(folder: &TempDir) -> Vec<Vec<u8>> {
    let owners = std::fs::read_dir(folder.path().join(BUCKET)).unwrap();
    let objects = owners.filter_map(|owner| std::fs::read_dir(owner.unwrap().path()).ok()).flatten();
    objects.map(|object| std::fs::read(object.unwrap().path()).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_up_through_us_and_comes_down_from_the_bucket() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(&folder).await;
    let file: Vec<u8> = (0..3_000_000_u32).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let address = place.attach("bob", "../ü.bin", "application/octet-stream", &file).await;
    let location = place.location("bob", &address).await;
    assert!(location.starts_with("http://127.0.0.1:") && location.contains("X-Amz-Signature=") && !location.contains("hunter2"));
    let client = reqwest::Client::new();
    let whole = client.get(&location).send().await.unwrap();
    assert_eq!(whole.status(), 200);
    assert_eq!(whole.headers()["content-disposition"], "attachment; filename=\"_.bin\"; filename*=UTF-8''%C3%BC.bin");
    assert_eq!(whole.headers()["content-type"], "application/octet-stream");
    assert!(whole.bytes().await.unwrap() == file);
    let part = client.get(&location).header("range", "bytes=250-252").send().await.unwrap();
    assert_eq!((part.status().as_u16(), part.bytes().await.unwrap().as_ref()), (206, [250, 0, 1].as_slice()));
    let changed = client.get(location.replace("X-Amz-Expires=3600", "X-Amz-Expires=7200")).send().await.unwrap();
    assert_eq!(changed.status(), 403);
    let listing = format!("{}/", location.split(BUCKET).next().unwrap()) + BUCKET;
    assert!(client.get(listing).send().await.unwrap().status().is_client_error());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_comes_through_us() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(&folder).await;
    let bob = place.app.as_user("bob");
    let body = json!({"type": "image/png", "size": 5000, "entity_type": "USER_AVATAR"});
    let made = bob.post("/api/v1/assets/user-assets/", body).await.expect(200);
    upload(&place.app, &made, include_bytes!("../conformance/dot.png")).await.expect(204);
    let path = format!("/api/v1/assets/user-assets/{}/", made["asset_id"].as_str().unwrap());
    bob.patch(&path, json!({})).await.expect(204);
    let picture = bob.get(made["asset_url"].as_str().unwrap()).await;
    assert_eq!((picture.status.as_u16(), &picture.headers["content-type"]), (200, &"image/jpeg".parse().unwrap()));
    assert!(picture.bytes.starts_with(b"\xff\xd8\xff"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_long_is_not_kept_and_what_is_sent_again_replaces() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(&folder).await;
    let made = place.make("bob", "a.txt", "text/plain", 5).await;
    upload(&place.app, &made, b"too long").await.expect(413);
    let objects = || objects(&folder).len();
    assert_eq!(objects(), 0);
    upload(&place.app, &made, b"first").await.expect(204);
    upload(&place.app, &made, b"two").await.expect(204);
    assert_eq!(objects(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_deleted_a_month_ago_leaves_the_bucket() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(&folder).await;
    let address = place.attach("bob", "a.txt", "text/plain", b"content").await;
    place.app.as_user("bob").delete(&address).await.expect(204);
    place.app.house().clean("a").await.unwrap();
    assert_eq!(objects(&folder).len(), 1);
    place.app.clock.advance(31 * 24 * 60 * 60);
    place.app.house().clean("a").await.unwrap();
    assert_eq!(objects(&folder).len(), 0);
}
