//! The tasks of this repository, run as `cargo xtask TASK`: build, serve, test, benchmarks and checks over the tree.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a task talks to the person who started it")]

mod bench;
mod build;
mod demo;
mod openapi;
mod postgres;
mod process;
mod serve;
mod signals;
mod test;
mod tidy;
mod tools;
mod web;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Tasks of the Aileron repository", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the server and run it on port 8000 with SQLite in ./data
    Serve(serve::Args),
    /// Build the server
    Build(build::Args),
    /// Lint, unit tests, integration tests on SQLite and PostgreSQL
    Test(test::Args),
    /// Run the checks over the tree that no compiler makes
    Tidy(tidy::Args),
    /// Start a throw-away PostgreSQL cluster and keep it until Ctrl-C
    Postgres(postgres::Args),
    /// Write ./openapi.json from the handlers
    Openapi,
    /// Fill ./data with believable example data
    Demo(demo::Args),
    /// Run benchmarks and print their tables
    Bench(bench::Args),
}

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> anyhow::Result<()> {
    match task {
        Task::Serve(args) => serve::run(&args),
        Task::Build(args) => build::run(&args),
        Task::Test(args) => test::run(&args),
        Task::Tidy(args) => tidy::run(&args),
        Task::Postgres(args) => postgres::run(&args),
        Task::Openapi => openapi::run(),
        Task::Demo(args) => demo::run(&args),
        Task::Bench(args) => bench::run(&args),
    }
}
