//! A mail server in a process of its own, and what it took.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use aileron_platform::{config::Config, mail::Security};
use serde_json::Value;

/// The address under which people reach the server.
pub(crate) const BASE: &str = "https://aileron.test";

/// The server. It ends when this goes out of scope.
pub(crate) struct Smtp {
    process: Child,
    pub(crate) port: u16,
    folder: tempfile::TempDir,
}

/// A mail that was taken.
#[derive(Clone, Debug)]
pub(crate) struct Taken(Value);

impl Smtp {
    /// One that takes everything, on a free port.
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    pub(crate) fn with(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Path::new(env!("CARGO_MANIFEST_DIR")).join("../smtp/server.py");
        let mut process = Command::new(python())
            .arg(server)
            .arg(folder.path())
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the mail server starts: `cargo xtask test --only tools` installs what it needs");
        let mut said = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = said.next().expect("the mail server says its port").unwrap().parse().unwrap();
        Self { process, port, folder }
    }

    /// The settings of a server that gives its mails to this one.
    pub(crate) fn config(&self) -> Config {
        config(self.port)
    }

    /// The same for a process: what stands before its program.
    pub(crate) fn environment(&self) -> Vec<String> {
        let port = self.port;
        let settings = [format!("BASE_URL={BASE}"), "SMTP_HOST=127.0.0.1".to_owned(), format!("SMTP_PORT={port}")];
        let rest = ["SMTP_SECURITY=none", "SMTP_FROM=aileron@mail.test"].map(str::to_owned);
        settings.into_iter().chain(rest).map(|setting| format!("AILERON_{setting}")).collect()
    }

    /// The mails that were taken, in their order.
    pub(crate) fn taken(&self) -> Vec<Taken> {
        let files = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|ending| ending == "json")).collect();
        files.sort();
        files.into_iter().map(|path| Taken(serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())).collect()
    }

    /// The only mail that was taken.
    #[track_caller]
    pub(crate) fn one(&self) -> Taken {
        let taken = self.taken();
        assert_eq!(taken.len(), 1, "{taken:?}");
        taken[0].clone()
    }
}

/// The settings of a server that gives its mails to this port of this machine.
pub(crate) fn config(port: u16) -> Config {
    Config {
        base_url: Some(BASE.to_owned()),
        smtp_host: Some("127.0.0.1".to_owned()),
        smtp_port: Some(port),
        smtp_security: Security::None,
        smtp_from: Some("Aileron <aileron@mail.test>".to_owned()),
        ..Config::default()
    }
}

impl Taken {
    pub(crate) fn to(&self) -> &str {
        self.0["to"][0].as_str().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.0["headers"][name].as_str().unwrap_or_default()
    }

    pub(crate) fn subject(&self) -> &str {
        self.header("subject")
    }

    pub(crate) fn text(&self) -> &str {
        self.0["text"].as_str().unwrap()
    }

    pub(crate) fn html(&self) -> &str {
        self.0["html"].as_str().unwrap()
    }

    /// The mail as it was sent.
    pub(crate) fn raw(&self) -> &str {
        self.0["raw"].as_str().unwrap()
    }

    pub(crate) fn is_tls(&self) -> bool {
        self.0["is_tls"] == true
    }

    pub(crate) fn user(&self) -> Option<&str> {
        self.0["user"].as_str()
    }

    /// What stands behind this in the text, to the end of the word.
    #[track_caller]
    pub(crate) fn after(&self, start: &str) -> String {
        let (_, rest) = self.text().split_once(start).unwrap_or_else(|| panic!("{start} is not in {}", self.text()));
        rest.split_whitespace().next().unwrap_or_default().to_owned()
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The Python that knows the packages of `tests/smtp/requirements.txt`, in cargo's target folder.
fn python() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let python = own.ancestors().nth(3).unwrap().join("clients/smtp/bin/python");
    assert!(python.exists(), "{} is missing: `cargo xtask test --only tools` installs it", python.display());
    python
}
