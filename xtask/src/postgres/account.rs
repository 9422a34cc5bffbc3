//! The operating system account that PostgreSQL runs under: it refuses to run as root.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{process, tools};

/// Who runs PostgreSQL: ourselves, or the account `postgres` when we are root.
#[derive(Clone, Copy)]
pub(super) enum Account {
    Ourselves,
    Other { uid: u32, gid: u32 },
}

impl Account {
    /// The account to use, made first where it is missing.
    pub(super) fn find() -> Result<Self> {
        if !tools::is_root() {
            return Ok(Self::Ourselves);
        }
        if number("-u").is_err() {
            process::run(Command::new("useradd").args(["--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "postgres"]))
                .context("PostgreSQL does not run as root, and the account postgres could not be made")?;
        }
        Ok(Self::Other { uid: number("-u")?, gid: number("-g")? })
    }

    /// Gives the folder to the account.
    #[cfg(unix)]
    pub(super) fn own(self, folder: &Path) -> Result<()> {
        match self {
            Self::Ourselves => Ok(()),
            Self::Other { uid, gid } => std::os::unix::fs::chown(folder, Some(uid), Some(gid))
                .with_context(|| format!("cannot give {} to the account postgres", folder.display())),
        }
    }

    /// A program that will run under the account, in a folder it may enter.
    #[cfg(unix)]
    pub(super) fn command(self, program: &Path, folder: &Path) -> Command {
        use std::os::unix::process::CommandExt as _;
        let mut command = Command::new(program);
        command.current_dir(folder).env("LC_ALL", "C.UTF-8");
        if let Self::Other { uid, gid } = self {
            command.uid(uid).gid(gid);
        }
        command
    }

    #[cfg(not(unix))]
    pub(super) fn own(self, _folder: &Path) -> Result<()> {
        Ok(())
    }

    #[cfg(not(unix))]
    pub(super) fn command(self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder);
        command
    }
}

fn number(kind: &str) -> Result<u32> {
    let printed = process::output(Command::new("id").args([kind, "postgres"]))?;
    printed.trim().parse().context("`id` did not print a number")
}
