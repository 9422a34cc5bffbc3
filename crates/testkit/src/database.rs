//! A fresh database for each test: a SQLite file, or a PostgreSQL database copied from a migrated template.
//!
//! `AILERON_TEST_DATABASE=sqlite|postgres` chooses; for the second `AILERON_TEST_POSTGRES` names a cluster.

use std::{
    sync::{
        Arc, LazyLock, OnceLock,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread,
};

use aileron_db::{Db, Settings, Told};
use aileron_kernel::{Clock, Random, SystemClock, SystemRandom};

/// A database that goes away with the last clone of this value.
#[derive(Clone)]
pub struct TestDatabase(Arc<Inner>);

struct Inner {
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

/// The name of the SQLite file in its folder.
const FILE: &str = "aileron.db";

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
    thread::scope(|scope| scope.spawn(run).join()).expect("the client's thread ends")
}

/// Databases that nobody wants any more. A thread of their own drops them: the server takes a tenth of a second to see that nobody is in one.
static DROPPED: LazyLock<mpsc::Sender<String>> = LazyLock::new(|| {
    let (unwanted, names) = mpsc::channel::<String>();
    thread::spawn(move || {
        for name in names {
            // Refused while the autovacuum is in it, whose process nobody but a superuser may end. It stays then.
            let _stays = try_admin(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    });
    unwanted
});

/// What databases of tests are copied from: the pages of a file, or the name of a database that nobody can connect to.
pub(crate) enum Template {
    File(Vec<u8>),
    Database(String),
}

impl Template {
    /// Takes a database that nobody writes to any more.
    pub(crate) fn of(database: &mut TestDatabase) -> Self {
        if database.url().is_some() {
            database.keep_out(true);
            // It stays where it is.
            let url = Arc::get_mut(&mut database.0).expect("nobody else has it").url.take();
            return url.and_then(|url| Some(Self::Database(url.rsplit_once('/')?.1.to_owned()))).expect("the URL names it");
        }
        // Not the file as it lies there: connections that close write once more.
        let (file, copy) = (rusqlite::Connection::open(database.file()).expect("the file opens"), database.folder().join("copy"));
        file.backup("main", &copy, None).expect("the file is copied");
        Self::File(std::fs::read(copy).expect("the copy can be read"))
    }

    /// A database like it.
    pub(crate) fn copy(&self) -> TestDatabase {
        match self {
            Self::File(pages) => {
                let database = TestDatabase::blank_file();
                std::fs::write(database.file(), pages).expect("the file is written");
                database
            }
            Self::Database(name) => TestDatabase::created(&format!("TEMPLATE {name}")),
        }
    }
}

/// One with today's schema and nothing else, made once a process.
fn migrated(clock: &Arc<dyn Clock>, random: &Arc<dyn Random>) -> &'static Template {
    static MIGRATED: OnceLock<Template> = OnceLock::new();
    MIGRATED.get_or_init(|| {
        let mut database = TestDatabase::blank();
        drop(database.open(clock, random, None));
        Template::of(&mut database)
    })
}

fn settings(url: Option<String>, folder: &std::path::Path, clock: &Arc<dyn Clock>, random: &Arc<dyn Random>) -> Settings {
    Settings {
        url,
        ca_file: None,
        path: folder.join(FILE),
        threads: 3,
        queue: 1_000,
        clock: clock.clone(),
        random: random.clone(),
        told: None,
    }
}

impl TestDatabase {
    /// Ends all connections to a PostgreSQL database and lets nobody connect to it, or lets them again.
    pub fn keep_out(&self, keep: bool) {
        let url = self.url().expect("a PostgreSQL database");
        let (_, name) = url.rsplit_once('/').expect("the URL ends with the database");
        admin(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {}", !keep));
        admin(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND usename = current_user"));
    }

    /// Makes one with today's schema.
    pub fn new(clock: &Arc<dyn Clock>, random: &Arc<dyn Random>) -> Self {
        migrated(clock, random).copy()
    }

    /// Makes one that nothing was ever written to, its schema included.
    pub fn blank() -> Self {
        if is_postgres() {
            Self::created("ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8' TEMPLATE template0")
        } else {
            Self::blank_file()
        }
    }

    fn created(how: &str) -> Self {
        let name = format!("aileron_test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::SeqCst));
        admin(&format!("CREATE DATABASE {name} {how}"));
        Self(Arc::new(Inner { folder: tempfile::tempdir().expect("a temporary folder"), url: Some(with_database(&name)) }))
    }

    /// The same on SQLite, whatever the tests run on.
    pub fn blank_file() -> Self {
        Self(Arc::new(Inner { folder: tempfile::tempdir().expect("a temporary folder"), url: None }))
    }

    /// Makes one with the system's clock and randomness, for servers in processes of their own.
    pub fn system() -> Self {
        let (clock, random): (Arc<dyn Clock>, Arc<dyn Random>) = (Arc::new(SystemClock), Arc::new(SystemRandom));
        Self::new(&clock, &random)
    }

    /// Opens it.
    pub fn open(&self, clock: &Arc<dyn Clock>, random: &Arc<dyn Random>, told: Option<Told>) -> Db {
        Db::open(&Settings { told, ..self.settings(clock, random) }).expect("the database opens")
    }

    /// Where it is.
    pub fn settings(&self, clock: &Arc<dyn Clock>, random: &Arc<dyn Random>) -> Settings {
        settings(self.0.url.clone(), self.folder(), clock, random)
    }

    /// The SQLite file.
    fn file(&self) -> std::path::PathBuf {
        self.folder().join(FILE)
    }

    /// The folder of the SQLite file.
    pub fn folder(&self) -> &std::path::Path {
        self.0.folder.path()
    }

    /// The URL of the PostgreSQL database.
    pub fn url(&self) -> Option<&str> {
        self.0.url.as_deref()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(name) = self.url.as_deref().and_then(|url| url.rsplit_once('/')).map(|(_, name)| name.to_owned()) {
            // What is left when the tests end goes with its cluster.
            let _ended = DROPPED.send(name);
        }
    }
}
