//! A file is about one subject: one of over 500 lines is about several.

use super::Finding;
use super::tree::{Tree, is_rust};

const MOST: usize = 500;
const EXCEPTIONS: &str = "xtask/long-files.txt";

/// Rust files that are too long, and exceptions that are none any more.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let exceptions: Vec<(usize, &str)> = exceptions(tree.text(EXCEPTIONS)).collect();
    let too_long = |path: &str| is_rust(path) && tree.text(path).lines().count() > MOST;
    let mut findings = Vec::new();
    for path in tree.paths().into_iter().filter(|path| too_long(path)) {
        if !exceptions.iter().any(|(_, exception)| *exception == path) {
            findings.push(Finding::new(path, MOST, format!("longer than {MOST} lines: split it by subject, or list it in {EXCEPTIONS}")));
        }
    }
    for (line, path) in exceptions.iter().filter(|(_, path)| !too_long(path)) {
        findings.push(Finding::new(EXCEPTIONS, *line, format!("{path} is not too long: remove it here")));
    }
    findings
}

fn exceptions(list: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = list.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::super::tree::File;
    use super::*;

    fn tree(list: &str) -> Tree {
        let long = "\n".repeat(501);
        let files = [("a.rs", long.as_str()), ("b.rs", "\n"), ("c.md", &long), (EXCEPTIONS, list)];
        Tree { files: files.map(|(path, text)| File::new(path, text.to_owned())).into() }
    }

    #[test]
    fn long_files_are_found_unless_listed() {
        assert_eq!(check(&tree("# none")).first().map(|finding| finding.path.as_str()), Some("a.rs"));
        assert!(check(&tree("# one\na.rs\n")).is_empty());
    }

    #[test]
    fn an_exception_that_is_none_is_found() {
        let findings = check(&tree("a.rs\nb.rs\n"));
        assert_eq!((findings.len(), findings[0].line), (1, 2));
    }
}
