//! Brings a database to the schema of this version, forward only, and refuses what it does not know.

use std::path::Path;

use aileron_kernel::Clock;
use sea_query::{Value, Values};
use sha2::{Digest as _, Sha256};

use crate::{
    Dialect, Error, Result,
    conn::Conn,
    postgres::{PgConnection, Server},
    sql, sqlite,
};

struct Migration {
    version: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

impl Migration {
    const fn text(&self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        }
    }

    fn checksum(&self, dialect: Dialect) -> String {
        hex::encode(Sha256::digest(self.text(dialect).as_bytes()))
    }
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "first",
        sqlite: include_str!("../../../migrations/sqlite/0001_first.sql"),
        postgres: include_str!("../../../migrations/postgres/0001_first.sql"),
    },
    Migration {
        version: 2,
        name: "kept_documents",
        sqlite: include_str!("../../../migrations/sqlite/0002_kept_documents.sql"),
        postgres: include_str!("../../../migrations/postgres/0002_kept_documents.sql"),
    },
    Migration {
        version: 3,
        name: "files",
        sqlite: include_str!("../../../migrations/sqlite/0003_files.sql"),
        postgres: include_str!("../../../migrations/postgres/0003_files.sql"),
    },
    Migration {
        version: 4,
        name: "stickies_and_joining",
        sqlite: include_str!("../../../migrations/sqlite/0004_stickies_and_joining.sql"),
        postgres: include_str!("../../../migrations/postgres/0004_stickies_and_joining.sql"),
    },
    Migration {
        version: 5,
        name: "cycles_and_modules",
        sqlite: include_str!("../../../migrations/sqlite/0005_cycles_and_modules.sql"),
        postgres: include_str!("../../../migrations/postgres/0005_cycles_and_modules.sql"),
    },
    Migration {
        version: 6,
        name: "estimates_intake_and_personal",
        sqlite: include_str!("../../../migrations/sqlite/0006_estimates_intake_and_personal.sql"),
        postgres: include_str!("../../../migrations/postgres/0006_estimates_intake_and_personal.sql"),
    },
    Migration {
        version: 7,
        name: "files_in_order",
        sqlite: include_str!("../../../migrations/sqlite/0007_files_in_order.sql"),
        postgres: include_str!("../../../migrations/postgres/0007_files_in_order.sql"),
    },
    Migration {
        version: 8,
        name: "views_and_pages",
        sqlite: include_str!("../../../migrations/sqlite/0008_views_and_pages.sql"),
        postgres: include_str!("../../../migrations/postgres/0008_views_and_pages.sql"),
    },
    Migration {
        version: 9,
        name: "consumers_and_notifications",
        sqlite: include_str!("../../../migrations/sqlite/0009_consumers_and_notifications.sql"),
        postgres: include_str!("../../../migrations/postgres/0009_consumers_and_notifications.sql"),
    },
    Migration {
        version: 10,
        name: "trash_and_moves",
        sqlite: include_str!("../../../migrations/sqlite/0010_trash_and_moves.sql"),
        postgres: include_str!("../../../migrations/postgres/0010_trash_and_moves.sql"),
    },
    Migration {
        version: 11,
        name: "reads_and_analytics",
        sqlite: include_str!("../../../migrations/sqlite/0011_reads_and_analytics.sql"),
        postgres: include_str!("../../../migrations/postgres/0011_reads_and_analytics.sql"),
    },
    Migration {
        version: 12,
        name: "webhooks_and_exports",
        sqlite: include_str!("../../../migrations/sqlite/0012_webhooks_and_exports.sql"),
        postgres: include_str!("../../../migrations/postgres/0012_webhooks_and_exports.sql"),
    },
    Migration {
        version: 13,
        name: "webhook_events",
        sqlite: include_str!("../../../migrations/sqlite/0013_webhook_events.sql"),
        postgres: include_str!("../../../migrations/postgres/0013_webhook_events.sql"),
    },
    Migration {
        version: 14,
        name: "portable_rows_and_trash",
        sqlite: include_str!("../../../migrations/sqlite/0014_portable_rows_and_trash.sql"),
        postgres: include_str!("../../../migrations/postgres/0014_portable_rows_and_trash.sql"),
    },
    Migration {
        version: 15,
        name: "mail",
        sqlite: include_str!("../../../migrations/sqlite/0015_mail.sql"),
        postgres: include_str!("../../../migrations/postgres/0015_mail.sql"),
    },
    Migration {
        version: 16,
        name: "tries_of_codes",
        sqlite: include_str!("../../../migrations/sqlite/0016_tries_of_codes.sql"),
        postgres: include_str!("../../../migrations/postgres/0016_tries_of_codes.sql"),
    },
    Migration {
        version: 17,
        name: "automations",
        sqlite: include_str!("../../../migrations/sqlite/0017_automations.sql"),
        postgres: include_str!("../../../migrations/postgres/0017_automations.sql"),
    },
    Migration {
        version: 18,
        name: "trash_of_all_kinds",
        sqlite: include_str!("../../../migrations/sqlite/0018_trash_of_all_kinds.sql"),
        postgres: include_str!("../../../migrations/postgres/0018_trash_of_all_kinds.sql"),
    },
    Migration {
        version: 19,
        name: "failed_jobs",
        sqlite: include_str!("../../../migrations/sqlite/0019_failed_jobs.sql"),
        postgres: include_str!("../../../migrations/postgres/0019_failed_jobs.sql"),
    },
];

/// The version of the schema that this program works on.
pub const SCHEMA_VERSION: i64 = match MIGRATIONS.last() {
    Some(newest) => newest.version,
    None => 0,
};

/// Migrates the file and answers its writing connection.
pub(crate) fn sqlite(path: &Path, clock: &dyn Clock) -> Result<rusqlite::Connection> {
    let mut conn = Conn::Sqlite(sqlite::open_writer(path)?);
    conn.batch("BEGIN IMMEDIATE")?;
    let migrated = check_readable(&mut conn, path).and_then(|()| up_to(&mut conn, clock, SCHEMA_VERSION));
    match migrated {
        Ok(()) => conn.batch("COMMIT")?,
        Err(error) => {
            let _ = conn.batch("ROLLBACK");
            return Err(error);
        }
    }
    match conn {
        Conn::Sqlite(conn) => Ok(conn),
        Conn::Postgres(_) => Err(Error::Inconsistent("a SQLite connection turned into another".to_owned())),
    }
}

/// Refuses a file that is damaged or no database at all.
pub(crate) fn check_readable(conn: &mut Conn, path: &Path) -> Result<()> {
    let Conn::Sqlite(conn) = conn else { return Ok(()) };
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))
        .map(|_| ())
        .map_err(|error| sqlite::unusable(path, error))
}

/// Migrates the PostgreSQL database as its login role, then checks what the server works with.
pub(crate) fn postgres(server: &Server, clock: &dyn Clock) -> Result<()> {
    let mut conn = begin_postgres(server)?;
    up_to(&mut conn, clock, SCHEMA_VERSION)?;
    conn.batch("COMMIT")?;
    check_role(server)
}

/// Connects as the login role and begins a transaction that no other migration runs beside.
pub(crate) fn begin_postgres(server: &Server) -> Result<Conn> {
    let mut conn = Conn::Postgres(Box::new(PgConnection::as_owner(server)?));
    let settings = conn.query(sql::SERVER_SETTINGS, Values(vec![]), |row| Ok((row.take::<String>()?, row.take::<String>()?)))?;
    if let Some((encoding, _)) = settings.first()
        && encoding != "UTF8"
    {
        return Err(Error::Unusable(format!("the PostgreSQL database has encoding {encoding}; make one with ENCODING 'UTF8'")));
    }
    // One node migrates, the others wait.
    conn.batch("BEGIN; SELECT pg_advisory_xact_lock(4105201117)")?;
    conn.batch(
        "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'aileron_app') THEN CREATE ROLE aileron_app NOLOGIN; END IF; \
         IF NOT pg_has_role(current_user, 'aileron_app', CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END) \
         THEN EXECUTE format('GRANT aileron_app TO %I', current_user); END IF; END $$",
    )
    .map_err(without_right)?;
    Ok(conn)
}

/// What to do where the login role may not make the role that the server works as, or not take it on.
fn without_right(error: Error) -> Error {
    let denied = |source: &(dyn std::error::Error + 'static)| {
        source.downcast_ref::<::postgres::Error>().and_then(::postgres::Error::code)
            == Some(&::postgres::error::SqlState::INSUFFICIENT_PRIVILEGE)
    };
    match &error {
        Error::Statement { source, .. } if denied(source.as_ref()) => Error::Unusable(
            "the role that signs in to PostgreSQL may not make roles. Once, as a superuser: CREATE ROLE aileron_app NOLOGIN; \
             GRANT aileron_app TO the_role_of_DATABASE_URL;"
                .to_owned(),
        ),
        _ => error,
    }
}

fn check_role(server: &Server) -> Result<()> {
    let mut conn = Conn::Postgres(Box::new(PgConnection::as_app(server)?));
    let roles = conn.query(sql::EFFECTIVE_ROLE, Values(vec![]), |row| Ok((row.take::<bool>()?, row.take::<String>()?)))?;
    match roles.first() {
        Some((false, _)) => Ok(()),
        Some((true, role)) => Err(Error::Unusable(format!(
            "the effective role {role} is superuser or BYPASSRLS, so row-level security would not hold; use a role with neither"
        ))),
        None => Err(Error::Inconsistent("the current role is not in pg_roles".to_owned())),
    }
}

/// The migrations that were run on a database, with the checksums of their texts.
pub struct Applied {
    dialect: Dialect,
    run: Vec<(i64, String)>,
}

/// How a database differs from what this program knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// A migration that has not been run yet.
    Pending(i64, &'static str),
    /// One of a newer program.
    Unknown(i64),
    /// One that had another text.
    Other(i64, &'static str),
}

impl Applied {
    /// The version of the schema.
    pub fn version(&self) -> i64 {
        self.run.last().map_or(0, |(version, _)| *version)
    }

    /// How it differs from this program's.
    pub fn differences(&self) -> Vec<Difference> {
        let known = MIGRATIONS.iter().filter_map(|migration| match self.run.iter().find(|(version, _)| *version == migration.version) {
            Some((_, checksum)) if *checksum == migration.checksum(self.dialect) => None,
            Some(_) => Some(Difference::Other(migration.version, migration.name)),
            None => Some(Difference::Pending(migration.version, migration.name)),
        });
        let newer = self.run.iter().map(|(version, _)| *version).filter(|version| *version > SCHEMA_VERSION);
        known.chain(newer.map(Difference::Unknown)).collect()
    }

    /// Refuses a database of a newer program or of another history.
    pub fn check(&self) -> Result<()> {
        for difference in self.differences() {
            match difference {
                Difference::Unknown(newest) => {
                    return Err(Error::Unusable(format!(
                        "the database was written by a newer version of Aileron (schema {newest}, this program knows {SCHEMA_VERSION}): start that version"
                    )));
                }
                Difference::Other(version, name) => {
                    return Err(Error::Unusable(format!(
                        "migration {version} ({name}) of this database is another than this program's: the two do not belong together"
                    )));
                }
                Difference::Pending(..) => {}
            }
        }
        Ok(())
    }
}

/// What was run on a database.
pub(crate) fn applied(conn: &mut Conn) -> Result<Applied> {
    let dialect = conn.dialect();
    let run = conn.query("SELECT version, checksum FROM schema_migrations ORDER BY version", Values(vec![]), |row| {
        Ok((row.take::<i64>()?, row.take::<String>()?))
    })?;
    Ok(Applied { dialect, run })
}

/// Runs the migrations that were not run yet, those after this version left out.
pub(crate) fn up_to(conn: &mut Conn, clock: &dyn Clock, newest: i64) -> Result<()> {
    let dialect = conn.dialect();
    conn.batch(match dialect {
        Dialect::Sqlite => {
            "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, \
             applied_at INTEGER NOT NULL) STRICT"
        }
        Dialect::Postgres => {
            "CREATE TABLE IF NOT EXISTS schema_migrations (version bigint NOT NULL PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, \
             applied_at bigint NOT NULL)"
        }
    })?;
    let applied = applied(conn)?;
    applied.check()?;
    let pending = applied.differences();
    let is_wanted =
        |migration: &&Migration| migration.version <= newest && pending.contains(&Difference::Pending(migration.version, migration.name));
    MIGRATIONS.iter().filter(is_wanted).try_for_each(|migration| apply(conn, migration, clock))
}

fn apply(conn: &mut Conn, migration: &Migration, clock: &dyn Clock) -> Result<()> {
    tracing::info!(version = migration.version, name = migration.name, "migrating the database");
    let checksum = migration.checksum(conn.dialect());
    conn.batch(migration.text(conn.dialect()))?;
    conn.execute(
        "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
        Values(vec![Value::from(migration.version), Value::from(migration.name), Value::from(checksum), Value::from(clock.now().micros())]),
    )?;
    Ok(())
}
