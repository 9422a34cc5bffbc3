//! The clients of others against a server of ours: `tests/clients/`.

mod installed;
mod server;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::Counts;
use crate::{build, process};
use server::Server;

/// Where the tests stand, from the root.
const TESTS: &str = "tests/clients";
/// How many generated requests a run makes, over all roles.
const CASES: u32 = 1_200;
const LONG_CASES: u32 = 50_000;

/// Installs the SMTP server that the integration tests send mails to.
pub(super) fn smtp_server() -> Result<PathBuf> {
    installed::smtp()
}

/// Drives the SDKs and the MCP server, each against a fresh server.
pub(super) fn clients(counts: &mut Counts) -> Result<()> {
    let python = installed::python()?;
    let modules = installed::node()?;
    let binary = build::binary(false)?;
    for folder in ["python", "mcp"] {
        let server = Server::start(&binary)?;
        counts.run(server.tell(pytest(&python, folder)?.args(["--quiet", "--tb=short"])))?;
    }
    let server = Server::start(&binary)?;
    let mut node = process::command("node")?;
    node.args(["--test", "--test-reporter=spec", &format!("{TESTS}/node/")]).env("NODE_PATH", modules);
    counts.run(server.tell(&mut node))
}

/// Sends what schemathesis makes of `openapi.json`.
pub(super) fn schemas(long: bool, counts: &mut Counts) -> Result<()> {
    let python = installed::python()?;
    let server = Server::start(&build::binary(false)?)?;
    let cases = if long { LONG_CASES } else { CASES };
    counts.run(server.tell(pytest(&python, "schemas")?.args(["--quiet", "--tb=short"]).env("AILERON_TEST_CASES", cases.to_string())))
}

/// pytest over one folder. It leaves nothing in the clone.
fn pytest(python: &Path, folder: &str) -> Result<Command> {
    let mut pytest = process::command(python)?;
    pytest.args(["-m", "pytest", "-p", "no:cacheprovider"]).arg(format!("{TESTS}/{folder}"));
    pytest.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONPATH", TESTS);
    Ok(pytest)
}
