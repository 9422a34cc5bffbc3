//! The system calls of a server, as strace writes them: what went into which file, when it was on the disk, when it was answered.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
    path::Path,
};

/// How the server is started under strace.
pub(super) fn strace(output: &Path) -> Vec<String> {
    let calls = "trace=pwrite64,pwritev,write,writev,sendto,sendmsg,fdatasync,fsync,ftruncate";
    let words = ["strace", "-f", "-y", "--seccomp-bpf", "-s", "4096", "-e", calls, "-e", "signal=none", "-o"];
    words.iter().map(|word| (*word).to_owned()).chain([output.to_str().expect("a plain path").to_owned()]).collect()
}

/// One call in the order in which it took effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// Bytes went into a file, as far as the page cache; `call` shows them as strace does.
    Write { file: String, bytes: Range<u64>, call: String },
    /// A sync of the file began: it covers all writes before this.
    SyncBegins { file: String },
    /// It ended: they are on the disk.
    SyncEnds { file: String },
    /// An answer 201 left.
    Acknowledged,
}

/// Reads a trace. Calls that other threads interrupted stand in two lines.
pub(super) fn read(text: &str) -> Vec<Call> {
    let mut begun: HashMap<String, String> = HashMap::new();
    let mut calls = Vec::new();
    for line in text.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        if let Some(start) = rest.strip_suffix("<unfinished ...>") {
            calls.extend(begins(start));
            begun.insert(thread.to_owned(), start.to_owned());
        } else if rest.starts_with("<...") {
            let Some(start) = begun.remove(thread) else { continue };
            let end = rest.split_once("resumed>").map_or("", |(_, end)| end);
            calls.extend(ends(&format!("{start}{end}")));
        } else {
            calls.extend(begins(rest));
            calls.extend(ends(rest));
        }
    }
    calls
}

/// What counts from the moment a call began.
fn begins(call: &str) -> Option<Call> {
    let name = call.split('(').next()?;
    if matches!(name, "fdatasync" | "fsync") {
        return Some(Call::SyncBegins { file: file(call)? });
    }
    // An answer may reach the client before the call returns.
    let is_answer = matches!(name, "write" | "writev" | "sendto" | "sendmsg") && call.contains("\"HTTP/1.1 201");
    is_answer.then_some(Call::Acknowledged)
}

/// What counts from the moment a call returned.
fn ends(call: &str) -> Option<Call> {
    let (name, rest) = call.split_once('(')?;
    let returned: i64 = rest.rsplit_once(" = ")?.1.split_whitespace().next()?.parse().ok()?;
    match name {
        "fdatasync" | "fsync" if returned == 0 => Some(Call::SyncEnds { file: file(call)? }),
        "pwrite64" | "pwritev" => {
            let offset: u64 = rest.rsplit_once(") ")?.0.rsplit_once(", ")?.1.parse().ok()?;
            let bytes = offset..offset + u64::try_from(returned).ok()?;
            Some(Call::Write { file: file(call)?, bytes, call: call.to_owned() })
        }
        _ => None,
    }
}

/// The file of the call's first argument, `12</path/to/it>`.
fn file(call: &str) -> Option<String> {
    let (_, rest) = call.split_once('<')?;
    Some(rest.split_once('>')?.0.to_owned())
}

/// What of each file was written, and is not known to be on the disk, after these calls.
pub(super) fn at_risk(calls: &[Call]) -> BTreeMap<String, Vec<Range<u64>>> {
    let mut waiting: BTreeMap<String, Vec<Range<u64>>> = BTreeMap::new();
    let mut covered: HashMap<String, usize> = HashMap::new();
    for call in calls {
        match call {
            Call::Write { file, bytes, .. } => waiting.entry(file.clone()).or_default().push(bytes.clone()),
            Call::SyncBegins { file } => {
                covered.insert(file.clone(), waiting.get(file).map_or(0, Vec::len));
            }
            Call::SyncEnds { file } => {
                let safe = covered.remove(file).unwrap_or(0);
                waiting.entry(file.clone()).or_default().drain(..safe);
            }
            Call::Acknowledged => {}
        }
    }
    waiting
}

#[test]
fn a_trace_is_read_in_the_order_of_effects() {
    let text = "\
10 pwrite64(7</d/a.db-wal>, \"7\\177\"..., 32, 0) = 32
10 fdatasync(7</d/a.db-wal>) = 0
10 pwrite64(7</d/a.db-wal>, \"x\"..., 24, 32) = 24
10 fdatasync(7</d/a.db-wal> <unfinished ...>
11 writev(9<socket:[1]>, [{iov_base=\"HTTP/1.1 201 Created\\r\\nco\"..., iov_len=3}, {iov_base=\"{\"..., iov_len=1}], 2 <unfinished ...>
10 <... fdatasync resumed>) = 0
11 <... writev resumed>) = 4
12 sendto(9<socket:[1]>, \"HTTP/1.1 200 OK\\r\\ncontent\"..., 10, MSG_NOSIGNAL, NULL, 0) = 10
10 pwrite64(7</d/a.db-wal>, \"y\"..., 24, 56) = 24
10 +++ killed by SIGKILL +++
";
    let calls = read(text);
    let wal = || "/d/a.db-wal".to_owned();
    assert_eq!(calls.len(), 8, "{calls:?}");
    assert_eq!(calls[5..7], [Call::Acknowledged, Call::SyncEnds { file: wal() }]);
    let wanted = |range: Range<u64>| std::iter::once(range).collect::<Vec<_>>();
    assert_eq!(at_risk(&calls[..5])[&wal()], wanted(32..56), "the second sync has begun and not ended");
    assert_eq!(at_risk(&calls)[&wal()], wanted(56..80));
}
