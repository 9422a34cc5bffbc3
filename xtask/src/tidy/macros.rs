//! No unfinished work and no debugging aid is merged.

use super::Finding;
use super::source::{Source, words};

const REFUSED: [&str; 3] = ["todo", "unimplemented", "dbg"];

/// Calls of the refused macros.
pub(super) fn check(path: &str, source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in source.lines() {
        for name in REFUSED {
            let called = words(line, name).any(|at| line.get(at + name.len()..).is_some_and(|rest| rest.starts_with('!')));
            if called {
                findings.push(Finding::new(path, number, format!("{name}! is not merged")));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_found_and_nothing_else() {
        let source = Source::parse("fn a() {\n    todo!()\n}\n// todo!()\nlet todo = \"dbg!(1)\"; my_dbg!(todo);\ndbg!(1)");
        let lines: Vec<usize> = check("a.rs", &source).iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [2, 6]);
    }
}
