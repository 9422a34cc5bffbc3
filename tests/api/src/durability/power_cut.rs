//! What a power cut would leave of SQLite's files. A kill leaves the page cache, so what was not synced is taken away here.

use std::{
    fs,
    io::{Seek as _, SeekFrom, Write as _},
    path::Path,
    sync::atomic::AtomicUsize,
    time::Duration,
};

use aileron_testkit::{
    database::is_postgres,
    program::{Place, Server},
    wire::Connection,
};

use super::{
    rows,
    trace::{self, Call},
    writers::{Acknowledged, Scene, let_them_write},
};

fn traced(scene: &Scene, output: &Path) -> Server {
    let words = trace::strace(output);
    scene.place.serve(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

fn named(number: usize) -> String {
    format!("written as number {number:02}")
}

#[test]
fn an_answer_leaves_after_the_log_is_on_the_disk() {
    if is_postgres() {
        return;
    }
    let scene = Scene::new();
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("trace");
    let server = traced(&scene, &output);
    let mut connection = Connection::open(server.address).unwrap();
    // The first use of a token is noted in a commit of its own, which no answer waits for: it is to be over.
    connection.expect(201, &scene.create("the first item"));
    std::thread::sleep(Duration::from_millis(500));
    for number in 0..20 {
        connection.expect(201, &scene.create(&named(number)));
    }
    server.kill();
    let calls = trace::read(&fs::read_to_string(&output).unwrap());
    let answers: Vec<usize> = calls.iter().enumerate().filter(|(_, call)| **call == Call::Acknowledged).map(|(at, _)| at).collect();
    assert_eq!(answers.len(), 21, "strace saw every answer");
    let mut before = answers[0];
    for (number, &at) in answers[1..].iter().enumerate() {
        let between = &calls[before..at];
        // What follows the log writes in between, the same pages too: the item's own commit is the first that has it, and counts.
        let is_item =
            |call: &Call| matches!(call, Call::Write { file, call, .. } if file.ends_with(".db-wal") && call.contains(&named(number)));
        let wrote = between.iter().position(is_item);
        let synced = between.iter().rposition(|call| matches!(call, Call::SyncEnds { file } if file.ends_with(".db-wal")));
        assert!(wrote.is_some() && synced > wrote, "an answer left before its commit was on the disk");
        before = at;
    }
}

#[test]
fn a_power_cut_loses_nothing_acknowledged() {
    if is_postgres() {
        return;
    }
    let scene = Scene::new();
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("trace");
    let server = traced(&scene, &output);
    let (address, count) = (server.address, AtomicUsize::new(0));
    let acknowledged: Vec<Acknowledged> = std::thread::scope(|scope| {
        let writing = scope.spawn(|| scene.write(address, 0, &count));
        let_them_write(&count, Duration::from_secs(1));
        server.kill();
        writing.join().expect("the clients end")
    });
    let calls = trace::read(&fs::read_to_string(&output).unwrap());
    let copy = tempfile::tempdir().unwrap();
    for name in ["aileron.db", "aileron.db-wal"] {
        fs::copy(scene.place.folder.join(name), copy.path().join(name)).unwrap();
    }
    let lost = cut(copy.path(), &calls);
    let place = Place { folder: copy.path().to_owned(), url: None };
    let items = rows::check(&place, &acknowledged);
    assert!(items >= acknowledged.len(), "{items} of {} are there, {lost} bytes were taken away", acknowledged.len());

    // The same files cut a little earlier do lose something: the check above can fail.
    let last = calls.iter().rposition(|call| matches!(call, Call::SyncEnds { file } if file.ends_with(".db-wal"))).unwrap();
    let until = calls[..last].iter().rposition(|call| *call == Call::Acknowledged).unwrap();
    let first = calls[..until].iter().rposition(|call| matches!(call, Call::Write { file, .. } if file.ends_with(".db-wal"))).unwrap();
    let Call::Write { bytes, .. } = &calls[first] else { unreachable!() };
    let again = tempfile::tempdir().unwrap();
    for name in ["aileron.db", "aileron.db-wal"] {
        fs::copy(scene.place.folder.join(name), again.path().join(name)).unwrap();
    }
    let wal = fs::OpenOptions::new().write(true).open(again.path().join("aileron.db-wal")).unwrap();
    wal.set_len(bytes.start).unwrap();
    let conn = rusqlite::Connection::open(again.path().join("aileron.db")).unwrap();
    let fewer: usize = conn.query_row("SELECT count(*) FROM work_items", [], |row| row.get(0)).unwrap();
    assert!(fewer < items, "cutting deeper loses something: {fewer} of {items}");
}

/// Takes away what was written and not known to be on the disk: zeros, and a shorter file where it was at the end. How much.
fn cut(folder: &Path, calls: &[Call]) -> u64 {
    let mut bytes = 0;
    for (file, ranges) in trace::at_risk(calls) {
        let name = Path::new(&file).file_name().unwrap();
        if !matches!(name.to_str(), Some("aileron.db" | "aileron.db-wal")) {
            continue;
        }
        let mut file = fs::OpenOptions::new().write(true).open(folder.join(name)).unwrap();
        for range in ranges {
            bytes += range.end - range.start;
            let length = file.metadata().unwrap().len();
            if range.end >= length {
                file.set_len(range.start.min(length)).unwrap();
            } else {
                file.seek(SeekFrom::Start(range.start)).unwrap();
                file.write_all(&vec![0; usize::try_from(range.end - range.start).unwrap()]).unwrap();
            }
        }
    }
    bytes
}
