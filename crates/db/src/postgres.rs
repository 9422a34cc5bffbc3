//! Connections to PostgreSQL: prepared statements, the role without rights, checks at start.

use std::{collections::HashMap, path::Path, time::Duration};

use postgres::{Client, NoTls, Statement, config::SslMode};
use sea_query::Values;
use sea_query_postgres::{PostgresValue, PostgresValues};
use tokio_postgres::Config;

use crate::{Error, Result, sql, trust::trusting};

/// Prepared statements kept a connection; dynamic filters make more texts than this only in unusual use.
const STATEMENTS: usize = 400;

pub(crate) struct PgConnection {
    client: Client,
    statements: HashMap<String, Statement>,
}

/// Where the database is, and whose certificate it may show.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) config: Config,
    pub(crate) tls: rustls::ClientConfig,
}

impl Server {
    /// A server by its URL. The certificates of the file are trusted beside those of the public authorities.
    pub(crate) fn new(url: &str, ca_file: Option<&Path>) -> Result<Self> {
        let mut config: Config = url.parse().map_err(|error| Error::Unusable(format!("DATABASE_URL is not valid: {error}")))?;
        notice_silence(&mut config);
        Ok(Self { config, tls: trusting(ca_file)? })
    }
}

/// A server that is gone without a word is noticed in seconds, unless the URL says otherwise: the system's own patience is hours.
fn notice_silence(config: &mut Config) {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(5));
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(Duration::from_secs(15));
    }
    if config.get_keepalives_idle() == Config::new().get_keepalives_idle() {
        config.keepalives_idle(Duration::from_secs(15));
    }
}

impl PgConnection {
    /// Connects as the login role, which owns the tables. For migrations.
    pub(crate) fn as_owner(Server { config, tls }: &Server) -> Result<Self> {
        let config = postgres::Config::from(config.clone());
        let connected = if config.get_ssl_mode() == SslMode::Disable {
            config.connect(NoTls)
        } else {
            config.connect(tokio_postgres_rustls::MakeRustlsConnect::new(tls.clone()))
        };
        let client = connected.map_err(|error| Error::Unavailable(format!("cannot connect to PostgreSQL: {}", with_causes(&error))))?;
        Ok(Self { client, statements: HashMap::new() })
    }

    /// Connects and takes the role that sees one workspace at a time.
    pub(crate) fn as_app(server: &Server) -> Result<Self> {
        let mut connection = Self::as_owner(server)?;
        connection.batch(sql::SESSION_SETTINGS)?;
        Ok(connection)
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// The driver itself, for what streams.
    pub(crate) const fn client(&mut self) -> &mut Client {
        &mut self.client
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        self.client.batch_execute(sql).map_err(|error| Error::from_postgres(sql, error))
    }

    pub(crate) fn execute(&mut self, sql: &str, values: Values) -> Result<u64> {
        let statement = self.prepared(sql)?;
        let values = bound(values);
        self.client.execute(&statement, &values.as_params()).map_err(|error| Error::from_postgres(sql, error))
    }

    pub(crate) fn query(&mut self, sql: &str, values: Values) -> Result<Vec<postgres::Row>> {
        let statement = self.prepared(sql)?;
        let values = bound(values);
        self.client.query(&statement, &values.as_params()).map_err(|error| Error::from_postgres(sql, error))
    }

    fn prepared(&mut self, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        if self.statements.len() >= STATEMENTS {
            self.statements.clear();
        }
        let statement = self.client.prepare(sql).map_err(|error| Error::from_postgres(sql, error))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

fn bound(values: Values) -> PostgresValues {
    PostgresValues(values.0.into_iter().map(PostgresValue).collect())
}

/// The message with the causes behind it: the driver's own says only "db error".
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
