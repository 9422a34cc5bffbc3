//! Databases to measure on, made by the same commands as everything else.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use aileron_db::{Db, Settings, Unscoped};
use aileron_identity::{accounts, tokens};
use aileron_kernel::{Action, Actor, ActorKind, Fields, Origin, Role, SystemClock, SystemRandom, Uuid};
use aileron_server::{backup, demo};
use aileron_testkit::wire;
use aileron_tracker::{members, projects, workspaces};
use anyhow::Result;
use postgres::{Client, NoTls};
use tempfile::TempDir;

use crate::child::{Server, Side};

/// A workspace with one project.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) slug: String,
    pub(crate) project: Uuid,
}

/// Somebody with a token.
pub(crate) struct Person {
    pub(crate) token: String,
}

/// A data folder or a database, and the token of somebody who may do everything in it.
pub(crate) struct Fixture {
    folder: TempDir,
    database: Option<Database>,
    pub(crate) token: String,
    pub(crate) places: Vec<Place>,
}

/// A database of a PostgreSQL cluster, dropped when it goes out of scope.
struct Database {
    cluster: String,
    name: String,
}

impl Place {
    /// The address of its items.
    pub(crate) fn items(&self) -> String {
        format!("/api/v1/workspaces/{}/projects/{}/work-items/", self.slug, self.project)
    }
}

impl Fixture {
    /// One workspace with one project for each of these numbers of items, in this cluster if there is one.
    pub(crate) fn with_items(cluster: Option<&str>, counts: &[u32]) -> Result<Self> {
        let counts = counts.to_vec();
        let made = Self::make(async move |db| {
            let mut places = Vec::new();
            let mut owner = Uuid::nil();
            for count in counts {
                let options = demo::Options { slug: format!("demo-{count}"), items: count, projects: 1, ..demo::Options::default() };
                eprintln!("making {count} items");
                let made = demo::fill(db, options.clone(), |_| {}).await?;
                owner = made.owner;
                places.push(Place { slug: options.slug, project: made.projects[0] });
            }
            Ok((owner, places))
        })?;
        match cluster {
            Some(cluster) => made.moved(cluster),
            None => Ok(made),
        }
    }

    /// The same rows in a PostgreSQL cluster.
    fn moved(self, cluster: &str) -> Result<Self> {
        let database = Database::create(cluster)?;
        let folder = self.folder.path();
        backup::move_to(&settings(folder, None), &settings(folder, Some(database.url())))?;
        // Otherwise it would happen at a time of its own.
        Client::connect(&database.url(), NoTls)?.batch_execute("VACUUM (ANALYZE)")?;
        Ok(Self { database: Some(database), ..self })
    }

    /// So many workspaces with an empty project each.
    pub(crate) fn with_workspaces(count: usize) -> Result<Self> {
        Self::make(async move |db| {
            let owner = account(db, "bench".to_owned()).await?;
            let mut places = Vec::new();
            for number in 0..count {
                let slug = format!("team-{number}");
                let project = workspace(db, owner, slug.clone()).await?;
                places.push(Place { slug, project });
            }
            Ok((owner, places))
        })
    }

    /// A workspace with an empty project and so many people in both, each with a token.
    pub(crate) fn with_people(count: usize) -> Result<(Self, Vec<Person>)> {
        let mut people = Vec::new();
        let fixture = Self::make(async |db| {
            let owner = account(db, "bench".to_owned()).await?;
            let slug = "team".to_owned();
            let project = workspace(db, owner, slug.clone()).await?;
            for number in 0..count {
                let user = account(db, format!("person{number}")).await?;
                join(db, owner, &slug, project, user).await?;
                people.push(Person { token: token(db, user).await? });
            }
            Ok((owner, vec![Place { slug, project }]))
        })?;
        Ok((fixture, people))
    }

    fn make(fill: impl AsyncFnOnce(&Db) -> Result<(Uuid, Vec<Place>)>) -> Result<Self> {
        let folder = tempfile::tempdir_in(parent())?;
        let db = Db::open(&settings(folder.path(), None))?;
        let runtime = tokio::runtime::Runtime::new()?;
        let (token, places) = runtime.block_on(async {
            let (owner, places) = fill(&db).await?;
            anyhow::Ok((token(&db, owner).await?, places))
        })?;
        // Closing moves everything into the one file.
        drop(db);
        wait_for_the_end(&folder.path().join("aileron.db-wal"));
        Ok(Self { folder, database: None, token, places })
    }

    /// A copy of the data folder for one of the servers.
    pub(crate) fn copy(&self) -> Result<TempDir> {
        let copy = tempfile::tempdir_in(parent())?;
        std::fs::copy(self.folder.path().join("aileron.db"), copy.path().join("aileron.db"))?;
        Ok(copy)
    }

    /// A server on a copy of the folder, or on the database, which both share.
    pub(crate) fn serve(&self, side: Side) -> Result<Server> {
        match &self.database {
            Some(database) => Server::start(side, tempfile::tempdir_in(parent())?, Some(&database.url())),
            None => Server::start(side, self.copy()?, None),
        }
    }

    /// The bytes of a GET with the token.
    pub(crate) fn get(&self, path: &str) -> Vec<u8> {
        wire::request("GET", path, Some(&self.token), None)
    }
}

impl Database {
    fn create(cluster: &str) -> Result<Self> {
        let name = format!("aileron_bench_{}", std::process::id());
        let how = "ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8' TEMPLATE template0";
        Client::connect(cluster, NoTls)?.batch_execute(&format!("CREATE DATABASE {name} {how}"))?;
        Ok(Self { cluster: cluster.to_owned(), name })
    }

    fn url(&self) -> String {
        let (server, _) = self.cluster.rsplit_once('/').expect("the URL ends with a database");
        format!("{server}/{}", self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let dropped = Client::connect(&self.cluster, NoTls)
            .and_then(|mut client| client.batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name)));
        if let Err(error) = dropped {
            eprintln!("the database {} stays: {error}", self.name);
        }
    }
}

fn settings(folder: &Path, url: Option<String>) -> Settings {
    let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
    Settings { url, ca_file: None, path: folder.join("aileron.db"), threads: 2, queue: 1_000, clock, random, told: None }
}

/// Where databases are made: beside this program, not in a file system that lives in memory.
pub(crate) fn parent() -> PathBuf {
    let program = std::env::current_exe().expect("this program has a path");
    program.parent().map(Path::to_path_buf).unwrap_or_default()
}

fn wait_for_the_end(wal: &Path) {
    for _ in 0..500 {
        if wal.metadata().map_or(0, |wal| wal.len()) == 0 {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

async fn account(db: &Db, name: String) -> Result<Uuid> {
    let made = db.write(move |session| {
        let mut tx = session.unscoped_to_write(Unscoped::Operator)?;
        let account = accounts::NewAccount {
            kind: "human",
            email: Some(format!("{name}@example.com")),
            first_name: "Bench".to_owned(),
            last_name: String::new(),
            display_name: String::new(),
            password_hash: None,
            is_instance_admin: false,
        };
        accounts::create(&mut tx, &accounts::operator("bench"), account)
    });
    Ok(made.await?)
}

async fn token(db: &Db, user: Uuid) -> Result<String> {
    let made = db.write(move |session| {
        let mut tx = session.unscoped_to_write(Unscoped::Operator)?;
        let token = tokens::NewToken {
            user,
            made_by: None,
            label: "bench".to_owned(),
            description: String::new(),
            scopes: Vec::new(),
            expires_at: None,
            is_service: false,
        };
        Ok(tokens::create(&mut tx, &accounts::operator("bench"), token)?.1)
    });
    Ok(made.await?)
}

async fn workspace(db: &Db, owner: Uuid, slug: String) -> Result<Uuid> {
    let made = db.write(move |session| {
        let actor = Actor { id: owner, kind: ActorKind::User, origin: Origin::Cli, mutation_id: None, request_id: "bench".to_owned() };
        let principal = aileron_db::Principal::proved(actor, Vec::new());
        let workspace = workspaces::commands::create(session, &principal, &slug, &slug)?;
        let mut tx = session.workspace_as_operator(&principal, workspace)?;
        let body = serde_json::json!({ "name": "Work", "identifier": "WORK" });
        projects::commands::create(&mut tx, &projects::fields::ProjectFields::read(Fields::of(body)?, true)?)
    });
    Ok(made.await?)
}

/// Puts somebody into a workspace and a project of it.
async fn join(db: &Db, owner: Uuid, slug: &str, project: Uuid, user: Uuid) -> Result<()> {
    let slug = slug.to_owned();
    let joined = db.write(move |session| {
        let actor = Actor { id: owner, kind: ActorKind::User, origin: Origin::Cli, mutation_id: None, request_id: "bench".to_owned() };
        let principal = aileron_db::Principal::proved(actor, Vec::new());
        let mut tx = session.workspace_to_write(&principal, &slug, Action::WorkspaceMembersWrite)?;
        workspaces::commands::add_member(&mut tx, user, Role::Member)?;
        members::commands::put(&mut tx.enter_as_admin(project)?, user, Role::Member).map(|_| ())
    });
    Ok(joined.await?)
}
