//! `cargo xtask serve`: a server of one's own, with one command.

use std::path::PathBuf;

use anyhow::Result;

use crate::{build, process};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Address and port to listen on
    #[arg(long, default_value = "127.0.0.1:8000")]
    listen: String,
    /// Folder of the database, the uploaded files and the secret key
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// Build with optimisation, as it is shipped
    #[arg(long)]
    release: bool,
}

/// Builds what is missing and becomes the server.
pub(crate) fn run(args: &Args) -> Result<()> {
    let binary = build::with_app(args.release)?;
    if let Some(port) = args.listen.strip_prefix("127.0.0.1:") {
        println!("Aileron: http://localhost:{port} (data in {})", args.data.display());
    }
    let mut server = process::command(binary)?;
    server.arg("serve").arg("--listen").arg(&args.listen).arg("--data").arg(&args.data);
    process::replace(&mut server)
}
