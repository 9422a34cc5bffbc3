//! The command line of `aileron`: one file a command.

use std::{io::Write as _, os::unix::fs::DirBuilderExt as _, path::PathBuf, process::ExitCode, sync::Arc};

use aileron_db::{Db, Settings, Told};
use aileron_kernel::{Refusal, SystemClock, SystemRandom};
use aileron_platform::config::Config;
use anyhow::{Context as _, Result, anyhow};
use clap::{Parser, Subcommand};
use serde_json::Value;

mod admin;
mod backup;
mod compat;
mod demo;
mod import;
mod jobs;
mod mail;
mod serve;
mod token;
mod user;
mod workspace;

/// How many transactions may wait for a thread before others are told to come back.
const QUEUE: usize = 1_000;

/// Project management and issue tracking in one program.
#[derive(Parser)]
#[command(name = "aileron", version)]
struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

/// Where the server keeps its data and settings.
#[derive(clap::Args)]
struct Place {
    /// Folder of the database, the uploaded files and the secret key
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// File with settings (TOML)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server
    Serve(serve::Args),
    /// Make accounts, workspaces and tokens, also while the server runs
    #[command(subcommand)]
    Admin(admin::Command),
    /// Bring work from other trackers; run again, it brings only what is new or changed
    #[command(subcommand)]
    Import(import::Command),
    /// Fill a workspace with believable example data
    Demo(demo::Args),
    /// Write everything into one file, also while the server runs
    Backup(backup::Backup),
    /// Bring an empty instance to the state of a backup
    Restore(backup::Restore),
    /// Move everything to another database
    Migrate(backup::Migrate),
    /// Look whether everything is as it should be; says so by its exit code too
    Doctor(backup::Doctor),
    /// Tell which endpoints of an integration with Plane are covered
    Compat(compat::Args),
    /// Print the description of the API (OpenAPI 3.1)
    Openapi,
}

impl Place {
    /// The settings, with what the command line says about them.
    fn config(&self) -> Result<Config> {
        let mut config = Config::load(self.config.as_deref())?;
        if let Some(data) = &self.data {
            config.data_dir.clone_from(data);
        }
        Ok(config)
    }
}

/// Runs the command that the arguments name.
pub fn run() -> ExitCode {
    // One provider for all TLS in the process, before anything can ask for it. It fails only if there is one already.
    aileron_platform::tls::choose_cryptography();
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Command::Serve(args) => serve::run(&arguments.place, &args),
        Command::Admin(command) => admin::run(&arguments.place, command),
        Command::Import(command) => import::run(&arguments.place, command),
        Command::Demo(args) => demo::run(&arguments.place, &args),
        Command::Backup(args) => backup::backup(&arguments.place, &args),
        Command::Restore(args) => backup::restore(&arguments.place, &args),
        Command::Migrate(args) => backup::migrate(&arguments.place, &args),
        Command::Doctor(args) => backup::examine(&arguments.place, &args),
        Command::Compat(args) => compat::run(&args),
        Command::Openapi => print(crate::openapi::document().trim_end()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "aileron: {}", one_line(&format!("{error:#}")));
            ExitCode::FAILURE
        }
    }
}

/// Prints a line. Unlike `println!`, it does not panic where nobody reads any more.
fn print(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).context("cannot print")
}

/// Errors are one line each, whoever wrote them.
fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Opens the database, making the folder and bringing the schema to this version where needed.
fn open(config: &Config, threads: usize) -> Result<Db> {
    open_and_tell(config, threads, None)
}

/// The same; somebody is told after each commit what it has brought.
fn open_and_tell(config: &Config, threads: usize, told: Option<Told>) -> Result<Db> {
    make_folder(config)?;
    Db::open(&settings(config, threads, told)).map_err(explained)
}

/// Makes the data folder, if it is not there.
fn make_folder(config: &Config) -> Result<()> {
    let folder = &config.data_dir;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.with_context(|| format!("cannot make the data folder {}", folder.display()))
}

/// Where the database is.
fn settings(config: &Config, threads: usize, told: Option<Told>) -> Settings {
    Settings {
        url: config.database_url.as_ref().map(|url| url.expose().to_owned()),
        ca_file: config.database_ca_file.clone(),
        path: config.sqlite_path(),
        threads,
        queue: QUEUE,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        told,
    }
}

/// An error of the database in the words of a command line.
fn explained(error: aileron_db::Error) -> anyhow::Error {
    match error {
        aileron_db::Error::Refused(refusal) => anyhow!(refused(&refusal)),
        other => other.into(),
    }
}

/// What was refused: the messages with the names of their fields.
fn refused(refusal: &Refusal) -> String {
    let Value::Object(fields) = &refusal.body else { return refusal.body.to_string() };
    let said = fields.iter().map(|(field, messages)| {
        let texts: Vec<&str> = match messages {
            Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
            other => other.as_str().into_iter().collect(),
        };
        if matches!(field.as_str(), "error" | "detail") { texts.join(" ") } else { format!("{field}: {}", texts.join(" ")) }
    });
    said.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_contradict_nothing() {
        use clap::CommandFactory as _;
        Arguments::command().debug_assert();
    }

    #[test]
    fn refusals_and_errors_are_one_line() {
        assert_eq!(refused(&Refusal::field("email", "Enter a valid email address.")), "email: Enter a valid email address.");
        assert_eq!(refused(&Refusal::error("No.")), "No.");
        assert_eq!(one_line("a\n  b\n\nc"), "a b c");
    }
}
