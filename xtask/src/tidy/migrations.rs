//! Every migration exists for both databases, under one number and name.

use std::collections::BTreeMap;

use super::Finding;

const DATABASES: [&str; 2] = ["migrations/sqlite/", "migrations/postgres/"];

/// Migrations without their pair, and numbers given twice.
pub(super) fn check(paths: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (own, other) in [(DATABASES[0], DATABASES[1]), (DATABASES[1], DATABASES[0])] {
        let mut numbers: BTreeMap<&str, &str> = BTreeMap::new();
        for (path, name) in paths.iter().filter_map(|path| Some((*path, path.strip_prefix(own)?))) {
            if !paths.contains(&format!("{other}{name}").as_str()) {
                findings.push(Finding::new(path, 1, format!("{other}{name} is missing")));
            }
            let Some((number, _)) = name.split_once('_').filter(|(number, _)| number.parse::<u32>().is_ok()) else {
                findings.push(Finding::new(path, 1, "a migration is named NUMBER_what_it_does.sql"));
                continue;
            };
            if let Some(first) = numbers.insert(number, name) {
                findings.push(Finding::new(path, 1, format!("number {number} is taken by {first}")));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(paths: &[&str]) -> Vec<String> {
        check(paths).into_iter().map(|finding| finding.to_string()).collect()
    }

    #[test]
    fn pairs_are_fine() {
        assert!(texts(&["migrations/sqlite/0001_start.sql", "migrations/postgres/0001_start.sql", "README.md"]).is_empty());
    }

    #[test]
    fn a_missing_half_is_found() {
        assert_eq!(
            texts(&["migrations/sqlite/0001_a.sql", "migrations/postgres/0001_b.sql"]),
            [
                "migrations/sqlite/0001_a.sql:1: migrations/postgres/0001_a.sql is missing",
                "migrations/postgres/0001_b.sql:1: migrations/sqlite/0001_b.sql is missing"
            ]
        );
    }

    #[test]
    fn a_number_is_given_once_and_always() {
        let found = texts(&[
            "migrations/sqlite/0001_a.sql",
            "migrations/sqlite/0001_b.sql",
            "migrations/postgres/0001_a.sql",
            "migrations/postgres/0001_b.sql",
        ]);
        assert_eq!(found.len(), 2);
        assert_eq!(texts(&["migrations/sqlite/x.sql", "migrations/postgres/x.sql"]).len(), 2);
    }
}
