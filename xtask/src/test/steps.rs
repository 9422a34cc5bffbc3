//! What each step runs.

use std::env;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::Counts;
use crate::postgres::{Cluster, Options};
use crate::{build, process, tools, web};

/// Always of the whole workspace: with other packages cargo unites other features, and builds all anew.
const UNIT_TESTS: &[&str] = &["--workspace", "--lib", "--bins"];
const API_TESTS: &[&str] = &["--workspace", "--test", "api"];
/// How many cases a property is tried with in a long run: properties over texts from outside are the fuzz targets.
const LONG_CASES: &str = "20000";

pub(super) fn tools(long: bool) -> Result<()> {
    println!("PostgreSQL: {}", tools::postgres()?.display());
    tools::strace()?;
    tools::nats()?;
    if long {
        tools::caddy()?;
    }
    tools::python()?;
    tools::openssl()?;
    super::clients::smtp_server()?;
    tools::node()?;
    tools::chromium()?;
    for component in ["fmt", "clippy"] {
        process::output(process::cargo()?.args([component, "--version"]))
            .with_context(|| format!("cargo {component} is missing: `rustup component add rustfmt clippy`"))?;
    }
    Ok(())
}

pub(super) fn fmt() -> Result<()> {
    process::run(process::cargo()?.args(["fmt", "--all", "--check"])).context("to repair it: cargo fmt --all")
}

pub(super) fn clippy() -> Result<()> {
    process::run(process::cargo()?.args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

pub(super) fn unit(long: bool, counts: &mut Counts) -> Result<()> {
    counts.run(&mut cargo_test(UNIT_TESTS, long)?)
}

pub(super) fn sqlite(long: bool, counts: &mut Counts) -> Result<()> {
    counts.run(cargo_test(API_TESTS, long)?.env("AILERON_TEST_DATABASE", "sqlite"))
}

/// Uses the cluster that `AILERON_TEST_POSTGRES` names, or makes one for the time of the tests.
pub(super) fn postgres(long: bool, counts: &mut Counts) -> Result<()> {
    let mut tests = cargo_test(API_TESTS, long)?;
    tests.env("AILERON_TEST_DATABASE", "postgres");
    // A test waits for the server half of the time.
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    tests.env("RUST_TEST_THREADS", (2 * cores).to_string());
    if env::var_os("AILERON_TEST_POSTGRES").is_some() {
        return counts.run(&mut tests);
    }
    // Built before the cluster starts, so that a compile error shows at once.
    process::run(process::cargo()?.args(["test", "--quiet", "--no-run"]).args(API_TESTS))?;
    let cluster = Cluster::start(&Options { port: None, durable: long })?;
    tests.env("AILERON_TEST_POSTGRES", cluster.url("postgres"));
    counts.run(&mut tests).with_context(|| format!("PostgreSQL's last words:\n{}", cluster.log()))
}

pub(super) fn web(long: bool, counts: &mut Counts) -> Result<()> {
    process::run(&mut web::npm(&["run", "--silent", "check"])?).context("to repair what can be: npm --prefix web run format")?;
    counts.run(&mut vitest("test", long)?)
}

pub(super) fn browser(long: bool, counts: &mut Counts) -> Result<()> {
    let binary = build::with_app(false)?;
    counts.run(vitest("e2e", long)?.env("AILERON_BIN", binary).env("AILERON_E2E_EMBEDDED", "1"))
}

/// Vitest, without colours, so that its closing line can be read.
fn vitest(script: &str, long: bool) -> Result<Command> {
    let mut npm = web::npm(&["run", "--silent", script])?;
    npm.env("NO_COLOR", "1").env("CI", "1");
    if long {
        npm.env("AILERON_TEST_LONG", "1");
    }
    Ok(npm)
}

pub(super) fn docs() -> Result<()> {
    let mut doc = process::cargo()?;
    doc.args(["doc", "--quiet", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D rustdoc::broken_intra_doc_links");
    process::run(&mut doc)
}

pub(super) fn deny() -> Result<()> {
    if !tools::in_path("cargo-deny") {
        process::run(process::cargo()?.args(["install", "--quiet", "--locked", "cargo-deny"]))?;
    }
    process::run(process::cargo()?.args(["deny", "check", "bans", "licenses", "sources"]))?;
    if process::run(process::cargo()?.args(["deny", "fetch"])).is_err() {
        println!("NOT CHECKED: security advisories (their database could not be fetched)");
        return Ok(());
    }
    process::run(process::cargo()?.args(["deny", "check", "advisories"]))
}

/// Tests that take minutes are named `long_*` and carry `#[ignore = "long"]`, so that a short run lists them as ignored.
fn cargo_test(which: &[&str], long: bool) -> Result<Command> {
    let mut cargo = process::cargo()?;
    cargo.args(["test", "--no-fail-fast"]).args(which);
    if long {
        cargo.env("PROPTEST_CASES", LONG_CASES).args(["--", "--include-ignored"]);
    }
    Ok(cargo)
}
