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

/// The NATS server over which processes tell each other what is new; installed first where that is possible.
pub(crate) fn nats() -> Result<()> {
    if in_path("nats-server") {
        return Ok(());
    }
    install("nats-server").context("nats-server is needed for the tests of several processes")
}

/// The proxy of `deploy/`, behind which long runs replace processes; installed first where that is possible.
pub(crate) fn caddy() -> Result<()> {
    if in_path("caddy") {
        return Ok(());
    }
    install("caddy").context("caddy is needed for the long tests of several processes")
}

/// What makes the certificates of the SMTP server of the tests; installed first where that is possible.
pub(crate) fn openssl() -> Result<()> {
    if in_path("openssl") {
        return Ok(());
    }
    install("openssl").context("openssl is needed for the tests of mail")
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

/// The oldest Node.js that builds and tests the web app.
const NODE_FOR_WEB: (u32, u32) = (20, 19);

/// Where a Node.js that is new enough for the web app lies, if the one in the path is not: from npm, in cargo's target folder.
pub(crate) fn node_for_web() -> Result<Option<PathBuf>> {
    node()?;
    let version = process::output(Command::new("node").arg("--version"))?;
    if node_version(&version).is_some_and(|found| found >= NODE_FOR_WEB) {
        return Ok(None);
    }
    let folder = process::target_dir()?.join("node");
    let programs = folder.join("node_modules").join(".bin");
    if !programs.join("node").is_file() {
        println!("installing Node.js 22, since this one is {}", version.trim());
        fs::create_dir_all(&folder)?;
        let mut npm = Command::new("npm");
        process::run(npm.args(["install", "--silent", "--no-audit", "--no-fund", "--no-save", "--prefix"]).arg(&folder).arg("node@22"))?;
    }
    Ok(Some(programs))
}

/// Of `v20.19.2` the first two numbers.
fn node_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().strip_prefix('v')?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// The browser in which the web app is tested; installed first where that is possible.
pub(crate) fn chromium() -> Result<()> {
    if in_path("chromium") {
        return Ok(());
    }
    install("chromium").context("Chromium is needed for the tests of the web app")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_node_are_compared_by_number() {
        assert_eq!(node_version("v20.19.2\n"), Some((20, 19)));
        assert_eq!(node_version("20.19.2"), None);
        assert!(node_version("v22.4.0") >= Some(NODE_FOR_WEB));
        assert!(node_version("v18.20.4") < Some(NODE_FOR_WEB));
    }
}
