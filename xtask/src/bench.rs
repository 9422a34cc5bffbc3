//! `cargo xtask bench [NAME]`: the benchmarks, always with optimisation.

use anyhow::Result;

use crate::{
    postgres::{Cluster, Options},
    process,
};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// api, analytics, write, search, import, start, webhooks or sockets; all of them when left out
    name: Option<String>,
    /// Run it (api or analytics) on a PostgreSQL cluster of its own, which writes to the disk as in production
    #[arg(long, requires = "name")]
    postgres: bool,
    /// Further arguments, handed on as they are
    #[arg(last = true)]
    rest: Vec<String>,
}

/// Builds and runs the benchmarks.
pub(crate) fn run(args: &Args) -> Result<()> {
    let mut cargo = process::cargo()?;
    cargo.args(["run", "--release", "--package", "aileron-bench", "--"]).args(&args.name);
    let cluster = if args.postgres { Some(Cluster::start(&Options { port: None, durable: true })?) } else { None };
    cargo.args(cluster.iter().flat_map(|cluster| ["--postgres".to_owned(), cluster.url("postgres")]));
    process::run(cargo.args(&args.rest))
}
