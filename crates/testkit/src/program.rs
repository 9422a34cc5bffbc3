//! The real binary in a process of its own.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

/// The path of `aileron`, built first if needed, with the profile of this program. Once a process.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        // Build scripts look at what cargo told this program about its own package, and half of the tree would be built anew.
        let own = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        for (name, _) in std::env::vars_os().filter(|(name, _)| own(&name.to_string_lossy())) {
            build.env_remove(name);
        }
        let built = build
            .args(["build", "--quiet", "--bin", "aileron", "--message-format", "json"])
            // With the packages that this program was built with: cargo unites their features, and nothing is built twice.
            .args(if cfg!(debug_assertions) { &["--workspace"][..] } else { &["--release", "-p", "aileron-server", "-p", "aileron-bench"] })
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
            .stderr(Stdio::inherit())
            .output()
            .expect("cargo runs");
        assert!(built.status.success(), "the binary is built");
        let said = built.stdout.lines().map(|line| line.expect("cargo prints text"));
        let paths =
            said.filter_map(|line| serde_json::from_str::<serde_json::Value>(&line).ok()?.get("executable")?.as_str().map(PathBuf::from));
        paths.last().expect("cargo names the binary")
    })
}

/// Where a server keeps its data.
#[derive(Clone)]
pub struct Place {
    /// The data folder.
    pub folder: PathBuf,
    /// The URL of a PostgreSQL database; none: SQLite in the folder.
    pub url: Option<String>,
}

impl Place {
    /// The binary with the settings of this place.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        self.configure(command.args(arguments));
        command
    }

    fn configure(&self, command: &mut Command) {
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AILERON_")) {
            command.env_remove(name);
        }
        command.env_remove("DATABASE_URL").env("AILERON_DATA_DIR", &self.folder).env("AILERON_API_RATE_LIMIT", "0");
        command.env("AILERON_METRICS_LISTEN", "").env("AILERON_LOG", "warn");
        command.envs(self.url.as_ref().map(|url| ("DATABASE_URL", url)));
    }

    /// Runs a command of the operator to its end and reads the JSON that it prints.
    pub fn run(&self, arguments: &[&str], stdin: &str) -> serde_json::Value {
        let mut child = self.command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the binary starts");
        child.stdin.take().expect("it reads").write_all(stdin.as_bytes()).expect("it reads");
        let done = child.wait_with_output().expect("it ends");
        assert!(done.status.success(), "{arguments:?} ends well");
        serde_json::from_slice(&done.stdout).unwrap_or(serde_json::Value::Null)
    }

    /// Starts a server, under another program (with its arguments) where one is given, and waits until it answers.
    pub fn serve(&self, under: &[&str]) -> Server {
        self.serve_as("all", under)
    }

    /// The same of a server that does only this part of the work.
    pub fn serve_as(&self, role: &str, under: &[&str]) -> Server {
        self.start(&["--listen", "127.0.0.1:0", "--role", role], under)
    }

    /// The same of a server that listens at this address.
    pub fn serve_at(&self, listen: &str, under: &[&str]) -> Server {
        self.start(&["--listen", listen], under)
    }

    fn start(&self, arguments: &[&str], under: &[&str]) -> Server {
        let mut command = match under {
            [] => Command::new(binary()),
            [program, rest @ ..] => {
                let mut command = Command::new(program);
                command.args(rest).arg(binary());
                command
            }
        };
        self.configure(command.arg("serve").args(arguments));
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let said = BufReader::new(child.stdout.take().expect("its output is a pipe")).lines().map_while(Result::ok);
        let mut addresses = said.filter_map(|line| line.split_once("http://")?.1.split_whitespace().next()?.parse().ok());
        let address = addresses.next().expect("the server says where it listens");
        Server { child, address }
    }
}

/// A running server. Killed when it goes out of scope.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// The process that was started: the server, or the program that it runs under.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Kills the server itself, without a chance to say goodbye, and waits for the end of what was started.
    pub fn kill(mut self) {
        let inner = std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", self.pid())).unwrap_or_default();
        let pids: Vec<&str> = inner.split_whitespace().collect();
        if pids.is_empty() {
            self.child.kill().expect("it can be killed");
        } else {
            signal("-KILL", &pids);
        }
        self.child.wait().expect("it ends");
    }

    /// Asks the server to stop.
    pub fn ask_to_stop(&self) {
        signal("-TERM", &[&self.pid().to_string()]);
    }

    /// Waits until it has ended: whether well.
    pub fn ended(mut self) -> bool {
        self.child.wait().expect("it ends").success()
    }

    /// Asks the server to stop and waits until it did.
    pub fn stop(self) {
        self.ask_to_stop();
        self.ended();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn signal(which: &str, pids: &[&str]) {
    // The shell's own: a small Debian has no program of that name.
    let kill = format!("kill {which} {}", pids.join(" "));
    assert!(Command::new("sh").args(["-c", &kill]).status().expect("the shell runs").success(), "the signal is sent");
}
