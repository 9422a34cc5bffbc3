//! Tests of reading files, good and hostile.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use tempfile::TempDir;

use super::*;

fn issue(key: &str) -> String {
    format!(r#"{{"id":"1","key":"{key}","fields":{{"summary":"a \"quoted\" {{[ summary","labels":["issues"]}}}}"#)
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn read_with(content: &[u8], limits: Limits) -> Result<Vec<(u64, String)>, SourceError> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("in.json");
    fs::write(&path, content).unwrap();
    Source::open(&path, limits)?.map(|next| next.map(|(origin, issue)| (origin.line, issue.key))).collect()
}

fn read(content: impl AsRef<[u8]>) -> Vec<(u64, String)> {
    read_with(content.as_ref(), Limits::default()).unwrap()
}

fn refused(content: impl AsRef<[u8]>) -> (u64, Fault) {
    match read_with(content.as_ref(), Limits::default()).unwrap_err() {
        SourceError::At { origin, fault } => (origin.line, fault),
        other => panic!("{other}"),
    }
}

#[test]
fn every_packing_is_read_the_same() {
    let (a, b) = (issue("A-1"), issue("A-2"));
    let two = |first, second| vec![(first, "A-1".to_owned()), (second, "A-2".to_owned())];
    assert_eq!(read(format!("{a}\n{b}\n")), two(1, 2));
    assert_eq!(read(format!("\u{FEFF}{a}\r\n\r\n{b}")), two(1, 3));
    assert_eq!(read(format!("[\n{a},\n{b}]")), two(2, 3));
    assert_eq!(read(format!("{{\"startAt\":0, \"names\":{{\"issues\":[1]}},\n\"issues\" : [{a},\n{b}], \"x\":[{{}}]}}\n")), two(2, 3));
    assert_eq!(read("{\n \"key\": \"A-1\",\n \"fields\": {\n }\n}\n{\"key\":\"A-2\",\"fields\":{}}"), two(1, 6));
    assert_eq!(read(gzip(format!("{a}\n{b}\n").as_bytes())), two(1, 2));
    let members = [gzip(format!("{a}\n").as_bytes()), gzip(b.as_bytes())].concat();
    assert_eq!(read(members), two(1, 2));
    assert_eq!(read("[]"), []);
    assert_eq!(read("{\"issues\":[]}"), []);
}

#[test]
fn a_folder_is_read_in_the_order_of_its_names() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("b")).unwrap();
    fs::write(folder.path().join("b/2.json"), issue("B-2")).unwrap();
    fs::write(folder.path().join("a.jsonl.gz"), gzip(issue("A-1").as_bytes())).unwrap();
    fs::write(folder.path().join("readme.txt"), "not read").unwrap();
    fs::write(folder.path().join(".hidden.json"), "not read").unwrap();
    let mut source = Source::open(folder.path(), Limits::default()).unwrap();
    let keys: Vec<_> = source.by_ref().map(|next| next.unwrap().1.key).collect();
    assert_eq!(keys, ["A-1", "B-2"]);
    assert_eq!(source.skipped().len(), 1);
    assert_eq!(source.progress().read(), source.progress().total());
    assert!(matches!(Source::open(&folder.path().join("none"), Limits::default()), Err(SourceError::Io { .. })));
}

#[test]
fn what_is_no_json_is_refused_with_its_line() {
    let good = issue("A-1");
    assert!(matches!(refused("hello"), (1, Fault::NotJson(_))));
    assert!(matches!(refused(format!("{good}\nkey,summary\n")), (2, Fault::NotJson(_))));
    assert!(matches!(refused(format!("{good}\n{{\"key\": A-2}}")), (2, Fault::InvalidJson(_))));
    assert!(matches!(refused(format!("{good}\n\n{{\"key\":\"A-2")), (3, Fault::Incomplete)));
    assert!(matches!(refused(format!("{good}\n{{\"key\":\"A-2\n{good}")), (2, Fault::InvalidJson(_))));
    assert!(matches!(refused(format!("[{good},\n")), (2, Fault::Incomplete)));
    assert!(matches!(refused(format!("{{\"issues\":[{good}]\n")), (2, Fault::Incomplete)));
    assert!(matches!(refused("{\"name\":\"package\"}"), (1, Fault::NotAnIssue(_))));
    assert!(matches!(refused("{\"key\":\"A-1\",\"fields\":[]}"), (1, Fault::NotAnIssue(_))));
    assert!(matches!(refused("\u{FEFF}x"), (1, Fault::NotJson(_))));
    assert!(matches!(refused(b"{\"key\":\"\xFF\xFE\",\"fields\":{}}"), (1, Fault::InvalidJson(_))));
    assert!(matches!(read_with(b"PK\x03\x04", Limits::default()), Err(SourceError::Unsupported { .. })));
}

#[test]
fn an_error_reads_like_a_sentence() {
    let error = read_with(b"\n{\"key\": A-2}\n", Limits::default()).unwrap_err().to_string();
    assert!(error.ends_with("in.json, line 2: invalid JSON: expected value at column 9"), "{error}");
    let error = read_with(b"{\"name\": 1}", Limits::default()).unwrap_err().to_string();
    assert!(error.ends_with("in.json, line 1: not a Jira issue: missing field `key`"), "{error}");
}

#[test]
fn damaged_gzip_is_told_from_complete_gzip() {
    let lines: String = std::iter::repeat_n(issue("A-1") + "\n", 2_000).collect();
    let packed = gzip(lines.as_bytes());
    assert_eq!(read(&packed).len(), 2_000);
    let cut = packed.split_at(packed.len() - 4).0;
    assert!(matches!(refused(cut).1, Fault::TruncatedGzip));
    let mut damaged = packed.clone();
    let last = damaged.len() - 5;
    damaged[last] ^= 0xFF;
    assert!(matches!(refused(damaged).1, Fault::DamagedGzip(_)));
}

#[test]
fn a_bomb_is_not_unpacked() {
    let spaces = gzip(&vec![b' '; 80 << 20]);
    assert!(spaces.len() < 200_000);
    assert!(matches!(refused(spaces).1, Fault::Bomb(200)));
}

#[test]
fn long_records_and_files_are_refused() {
    let limits = Limits { record_bytes: 1_000, file_bytes: 5_000, ..Limits::default() };
    let long = format!("{}\n{{\"key\":\"A-2\",\"x\":\"{}\"}}", issue("A-1"), "y".repeat(1_000));
    let error = read_with(long.as_bytes(), limits).unwrap_err();
    assert!(matches!(&error, SourceError::At { origin, fault: Fault::RecordTooLong(1_000) } if origin.line == 2), "{error}");
    let many = (issue("A-1") + "\n").repeat(100);
    let error = read_with(many.as_bytes(), limits).unwrap_err();
    assert!(matches!(error, SourceError::At { fault: Fault::FileTooLong(5_000), .. }), "{error}");
}

#[test]
fn deep_nesting_does_not_overflow_the_stack() {
    let deep = format!("{{\"key\":\"A-1\",\"fields\":{{\"description\":{}{}}}}}", "[".repeat(500_000), "]".repeat(500_000));
    assert_eq!(read(deep), [(1, "A-1".to_owned())]);
}
