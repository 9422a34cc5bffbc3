//! Text that belongs to somebody's machine and not into the repository.

use super::Finding;

/// Put together here so that this file does not find itself.
const REFUSED: [&str; 2] = [concat!("/wo", "rk/"), concat!("/fa", "rm/")];

/// Lines with a path of somebody's machine.
pub(super) fn check(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for word in REFUSED.iter().filter(|word| stands_alone(line, word)) {
            findings.push(Finding::new(path, index + 1, format!("{word} is a path of one machine")));
        }
    }
    findings
}

/// Whether the path begins there, and is not the middle of an address or of another path.
fn stands_alone(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '}' | ')' | '~'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machine_paths_are_found() {
        let text = format!("a\nsee {}main\n\"{}x\"", REFUSED[0], REFUSED[1]);
        let lines: Vec<usize> = check("a.md", &text).iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [2, 3]);
    }

    #[test]
    fn addresses_are_not() {
        assert!(check("a.md", &format!("https://a.test{}x and docs{}y", REFUSED[0], REFUSED[1])).is_empty());
        assert!(check("a.md", "/work-items/ /workspaces/").is_empty());
    }
}
