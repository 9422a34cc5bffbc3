//! What the tests need besides Rust: found where it is, installed where we may, asked for elsewhere.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// The folder with PostgreSQL's programs, installed first where that is possible.
pub(crate) fn postgres() -> Result<PathBuf> {
    if let Some(found) = find_postgres() {
        return Ok(found);
    }
    install("postgresql").context("PostgreSQL's server is needed for the tests")?;
    find_postgres().context("PostgreSQL was installed, but initdb is not to be found")
}

/// The tracer of system calls, with which tests see that commits reach the disk; installed first where that is possible.
pub(crate) fn strace() -> Result<()> {
    if in_path("strace") {
        return Ok(());
    }
    install("strace").context("strace is needed for the tests")
}

/// Whether a program of that name is in the path.
pub(crate) fn in_path(program: &str) -> bool {
    path_folders().iter().any(|folder| folder.join(program).is_file())
}

/// Whether we are the superuser of this machine.
pub(crate) fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|uid| uid.trim() == "0")
}

fn find_postgres() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| has_server(folder))
        .collect();
    versions.sort();
    versions.pop().map(|(_, folder)| folder).or_else(|| path_folders().into_iter().find(|folder| has_server(folder)))
}

fn has_server(folder: &Path) -> bool {
    ["initdb", "postgres", "psql", "pg_isready", "pg_ctl"].iter().all(|program| folder.join(program).is_file())
}

fn path_folders() -> Vec<PathBuf> {
    env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default()
}

fn install(package: &str) -> Result<()> {
    if !(is_root() && Path::new("/etc/debian_version").exists()) {
        bail!("please install {package} (Debian and Ubuntu: `sudo apt-get install {package}`), then run this again");
    }
    println!("installing {package}");
    process::run(Command::new("apt-get").args(["-q", "update"]))?;
    let mut apt = Command::new("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive").args(["-q", "-y", "--no-install-recommends", "install", package]);
    process::run(&mut apt)
}
