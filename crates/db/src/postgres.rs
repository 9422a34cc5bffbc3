//! Connections to PostgreSQL: prepared statements, the role without rights, checks at start.

use std::{collections::HashMap, sync::Arc};

use postgres::{Client, Config, NoTls, Statement, config::SslMode};
use sea_query::Values;
use sea_query_postgres::{PostgresValue, PostgresValues};

use crate::{Error, Result, sql};

/// Prepared statements kept a connection; dynamic filters make more texts than this only in unusual use.
const STATEMENTS: usize = 400;

pub(crate) struct PgConnection {
    client: Client,
    statements: HashMap<String, Statement>,
}

impl PgConnection {
    /// Connects as the login role, which owns the tables. For migrations.
    pub(crate) fn as_owner(url: &str) -> Result<Self> {
        let config: Config = url.parse().map_err(|error| Error::Unusable(format!("DATABASE_URL is not valid: {error}")))?;
        let connected = if config.get_ssl_mode() == SslMode::Disable {
            config.connect(NoTls)
        } else {
            config.connect(tokio_postgres_rustls::MakeRustlsConnect::new(tls()))
        };
        let client = connected.map_err(|error| Error::Unavailable(format!("cannot connect to PostgreSQL: {}", with_causes(&error))))?;
        Ok(Self { client, statements: HashMap::new() })
    }

    /// Connects and takes the role that sees one workspace at a time.
    pub(crate) fn as_app(url: &str) -> Result<Self> {
        let mut connection = Self::as_owner(url)?;
        connection.batch(sql::SESSION_SETTINGS)?;
        Ok(connection)
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
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

fn tls() -> rustls::ClientConfig {
    let roots = Arc::new(rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() });
    rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()
}

/// The message with the causes behind it: the driver's own says only "db error".
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
