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

/// Python with its virtual environments, in which clients of the API are driven; installed first where that is possible.
pub(crate) fn python() -> Result<()> {
    let works = || process::output(Command::new("python3").args(["-c", "import venv, ensurepip"])).is_ok();
    if works() {
        return Ok(());
    }
    install("python3-venv").context("Python 3 with its module venv is needed for the tests of clients")?;
    if works() { Ok(()) } else { bail!("python3-venv was installed, but `python3 -c 'import venv, ensurepip'` fails") }
}

/// Node.js with npm, in which a client of the API is driven; installed first where that is possible.
pub(crate) fn node() -> Result<()> {
    for package in ["nodejs", "npm"].into_iter().zip(["node", "npm"]).filter(|(_, program)| !in_path(program)).map(|(package, _)| package) {
        install(package).context("Node.js 20 or newer with npm is needed for the tests of clients")?;
    }
    Ok(())
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
