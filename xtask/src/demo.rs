//! `cargo xtask demo`: example data to look at and to measure with.

use std::path::PathBuf;

use anyhow::Result;

use crate::{build, process};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many work items to make
    #[arg(long, default_value_t = 600)]
    items: u32,
    /// Folder of the database; the one of `DATABASE_URL`, where set, is used instead
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// Build with optimisation: worth it from 10,000 items on
    #[arg(long)]
    release: bool,
    /// Further arguments, handed on as they are
    #[arg(last = true)]
    rest: Vec<String>,
}

/// Builds what is missing and fills the data folder.
pub(crate) fn run(args: &Args) -> Result<()> {
    let mut demo = process::command(build::binary(args.release)?)?;
    demo.arg("demo").arg("--items").arg(args.items.to_string()).arg("--data").arg(&args.data).args(&args.rest);
    process::run(&mut demo)
}
