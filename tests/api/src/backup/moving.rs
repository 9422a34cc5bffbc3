//! From one database to the other and back.

use std::{path::Path, sync::Arc};

use aileron_db::Settings;
use aileron_kernel::SystemRandom;
use aileron_server::{
    backup::{self, Archive, BackupError, Moved},
    demo::{self, Options},
};
use aileron_testkit::{TestApp, database::TestDatabase};
use serde_json::json;

use super::{content, examined, furnished, on, waiting, written};
use crate::{files::Place, stock::items};

async fn moved(from: &Settings, to: &Settings) -> Result<Moved, BackupError> {
    let (from, to) = (from.clone(), to.clone());
    waiting(move || backup::move_to(&from, &to)).await
}

/// The rows of every table as the portable form has them.
async fn rows(backup: &Path) -> Vec<(String, Vec<u8>)> {
    let path = backup.to_owned();
    let work = move || {
        let manifest = Archive::open(&path).unwrap().manifest().clone();
        let mut zip = zip::ZipArchive::new(std::fs::File::open(&path).unwrap()).unwrap();
        let read = |table: &backup::TableEntry| {
            let mut bytes = Vec::new();
            std::io::copy(&mut zip.by_name(&table.path()).unwrap(), &mut bytes).unwrap();
            (table.shape.name.clone(), bytes)
        };
        manifest.tables.iter().map(read).collect()
    };
    waiting(work).await
}

/// On PostgreSQL the rows go through both databases; on SQLite, from file to file.
#[tokio::test]
async fn there_and_back_is_the_same_to_the_byte() {
    let Place { app, project, .. } = furnished().await;
    demo::fill(&app.db, Options { slug: "show".to_owned(), items: 120, ..Options::default() }, |_| {}).await.unwrap();
    app.run_consumers().await;
    app.run_jobs().await;
    let folder = tempfile::tempdir().unwrap();
    let before = written(app.instance(), &folder.path().join("before.zip")).await;
    let (file, blank) = (TestDatabase::blank_file(), TestDatabase::blank());
    let there = moved(&app.instance().settings, &on(&file).settings).await.unwrap();
    assert!(there.found_by_search > 120);
    let between = written(on(&file), &folder.path().join("between.zip")).await;
    let back = moved(&on(&file).settings, &on(&blank).settings).await.unwrap();
    assert_eq!(there.tables, back.tables);
    let after = written(on(&blank), &folder.path().join("after.zip")).await;
    let all = [rows(&before.path).await, rows(&between.path).await, rows(&after.path).await];
    for ((first, second), third) in all[0].iter().zip(&all[1]).zip(&all[2]) {
        assert_eq!(first, second, "{} on the other database", first.0);
        assert_eq!(first, third, "{} when it came back", first.0);
    }
    // Files stayed where they were, so the databases alone do not have them.
    assert_eq!(content(&after.manifest)["tables"], content(&before.manifest)["tables"]);
    std::fs::copy(app.database.folder().join("secret.key"), blank.folder().join("secret.key")).unwrap();
    let second = TestApp::on(blank, Arc::default());
    let mut faults = examined(&second).await.faults;
    faults.retain(|fault| fault.check != "files");
    assert_eq!(faults, []);
    let alice = second.with_token(app.token("alice"));
    alice.post(&items(&project), json!({"name": "Next"})).await.expect(201);
    let found = alice.get("/api/v1/workspaces/acme/work-items/search/?search=odd").await.expect(200);
    assert_eq!(found["issues"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_not_empty_is_not_moved_to() {
    let (from, to) = (TestApp::new().await, TestApp::new().await);
    let refused = moved(&from.instance().settings, &to.instance().settings).await.unwrap_err().to_string();
    assert!(refused.contains("holds an instance already"), "{refused}");
    assert_eq!(to.as_user("alice").get("/api/v1/workspaces/acme/projects/").await.expect(200)["total_count"], 0);
}

/// Every table that features know is in the portable form, or said to be left out and why.
#[tokio::test]
async fn no_table_is_forgotten() {
    let app = TestApp::empty();
    let settings = app.database.settings(&(app.clock.clone() as Arc<dyn aileron_kernel::Clock>), &(Arc::new(SystemRandom) as Arc<_>));
    let shapes = waiting(move || aileron_db::dump::Snapshot::open(&settings).unwrap().tables()).await;
    for table in aileron_db::schema::ALL {
        let is_left_out = aileron_db::dump::LEFT_OUT.iter().any(|(name, _)| *name == table.name);
        assert_eq!(shapes.iter().any(|shape| shape.name == table.name), !is_left_out, "{}", table.name);
    }
}
