//! Maps every issue of a Jira export without writing anything, and prints the report.
//!
//! `AILERON_TEST_JIRA=issues.jsonl.gz cargo run --release -p aileron-integrations --example jira_map [KEY ...]`
//! also prints the description and the comments of the issues with these keys, before and after.
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use std::{collections::BTreeSet, env, path::PathBuf, time::Instant};

use aileron_integrations::importers::{
    Report,
    jira::{Issue, Limits, People, Source, map},
};
use anyhow::Context as _;

fn main() -> anyhow::Result<()> {
    let path = PathBuf::from(env::var_os("AILERON_TEST_JIRA").context("AILERON_TEST_JIRA names no file")?);
    let shown: BTreeSet<String> = env::args().skip(1).collect();
    let begin = Instant::now();
    let mut people = People::default();
    let mut keys = BTreeSet::new();
    for next in Source::open(&path, Limits::default())? {
        let (_, issue) = next?;
        people.collect(&issue);
        keys.insert(issue.key);
    }
    let first = begin.elapsed();
    let mut report = Report::default();
    let mut missing = 0;
    for next in Source::open(&path, Limits::default())? {
        let (_, issue) = next?;
        let (item, notes) = map(&issue, &people);
        report.read += 1;
        report.note(&item.key, notes);
        let others = item.relations.iter().map(|relation| &relation.other_key).chain(&item.parent_key);
        missing += others.filter(|other| !keys.contains(*other)).count();
        if shown.contains(&item.key) {
            show(&issue, &item);
        }
    }
    println!("{report}");
    println!("{} people, {missing} references to issues that are not here", people.iter().len());
    println!("first pass {first:.2?}, both {:.2?}", begin.elapsed());
    Ok(())
}

fn show(issue: &Issue, item: &aileron_integrations::importers::jira::ImportedItem) {
    println!("===== {} {}\n{}\n-----\n{}", item.key, item.name, issue.description.text, item.description_html);
    for after in &item.comments {
        let before = issue.comments.iter().find(|comment| comment.id.as_ref() == Some(&after.external_id));
        println!("----- comment\n{}\n-----\n{}", before.map_or("", |comment| &comment.body.text), after.html);
    }
}
