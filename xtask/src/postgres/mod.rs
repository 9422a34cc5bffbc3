//! `cargo xtask postgres`: a throw-away PostgreSQL cluster, for a developer here and for the tests through [`Cluster`].

mod account;
mod cluster;

use std::thread;
use std::time::Duration;

use anyhow::Result;

pub(crate) use cluster::{Cluster, Options};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Port to listen on; a free one when left out
    #[arg(long)]
    port: Option<u16>,
    /// Write to the disk before acknowledging, as in production; slower
    #[arg(long)]
    durable: bool,
}

/// Starts a cluster and keeps it until Ctrl-C.
pub(crate) fn run(args: &Args) -> Result<()> {
    let mut cluster = Cluster::start(&Options { port: args.port, durable: args.durable })?;
    println!("tests:  AILERON_TEST_POSTGRES={}", cluster.url("postgres"));
    println!("server: DATABASE_URL={}", cluster.url("aileron"));
    println!("The cluster and its data vanish with Ctrl-C.");
    while cluster.is_running()? {
        thread::sleep(Duration::from_millis(500));
    }
    anyhow::bail!("PostgreSQL has stopped by itself:\n{}", cluster.log())
}
