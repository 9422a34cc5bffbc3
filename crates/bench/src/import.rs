//! The Jira import by the real binary: issues a second, memory, and a second run that has nothing to do.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use aileron_testkit::program::Place;
use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::{
    Effort,
    child::memory_of,
    figures::{Table, median},
    load::Round,
};

/// Issues of the made-up file.
const ISSUES: usize = 5_000;

/// Measures.
pub(crate) fn run(effort: Effort, file: Option<PathBuf>) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = match file {
        Some(file) => file,
        None => made_up(folder.path())?,
    };
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for _ in 0..effort.rounds.min(3) {
        let data = tempfile::tempdir_in(crate::fixture::parent())?;
        let place = Place { folder: data.path().to_owned(), url: None };
        place.run(&["admin", "user", "create", "--email", "ann@example.com", "--first-name", "Ann", "--json"], "");
        place.run(&["admin", "workspace", "create", "--slug", "bench", "--name", "Bench", "--owner", "ann@example.com", "--json"], "");
        first.push(import(&place, &file)?);
        second.push(import(&place, &file)?);
    }
    let mut table = Table::default();
    table.alone("the whole import (one request is one run)", median(&first));
    table.alone("the same again", median(&second));
    table.print(&format!("import of {}", file.file_name().unwrap_or_default().to_string_lossy()), effort.json);
    Ok(())
}

fn import(place: &Place, file: &Path) -> Result<Round> {
    let started = Instant::now();
    let mut command = place.command(&["import", "jira", "--workspace", "bench"]);
    let mut child = command.arg(file).stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
    let mut memory = 0.0_f64;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        memory = memory.max(memory_of(child.id()).unwrap_or(0.0));
        std::thread::sleep(Duration::from_millis(5));
    };
    ensure!(status.success(), "the import failed: {status}");
    let time = started.elapsed().as_secs_f64();
    Ok(Round { cpu: 0.0, database_cpu: 0.0, rate: 1.0 / time, p50: time * 1e6, p99: time * 1e6, worst: time * 1e6, memory })
}

/// Issues as Jira's REST API answers them, one a line.
fn made_up(folder: &Path) -> Result<PathBuf> {
    let path = folder.join("made-up.jsonl");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path)?);
    for number in 1..=ISSUES {
        writeln!(file, "{}", issue(number))?;
    }
    file.flush()?;
    Ok(path)
}

fn issue(number: usize) -> Value {
    let person = |number: usize| json!({ "name": format!("person{}", number % 40), "displayName": format!("Person {}", number % 40) });
    let status = [("Open", "new"), ("In Progress", "indeterminate"), ("Closed", "done")][number % 3];
    let comments: Vec<Value> = (0..number % 4)
        .map(|comment| {
            let at = "2021-03-05T08:00:00.000+0000";
            json!({ "id": (number * 10 + comment).to_string(), "author": person(number + comment), "created": at, "updated": at,
                "body": "I can reproduce this with *two* customers, see {{the log}}." })
        })
        .collect();
    json!({
        "id": (100_000 + number).to_string(),
        "key": format!("MADE-{number}"),
        "fields": {
            "project": { "key": "MADE", "name": "Made up" },
            "summary": format!("Basket loses its state after a reload, report {number}"),
            "description": "h2. What happens\n* open the basket\n* reload\n\n{code}\nlost\n{code}",
            "issuetype": { "name": "Bug", "subtask": false },
            "status": { "name": status.0, "statusCategory": { "key": status.1 } },
            "priority": { "name": "Major" },
            "creator": person(number),
            "reporter": person(number),
            "assignee": person(number + 1),
            "labels": [format!("label{}", number % 12)],
            "created": "2021-03-04T08:00:00.000+0000",
            "updated": "2021-03-06T08:00:00.000+0000",
            "comment": { "comments": comments, "total": number % 4 },
        },
    })
}
