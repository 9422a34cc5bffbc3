//! A backup that is taken while others write.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use aileron_testkit::{TestApp, database::TestDatabase};
use serde_json::json;

use super::{Wish, examined, restored, written};
use crate::files::{Place, place, upload};

/// How many write at a time.
const WRITERS: usize = 16;

#[tokio::test]
async fn a_backup_taken_while_others_write_is_consistent() {
    let Place { app, project, item, path } = place().await;
    let (folder, ended, rounds) = (tempfile::tempdir().unwrap(), AtomicBool::new(false), AtomicUsize::new(0));
    let items = crate::stock::items(&project);
    let writer = async |number: usize| {
        let user = app.as_user(if number.is_multiple_of(2) { "alice" } else { "bob" });
        for round in 0.. {
            if ended.load(Ordering::Relaxed) {
                break;
            }
            let made = user.post(&items, json!({"name": format!("Item {number}"), "parent": item})).await.id();
            user.patch(&format!("{items}{made}/"), json!({"priority": "high"})).await.expect(200);
            user.post(&format!("{items}{made}/comments/"), json!({"comment_html": "<p>x</p>"})).await.expect(201);
            // An item has an end of attachments.
            if round < 20 {
                let file = user.post(&path, json!({"name": "f.txt", "type": "text/plain", "size": 4})).await.expect(200);
                upload(&app, &file, b"file").await.expect(204);
                let address = format!("{path}{}/", file["asset_id"].as_str().unwrap());
                user.patch(&address, json!({"is_uploaded": true})).await.expect(204);
            }
            user.delete(&format!("{items}{made}/")).await.expect(204);
            rounds.fetch_add(1, Ordering::Relaxed);
        }
    };
    let backups = async {
        let mut taken = Vec::new();
        for number in 0..3 {
            // Each sees more of what all of them write.
            let before = rounds.load(Ordering::Relaxed);
            while rounds.load(Ordering::Relaxed) < before + WRITERS {
                tokio::task::yield_now().await;
            }
            taken.push(written(app.instance(), &folder.path().join(format!("{number}.zip"))).await);
        }
        ended.store(true, Ordering::Relaxed);
        taken
    };
    let (_, taken) = tokio::join!(futures_util::future::join_all((0..WRITERS).map(writer)), backups);
    let sizes: Vec<u64> = taken.iter().map(|backup| backup.manifest.tables.iter().map(|table| table.rows).sum()).collect();
    assert!(sizes[0] < sizes[1] && sizes[1] < sizes[2], "others wrote meanwhile: {sizes:?}");
    for backup in taken {
        assert_eq!(backup.manifest.files.missing, 0);
        let blank = TestDatabase::blank();
        restored(&backup.path, &blank, Wish::default()).await.unwrap();
        let second = TestApp::on(blank, Arc::default());
        assert_eq!(examined(&second).await.faults, []);
        second.with_token(app.token("alice")).post(&items, json!({"name": "Next"})).await.expect(201);
    }
}
