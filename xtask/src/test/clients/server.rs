//! A server of one's own, with people in it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, anyhow};
use serde_json::Value;

use crate::process;

const WORKSPACE: &str = "clients";
const PEOPLE: [(&str, &str); 4] = [("admin", "Ada"), ("member", "Max"), ("guest", "Gil"), ("other", "Ora")];

/// A running server on a free port, with a data folder that goes away with it.
pub(super) struct Server {
    process: Child,
    folder: PathBuf,
    settings: Vec<(String, String)>,
}

impl Server {
    /// Makes the people, starts the server, and waits until it says where it listens.
    pub(super) fn start(binary: &Path) -> Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = process::target_dir()?.join("clients").join(format!("data-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let mut settings = people(binary, &folder)?;
        let mut process = command(binary, &folder, &["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn()?;
        let mut said = BufReader::new(process.stdout.take().context("the server's output is no pipe")?).lines().map_while(Result::ok);
        let url = said.find_map(|line| Some(line.split_once("http://")?.1.split_whitespace().next()?.to_owned()));
        settings.push(("AILERON_TEST_URL".to_owned(), format!("http://{}", url.unwrap_or_default())));
        let server = Self { process, folder, settings };
        if server.settings.iter().any(|(_, value)| value == "http://") { Err(anyhow!("the server does not start")) } else { Ok(server) }
    }

    /// Tells a program of the server and of the people.
    pub(super) fn tell<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.envs(self.settings.iter().map(|(name, value)| (name, value)))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// `aileron` with the settings of the tests and none of the environment's.
fn command(binary: &Path, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AILERON_")) {
        command.env_remove(name);
    }
    command.env_remove("DATABASE_URL").env("AILERON_DATA_DIR", folder).env("AILERON_API_RATE_LIMIT", "0");
    command.env("AILERON_METRICS_LISTEN", "").env("AILERON_LOG", "warn").args(arguments);
    command
}

/// Makes the accounts, the workspaces and a token for each; answers the variables that tell of them.
fn people(binary: &Path, folder: &Path) -> Result<Vec<(String, String)>> {
    let run = |arguments: &[&str]| process::output(&mut command(binary, folder, arguments));
    let address = |name: &str| format!("{name}@{WORKSPACE}.test");
    for (name, first) in PEOPLE {
        run(&["admin", "user", "create", "--email", &address(name), "--first-name", first, "--last-name", "Example"])?;
    }
    run(&["admin", "workspace", "create", "--slug", WORKSPACE, "--name", "Clients", "--owner", &address("admin")])?;
    run(&["admin", "workspace", "create", "--slug", "elsewhere", "--name", "Elsewhere", "--owner", &address("other")])?;
    for role in ["member", "guest"] {
        run(&["admin", "workspace", "add-member", "--slug", WORKSPACE, "--email", &address(role), "--role", role])?;
    }
    let token_of = |name: &str| -> Result<(String, String)> {
        let said = run(&["admin", "token", "create", "--email", &address(name), "--label", "tests", "--json"])?;
        let token = serde_json::from_str::<Value>(&said)?.get("token").and_then(Value::as_str).map(str::to_owned);
        Ok((format!("AILERON_TEST_{}", name.to_uppercase()), token.context("no token was printed")?))
    };
    PEOPLE.iter().map(|(name, _)| token_of(name)).collect()
}
