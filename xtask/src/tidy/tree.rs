//! The files that belong to the repository.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::source::Source;
use crate::process;

/// Every text file that is tracked or would be.
pub(super) struct Tree {
    pub(super) files: Vec<File>,
}

/// A text file with its path from the root; Rust files come with their parts told apart.
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
    pub(super) source: Option<Source>,
}

impl File {
    pub(super) fn new(path: &str, text: String) -> Self {
        let source = is_rust(path).then(|| Source::parse(&text));
        Self { path: path.to_owned(), text, source }
    }
}

/// Whether the path is that of a Rust file.
pub(super) fn is_rust(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "rs")
}

impl Tree {
    /// Reads the tree; what is not UTF-8 is no text and is left out.
    pub(super) fn read() -> Result<Self> {
        let root = process::root()?;
        let mut git = process::command("git")?;
        let listed = process::output(git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))?;
        let files =
            listed.split_terminator('\0').filter_map(|path| Some(File::new(path, fs::read_to_string(root.join(path)).ok()?))).collect();
        Ok(Self { files })
    }

    pub(super) fn paths(&self) -> Vec<&str> {
        self.files.iter().map(|file| file.path.as_str()).collect()
    }

    /// The text of a file, empty when there is none.
    pub(super) fn text(&self, path: &str) -> &str {
        self.files.iter().find(|file| file.path == path).map_or("", |file| &file.text)
    }
}
