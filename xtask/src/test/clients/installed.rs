//! The clients, and the SMTP server of the tests, installed in cargo's target folder: once for each list of versions.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::TESTS;
use crate::{process, tools};

/// The Python that knows the packages of the clients.
pub(super) fn python() -> Result<PathBuf> {
    packages(&process::root()?.join(TESTS).join("requirements.txt"), "python").context("the Python clients cannot be installed")
}

/// The Python that knows the packages of `tests/smtp/server.py`. The tests look for it where it is put.
pub(super) fn smtp() -> Result<PathBuf> {
    packages(&process::root()?.join("tests/smtp/requirements.txt"), "smtp").context("the SMTP server of the tests cannot be installed")
}

/// A Python of its own that knows the packages of a list.
fn packages(list: &Path, name: &str) -> Result<PathBuf> {
    tools::python()?;
    let folder = folder(name)?;
    let python = folder.join("bin/python");
    once(&folder, &[list], || {
        process::run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        let mut pip = Command::new(&python);
        // The list is complete; looking for more, pip would take newer versions of what is listed with extras, and refuse them.
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", "--requirement"]);
        pip.arg(list);
        process::run(&mut pip)
    })?;
    Ok(python)
}

/// The folder of Node modules that `package-lock.json` lists.
pub(super) fn node() -> Result<PathBuf> {
    tools::node()?;
    let lists = ["package.json", "package-lock.json"].map(|name| format!("{TESTS}/node/{name}"));
    let [package, lock] = lists.map(|path| process::root().map(|root| root.join(path)));
    let (package, lock) = (package?, lock?);
    let folder = folder("node")?;
    once(&folder, &[&package, &lock], || {
        for list in [&package, &lock] {
            fs::copy(list, folder.join(list.file_name().context("a list has a name")?))?;
        }
        process::run(Command::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]).current_dir(&folder))
    })
    .context("the Node client cannot be installed")?;
    Ok(folder.join("node_modules"))
}

fn folder(name: &str) -> Result<PathBuf> {
    Ok(process::target_dir()?.join("clients").join(name))
}

/// Does it in an empty folder, unless it was done for the same lists before.
fn once(folder: &Path, lists: &[&Path], install: impl FnOnce() -> Result<()>) -> Result<()> {
    let wanted = lists.iter().map(fs::read_to_string).collect::<Result<String, _>>()?;
    let done = folder.join("installed");
    if fs::read_to_string(&done).is_ok_and(|text| text == wanted) {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    install()?;
    Ok(fs::write(done, wanted)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installation_is_made_again_when_its_list_changed() -> Result<()> {
        let place = std::env::temp_dir().join(format!("aileron-xtask-{}", std::process::id()));
        fs::create_dir_all(&place)?;
        let (list, folder) = (place.join("list"), place.join("installed"));
        let mut times = 0;
        for text in ["one", "one", "two"] {
            fs::write(&list, text)?;
            once(&folder, &[&list], || {
                times += 1;
                Ok(())
            })?;
        }
        assert!(once(&folder, &[&place.join("missing")], || Ok(())).is_err());
        fs::remove_dir_all(&place)?;
        assert_eq!(times, 2);
        Ok(())
    }
}
