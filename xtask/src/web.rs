//! The web app: its tools, its checks, and the build that the server embeds.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{process, tools};

/// What the app is made of, below `web/`.
const SOURCES: [&str; 7] = ["src", "public", "index.html", "vite.config.ts", "tsconfig.json", "package.json", "package-lock.json"];

/// Builds the app into `web/dist` unless it was built from the same sources.
pub(crate) fn build() -> Result<()> {
    let folder = folder()?;
    let wanted = fingerprint(&folder)?;
    let stamp = folder.join("dist").join(".sources");
    if fs::read_to_string(&stamp).is_ok_and(|built| built == wanted) {
        return Ok(());
    }
    process::run(&mut npm(&["run", "--silent", "build"])?)?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

/// npm in the app's folder, with the packages of its lock file there.
pub(crate) fn npm(arguments: &[&str]) -> Result<Command> {
    let folder = folder()?;
    let (lock, installed) = (folder.join("package-lock.json"), folder.join("node_modules").join(".package-lock.json"));
    if !is_newer(&installed, &lock) {
        process::run(&mut npm_in(&folder, &["ci", "--no-audit", "--no-fund"])?)?;
    }
    npm_in(&folder, arguments)
}

fn npm_in(folder: &Path, arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new("npm");
    command.args(arguments).current_dir(folder);
    if let Some(node) = tools::node_for_web()? {
        let mut path = OsString::from(node);
        path.push(":");
        path.push(env::var_os("PATH").unwrap_or_default());
        command.env("PATH", path);
    }
    Ok(command)
}

fn folder() -> Result<PathBuf> {
    Ok(process::root()?.join("web"))
}

fn is_newer(this: &Path, that: &Path) -> bool {
    let changed = |path: &Path| fs::metadata(path).and_then(|found| found.modified());
    matches!((changed(this), changed(that)), (Ok(this), Ok(that)) if this >= that)
}

/// Names and contents of the sources, told apart by a hash: no fence against anybody, only against building twice.
fn fingerprint(folder: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for source in SOURCES {
        add(&folder.join(source), &mut hasher)?;
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn add(path: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    let unreadable = || format!("cannot read {}", path.display());
    if !path.is_dir() {
        path.file_name().hash(hasher);
        fs::read(path).with_context(unreadable)?.hash(hasher);
        return Ok(());
    }
    let mut inside: Vec<PathBuf> =
        fs::read_dir(path).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect()).with_context(unreadable)?;
    inside.sort();
    inside.iter().try_for_each(|path| add(path, hasher))
}
