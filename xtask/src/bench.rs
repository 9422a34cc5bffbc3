//! `cargo xtask bench [NAME]`: the benchmarks, always with optimisation.

use anyhow::Result;

use crate::process;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// api, analytics, write, search, import, start, webhooks or sockets; all of them when left out
    name: Option<String>,
    /// Further arguments, handed on as they are
    #[arg(last = true)]
    rest: Vec<String>,
}

/// Builds and runs the benchmarks.
pub(crate) fn run(args: &Args) -> Result<()> {
    let mut cargo = process::cargo()?;
    cargo.args(["run", "--release", "--package", "aileron-bench", "--"]).args(&args.name).args(&args.rest);
    process::run(&mut cargo)
}
