//! `cargo xtask tidy`: checks over the tree that no compiler makes. Each finding names its file and line.

mod arrows;
mod length;
mod macros;
mod migrations;
mod outgoing;
mod source;
mod sql;
mod tree;
mod unscoped;
mod words;

use std::fmt;

use anyhow::{Result, bail};

use tree::Tree;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write the present uses of `Unscoped` to xtask/unscoped.txt, to be looked at in the diff
    #[arg(long)]
    write_unscoped: bool,
}

/// Something that is not as it should be, and where.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    path: String,
    line: usize,
    text: String,
}

impl Finding {
    fn new(path: &str, line: usize, text: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, text: text.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.text)
    }
}

/// Runs the checks, or writes the list of exceptions.
pub(crate) fn run(args: &Args) -> Result<()> {
    if args.write_unscoped { unscoped::write(&Tree::read()?) } else { check() }
}

/// Runs every check and fails when one of them found something.
pub(crate) fn check() -> Result<()> {
    let tree = Tree::read()?;
    let mut findings = Vec::new();
    for file in &tree.files {
        findings.extend(words::check(&file.path, &file.text));
        if let Some(source) = &file.source {
            findings.extend(sql::check(&file.path, source));
            findings.extend(macros::check(&file.path, source));
            findings.extend(outgoing::check(&file.path, source));
        }
    }
    let manifests = tree.files.iter().filter(|file| file.path.ends_with("Cargo.toml"));
    findings.extend(manifests.flat_map(|file| arrows::check(&file.path, &file.text)));
    findings.extend(length::check(&tree));
    findings.extend(migrations::check(&tree.paths()));
    findings.extend(unscoped::check(&tree));
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        1 => bail!("1 finding"),
        several => bail!("{several} findings"),
    }
}
