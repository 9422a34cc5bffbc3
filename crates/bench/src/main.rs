//! Benchmarks: Aileron against a bare server of the same frameworks, in one run and one profile.
//!
//! Ratios are what counts: both servers are child processes of this one, on copies of the same database, loaded by the
//! same client in turns. See `docs/benchmarks.md`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark talks to the person who started it")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a benchmark stops at the first surprise, as a test does"
)]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts and times are small"
)]

mod analytics;
mod api;
mod backends;
mod bare;
mod child;
mod figures;
mod fixture;
mod import;
mod load;
mod search;
mod sockets;
mod start;
mod webhooks;
mod write;

use std::path::PathBuf;

use aileron_testkit::program::Place;
use anyhow::Result;
use clap::{Parser, Subcommand};

/// On which database.
#[derive(clap::Args, Debug)]
struct On {
    /// A PostgreSQL cluster on this machine, by the URL of a database of somebody who may make others; without it SQLite
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
}

/// How long and how often is measured.
#[derive(clap::Args, Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// Rounds of each side; the table shows medians
    #[arg(long, default_value_t = 7, global = true)]
    rounds: usize,
    /// Seconds of load in each round
    #[arg(long, default_value_t = 2.0, global = true)]
    seconds: f64,
    /// Items of the large project
    #[arg(long, default_value_t = 100_000, global = true)]
    items: u32,
    /// JSON instead of tables
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Parser)]
#[command(name = "bench", about = "Benchmarks of Aileron against a bare server")]
struct Cli {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    effort: Effort,
}

#[derive(Subcommand)]
enum What {
    /// Lists and single items
    Api(On),
    /// Figures about a large project
    Analytics(On),
    /// Durable creates at 16 clients, on one workspace and on 16
    Write,
    /// Full-text search
    Search,
    /// The Jira import
    Import {
        /// Issues as Jira's REST API answers them, one a line, plain or gzip; without it made up ones
        file: Option<PathBuf>,
    },
    /// An empty folder: time to the first answer, memory at rest
    Start,
    /// How soon webhooks are told, under 200 changes a second
    Webhooks,
    /// 10, 100 and 1,000 sockets on one node: memory of each, time of a change
    Sockets,
    /// The bare server, for the benchmarks themselves
    #[command(hide = true)]
    ServeBare { folder: PathBuf, url: Option<String> },
}

fn main() -> Result<()> {
    let Cli { what, effort } = Cli::parse();
    match what {
        Some(What::Api(on)) => api::run(effort, on.postgres.as_deref()),
        Some(What::Analytics(on)) => analytics::run(effort, on.postgres.as_deref()),
        Some(What::Write) => write::run(effort),
        Some(What::Search) => search::run(effort),
        Some(What::Import { file }) => import::run(effort, file),
        Some(What::Start) => start::run(effort),
        Some(What::Webhooks) => webhooks::run(effort),
        Some(What::Sockets) => sockets::run(effort),
        Some(What::ServeBare { folder, url }) => bare::serve(&Place { folder, url }),
        None => {
            start::run(effort)?;
            api::run(effort, None)?;
            analytics::run(effort, None)?;
            search::run(effort)?;
            write::run(effort)?;
            webhooks::run(effort)?;
            sockets::run(effort)?;
            import::run(effort, None)
        }
    }
}
