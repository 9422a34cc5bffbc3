//! What is said about each exchange, and the table of it.

use std::fmt::Write as _;

use serde_json::Value;

use super::compare::{Kind, Note, short};
use super::deviations::Deviations;

/// How an answer relates to the recorded one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Status and body agree, ids, times and volatile fields aside.
    Same,
    /// Status, fields and types agree, some value differs.
    Shape,
    /// Anything else.
    Differs,
    /// Answered better than recorded, as `deviations.json` wants it.
    Excused,
}

/// One exchange after it has been sent.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) family: String,
    pub(crate) name: String,
    pub(crate) outcome: Outcome,
    pub(crate) wanted: u16,
    pub(crate) status: u16,
    pub(crate) notes: Vec<Note>,
}

impl Verdict {
    /// Judges an answer by what was noted about it and by what is known of the exchange.
    pub(crate) fn new(exchange: (&str, &str, u16), status: u16, found: &Value, mut notes: Vec<Note>, known: &Deviations) -> Self {
        let (family, name, wanted) = exchange;
        let outcome = if let Some(excuse) = known.excuse(family, name) {
            let broken = excuse.unmet(status, found);
            notes = broken.iter().map(|text| Note::new(Kind::Status, format!("{text}: {}", short(found)))).collect();
            if broken.is_some() { Outcome::Differs } else { Outcome::Excused }
        } else if notes.iter().any(|note| note.kind != Kind::Value) {
            Outcome::Differs
        } else if notes.is_empty() {
            Outcome::Same
        } else {
            Outcome::Shape
        };
        Self { family: family.to_owned(), name: name.to_owned(), outcome, wanted, status, notes }
    }
}

/// The exchanges with one of the outcomes, each with its first notes.
pub(crate) fn complaints(verdicts: &[Verdict], about: &[Outcome]) -> String {
    let mut text = String::new();
    for verdict in verdicts.iter().filter(|verdict| about.contains(&verdict.outcome)) {
        let Verdict { family, name, outcome, wanted, status, notes } = verdict;
        let _ = writeln!(text, "{outcome:?} {family}: {name} ({wanted} recorded, {status} found)");
        for note in notes.iter().take(6) {
            let _ = writeln!(text, "    {}", note.text);
        }
    }
    text
}

/// How many exchanges of each family had which outcome.
pub(crate) fn table(verdicts: &[Verdict]) -> String {
    let mut families: Vec<&str> = verdicts.iter().map(|verdict| verdict.family.as_str()).collect();
    families.dedup();
    let mut text = format!("{:28}{:>6}{:>7}{:>9}{:>9}\n", "family", "same", "shape", "differs", "excused");
    for family in families.into_iter().map(Some).chain([None]) {
        let _ = write!(text, "{:28}", family.unwrap_or("all"));
        let columns = [(Outcome::Same, 6), (Outcome::Shape, 7), (Outcome::Differs, 9), (Outcome::Excused, 9)];
        for (outcome, width) in columns {
            let rows = verdicts.iter().filter(|verdict| family.is_none_or(|family| verdict.family == family));
            let _ = write!(text, "{:>width$}", rows.filter(|verdict| verdict.outcome == outcome).count());
        }
        text.push('\n');
    }
    text
}
