//! `docs/security.md` names a test for every advisory, and the tests are there.

use std::path::{Path, PathBuf};

/// The advisories that this product can repeat: where it has what they are about.
const APPLICABLE: &[&str] = &[
    "CVE-2026-27705",
    "PR 8644",
    "CVE-2026-46558",
    "CVE-2026-15342",
    "CVE-2026-104971",
    "CVE-2026-105637",
    "CVE-2026-105633",
    "CVE-2026-105631",
    "CVE-2026-104975",
    "CVE-2026-102980",
    "CVE-2026-105629",
    "CVE-2026-105632",
    "CVE-2026-104968",
    "CVE-2025-69284",
    "CVE-2026-30244",
    "CVE-2023-2268",
    "PR 9160",
    "CVE-2026-105634",
    "CVE-2026-104955",
    "PR 8612",
    "CVE-2026-104974",
    "CVE-2024-31461",
    "CVE-2024-47830",
    "CVE-2026-27706",
    "CVE-2026-105628",
    "CVE-2026-39843",
    "CVE-2026-104977",
    "CVE-2026-104973",
    "CVE-2026-30242",
    "CVE-2026-105636",
    "GHSA-6485-m23r-fx8q",
    "CVE-2023-30791",
    "CVE-2025-21616",
    "CVE-2026-105630",
    "CVE-2026-104979",
    "GHSA-6qrq-f73q-r67j",
    "CVE-2026-40102",
    "GHSA-wwgj-929g-42cm",
    "PR 8611",
    "GHSA-v57h-5999-w7xp",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The rows of the table: what is in their cells.
fn rows(text: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| Advisory")).map(cells).collect()
}

/// The file that a path of modules leads to: below `tests/api/src`, or below a crate that is named first.
fn is_there(test: &str) -> bool {
    let (folder, path) = match test.split_once(": ") {
        Some((name, path)) => (root().join("crates").join(name).join("src"), path),
        None => (root().join("tests/api/src"), test),
    };
    let (modules, name) = path.rsplit_once("::").unwrap();
    let modules = modules.strip_suffix("::tests").unwrap_or(modules).replace("::", "/");
    let files = [format!("{modules}.rs"), format!("{modules}/mod.rs"), format!("{modules}/tests.rs")];
    files.iter().any(|file| std::fs::read_to_string(folder.join(file)).is_ok_and(|text| text.contains(&format!("fn {name}("))))
}

#[test]
fn every_advisory_has_a_test_that_is_there() {
    let text = std::fs::read_to_string(root().join("docs/security.md")).unwrap();
    let rows = rows(&text);
    for advisory in APPLICABLE {
        let row = rows.iter().find(|row| row[0].split(", ").any(|name| name == *advisory));
        let row = row.unwrap_or_else(|| panic!("docs/security.md does not list {advisory}"));
        let tests: Vec<&str> = row[2].split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty(), "{advisory} has no test");
        for test in tests {
            assert!(is_there(test), "{advisory}: there is no test {test}");
        }
    }
}

#[test]
fn a_test_that_is_not_there_is_noticed() {
    assert!(is_there("advisories::list::a_test_that_is_not_there_is_noticed"));
    assert!(is_there("platform: html::tests::attacks_come_to_nothing"));
    assert!(!is_there("advisories::list::nothing"));
    assert!(!is_there("nowhere::list::a_test_that_is_not_there_is_noticed"));
}
