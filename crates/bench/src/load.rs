//! The load: clients that send one request after the other, each on its own connection.

use std::time::{Duration, Instant};

use aileron_testkit::wire::Connection;
use anyhow::{Result, ensure};

use crate::child::Server;

/// What one round showed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Round {
    /// Processor time of the server for a request, in microseconds.
    pub(crate) cpu: f64,
    /// Processor time of PostgreSQL for it, in microseconds; nothing on SQLite.
    pub(crate) database_cpu: f64,
    /// Requests a second.
    pub(crate) rate: f64,
    /// Half of the answers came within this, in microseconds.
    pub(crate) p50: f64,
    /// 99 of 100 answers came within this, in microseconds.
    pub(crate) p99: f64,
    /// The slowest answer, in microseconds.
    pub(crate) worst: f64,
    /// Memory of the server afterwards, in MiB.
    pub(crate) memory: f64,
}

/// Loads a server: `clients` connections, each sending what `request` makes of its number and the number of the request.
pub(crate) fn run(
    server: &Server,
    clients: usize,
    seconds: f64,
    status: u16,
    request: &(dyn Fn(usize, usize) -> Vec<u8> + Sync),
) -> Result<Round> {
    let time = Duration::from_secs_f64(seconds);
    // Connections and prepared statements are there before the clock runs.
    let mut connections = (0..clients).map(|_| Connection::open(server.address)).collect::<Result<Vec<_>, _>>()?;
    let before = (server.cpu(), server.database_cpu());
    let started = Instant::now();
    let mut times = std::thread::scope(|scope| {
        let running: Vec<_> = connections
            .iter_mut()
            .enumerate()
            .map(|(client, connection)| scope.spawn(move || one(connection, started, time, status, |number| request(client, number))))
            .collect();
        let mut times = Vec::new();
        for client in running {
            times.extend(client.join().expect("a client ends")?);
        }
        Ok::<_, anyhow::Error>(times)
    })?;
    let elapsed = started.elapsed().as_secs_f64();
    let (cpu, database_cpu) = (server.cpu().saturating_sub(before.0), server.database_cpu().saturating_sub(before.1));
    times.sort_unstable();
    let requests = times.len() as f64;
    let at = |share: f64| times[((requests - 1.0) * share) as usize].as_secs_f64() * 1e6;
    Ok(Round {
        cpu: cpu.as_secs_f64() * 1e6 / requests,
        database_cpu: database_cpu.as_secs_f64() * 1e6 / requests,
        rate: requests / elapsed,
        p50: at(0.5),
        p99: at(0.99),
        worst: at(1.0),
        memory: server.memory(),
    })
}

fn one(
    connection: &mut Connection,
    started: Instant,
    time: Duration,
    status: u16,
    request: impl Fn(usize) -> Vec<u8>,
) -> Result<Vec<Duration>> {
    let mut times = Vec::with_capacity(100_000);
    while started.elapsed() < time {
        let bytes = request(times.len());
        let sent = Instant::now();
        let got = connection.send(&bytes)?;
        times.push(sent.elapsed());
        ensure!(got == status, "{got}: {}", String::from_utf8_lossy(connection.body()));
    }
    Ok(times)
}

/// The answer to one request.
pub(crate) fn answer(server: &Server, request: &[u8]) -> Result<(u16, Vec<u8>)> {
    let mut connection = Connection::open(server.address)?;
    let status = connection.send(request)?;
    Ok((status, connection.body().to_vec()))
}
