//! Where we answer otherwise on purpose.

use std::collections::HashMap;

use anyhow::{Context, Result};
use serde_json::Value;

use super::fixtures::{ORDER, family, folder, read, text};

type Name = (String, String);

/// What is known about exchanges that are not to be answered as recorded.
pub(crate) struct Deviations {
    excused: HashMap<Name, Excuse>,
}

/// A better answer than the recorded one.
pub(crate) struct Excuse {
    statuses: Vec<u64>,
    why: String,
    check: Value,
}

impl Deviations {
    /// Reads `fixtures/deviations.json`.
    pub(crate) fn read() -> Result<Self> {
        let excused = read(&folder().join("fixtures/deviations.json"))?;
        let excused = entries(&excused)?.into_iter().map(|(name, entry)| Ok((name, Excuse::new(entry)?))).collect::<Result<_>>()?;
        Ok(Self { excused })
    }

    /// The better answer that this exchange has, if any.
    pub(crate) fn excuse(&self, family: &str, name: &str) -> Option<&Excuse> {
        self.excused.get(&(family.to_owned(), name.to_owned()))
    }
}

/// An entry of `deviations.json` beside what was recorded.
pub(crate) struct Deviation {
    pub(crate) family: String,
    pub(crate) name: String,
    /// The recorded status.
    pub(crate) recorded: u16,
    /// Those that are right.
    pub(crate) statuses: Vec<u64>,
    pub(crate) why: String,
}

/// The deviations in the order of their list, without those about exchanges that are not in the selection.
pub(crate) fn deviations() -> Result<Vec<Deviation>> {
    let list = read(&folder().join("fixtures/deviations.json"))?;
    let recorded: HashMap<Name, u16> = recorded()?.into_iter().collect();
    let entry = |(name, entry): (Name, &Value)| {
        let recorded = *recorded.get(&name)?;
        let deviation = |excuse: Excuse| Deviation { family: name.0, name: name.1, recorded, statuses: excuse.statuses, why: excuse.why };
        Some(Excuse::new(entry).map(deviation))
    };
    entries(&list)?.into_iter().filter_map(entry).collect()
}

/// Every recorded exchange with its status.
fn recorded() -> Result<Vec<(Name, u16)>> {
    let mut all = Vec::new();
    for name in ORDER {
        all.extend(family(name)?.into_iter().map(|exchange| ((name.to_owned(), exchange.name), exchange.status)));
    }
    Ok(all)
}

impl Excuse {
    fn new(entry: &Value) -> Result<Self> {
        let statuses = entry.get("status").and_then(Value::as_array).context("status is missing")?;
        Ok(Self {
            statuses: statuses.iter().filter_map(Value::as_u64).collect(),
            why: text(entry, "why")?,
            check: entry.get("check").cloned().unwrap_or_default(),
        })
    }

    /// What of the better answer is not there, if anything.
    pub(crate) fn unmet(&self, status: u16, found: &Value) -> Option<String> {
        let what = if self.statuses.contains(&u64::from(status)) { self.unmet_check(found)? } else { self.unmet_status(status) };
        Some(format!("{what} ({})", self.why))
    }

    fn unmet_status(&self, status: u16) -> String {
        format!("one of {:?} wanted, {status} found", self.statuses)
    }

    fn unmet_check(&self, found: &Value) -> Option<String> {
        let written = found.to_string();
        let rows = rows(found).unwrap_or(0);
        self.check.as_object()?.iter().find_map(|(kind, wanted)| {
            let total = found.get("total_results").and_then(Value::as_u64).unwrap_or(0);
            let number = wanted.as_u64().unwrap_or(0);
            match (kind.as_str(), wanted.as_str().unwrap_or_default()) {
                ("absent", part) => written.contains(part).then(|| format!("{part:?} must not be there")),
                ("contains", part) => (!written.contains(part)).then(|| format!("{part:?} must be there")),
                ("results", _) => (rows_are_missing(found) || rows != number).then(|| format!("{number} rows wanted, {rows} found")),
                ("min_results", _) => (rows < number).then(|| format!("at least {number} rows wanted, {rows} found")),
                ("max_total", _) => (total > number).then(|| format!("at most {number} in total wanted, {total} found")),
                (unknown, _) => Some(format!("the check {unknown} is not known")),
            }
        })
    }
}

fn rows_are_missing(found: &Value) -> bool {
    rows(found).is_none()
}

/// How many rows the answer lists, in whichever way.
fn rows(found: &Value) -> Option<u64> {
    let inside = || ["results", "issues"].iter().find_map(|name| found.get(*name).and_then(Value::as_array));
    let list = found.as_array().or_else(inside)?;
    u64::try_from(list.len()).ok()
}

fn entries(list: &Value) -> Result<Vec<(Name, &Value)>> {
    let list = list.as_array().context("a list is wanted")?;
    list.iter().map(|entry| Ok(((text(entry, "family")?, text(entry, "name")?), entry))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn unmet(check: Value, status: u16, found: Value) -> Option<String> {
        let excuse = Excuse::new(&json!({"status": [200, 403], "why": "because", "check": check})).unwrap();
        excuse.unmet(status, &found)
    }

    #[test]
    fn the_status_is_one_of_several() {
        assert_eq!(unmet(Value::Null, 403, Value::Null), None);
        assert_eq!(unmet(Value::Null, 500, Value::Null).unwrap(), "one of [200, 403] wanted, 500 found (because)");
    }

    #[test]
    fn texts_are_looked_for() {
        assert!(unmet(json!({"absent": "<script"}), 200, json!({"a": "<script>"})).is_some());
        assert!(unmet(json!({"absent": "<script"}), 200, json!({"a": "b"})).is_none());
        assert!(unmet(json!({"contains": "\"n\":2"}), 200, json!({"n": 2})).is_none());
        assert!(unmet(json!({"contains": "\"n\":2"}), 200, json!({"n": 3})).is_some());
    }

    #[test]
    fn rows_are_counted() {
        assert!(unmet(json!({"results": 0}), 200, json!({"results": []})).is_none());
        assert!(unmet(json!({"results": 0}), 200, json!([1])).is_some());
        assert!(unmet(json!({"results": 0}), 200, json!({})).is_some());
        assert!(unmet(json!({"min_results": 1}), 200, json!({"issues": [1]})).is_none());
        assert!(unmet(json!({"min_results": 1}), 200, json!({"issues": []})).is_some());
        assert!(unmet(json!({"max_total": 3}), 200, json!({"total_results": 4})).is_some());
        assert!(unmet(json!({"max_total": 3}), 200, json!({"total_results": 3})).is_none());
    }

    #[test]
    fn a_check_that_nobody_knows_is_unmet() {
        assert!(unmet(json!({"colour": 1}), 200, Value::Null).is_some());
    }
}
