//! Backups, restoring them, moving between databases, and what the doctor says.

mod bucket;
mod doctor;
mod moving;
mod refusals;
mod under_load;

use std::{path::Path, sync::Arc};

use aileron_db::doctor::Findings;
use aileron_kernel::SystemRandom;
use aileron_platform::{
    blobs::Blobs,
    config::{BlobConfig, Config},
    sealed::Sealer,
};
use aileron_server::backup::{self, BackupError, Instance, Manifest, Restored, Wish, Written};
use aileron_testkit::{FakeClock, TestApp, database::TestDatabase};
use serde_json::{Value, json};

use crate::{
    files::{Place, place},
    stock::{item, items, results},
};

/// The waiting half of this crate's work, on a thread that may wait.
async fn waiting<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

/// A backup of an instance in this folder.
async fn written(instance: Instance, folder: &Path) -> Written {
    let folder = folder.to_owned();
    waiting(move || backup::write(&instance, None, &folder)).await.unwrap()
}

/// An instance on a database, with files in its folder.
fn on(database: &TestDatabase) -> Instance {
    let settings =
        database.settings(&(Arc::new(FakeClock::default()) as Arc<dyn aileron_kernel::Clock>), &(Arc::new(SystemRandom) as Arc<_>));
    let blobs = Blobs::open(&BlobConfig::File, database.folder()).unwrap();
    Instance { settings, blobs, runtime: tokio::runtime::Handle::current() }
}

fn config(database: &TestDatabase) -> Config {
    Config { data_dir: database.folder().to_owned(), ..Config::default() }
}

async fn restored(from: &Path, database: &TestDatabase, wish: Wish) -> Result<Restored, BackupError> {
    let (from, instance, config) = (from.to_owned(), on(database), config(database));
    waiting(move || backup::restore(&from, &instance, &config, &SystemRandom, wish)).await
}

/// What the doctor says of an instance, with the key in its folder.
async fn examined(app: &TestApp) -> Findings {
    let (instance, keys) = (app.instance(), app.context().files.sealer().key_ids());
    waiting(move || aileron_server::doctor::examine(&instance, &keys)).await.unwrap()
}

/// What a folder holds of an instance: files of a database, uploaded files, a key.
fn traces(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut left = vec![folder.to_owned()];
    while let Some(folder) = left.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
            if entry.path().is_dir() { left.push(entry.path()) } else { found.push(entry.path().display().to_string()) }
        }
    }
    found
}

/// What two backups of the same state have in common: everything but when and from where.
fn content(manifest: &Manifest) -> Value {
    json!({"tables": manifest.tables, "files": manifest.files, "sealed": manifest.sealed, "schema": manifest.schema})
}

/// An instance with something of everything that is hard to carry over: files, sealed secrets, texts with odd characters, JSON, numbers.
async fn furnished() -> Place {
    let place = place().await;
    let alice = place.app.as_user("alice");
    place.attach("alice", "a \"b\".txt", "text/plain", b"content of the file").await;
    place.attach("bob", "empty lines.txt", "text/plain", &vec![b'\n'; 200_000]).await;
    let text = "<p>tab\tline\nback\\slash \\N \u{1F600} &amp; \u{e9}</p>";
    let odd =
        item(&place.app, "alice", &place.project, json!({"name": "Odd \\. \t \u{1F600}", "description_html": text, "point": 3})).await;
    alice
        .post(
            &format!("{}{odd}/comments/", items(&place.project)),
            json!({"comment_html": text, "comment_json": {"b": 1e16, "a": [-0.0, 1.5e-7]}}),
        )
        .await
        .expect(201);
    alice
        .patch(&format!("{}{odd}/", items(&place.project)), json!({"description_html": "<p>later</p>", "target_date": "2026-03-01"}))
        .await
        .expect(200);
    let gone = item(&place.app, "alice", &place.project, json!({"name": "Gone"})).await;
    alice.delete(&format!("{}{gone}/", items(&place.project))).await.expect(204);
    alice.post("/api/v1/workspaces/acme/stickies/", json!({"name": "Note", "description_html": text})).await.expect(201);
    place.app.internet.name("hooks.test", &["93.184.216.34"]);
    alice.post("/api/v1/workspaces/acme/webhooks/", json!({"url": "http://hooks.test/in", "issue": true})).await.expect(201);
    place.app.run_consumers().await;
    place
}

#[tokio::test]
async fn a_restored_instance_is_the_one_that_was_backed_up() {
    let Place { app, project, item, path } = furnished().await;
    let folder = tempfile::tempdir().unwrap();
    let first = written(app.instance(), folder.path()).await;
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left in the folder");
    assert!(first.manifest.files.count == 2 && first.manifest.files.missing == 0 && first.manifest.sealed.values().sum::<u64>() == 1);
    let blank = TestDatabase::blank();
    // The key is not in a backup unless asked for: the operator keeps it elsewhere.
    std::fs::copy(app.database.folder().join("secret.key"), blank.folder().join("secret.key")).unwrap();
    let done = restored(&first.path, &blank, Wish::default()).await.unwrap();
    assert_eq!((done.manifest, done.unreadable), (first.manifest.clone(), 0));
    let token = app.token("alice").to_owned();
    let second = TestApp::on(blank, Arc::default());
    // Before anybody uses it: that a token was used is noted.
    let again = written(second.instance(), folder.path().join("again.zip").as_path()).await;
    assert!(content(&again.manifest) == content(&first.manifest), "not a byte is another");
    let alice = second.with_token(&token);
    let before = app.as_user("alice").get(&format!("{}{item}/", items(&project))).await.expect(200);
    assert_eq!(alice.get(&format!("{}{item}/", items(&project))).await.expect(200), before);
    let files = results(&json!({"results": alice.get(&path).await.expect(200)}));
    assert_eq!(files.len(), 2);
    let found = alice.get("/api/v1/workspaces/acme/work-items/search/?search=odd").await.expect(200);
    assert_eq!(found["issues"].as_array().unwrap().len(), 1);
    assert_eq!(examined(&second).await.faults, []);
    // And it goes on where it was.
    let made = alice.post(&items(&project), json!({"name": "Next"})).await.expect(201);
    assert_eq!(made["sequence_id"], 4);
}

#[tokio::test]
async fn the_key_comes_along_where_it_was_asked_for() {
    let Place { app, .. } = furnished().await;
    let folder = tempfile::tempdir().unwrap();
    let (instance, to) = (app.instance(), folder.path().join("with-key.zip"));
    let sealer: Sealer = app.context().files.sealer().clone();
    let made = waiting(move || backup::write(&instance, Some(&sealer), &to)).await.unwrap();
    let blank = TestDatabase::blank();
    assert_eq!(restored(&made.path, &blank, Wish::default()).await.unwrap().unreadable, 0);
    let read = |folder: &Path| std::fs::read_to_string(folder.join("secret.key")).unwrap();
    assert_eq!(read(blank.folder()), read(app.database.folder()));
    assert_eq!(examined(&TestApp::on(blank, Arc::default())).await.faults, []);
}

/// While a backup copies files, nobody throws them away.
#[tokio::test]
async fn files_stay_while_a_backup_copies_them() {
    let place = place().await;
    let address = place.attach("alice", "a.txt", "text/plain", b"kept").await;
    place.app.as_user("alice").delete(&address).await.expect(204);
    place.app.clock.advance(31 * 24 * 60 * 60);
    let settings = place.app.instance().settings;
    let until = settings.clock.now().plus_seconds(60);
    let held = settings.clone();
    waiting(move || aileron_db::dump::keep_files(&held, "test", until)).await.unwrap();
    place.app.house().clean("a").await.unwrap();
    assert_eq!(crate::files::stored(&place.app), 1);
    waiting(move || aileron_db::dump::release_files(&settings, "test")).await.unwrap();
    place.app.house().clean("a").await.unwrap();
    assert_eq!(crate::files::stored(&place.app), 0);
}
