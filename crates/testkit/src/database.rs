//! A fresh database for each test: a SQLite file, or a PostgreSQL database copied from a migrated template.
//!
//! `AILERON_TEST_DATABASE=sqlite|postgres` chooses; for the second `AILERON_TEST_POSTGRES` names a cluster.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicU32, Ordering},
};

use aileron_db::{Db, Reached, Settings};
use aileron_kernel::{Clock, Random, SystemClock, SystemRandom};

/// A database that goes away with this value.
pub struct TestDatabase {
    folder: tempfile::TempDir,
    url: Option<String>,
}

/// Whether the tests run on PostgreSQL.
pub fn is_postgres() -> bool {
    match std::env::var("AILERON_TEST_DATABASE").as_deref() {
        Ok("postgres") => true,
        Ok("sqlite") | Err(_) => false,
        Ok(other) => panic!("AILERON_TEST_DATABASE is sqlite or postgres, not {other}"),
    }
}

static TEMPLATE: OnceLock<String> = OnceLock::new();
static NUMBER: AtomicU32 = AtomicU32::new(0);

fn cluster() -> String {
    std::env::var("AILERON_TEST_POSTGRES").expect("AILERON_TEST_POSTGRES names a cluster, postgres://user@host:port/postgres")
}

fn with_database(name: &str) -> String {
    let cluster = cluster();
    let (server, _) = cluster.rsplit_once('/').expect("the URL ends with a database");
    format!("{server}/{name}")
}

fn admin(sql: &str) {
    try_admin(sql).expect(sql);
}

fn try_admin(sql: &str) -> Result<(), postgres::Error> {
    // The client waits by itself, which it cannot on a thread that runs async code.
    let run = || postgres::Client::connect(&cluster(), postgres::NoTls)?.batch_execute(sql);
    std::thread::scope(|scope| scope.spawn(run).join()).expect("the client's thread ends")
}

/// The migrated database that the others are copied from, made once a process.
fn template(clock: &Arc<dyn Clock>, random: &Arc<dyn Random>) -> &'static str {
    TEMPLATE.get_or_init(|| {
        let name = format!("aileron_template_{}", std::process::id());
        admin(&format!("DROP DATABASE IF EXISTS {name}"));
        admin(&format!("CREATE DATABASE {name} ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8' TEMPLATE template0"));
        let settings = settings(Some(with_database(&name)), std::path::Path::new("/nonexistent"), clock, random);
        drop(Db::open(&Settings { threads: 1, ..settings }).expect("the template migrates"));
        // Its connections end a moment after the threads do.
        let quit = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        admin(&quit);
        name
    })
}

fn settings(url: Option<String>, folder: &std::path::Path, clock: &Arc<dyn Clock>, random: &Arc<dyn Random>) -> Settings {
    Settings {
        url,
        ca_file: None,
        path: folder.join("aileron.db"),
        threads: 3,
        queue: 1_000,
        clock: clock.clone(),
        random: random.clone(),
        reached: None,
    }
}

impl TestDatabase {
    /// Ends all connections to a PostgreSQL database and lets nobody connect to it, or lets them again.
    pub fn keep_out(&self, keep: bool) {
        let url = self.url().expect("a PostgreSQL database");
        let (_, name) = url.rsplit_once('/').expect("the URL ends with the database");
        admin(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {}", !keep));
        admin(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"));
    }

    /// Makes one.
    pub fn new(clock: &Arc<dyn Clock>, random: &Arc<dyn Random>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = is_postgres().then(|| {
            let template = template(clock, random);
            let name = format!("aileron_test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::SeqCst));
            let make = format!("CREATE DATABASE {name} TEMPLATE {template}");
            admin(&make);
            with_database(&name)
        });
        Self { folder, url }
    }

    /// Makes one that nothing was ever written to, its schema included.
    pub fn blank() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = is_postgres().then(|| {
            let name = format!("aileron_test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::SeqCst));
            admin(&format!("CREATE DATABASE {name} ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8' TEMPLATE template0"));
            with_database(&name)
        });
        Self { folder, url }
    }

    /// The same on SQLite, whatever the tests run on.
    pub fn blank_file() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder"), url: None }
    }

    /// Makes one with the system's clock and randomness, for servers in processes of their own.
    pub fn system() -> Self {
        let (clock, random): (Arc<dyn Clock>, Arc<dyn Random>) = (Arc::new(SystemClock), Arc::new(SystemRandom));
        Self::new(&clock, &random)
    }

    /// Opens it.
    pub fn open(&self, clock: &Arc<dyn Clock>, random: &Arc<dyn Random>, reached: Option<Reached>) -> Db {
        Db::open(&Settings { reached, ..self.settings(clock, random) }).expect("the database opens")
    }

    /// Where it is.
    pub fn settings(&self, clock: &Arc<dyn Clock>, random: &Arc<dyn Random>) -> Settings {
        settings(self.url.clone(), self.folder.path(), clock, random)
    }

    /// The folder of the SQLite file.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The URL of the PostgreSQL database.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some(name) = self.url.as_deref().and_then(|url| url.rsplit_once('/')).map(|(_, name)| name.to_owned()) {
            // Refused while the autovacuum is in it, whose process nobody but a superuser may end. One that stays goes with its cluster.
            let _stays = try_admin(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}
