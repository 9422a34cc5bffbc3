//! What an import read, wrote, and could not bring along unchanged.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;

/// How many example keys a line of the report names.
const EXAMPLES: usize = 3;
/// How many different lines are told apart. A hostile file could invent a field for each record.
const LINES: usize = 500;

/// Whether a value is gone or only poorer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Loss {
    /// The value is not in the imported item.
    Dropped,
    /// The value is there in another form.
    Degraded,
}

/// Something about one record that was not brought along unchanged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// Gone or poorer.
    pub loss: Loss,
    /// The field in the source.
    pub field: String,
    /// What became of it.
    pub what: &'static str,
}

impl Note {
    /// The value is not in the imported item.
    pub fn dropped(field: impl Into<String>, what: &'static str) -> Self {
        Self { loss: Loss::Dropped, field: field.into(), what }
    }

    /// The value is there in another form.
    pub fn degraded(field: impl Into<String>, what: &'static str) -> Self {
        Self { loss: Loss::Degraded, field: field.into(), what }
    }
}

/// One line of the losses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// How often.
    pub count: u64,
    /// The first records that it happened to.
    pub examples: Vec<String>,
}

/// The counts of an import. Every record that was read is written, unchanged or failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Records read.
    pub read: u64,
    /// Records written: new or changed.
    pub written: u64,
    /// Records that were there already, the same.
    pub unchanged: u64,
    /// Records that could not be written, with the reason.
    pub failed: Vec<(String, String)>,
    losses: BTreeMap<Note, Count>,
}

impl Report {
    /// Counts the notes about one record.
    pub fn note(&mut self, record: &str, notes: impl IntoIterator<Item = Note>) {
        for mut note in notes {
            if self.losses.len() >= LINES && !self.losses.contains_key(&note) {
                note = Note { loss: note.loss, field: "(other fields)".to_owned(), what: "not told apart any more" };
            }
            let line = self.losses.entry(note).or_default();
            line.count += 1;
            if line.examples.len() < EXAMPLES && line.examples.last().is_none_or(|last| last != record) {
                line.examples.push(record.to_owned());
            }
        }
    }

    /// Records that a record could not be written.
    pub fn fail(&mut self, record: &str, reason: impl fmt::Display) {
        self.failed.push((record.to_owned(), reason.to_string()));
    }

    /// What was dropped or degraded, dropped first, then by field.
    pub fn losses(&self) -> impl Iterator<Item = (&Note, &Count)> {
        self.losses.iter()
    }

    /// How often a field was dropped or degraded.
    pub fn count(&self, field: &str) -> u64 {
        self.losses.iter().filter(|(note, _)| note.field == field).map(|(_, line)| line.count).sum()
    }
}

impl Serialize for Report {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Line<'a> {
            loss: Loss,
            field: &'a str,
            what: &'a str,
            #[serde(flatten)]
            count: &'a Count,
        }
        #[derive(Serialize)]
        struct Failure<'a> {
            record: &'a str,
            reason: &'a str,
        }
        #[derive(Serialize)]
        struct Shape<'a> {
            read: u64,
            written: u64,
            unchanged: u64,
            failed: Vec<Failure<'a>>,
            losses: Vec<Line<'a>>,
        }
        let losses = self.losses.iter().map(|(note, count)| Line { loss: note.loss, field: &note.field, what: note.what, count });
        let failed = self.failed.iter().map(|(record, reason)| Failure { record, reason });
        Shape { read: self.read, written: self.written, unchanged: self.unchanged, failed: failed.collect(), losses: losses.collect() }
            .serialize(serializer)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "read {:>10}", self.read)?;
        writeln!(f, "written {:>7}", self.written)?;
        writeln!(f, "unchanged {:>5}", self.unchanged)?;
        writeln!(f, "failed {:>8}", self.failed.len())?;
        for (record, reason) in &self.failed {
            writeln!(f, "  {record}: {reason}")?;
        }
        for (loss, title) in [(Loss::Dropped, "not imported"), (Loss::Degraded, "imported in another form")] {
            let lines: Vec<_> = self.losses.iter().filter(|(note, _)| note.loss == loss).collect();
            if lines.is_empty() {
                continue;
            }
            writeln!(f, "\n{title}:")?;
            let width = lines.iter().map(|(note, _)| note.field.chars().count()).max().unwrap_or(0).min(40);
            for (note, line) in lines {
                writeln!(f, "  {:>7}  {:<width$}  {} ({})", line.count, note.field, note.what, line.examples.join(", "))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn losses_are_counted_with_examples() {
        let mut report = Report { read: 5, written: 4, ..Report::default() };
        for n in 1..=4 {
            report.note(&format!("ENG-{n}"), [Note::dropped("votes", "there are none here")]);
        }
        report.note("ENG-1", [Note::degraded("sprint", "kept as text")]);
        report.fail("ENG-5", "no project");
        let text = report.to_string();
        assert!(text.contains("      4  votes  there are none here (ENG-1, ENG-2, ENG-3)"), "{text}");
        assert!(text.contains("ENG-5: no project"), "{text}");
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(
            json["losses"][0],
            json!({"loss": "dropped", "field": "votes", "what": "there are none here", "count": 4, "examples": ["ENG-1", "ENG-2", "ENG-3"]})
        );
        assert_eq!(json["failed"][0]["record"], "ENG-5");
    }

    #[test]
    fn invented_fields_do_not_fill_the_memory() {
        let mut report = Report::default();
        for n in 0..10_000 {
            report.note("ENG-1", [Note::dropped(format!("field{n}"), "unknown")]);
        }
        assert!(report.losses().count() <= LINES + 1);
        assert_eq!(report.losses().map(|(_, line)| line.count).sum::<u64>(), 10_000);
    }
}
