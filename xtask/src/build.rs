//! `cargo xtask build`: the binary `aileron`, with the web app in it.

use std::path::PathBuf;

use anyhow::Result;

use crate::{process, web};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Build with optimisation, as it is shipped
    #[arg(long)]
    release: bool,
}

/// Builds and says where the binary is.
pub(crate) fn run(args: &Args) -> Result<()> {
    println!("{}", with_app(args.release)?.display());
    Ok(())
}

/// Builds the web app and the server where needed and answers the path of the binary.
pub(crate) fn with_app(release: bool) -> Result<PathBuf> {
    web::build()?;
    binary(release)
}

/// Builds the server where needed and answers the path of its binary.
pub(crate) fn binary(release: bool) -> Result<PathBuf> {
    let mut cargo = process::cargo()?;
    cargo.args(["build", "--bin", "aileron"]);
    // One that is for users has no feature that only tests want; the other shares with the tests what is built.
    cargo.args(if release { &["--release", "--package", "aileron-server"][..] } else { &["--workspace"] });
    process::run(&mut cargo)?;
    let profile = if release { "release" } else { "debug" };
    Ok(process::target_dir()?.join(profile).join(format!("aileron{}", std::env::consts::EXE_SUFFIX)))
}
