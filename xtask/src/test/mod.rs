//! `cargo xtask test`: everything that must hold before a change is merged, one step after the other.

mod clients;
mod counts;
mod steps;

use std::time::Instant;

use anyhow::{Result, bail};
use clap::ValueEnum;

use counts::Counts;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Also the tests that take their time, and cargo deny
    #[arg(long)]
    long: bool,
    /// Only this step; may be given more than once
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
}

/// The steps in their order: what fails fast comes first.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// Finds PostgreSQL, strace, NATS, Python, Node.js and Chromium, and an SMTP server; installs them where that is possible
    Tools,
    /// cargo fmt --check
    Fmt,
    /// The checks over the tree
    Tidy,
    /// cargo clippy, warnings are errors
    Clippy,
    /// Unit tests of every crate
    Unit,
    /// Integration tests on `SQLite`
    Sqlite,
    /// Integration tests on `PostgreSQL`, in a cluster of their own
    Postgres,
    /// Published clients of others: SDKs and the MCP server
    Clients,
    /// Inputs generated from openapi.json, with the keys of every role
    Schemas,
    /// The web app: types, lints, unit tests
    Web,
    /// The web app in Chromium, against a server of its own
    Browser,
    /// cargo doc: broken links are errors
    Docs,
    /// cargo deny: licences, bans, sources, advisories (with --long)
    Deny,
}

/// Runs the steps and ends with the sum of what the test runners counted.
pub(crate) fn run(args: &Args) -> Result<()> {
    let started = Instant::now();
    let mut counts = Counts::default();
    let mut failed = None;
    for step in Step::value_variants().iter().copied().filter(|step| args.wants(*step)) {
        let name = step.name();
        println!("==> {name}");
        let step_started = Instant::now();
        let outcome = step.run(args.long, &mut counts);
        let seconds = step_started.elapsed().as_secs_f64();
        match outcome {
            Ok(()) => println!("<== {name}: {seconds:.1} s\n"),
            Err(error) => {
                println!("<== {name}: FAILED after {seconds:.1} s\n");
                failed = Some(error.context(format!("step {name} failed; to repeat it alone: cargo xtask test --only {name}")));
                break;
            }
        }
    }
    println!("in {:.0} s", started.elapsed().as_secs_f64());
    println!("{counts}");
    match failed {
        Some(error) => Err(error),
        None if counts.failed > 0 => bail!("{} tests failed", counts.failed),
        None => Ok(()),
    }
}

impl Args {
    fn wants(&self, step: Step) -> bool {
        if self.only.is_empty() { self.long || step != Step::Deny } else { self.only.contains(&step) }
    }
}

impl Step {
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    fn run(self, long: bool, counts: &mut Counts) -> Result<()> {
        match self {
            Self::Tools => steps::tools(long),
            Self::Fmt => steps::fmt(),
            Self::Tidy => crate::tidy::check(),
            Self::Clippy => steps::clippy(),
            Self::Unit => steps::unit(long, counts),
            Self::Sqlite => steps::sqlite(long, counts),
            Self::Postgres => steps::postgres(long, counts),
            Self::Clients => clients::clients(counts),
            Self::Schemas => clients::schemas(long, counts),
            Self::Web => steps::web(long, counts),
            Self::Browser => steps::browser(long, counts),
            Self::Docs => steps::docs(),
            Self::Deny => steps::deny(),
        }
    }
}
