//! Files that cannot be used are refused with what to do.

use std::{path::Path, sync::Arc};

use aileron_db::{Db, Error, Settings};
use aileron_kernel::{SystemClock, SystemRandom};

fn open(folder: &Path) -> Result<Db, Error> {
    Db::open(&Settings {
        url: None,
        ca_file: None,
        path: folder.join("aileron.db"),
        threads: 1,
        queue: 10,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        told: None,
    })
}

fn refused(folder: &Path) -> String {
    match open(folder) {
        Err(Error::Unusable(message)) => message,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was opened"),
    }
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("aileron.db"), vec![b'x'; 8_192]).unwrap();
    assert!(refused(folder.path()).contains("not a database"));
}

#[test]
fn a_newer_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()).unwrap());
    let conn = rusqlite::Connection::open(folder.path().join("aileron.db")).unwrap();
    conn.execute("INSERT INTO schema_migrations VALUES (999, 'future', 'x', 0)", []).unwrap();
    drop(conn);
    assert!(refused(folder.path()).contains("newer version"));
}

#[test]
fn a_database_of_another_history_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()).unwrap());
    let conn = rusqlite::Connection::open(folder.path().join("aileron.db")).unwrap();
    conn.execute("UPDATE schema_migrations SET checksum = 'x'", []).unwrap();
    drop(conn);
    assert!(refused(folder.path()).contains("do not belong together"));
}

#[test]
fn a_damaged_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path()).unwrap();
    drop(db);
    let path = folder.path().join("aileron.db");
    // The threads close the file a moment later.
    for _ in 0..100 {
        if !folder.path().join("aileron.db-wal").exists() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let mut bytes = std::fs::read(&path).unwrap();
    let length = bytes.len();
    bytes[100..length.min(4_096)].fill(0xff);
    std::fs::write(&path, bytes).unwrap();
    assert!(refused(folder.path()).contains("damaged"));
}
