//! A server in a process of its own, and what it uses.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::Duration,
};

use aileron_testkit::program::{self, Place};
use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::backends::{Backends, named};

/// Which of the two servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Aileron.
    Ours,
    /// The baseline.
    Bare,
}

impl Side {
    const fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Bare => "bare",
        }
    }
}

/// A running server; killed when it goes out of scope.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pid: u32,
    backends: Option<Backends>,
    running: Running,
    /// Goes after the server.
    _folder: TempDir,
}

enum Running {
    /// Ends itself when it is dropped.
    Ours(#[allow(dead_code, reason = "kept for its end")] program::Server),
    Bare(Child),
}

impl Server {
    /// Starts a server on the data folder, or on the PostgreSQL database if there is a URL, and waits until it listens: ours is the real
    /// binary, the other one this program again.
    pub(crate) fn start(side: Side, folder: TempDir, url: Option<&str>) -> Result<Self> {
        let place = Place { folder: folder.path().to_owned(), url: url.map(|url| named(url, side.name())) };
        let backends = url.map(|url| Backends::of(url, side.name())).transpose()?;
        if side == Side::Ours {
            let server = place.serve(&[]);
            let (address, pid) = (server.address, server.pid());
            return Ok(Self { address, pid, backends, running: Running::Ours(server), _folder: folder });
        }
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("serve-bare").arg(&place.folder).args(&place.url);
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let mut said = BufReader::new(child.stdout.take().context("its output is a pipe")?).lines();
        let line = said.next().context("the server said nothing")??;
        let address = line.trim_start_matches("listening on ").parse()?;
        Ok(Self { address, pid: child.id(), backends, running: Running::Bare(child), _folder: folder })
    }

    /// Processor time that the process has used so far, user and system.
    pub(crate) fn cpu(&self) -> Duration {
        processor_time(self.pid, Times::Own)
    }

    /// The same of what PostgreSQL has used for it; nothing on SQLite.
    pub(crate) fn database_cpu(&self) -> Duration {
        self.backends.as_ref().map_or(Duration::ZERO, Backends::cpu)
    }

    /// Memory of its own, not backed by files, in MiB.
    pub(crate) fn memory(&self) -> f64 {
        memory_of(self.pid).expect("the server runs")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Running::Bare(child) = &mut self.running {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Whose time.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Times {
    /// The process.
    Own,
    /// The processes that it started and that have ended.
    OfEnded,
}

/// Processor time, user and system; none where the process has ended.
pub(crate) fn processor_time(pid: u32, whose: Times) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name of the process stands in parentheses and may hold anything; the fields after it are numbers.
    let first = if matches!(whose, Times::Own) { 11 } else { 13 };
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(first).take(2);
    let ticks: u64 = fields.map(|field| field.parse::<u64>().expect("a number")).sum();
    Duration::from_millis(ticks * 10)
}

/// Memory of a process of its own, not backed by files, in MiB; none where it has ended.
pub(crate) fn memory_of(pid: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1024.0)
}
