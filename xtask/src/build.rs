//! `cargo xtask build`: the binary `aileron`.

use std::path::PathBuf;

use anyhow::Result;

use crate::process;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Build with optimisation, as it is shipped
    #[arg(long)]
    release: bool,
}

/// Builds and says where the binary is.
pub(crate) fn run(args: &Args) -> Result<()> {
    println!("{}", binary(args.release)?.display());
    Ok(())
}

/// Builds the server where needed and answers the path of its binary.
pub(crate) fn binary(release: bool) -> Result<PathBuf> {
    let mut cargo = process::cargo()?;
    cargo.args(["build", "--package", "aileron-server", "--bin", "aileron"]);
    if release {
        cargo.arg("--release");
    }
    process::run(&mut cargo)?;
    let profile = if release { "release" } else { "debug" };
    Ok(process::target_dir()?.join(profile).join(format!("aileron{}", std::env::consts::EXE_SUFFIX)))
}
