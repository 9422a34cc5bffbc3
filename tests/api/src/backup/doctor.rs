//! The doctor finds what is planted, and nothing where all is well.

use aileron_db::doctor::Finding;
use aileron_testkit::{TestApp, database};
use serde_json::json;

use super::{examined, furnished};
use crate::{
    files::Place,
    planting::{on_log, plant},
};

const HOUR: i64 = 60 * 60;

const ACME: &str = "(SELECT id FROM workspaces WHERE slug = 'acme')";

async fn faults(app: &TestApp) -> Vec<Finding> {
    examined(app).await.faults
}

#[tokio::test]
async fn a_healthy_instance_has_nothing() {
    let Place { app, .. } = furnished().await;
    let findings = examined(&app).await;
    assert_eq!(findings.faults, []);
    let looks = [
        "migrations",
        "integrity",
        "references",
        "versions",
        "log",
        "numbers",
        "events",
        "search",
        "jobs",
        "consumers",
        "files",
        "secrets",
    ];
    assert_eq!(findings.checked, looks);
}

/// What is wrong, in which checks, and how to bring it about.
type Planted = (&'static [&'static str], &'static str, String);

fn planted() -> Vec<Planted> {
    let item = format!("(SELECT id FROM work_items WHERE name = 'One' AND workspace_id = {ACME})");
    let uuid = if database::is_postgres() { "gen_random_uuid()" } else { "randomblob(16)" };
    vec![
        (&["log"], "gaps", on_log(&format!("DELETE FROM events WHERE workspace_id = {ACME} AND seq = 3"))),
        (&["log"], "gaps", format!("UPDATE workspaces SET seq = seq + 1 WHERE id = {ACME}")),
        (&["log"], "instance", on_log("DELETE FROM instance_events WHERE seq = 2")),
        (&["versions"], "newer than the log", format!("UPDATE states SET version = 100000 WHERE workspace_id = {ACME}")),
        (&["numbers"], "again", format!("UPDATE project_counters SET last_number = 1 WHERE workspace_id = {ACME}")),
        (&["numbers"], "again", format!("DELETE FROM project_counters WHERE workspace_id = {ACME}")),
        (
            &["numbers"],
            "another one had",
            format!(
                "INSERT INTO former_identifiers SELECT workspace_id, project_id, sequence_id, 'eng', (SELECT o.id FROM work_items o \
                 WHERE o.workspace_id = w.workspace_id AND o.name = 'Gone'), 0 FROM work_items w WHERE w.id = {item}"
            ),
        ),
        (
            &["events"],
            "no event made",
            on_log(&format!("UPDATE events SET entity = 'other' WHERE entity = 'work_item' AND entity_id = {item}")),
        ),
        (&["events"], "against their last event", format!("UPDATE work_items SET deleted_at = 1 WHERE id = {item}")),
        (&["events", "search"], "against their last event", "UPDATE work_items SET deleted_at = NULL WHERE name = 'Gone'".to_owned()),
        (&["search"], "does not find", format!("DELETE FROM search_documents WHERE item_id = {item}")),
        (
            &["jobs"],
            "failed for good",
            format!(
                "INSERT INTO jobs (id, kind, payload, run_at, attempts, request_id, created_at, dead_at, last_error) \
                 VALUES ({uuid}, 'test', '{{}}', 0, 9, 'test', 0, 1, 'no')"
            ),
        ),
        (
            &["jobs"],
            "nobody runs them",
            format!(
                "INSERT INTO jobs (id, kind, payload, run_at, attempts, request_id, created_at) VALUES ({uuid}, 'test', '{{}}', 0, 0, 'test', 0)"
            ),
        ),
        (
            &["consumers"],
            "could not bear",
            format!(
                "INSERT INTO dead_letters (workspace_id, id, consumer, seq, attempts, last_error, created_at) \
                 VALUES ({ACME}, {uuid}, 'notifications', 1, 9, 'no', 0)"
            ),
        ),
        (&["consumers"], "beyond its end", format!("UPDATE consumer_positions SET seq = 100000 WHERE workspace_id = {ACME}")),
        (&["files"], "not in the store", format!("UPDATE assets SET blob_id = {uuid} WHERE name = 'empty lines.txt'")),
        (&["secrets"], "master key", "UPDATE webhooks SET secret = 'v1.00000000.' || substr(secret, 13)".to_owned()),
        (
            &["migrations"],
            "not this program's",
            "DELETE FROM schema_migrations WHERE version = (SELECT max(version) FROM schema_migrations)".to_owned(),
        ),
    ]
}

#[tokio::test]
async fn what_contradicts_itself_is_found() {
    for (checks, problem, statements) in planted() {
        let Place { app, .. } = furnished().await;
        plant(&app, &statements);
        let found = faults(&app).await;
        assert_eq!(found.iter().map(|fault| fault.check).collect::<Vec<_>>(), checks, "{statements}: {found:?}");
        assert!(found[0].problem.contains(problem) && found[0].count > 0 && !found[0].examples.is_empty(), "{found:?}");
    }
}

#[tokio::test]
async fn references_that_lead_nowhere_are_found() {
    let Place { app, .. } = furnished().await;
    let unchecked = "ALTER TABLE work_item_labels DROP CONSTRAINT work_item_labels_workspace_id_label_id_fkey;";
    let insert = "INSERT INTO work_item_labels SELECT workspace_id, id, id FROM work_items WHERE name = 'One';";
    let again = "ALTER TABLE work_item_labels ADD FOREIGN KEY (workspace_id, label_id) REFERENCES labels (workspace_id, id) NOT VALID;";
    let expected = if database::is_postgres() {
        plant(&app, &format!("{unchecked} {insert} {again}"));
        vec!["integrity", "references"]
    } else {
        plant(&app, insert);
        vec!["references"]
    };
    let found = faults(&app).await;
    assert_eq!(found.iter().map(|fault| fault.check).collect::<Vec<_>>(), expected, "{found:?}");
    assert!(found.last().unwrap().examples[0].contains("labels"), "{found:?}");
}

#[tokio::test]
async fn a_damaged_file_is_found() {
    if database::is_postgres() {
        return;
    }
    let Place { app, .. } = furnished().await;
    plant(&app, "PRAGMA wal_checkpoint(TRUNCATE)");
    let conn = rusqlite::Connection::open(app.database.folder().join("aileron.db")).unwrap();
    let page: i64 = conn.query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'states_name'", [], |row| row.get(0)).unwrap();
    drop(conn);
    let path = app.database.folder().join("aileron.db");
    let mut bytes = std::fs::read(&path).unwrap();
    // The entries of an index, which no longer are those of its table.
    let end = usize::try_from(page).unwrap() * 4_096;
    for byte in &mut bytes[end - 40..end - 8] {
        *byte ^= 0x55;
    }
    std::fs::write(&path, bytes).unwrap();
    let found = faults(&app).await;
    assert_eq!(found.first().map(|fault| fault.check), Some("integrity"), "{found:?}");
}

#[tokio::test]
async fn old_files_that_nobody_names_are_found() {
    let Place { app, .. } = furnished().await;
    let owner = app.database.folder().join("files").join(app.user("bob").to_string());
    std::fs::create_dir_all(&owner).unwrap();
    std::fs::write(owner.join("0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d10"), "left").unwrap();
    assert_eq!(faults(&app).await, [], "it is new: the sweep has not been there yet");
    let stranger = app.database.folder().join("files/0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d11");
    std::fs::create_dir_all(&stranger).unwrap();
    std::fs::write(stranger.join("0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d10"), "another server's").unwrap();
    let old = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
    for folder in [&owner, &stranger] {
        let file = std::fs::File::options().write(true).open(folder.join("0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d10")).unwrap();
        file.set_modified(old).unwrap();
    }
    let found = faults(&app).await;
    assert_eq!(found.iter().map(|fault| (fault.check, fault.count)).collect::<Vec<_>>(), [("files", 1)], "{found:?}");
    assert!(found[0].examples[0].contains(&app.user("bob").to_string()));
}

#[tokio::test]
async fn what_nobody_follows_is_found_after_an_hour() {
    let Place { app, project, .. } = furnished().await;
    crate::stock::item(&app, "alice", &project, json!({"name": "Two"})).await;
    assert_eq!(faults(&app).await, []);
    app.clock.advance(2 * HOUR);
    let found = faults(&app).await;
    assert!(found.iter().any(|fault| fault.check == "consumers" && fault.examples[0].contains("acme")), "{found:?}");
    app.run_jobs().await;
    app.run_consumers().await;
    assert_eq!(faults(&app).await, []);
}
