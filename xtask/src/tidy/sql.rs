//! SQL as text stands where it is looked for: in files named `sql.rs`, in migrations and in the crate `db`.

use super::Finding;
use super::source::Source;

const FREE: [&str; 3] = ["crates/db/", "crates/testkit/", "crates/bench/"];
const FREE_NAMES: [&str; 3] = ["sql.rs", "migrate.rs", "schema.rs"];

/// String literals with statements in them, outside unit tests.
pub(super) fn check(path: &str, source: &Source) -> Vec<Finding> {
    if !is_bound(path) {
        return Vec::new();
    }
    let tests = source.tests_begin();
    let statements = source.strings.iter().filter(|(line, text)| *line < tests && is_statement(text));
    statements.map(|(line, _)| Finding::new(path, *line, "SQL stands only in a file named sql.rs: move it there")).collect()
}

fn is_bound(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    path.starts_with("crates/") && path.contains("/src/") && !FREE.iter().any(|free| path.starts_with(free)) && !FREE_NAMES.contains(&name)
}

fn is_statement(text: &str) -> bool {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let update = text.split_once("UPDATE ").is_some_and(|(_, rest)| rest.contains(" SET "));
    let from = text.split_once("SELECT ").is_some_and(|(before, rest)| before.is_empty() || rest.contains(" FROM "));
    update || from || text.contains("INSERT INTO ") || text.contains("DELETE FROM ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(path, &Source::parse(text)).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn statements_are_found_with_their_line() {
        let text = "\n\"SELECT 1\";\n\"delete it\";\n\"UPDATE a\n SET b = 1\";\n\"INSERT INTO a\";\n\"DELETE FROM a\"";
        assert_eq!(lines("crates/tracker/src/a/queries.rs", text), [2, 4, 6, 7]);
    }

    #[test]
    fn prose_comments_and_tests_are_no_statements() {
        let text = "\"Please SELECT one\"; \"UPDATE it\"; // \"SELECT 1\"\n#[cfg(test)]\nmod tests {\n\"SELECT 1\"\n}";
        assert!(lines("crates/tracker/src/a/queries.rs", text).is_empty());
    }

    #[test]
    fn some_files_may() {
        for path in ["crates/tracker/src/a/sql.rs", "crates/db/src/run.rs", "tests/api/src/main.rs", "crates/bench/src/bare.rs"] {
            assert!(lines(path, "\"SELECT 1\"").is_empty(), "{path}");
        }
    }
}
