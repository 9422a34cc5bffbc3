//! The processes of PostgreSQL that work for a server.

use std::{sync::Mutex, time::Duration};

use anyhow::Result;
use postgres::{Client, NoTls};

use crate::child::{Times, processor_time};

/// The backends of one server, told from those of others by the name that it connects under. They run on this machine.
pub(crate) struct Backends {
    client: Mutex<Client>,
    name: &'static str,
    /// The process that all backends are children of.
    parent: u32,
}

/// The URL with which the backends of a server bear its name.
pub(crate) fn named(url: &str, name: &str) -> String {
    let mark = if url.contains('?') { '&' } else { '?' };
    format!("{url}{mark}application_name={name}")
}

impl Backends {
    /// Those that connect to this database under this name.
    pub(crate) fn of(url: &str, name: &'static str) -> Result<Self> {
        let mut client = Client::connect(url, NoTls)?;
        let own: i32 = client.query_one("SELECT pg_backend_pid()", &[])?.get(0);
        let stat = std::fs::read_to_string(format!("/proc/{own}/stat"))?;
        let parent = stat.rsplit(')').next().unwrap_or_default().split_whitespace().nth(1).unwrap_or_default().parse()?;
        Ok(Self { client: Mutex::new(client), name, parent })
    }

    /// Processor time that they have used so far. With it that of all processes which have ended: a query that is worked on by several
    /// starts its helpers, which end with it. What others had in there before a round, they have after it.
    pub(crate) fn cpu(&self) -> Duration {
        let backends = "SELECT pid FROM pg_stat_activity \
             WHERE datname = current_database() AND application_name = $1 AND backend_type = 'client backend'";
        let found = self.client.lock().expect("no panic").query(backends, &[&self.name]).expect("the statement runs");
        let pids = found.iter().map(|row| u32::try_from(row.get::<_, i32>(0)).expect("a number"));
        pids.map(|pid| processor_time(pid, Times::Own)).sum::<Duration>() + processor_time(self.parent, Times::OfEnded)
    }
}
