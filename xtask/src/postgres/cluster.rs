//! A cluster in a temporary folder: made, started, stopped, removed.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::account::Account;
use crate::{process, signals, tools};

const START_WITHIN: Duration = Duration::from_mins(1);

/// How a cluster is to run.
#[derive(Default)]
pub(crate) struct Options {
    /// A free port is taken when there is none.
    pub(crate) port: Option<u16>,
    /// Whether to wait for the disk, as the tests of durability want.
    pub(crate) durable: bool,
}

/// A running cluster; it is stopped and removed when dropped or interrupted.
pub(crate) struct Cluster {
    port: u16,
    running: Arc<Mutex<Option<Running>>>,
    log: PathBuf,
}

impl Cluster {
    /// Makes a cluster, starts it, and makes the login role `aileron` with a database of the same name.
    pub(crate) fn start(options: &Options) -> Result<Self> {
        let programs = tools::postgres()?;
        let account = Account::find()?;
        let folder = new_folder(account)?;
        let port = options.port.map_or_else(free_port, Ok)?;
        let log = folder.join("log");
        let mut running = Running { programs, account, folder, child: None };
        running.initialise()?;
        running.launch(port, options.durable)?;
        let running = Arc::new(Mutex::new(Some(running)));
        let for_signal = Arc::clone(&running);
        signals::on_stop(move || drop(take(&for_signal)))?;
        let cluster = Self { port, running, log };
        cluster.wait_until_ready()?;
        cluster.make_login()?;
        Ok(cluster)
    }

    /// How to reach a database of this cluster as the login role, which owns what it makes and is no superuser.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://aileron@127.0.0.1:{}/{database}", self.port)
    }

    /// Whether the server process is still there.
    pub(crate) fn is_running(&mut self) -> Result<bool> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(child) = running.as_mut().and_then(|it| it.child.as_mut()) else { return Ok(false) };
        Ok(child.try_wait()?.is_none())
    }

    /// The last lines of the server's log.
    pub(crate) fn log(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines.get(lines.len().saturating_sub(20)..).unwrap_or_default().join("\n")
    }

    fn wait_until_ready(&self) -> Result<()> {
        let port = self.port.to_string();
        let started = Instant::now();
        while started.elapsed() < START_WITHIN {
            let ready = self.with(|running| {
                if running.child.as_mut().is_none_or(|child| !matches!(child.try_wait(), Ok(None))) {
                    bail!("PostgreSQL did not start:\n{}", self.log());
                }
                let mut probe = Command::new(running.programs.join("pg_isready"));
                probe.args(["-q", "-U", "postgres", "-d", "postgres", "-p", &port, "-h"]).arg(&running.folder);
                Ok(probe.status()?.success())
            })?;
            if ready {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!("PostgreSQL was not ready after {} s:\n{}", START_WITHIN.as_secs(), self.log())
    }

    fn make_login(&self) -> Result<()> {
        let port = self.port.to_string();
        self.with(|running| {
            let mut psql = Command::new(running.programs.join("psql"));
            psql.args(["-q", "-X", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", "postgres", "-p", &port, "-h"]).arg(&running.folder);
            psql.args(["-c", "CREATE ROLE aileron LOGIN CREATEROLE CREATEDB NOSUPERUSER NOBYPASSRLS"]);
            psql.args(["-c", "CREATE DATABASE aileron OWNER aileron"]);
            process::output(&mut psql).map(drop)
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Running) -> Result<T>) -> Result<T> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        work(running.as_mut().context("the cluster has been stopped")?)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(take(&self.running));
    }
}

fn take(running: &Mutex<Option<Running>>) -> Option<Running> {
    running.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// The files and the process behind a [`Cluster`]; dropping it stops the one and removes the others.
struct Running {
    programs: PathBuf,
    account: Account,
    folder: PathBuf,
    child: Option<Child>,
}

impl Running {
    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn initialise(&self) -> Result<()> {
        let mut initdb = self.account.command(&self.programs.join("initdb"), &self.folder);
        initdb.args(["--no-sync", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-U", "postgres", "-D"]).arg(self.data());
        process::output(&mut initdb).map(drop)
    }

    fn launch(&mut self, port: u16, durable: bool) -> Result<()> {
        let log = File::create(self.folder.join("log")).context("cannot make the log of PostgreSQL")?;
        let mut server = self.server();
        server.arg("-D").arg(self.data()).arg("-k").arg(&self.folder).args(["-p", &port.to_string()]);
        for setting in ["listen_addresses=127.0.0.1", "max_connections=300", "shared_buffers=256MB"] {
            server.args(["-c", setting]);
        }
        if !durable {
            server.args(["-c", "fsync=off", "-c", "full_page_writes=off"]);
        }
        server.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        self.child = Some(server.spawn().context("cannot start PostgreSQL")?);
        Ok(())
    }

    /// The server, told by the kernel to stop when we are killed, where there is the program that asks for that.
    fn server(&self) -> Command {
        let postgres = self.programs.join("postgres");
        let mut command = if cfg!(target_os = "linux") && tools::in_path("setpriv") {
            let mut wrapped = self.account.command(Path::new("setpriv"), &self.folder);
            wrapped.args(["--pdeathsig", "INT", "--"]).arg(postgres);
            wrapped
        } else {
            self.account.command(&postgres, &self.folder)
        };
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let mut stop = self.account.command(&self.programs.join("pg_ctl"), &self.folder);
            stop.args(["stop", "-s", "-w", "-m", "immediate", "-D"]).arg(self.data());
            if process::output(&mut stop).is_err() {
                let _ = child.kill();
            }
            let _ = child.wait();
        }
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("cannot remove {}: {error}", self.folder.display());
        }
    }
}

fn new_folder(account: Account) -> Result<PathBuf> {
    let folder = make_folder(&std::env::temp_dir())?;
    #[cfg(unix)]
    fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    account.own(&folder)?;
    Ok(folder)
}

/// A folder that was not there before: in containers, process numbers come back.
fn make_folder(parent: &Path) -> Result<PathBuf> {
    for attempt in 0..1000 {
        let folder = parent.join(format!("aileron-postgres-{}-{attempt}", std::process::id()));
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error).with_context(|| format!("cannot make {}", folder.display())),
        }
    }
    bail!("cannot make a new folder in {}: please empty it", parent.display())
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port on the loopback address")?;
    Ok(listener.local_addr()?.port())
}
