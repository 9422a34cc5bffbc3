//! `docs/plane-compatibility.md` tells of every deviation, and of tests that are there.
//!
//! `AILERON_WRITE_DOCS=1 cargo test -p aileron-api-tests compatibility` writes its tables anew.

use std::{fmt::Write as _, fs, path::Path};

use crate::conformance::{Deviation, deviations};

const BEGIN: &str = "<!-- The tables are made of tests/conformance/fixtures/deviations.json. -->\n";
const END: &str = "<!-- The end of the tables. -->\n";
const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/plane-compatibility.md");

fn document() -> String {
    fs::read_to_string(DOCUMENT).unwrap()
}

/// The reason as a heading.
fn heading(why: &str) -> String {
    let (prefix, why) = why.strip_prefix("SECURITY: ").map_or(("", why), |why| ("**Security.** ", why));
    let mut letters = why.chars();
    let capital: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{prefix}{capital}{}", letters.as_str())
}

/// One table a reason, in the order of the list.
fn tables(deviations: &[&Deviation]) -> String {
    let mut text = String::new();
    let mut reasons: Vec<&str> = Vec::new();
    for deviation in deviations {
        if !reasons.contains(&deviation.why.as_str()) {
            reasons.push(&deviation.why);
        }
    }
    for why in reasons {
        write!(text, "### {}\n\n| family | exchange | recorded | Aileron |\n|---|---|---|---|\n", heading(why)).unwrap();
        for deviation in deviations.iter().filter(|deviation| deviation.why == why) {
            let statuses: Vec<String> = deviation.statuses.iter().map(u64::to_string).collect();
            let (name, ours) = (deviation.name.replace('|', "\\|"), statuses.join(", "));
            writeln!(text, "| {} | {name} | {} | {ours} |", deviation.family, deviation.recorded).unwrap();
        }
        text.push('\n');
    }
    text
}

/// What stands between the marks.
fn generated() -> String {
    let all = deviations().unwrap();
    format!("## Where Aileron answers better\n\n{}", tables(&all.iter().collect::<Vec<_>>()))
}

#[test]
fn every_deviation_is_documented() {
    let text = document();
    let (before, rest) = text.split_once(BEGIN).expect("the tables begin somewhere");
    let (tables, after) = rest.split_once(END).expect("the tables end somewhere");
    let generated = generated();
    if std::env::var_os("AILERON_WRITE_DOCS").is_some() {
        fs::write(DOCUMENT, format!("{before}{BEGIN}{generated}{END}{after}")).unwrap();
    } else {
        assert!(tables == generated, "the tables are not those of deviations.json; to write them: see tests/api/src/compatibility.rs");
    }
}

fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            text += &sources(&path);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text += &fs::read_to_string(&path).unwrap();
        }
    }
    text
}

#[test]
fn the_tests_that_the_document_names_are_there() {
    let (document, sources) = (document(), sources(Path::new(SOURCES)));
    let names: Vec<&str> = document.split('`').skip(1).step_by(2).filter(|word| word.contains("::")).collect();
    assert!(names.len() > 5, "{names:?}");
    for name in names {
        let function = name.rsplit("::").next().unwrap();
        assert!(sources.contains(&format!("fn {function}(")), "{name} is no test");
    }
}

#[test]
fn what_goes_beyond_the_recording_names_its_test() {
    let text = document();
    let (_, section) = text.split_once("## What goes beyond the recording\n").unwrap();
    let entries: Vec<&str> = section.split("\n## ").next().unwrap().split("\n- ").skip(1).collect();
    assert!(entries.len() > 5, "{entries:?}");
    for entry in entries {
        assert!(entry.contains("::"), "no test is named: {entry}");
    }
}
