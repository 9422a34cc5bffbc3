//! The commands by which nothing is lost.

use aileron_testkit::database::{TestDatabase, is_postgres};
use serde_json::{Value, json};

use super::Place;

/// A place where nothing was ever.
fn blank() -> Place {
    Place { folder: tempfile::tempdir().unwrap(), database: is_postgres().then(TestDatabase::blank) }
}

/// A place with example data.
fn filled() -> Place {
    let place = Place::new();
    assert!(place.run(&["demo", "--items", "30"], "").status.success());
    place
}

#[test]
fn a_backup_is_made_beside_the_server_restored_and_examined() {
    let place = filled();
    let server = place.serve();
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().to_str().unwrap();
    let made = place.json(&["backup", "--to", to, "--json"], "");
    assert_eq!((&made["files"], &made["holds_key"], &made["files_missing"]), (&json!(0), &json!(false), &json!(0)));
    let path = made["path"].as_str().unwrap();
    assert_eq!(std::path::Path::new(path).extension().unwrap(), "zip");
    assert!(std::fs::metadata(path).unwrap().len() == made["bytes"].as_u64().unwrap());
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).unwrap().permissions());
    assert_eq!(mode & 0o077, 0, "nobody else reads it");
    assert!(place.refusal(&["backup", "--to", path]).contains("there already"));
    assert!(server.stop());
    let second = blank();
    let restored = second.json(&["restore", "--from", path, "--json"], "");
    assert_eq!((&restored["rows"], &restored["found_by_search"]), (&made["rows"], &json!(30)));
    assert!(second.refusal(&["restore", "--from", path]).contains("holds an instance already"));
    let findings = second.json(&["doctor", "--json"], "");
    assert_eq!(findings["faults"], json!([]), "{findings}");
    assert_eq!(second.json(&["admin", "jobs", "list", "--json"], ""), json!([]));
    assert_eq!(second.json(&["admin", "dead-letters", "list", "--json"], ""), json!([]));
    assert!(second.serve().stop());
}

#[test]
fn a_backup_that_is_cut_is_refused_by_name() {
    let (place, folder) = (filled(), tempfile::tempdir().unwrap());
    let path = folder.path().join("b.zip");
    let name = path.to_str().unwrap();
    place.json(&["backup", "--to", name, "--json"], "");
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert!(blank().refusal(&["restore", "--from", name]).contains("no whole backup"));
    assert!(blank().refusal(&["restore", "--from", "/nowhere/b.zip"]).contains("/nowhere/b.zip"));
}

#[test]
fn an_instance_moves_to_postgres_and_back() {
    let place = filled();
    let Some(database) = is_postgres().then(TestDatabase::blank) else {
        assert!(place.refusal(&["migrate", "--to", "sqlite"]).contains("already"));
        assert!(place.refusal(&["migrate", "--to", "mysql://x"]).contains("postgres://"));
        return;
    };
    // The place is on PostgreSQL: first to a file in its folder, then from there to another database.
    let there = place.json(&["migrate", "--to", "sqlite", "--json"], "");
    let file = Place { folder: place.folder, database: None };
    let back = file.json(&["migrate", "--to", database.url().unwrap(), "--json"], "");
    assert_eq!((&there["tables"], &there["found_by_search"]), (&back["tables"], &json!(30)));
    assert!(there["tables"]["work_items"] == json!(30) && there["rows"].as_u64() > Some(100));
    let moved = Place { folder: file.folder, database: Some(database) };
    assert_eq!(moved.json(&["doctor", "--json"], "")["faults"], json!([]));
    assert!(moved.serve().stop());
}

#[test]
fn the_doctor_says_by_its_exit_code_what_it_found() {
    let place = blank();
    let nothing = place.refusal(&["doctor"]);
    assert!(nothing.contains("there is no"), "{nothing}");
    assert!(is_postgres() || std::fs::read_dir(place.folder.path()).unwrap().next().is_none(), "it made nothing");
    let place = filled();
    assert!(place.run(&["doctor"], "").status.success());
    // A job that nobody ran for an hour, and one that failed for good.
    let insert = |id: u32, dead: &str| {
        let id = format!("0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d{id:02}");
        let id = if is_postgres() { format!("'{id}'") } else { format!("x'{}'", id.replace('-', "")) };
        format!(
            "INSERT INTO jobs (id, kind, payload, run_at, attempts, request_id, created_at, dead_at, last_error) \
             VALUES ({id}, 'test', '{{}}', 0, 3, 'test', 0, {dead}, 'on purpose')"
        )
    };
    let statements = format!("{}; {}", insert(10, "NULL"), insert(11, "1"));
    match place.database.as_ref().and_then(TestDatabase::url) {
        Some(url) => postgres::Client::connect(url, postgres::NoTls).unwrap().batch_execute(&statements).unwrap(),
        None => rusqlite::Connection::open(place.folder.path().join("aileron.db")).unwrap().execute_batch(&statements).unwrap(),
    }
    let done = place.run(&["doctor", "--json"], "");
    assert_eq!(done.status.code(), Some(1));
    let findings: Value = serde_json::from_slice(&done.stdout).unwrap();
    let checks: Vec<&Value> = findings["faults"].as_array().unwrap().iter().map(|fault| &fault["check"]).collect();
    assert_eq!(checks, ["jobs", "jobs"]);
    let dead = place.json(&["admin", "jobs", "list", "--json"], "");
    assert_eq!((dead.as_array().unwrap().len(), &dead[0]["last_error"]), (1, &json!("on purpose")));
    assert!(place.refusal(&["admin", "jobs", "retry", "0190b6c2-7a4e-7c31-8f1d-2b6a5c9e4d10"]).contains("failed for good"));
    assert_eq!(place.json(&["admin", "jobs", "retry", "--all", "--json"], ""), json!({"retried": 1}));
    assert_eq!(place.json(&["admin", "jobs", "list", "--json"], ""), json!([]));
}
