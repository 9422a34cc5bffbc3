//! A server in a process of its own, and what it uses.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use aileron_testkit::program::{self, Place};
use anyhow::{Context as _, Result};

/// Which of the two servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Aileron.
    Ours,
    /// The baseline.
    Bare,
}

/// A running server; killed when it goes out of scope.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pid: u32,
    running: Running,
}

enum Running {
    /// Ends itself when it is dropped.
    Ours(#[allow(dead_code, reason = "kept for its end")] program::Server),
    Bare(Child),
}

impl Server {
    /// Starts a server on the data folder and waits until it listens: ours is the real binary, the other one this program again.
    pub(crate) fn start(side: Side, folder: &Path) -> Result<Self> {
        if side == Side::Ours {
            let server = Place { folder: folder.to_owned(), url: None }.serve(&[]);
            return Ok(Self { address: server.address, pid: server.pid(), running: Running::Ours(server) });
        }
        let mut child = Command::new(std::env::current_exe()?).arg("serve-bare").arg(folder).stdout(Stdio::piped()).spawn()?;
        let mut said = BufReader::new(child.stdout.take().context("its output is a pipe")?).lines();
        let line = said.next().context("the server said nothing")??;
        let address = line.trim_start_matches("listening on ").parse()?;
        Ok(Self { address, pid: child.id(), running: Running::Bare(child) })
    }

    /// Processor time that the process has used so far, user and system.
    pub(crate) fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid)).expect("the server runs");
        // The name of the process stands in parentheses and may hold anything; the fields after it are numbers.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks: u64 = [11, 12].iter().map(|at| fields[*at].parse::<u64>().expect("a number")).sum();
        Duration::from_millis(ticks * 10)
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

/// Memory of a process of its own, not backed by files, in MiB; none where it has ended.
pub(crate) fn memory_of(pid: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1024.0)
}
