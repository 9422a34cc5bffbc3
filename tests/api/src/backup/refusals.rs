//! Backups that are not whole or not for this instance are refused, and then nothing is there that was not there before.

use std::{
    fs,
    io::{Read as _, Write as _},
    path::Path,
};

use aileron_server::backup::{BackupError, Wish};
use aileron_testkit::database::TestDatabase;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{content, furnished, on, restored, traces, waiting, written};
use crate::files::Place;

/// Whether a place is as untouched as before: no file, and a database that a restore would still take.
async fn is_untouched(database: &TestDatabase) -> bool {
    let instance = on(database);
    let folder = database.folder().to_owned();
    let begun = waiting(move || aileron_db::dump::Loading::begin(&instance.settings, aileron_db::SCHEMA_VERSION).map(drop).is_ok()).await;
    begun && traces(&folder).is_empty()
}

/// The same archive with one entry changed, and everything that ZIP itself checks put right.
fn forged(from: &Path, to: &Path, entry: &str, change: impl Fn(Vec<u8>) -> Option<Vec<u8>>) {
    let mut old = ZipArchive::new(fs::File::open(from).unwrap()).unwrap();
    let mut new = ZipWriter::new(fs::File::create(to).unwrap());
    for place in 0..old.len() {
        let mut file = old.by_index(place).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        let bytes = if name == entry { change(bytes) } else { Some(bytes) };
        if let Some(bytes) = bytes {
            new.start_file(name, SimpleFileOptions::default()).unwrap();
            new.write_all(&bytes).unwrap();
        }
    }
    new.finish().unwrap();
}

/// What becomes of a file; none: it is left out.
type Forge<'a> = &'a dyn Fn(Vec<u8>) -> Option<Vec<u8>>;

#[tokio::test]
async fn a_truncated_backup_is_refused() {
    let Place { app, .. } = furnished().await;
    let folder = tempfile::tempdir().unwrap();
    let whole = written(app.instance(), folder.path()).await;
    let bytes = fs::read(&whole.path).unwrap();
    let (cut, blank) = (folder.path().join("cut.zip"), TestDatabase::blank());
    for length in [0, 1, 100, bytes.len() / 3, bytes.len() / 2, bytes.len() - 100, bytes.len() - 1] {
        fs::write(&cut, &bytes[..length]).unwrap();
        let refused = restored(&cut, &blank, Wish { without_key: true }).await;
        assert!(matches!(refused, Err(BackupError::Broken(_))), "{length}: {refused:?}");
        assert!(is_untouched(&blank).await, "{length}");
    }
}

/// Some bytes of an archive mean nothing. Whatever is changed: it is refused, or what is restored is what was backed up.
#[tokio::test]
async fn a_changed_backup_is_refused_or_the_same() {
    let Place { app, .. } = furnished().await;
    let folder = tempfile::tempdir().unwrap();
    let whole = written(app.instance(), folder.path()).await;
    let bytes = fs::read(&whole.path).unwrap();
    let (changed, mut blank, mut refused) = (folder.path().join("changed.zip"), TestDatabase::blank(), 0);
    let tries = 60;
    for place in (0..tries).map(|number| number * (bytes.len() - 1) / (tries - 1)) {
        let mut bytes = bytes.clone();
        bytes[place] ^= 0x41;
        fs::write(&changed, bytes).unwrap();
        match restored(&changed, &blank, Wish { without_key: true }).await {
            Ok(done) => {
                assert_eq!(content(&done.manifest), content(&whole.manifest), "{place}");
                blank = TestDatabase::blank();
            }
            Err(error) => {
                assert!(matches!(error, BackupError::Broken(_) | BackupError::Refused(_)), "{place}: {error:?}");
                assert!(is_untouched(&blank).await, "{place}");
                refused += 1;
            }
        }
    }
    assert!(refused > tries / 2, "{refused} of {tries} were refused");
}

/// What the archive cannot know: rows that are too few, too many or others, and entries that are missing or too much.
#[tokio::test]
async fn a_forged_backup_is_refused() {
    let Place { app, .. } = furnished().await;
    let folder = tempfile::tempdir().unwrap();
    let whole = written(app.instance(), folder.path()).await;
    let (path, blank) = (folder.path().join("forged.zip"), TestDatabase::blank());
    let without_last = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        Some(lines[..lines.len() - 1].iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes())
    };
    let renamed = |bytes: Vec<u8>| Some(String::from_utf8(bytes).unwrap().replace("acme", "acne").into_bytes());
    let longer = |mut bytes: Vec<u8>| {
        bytes.extend_from_slice(b"\n");
        Some(bytes)
    };
    let newer = |bytes: Vec<u8>| Some(String::from_utf8(bytes).unwrap().replace("\"schema\": ", "\"schema\": 9").into_bytes());
    let list = |bytes: Vec<u8>| Some(String::from_utf8(bytes).unwrap().replace("\"size\":1", "\"size\":2").into_bytes());
    forged(&whole.path, &path, "tables/events.jsonl", without_last);
    assert!(matches!(restored(&path, &blank, Wish { without_key: true }).await, Err(BackupError::Broken(_))));
    let forgeries: [(&str, Forge<'_>); 7] = [
        ("tables/workspaces.jsonl", &renamed),
        ("tables/users.jsonl", &without_last),
        ("tables/users.jsonl", &longer),
        ("tables/comments.jsonl", &|_| None),
        ("files.jsonl", &list),
        ("manifest.json", &newer),
        ("manifest.json", &|_| Some(b"{}".to_vec())),
    ];
    for (entry, change) in forgeries {
        forged(&whole.path, &path, entry, change);
        let refused = restored(&path, &blank, Wish { without_key: true }).await;
        assert!(refused.is_err(), "{entry}");
        assert!(is_untouched(&blank).await, "{entry}: {refused:?}");
    }
    forged(&whole.path, &path, "nothing", Some);
    restored(&path, &blank, Wish { without_key: true }).await.expect("unchanged, it is taken");
}

#[tokio::test]
async fn what_holds_an_instance_is_not_written_over() {
    let Place { app, .. } = furnished().await;
    let folder = tempfile::tempdir().unwrap();
    let whole = written(app.instance(), folder.path()).await;
    let refused = restored(&whole.path, &app.database, Wish::default()).await.unwrap_err().to_string();
    assert!(refused.contains("holds an instance already"), "{refused}");
    assert_eq!(crate::files::stored(&app), 2);
    let (instance, path) = (app.instance(), whole.path.clone());
    let over = waiting(move || aileron_server::backup::write(&instance, None, &path)).await.unwrap_err().to_string();
    assert!(over.contains("there already"), "{over}");
}

#[tokio::test]
async fn secrets_of_another_key_are_told_before_anything_is_restored() {
    let Place { app, .. } = furnished().await;
    let folder = tempfile::tempdir().unwrap();
    let whole = written(app.instance(), folder.path()).await;
    let blank = TestDatabase::blank();
    let refused = restored(&whole.path, &blank, Wish::default()).await.unwrap_err().to_string();
    assert!(refused.contains("secret.key") && refused.contains("--without-key"), "{refused}");
    assert!(is_untouched(&blank).await);
    fs::write(blank.folder().join("secret.key"), "30313233343536373839303132333435363738393031323334353637383930ff\n").unwrap();
    fs::set_permissions(blank.folder().join("secret.key"), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let refused = restored(&whole.path, &blank, Wish::default()).await.unwrap_err().to_string();
    assert!(refused.contains("previous_secret_keys"), "{refused}");
    assert_eq!(restored(&whole.path, &blank, Wish { without_key: true }).await.unwrap().unreadable, 1);
}
