//! Running a test runner while counting what it says.

use std::fmt;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::process;

/// How many tests passed and failed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
}

impl Counts {
    /// Runs the test runner, shows what it prints, and adds what its closing lines say.
    pub(super) fn run(&mut self, command: &mut Command) -> Result<()> {
        let said = process::shown(command);
        let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start {said}"))?;
        let before = self.passed + self.failed;
        for line in BufReader::new(child.stdout.take().context("no output to read")?).split(b'\n') {
            let bytes = line.context("the output of the tests broke off")?;
            let line = String::from_utf8_lossy(&bytes);
            println!("{line}");
            self.read(&line);
        }
        let status = child.wait()?;
        if !status.success() {
            bail!("`{said}` failed ({status})");
        }
        if self.passed + self.failed == before {
            bail!("`{said}` ran no test");
        }
        Ok(())
    }

    /// Adds a closing line of a test runner; other lines say nothing.
    fn read(&mut self, line: &str) {
        for (number, what) in
            of_cargo(line).or_else(|| of_pytest(line)).or_else(|| of_node(line)).or_else(|| of_vitest(line)).into_iter().flatten()
        {
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                _ => {}
            }
        }
    }
}

/// `test result: ok. 5 passed; 0 failed; 1 ignored; ...`
fn of_cargo(line: &str) -> Option<Vec<(u64, &str)>> {
    let (_, counted) = line.trim_start().strip_prefix("test result: ")?.split_once(". ")?;
    Some(counted.split("; ").filter_map(number_and_word).collect())
}

/// `1 failed, 12 passed in 3.40s`, with or without a rule of `=` around it.
fn of_pytest(line: &str) -> Option<Vec<(u64, &str)>> {
    let (counted, time) = line.trim_matches(['=', ' ']).rsplit_once(" in ")?;
    time.split_once('s').and_then(|(seconds, _)| seconds.parse::<f64>().ok())?;
    counted.split(", ").map(number_and_word).collect()
}

/// `ℹ pass 12` and `ℹ fail 0`.
fn of_node(line: &str) -> Option<Vec<(u64, &str)>> {
    let (word, number) = line.strip_prefix("ℹ ")?.split_once(' ')?;
    let what = match word {
        "pass" => "passed",
        "fail" => "failed",
        _ => return None,
    };
    Some(vec![(number.parse().ok()?, what)])
}

/// `      Tests  1 failed | 12 passed (13)`.
fn of_vitest(line: &str) -> Option<Vec<(u64, &str)>> {
    let (counted, _) = line.trim_start().strip_prefix("Tests  ")?.rsplit_once(" (")?;
    counted.split(" | ").map(number_and_word).collect()
}

fn number_and_word(text: &str) -> Option<(u64, &str)> {
    let (number, word) = text.split_once(' ')?;
    Some((number.parse().ok()?, word))
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(lines: &[&str]) -> Counts {
        let mut counts = Counts::default();
        for line in lines {
            counts.read(line);
        }
        counts
    }

    #[test]
    fn closing_lines_add_up() {
        let counts = counted(&[
            "running 6 tests",
            "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.01s",
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s",
        ]);
        assert_eq!(counts, Counts { passed: 8, failed: 2 });
        assert_eq!(counts.to_string(), "8 passed, 2 failed");
    }

    #[test]
    fn the_runners_of_other_languages_count_too() {
        let counts = counted(&[
            "3 failed, 9 passed in 0.53s",
            "====== 2 passed, 1 warning in 61.20s (0:01:01) ======",
            "ℹ tests 8",
            "ℹ pass 7",
            "ℹ fail 1",
            " Test Files  1 failed | 2 passed (3)",
            "      Tests  1 failed | 12 passed | 2 skipped (15)",
        ]);
        assert_eq!(counts, Counts { passed: 30, failed: 5 });
    }

    #[test]
    fn other_lines_count_nothing() {
        let lines = ["test a ... ok", "9 passed; 9 failed", "test result: ok.", "9 passed in a row", "ℹ passed 9", "it failed in 3s"];
        assert_eq!(counted(&lines), Counts::default());
    }

    #[test]
    #[cfg(unix)]
    fn a_runner_that_fails_or_runs_nothing_is_an_error() {
        let shell = |script: &str| Counts::default().run(Command::new("sh").args(["-c", script]));
        assert!(shell("echo 'test result: ok. 1 passed; 0 failed'").is_ok());
        assert!(shell("echo 'test result: FAILED. 0 passed; 1 failed'; exit 101").is_err());
        assert!(shell("echo nothing").is_err());
    }
}
