//! `Unscoped` reaches rows without a proved membership. Every use of it is listed, so that a new one shows in the diff.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use anyhow::{Context as _, Result};

use super::Finding;
use super::source::words;
use super::tree::{File, Tree};
use crate::process;

const LIST: &str = "xtask/unscoped.txt";
/// What goes without a membership, or with more rights than it gives.
const NAMES: [&str; 5] = ["Unscoped", "workspace_as_operator", "workspace_for_job", "workspace_for_consumer", "enter_as_admin"];
const HEAD: &str = "\
# Every file that names `Unscoped`, `workspace_as_operator`, `workspace_for_job`, `workspace_for_consumer` or `enter_as_admin`, which read and write without a proved membership
# or with more rights than it gives, and how often. Jobs, sign-in, imports and the command line may. After a change: cargo xtask tidy --write-unscoped, and say in the commit why.
";

/// Uses that are not in the list, and entries that are not in the code.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let listed = listed(tree.text(LIST));
    let found = uses(tree);
    let mut findings = Vec::new();
    for (path, lines) in &found {
        let allowed = listed.get(path).map_or(0, |(_, count)| *count);
        if lines.len() > allowed {
            let line = lines.get(allowed).copied().unwrap_or(1);
            let text = format!("`Unscoped` is used {} times here, {allowed} are listed in {LIST}", lines.len());
            findings.push(Finding::new(path, line, text));
        }
    }
    for (path, (line, count)) in listed {
        let now = found.get(path).map_or(0, Vec::len);
        if now < count {
            findings.push(Finding::new(LIST, line, format!("{path} uses `Unscoped` {now} times, not {count}")));
        }
    }
    findings
}

/// Writes the list as the tree is now.
pub(super) fn write(tree: &Tree) -> Result<()> {
    let mut list = HEAD.to_owned();
    for (path, lines) in uses(tree) {
        let _ = writeln!(list, "{path} {}", lines.len());
    }
    fs::write(process::root()?.join(LIST), list).with_context(|| format!("cannot write {LIST}"))
}

/// The lines of every use by file; imports, unit tests and the test crates aside.
fn uses(tree: &Tree) -> BTreeMap<&str, Vec<usize>> {
    let counted =
        |file: &&File| file.path.starts_with("crates/") && file.path.contains("/src/") && !file.path.starts_with("crates/testkit/");
    let files = tree.files.iter().filter(counted).map(|file| (file.path.as_str(), lines(file)));
    files.filter(|(_, lines)| !lines.is_empty()).collect()
}

fn lines(file: &File) -> Vec<usize> {
    let Some(source) = &file.source else { return Vec::new() };
    let tests = source.tests_begin();
    let mut importing = false;
    let mut found = Vec::new();
    for (number, line) in source.lines().take_while(|(number, _)| *number < tests) {
        let start = line.trim_start();
        importing = importing || start.starts_with("use ") || start.starts_with("pub use ");
        if !importing {
            found.extend(NAMES.iter().flat_map(|name| words(line, name)).map(|_| number));
        }
        importing = importing && !line.contains(';');
    }
    found
}

fn listed(list: &str) -> BTreeMap<&str, (usize, usize)> {
    let lines = list.lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
    lines
        .filter_map(|(index, line)| line.split_once(' ').and_then(|(path, count)| Some((path, (index + 1, count.trim().parse().ok()?)))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "use db::{\n    Unscoped,\n};\n/// `Unscoped`\nfn job(all: &Unscoped) {\n    Unscoped::new()\n}\n#[cfg(test)]\nmod tests {\n    Unscoped\n}";

    fn texts(list: &str) -> Vec<String> {
        let files = [("crates/platform/src/jobs.rs", CODE), (LIST, list), ("crates/testkit/src/lib.rs", CODE)];
        let tree = Tree { files: files.map(|(path, text)| File::new(path, text.to_owned())).into() };
        check(&tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_unlisted_use_is_found_with_its_line() {
        let found = texts("# head\ncrates/platform/src/jobs.rs 1\n");
        assert_eq!(found, ["crates/platform/src/jobs.rs:6: `Unscoped` is used 2 times here, 1 are listed in xtask/unscoped.txt"]);
    }

    #[test]
    fn the_list_follows_the_code() {
        assert!(texts("crates/platform/src/jobs.rs 2").is_empty());
        assert_eq!(texts("crates/platform/src/jobs.rs 3\ngone.rs 1").len(), 2);
    }
}
