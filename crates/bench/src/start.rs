//! An empty folder: time until the first answer, migrations included, and memory at rest.

use std::time::{Duration, Instant};

use aileron_testkit::wire;
use anyhow::{Result, ensure};

use crate::{
    Effort,
    child::{Server, Side},
    figures::{Table, median},
    load::{self, Round},
};

/// Measures.
pub(crate) fn run(effort: Effort) -> Result<()> {
    let request = wire::request("GET", "/healthz", None, None);
    let mut rounds = Vec::new();
    for _ in 0..effort.rounds {
        let folder = tempfile::tempdir()?;
        let started = Instant::now();
        let server = Server::start(Side::Ours, folder, None)?;
        let (status, _) = load::answer(&server, &request)?;
        let first = started.elapsed().as_secs_f64() * 1e6;
        ensure!(status == 200, "the server is not healthy: {status}");
        let cpu = server.cpu().as_secs_f64() * 1e6;
        std::thread::sleep(Duration::from_secs(1));
        rounds.push(Round { cpu, rate: 1e6 / first, p50: first, p99: first, worst: first, memory: server.memory(), ..Round::default() });
    }
    let mut table = Table::default();
    table.alone("first answer on an empty folder, then a second of rest", median(&rounds));
    table.print("start", effort.json);
    Ok(())
}
