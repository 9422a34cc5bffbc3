//! Who may know whom: the dependencies between our crates point one way.

use super::Finding;

/// A crate and the crates of ours that it may depend on. A new crate gets its line here.
const ALLOWED: [(&str, &[&str]); 11] = [
    ("kernel", &[]),
    ("db", &["kernel"]),
    ("platform", &["kernel", "db"]),
    ("identity", &["kernel", "db", "platform"]),
    ("tracker", &["kernel", "db", "platform", "identity"]),
    ("pages", &["kernel", "db", "platform", "identity", "tracker"]),
    ("integrations", &["kernel", "db", "platform", "identity", "tracker"]),
    ("realtime", &["kernel", "db", "platform", "identity", "tracker"]),
    ("server", &["kernel", "db", "platform", "identity", "tracker", "pages", "integrations", "realtime"]),
    ("testkit", &["kernel", "db", "platform", "identity", "tracker", "pages", "integrations", "realtime", "server"]),
    ("bench", &["kernel", "db", "platform", "identity", "tracker", "pages", "integrations", "realtime", "server", "testkit"]),
];

/// Dependencies, those of tests aside, that point the wrong way.
pub(super) fn check(path: &str, manifest: &str) -> Vec<Finding> {
    let Some(name) = path.strip_prefix("crates/").and_then(|rest| rest.strip_suffix("/Cargo.toml")) else { return Vec::new() };
    let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| *known == name) else {
        return vec![Finding::new(path, 1, format!("say in xtask/src/tidy/arrows.rs whom the crate {name} may know"))];
    };
    let wrong = dependencies(manifest).filter(|(_, other)| !allowed.contains(other));
    wrong.map(|(line, other)| Finding::new(path, line, format!("{name} must not know {other}"))).collect()
}

/// The crates of ours that a manifest names, with the lines.
fn dependencies(manifest: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut counted = false;
    manifest.lines().enumerate().filter_map(move |(index, line)| {
        let line = line.trim();
        if let Some(table) = line.strip_prefix('[').map(|rest| rest.trim_matches(['[', ']', ' '])) {
            // `[dependencies]`, `[build-dependencies]`, `[target.'...'.dependencies]`, `[dependencies.aileron-db]`
            counted = table.contains("dependencies") && !table.contains("dev-dependencies");
            let own = table.rsplit('.').next().and_then(|last| last.strip_prefix("aileron-"));
            return own.filter(|_| counted).map(|name| (index + 1, name));
        }
        let name = line.trim_start_matches('"').strip_prefix("aileron-").filter(|_| counted)?;
        Some((index + 1, name.split(|c: char| !(c.is_alphanumeric() || c == '-')).next()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(name: &str, manifest: &str) -> Vec<String> {
        check(&format!("crates/{name}/Cargo.toml"), manifest).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn arrows_that_point_the_wrong_way_are_found() {
        let manifest = "[dependencies]\nserde.workspace = true\naileron-tracker.workspace = true\naileron-kernel.workspace = true\n";
        assert_eq!(texts("db", manifest), ["crates/db/Cargo.toml:3: db must not know tracker"]);
        assert!(texts("integrations", manifest).is_empty());
    }

    #[test]
    fn every_way_to_write_a_dependency_counts() {
        assert_eq!(texts("kernel", "[build-dependencies]\naileron-db = { path = \"../db\" }").len(), 1);
        assert_eq!(texts("kernel", "[dependencies.aileron-db]\npath = \"../db\"").len(), 1);
        assert_eq!(texts("kernel", "[target.'cfg(unix)'.dependencies]\naileron-db.workspace = true").len(), 1);
    }

    #[test]
    fn tests_may_know_more() {
        assert!(texts("kernel", "[dependencies]\nserde = \"1\"\n[dev-dependencies]\naileron-testkit.workspace = true").is_empty());
    }

    #[test]
    fn an_unknown_crate_asks_for_its_line() {
        assert_eq!(texts("novelty", "").len(), 1);
        assert!(check("xtask/Cargo.toml", "[dependencies]\naileron-db = \"1\"").is_empty());
    }
}
