//! Connections to PostgreSQL: prepared statements, the role without rights, checks at start.

use std::{collections::HashMap, path::Path, sync::Arc, time::Duration};

use postgres::{Client, Config, NoTls, Statement, config::SslMode};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use sea_query::Values;
use sea_query_postgres::{PostgresValue, PostgresValues};

use crate::{Error, Result, sql};

/// Prepared statements kept a connection; dynamic filters make more texts than this only in unusual use.
const STATEMENTS: usize = 400;

pub(crate) struct PgConnection {
    client: Client,
    statements: HashMap<String, Statement>,
}

/// Where the database is, and whose certificate it may show.
#[derive(Clone)]
pub(crate) struct Server {
    config: Config,
    tls: rustls::ClientConfig,
}

impl Server {
    /// A server by its URL. The certificates of the file are trusted beside those of the public authorities.
    pub(crate) fn new(url: &str, ca_file: Option<&Path>) -> Result<Self> {
        let mut config: Config = url.parse().map_err(|error| Error::Unusable(format!("DATABASE_URL is not valid: {error}")))?;
        notice_silence(&mut config);
        Ok(Self { config, tls: tls(ca_file)? })
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

fn tls(ca_file: Option<&Path>) -> Result<rustls::ClientConfig> {
    let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(path) = ca_file {
        trust(&mut roots, path).map_err(|why| Error::Unusable(format!("cannot use the database's CA file {}: {why}", path.display())))?;
    }
    Ok(rustls::ClientConfig::builder().with_root_certificates(Arc::new(roots)).with_no_client_auth())
}

/// Adds the certificates of a PEM file. One without a certificate is a slip, not a wish.
fn trust(roots: &mut rustls::RootCertStore, path: &Path) -> Result<(), String> {
    let before = roots.len();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| error.to_string())? {
        let certificate = certificate.map_err(|error| error.to_string())?;
        roots.add(certificate).map_err(|error| error.to_string())?;
    }
    if roots.len() == before { Err("there is no certificate in it (PEM)".to_owned()) } else { Ok(()) }
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

#[cfg(test)]
mod tests {
    use super::{Server, trust};

    /// The authority of nobody; its key is thrown away.
    const CA: &str = "\
-----BEGIN CERTIFICATE-----
MIIBfDCCASGgAwIBAgIUdQJBCd5bsBmcZXzQrq/oT88+p/EwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHdGVzdCBDQTAgFw0yNjExMjMwMTI2MzZaGA8yMTI2MTAzMDAx
MjYzNlowEjEQMA4GA1UEAwwHdGVzdCBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABIKGwLQ6MJL5ES1XpeetUGanquZ8V6FAEULPgatde/ic07pYVQipI1Qa9p7B
QNADSQn5l9ZIxfCz7QL1IWtR6bCjUzBRMB0GA1UdDgQWBBRTbGwkO3SXC/qYCIy2
FRQhEl4SgDAfBgNVHSMEGDAWgBRTbGwkO3SXC/qYCIy2FRQhEl4SgDAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQDo4w8ICayVHmJUBbp+lz01HmFj
FcezQKG3WPOXDNhJ/AIhALJtVn3IhkiEraQdAJhpAfzvWUZ6ZSwbtEX00ZVhOiLv
-----END CERTIFICATE-----
";

    fn server(content: Option<&str>) -> Result<Server, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        if let Some(content) = content {
            std::fs::write(&path, content).unwrap();
        }
        Server::new("postgres://me@db/aileron", Some(&path)).map_err(|error| error.to_string())
    }

    #[test]
    fn authorities_of_the_operator_are_trusted_beside_the_public_ones() {
        let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        std::fs::write(&path, CA).unwrap();
        trust(&mut roots, &path).unwrap();
        assert_eq!(roots.len(), webpki_roots::TLS_SERVER_ROOTS.len() + 1);
        assert!(server(Some(CA)).is_ok());
    }

    #[test]
    fn a_file_that_is_no_authority_is_an_error_that_names_it() {
        let broken = CA.replace("MII", "AAA");
        for content in [None, Some(""), Some("no certificate"), Some(broken.as_str())] {
            let message = server(content).err().unwrap();
            assert!(message.contains("ca.pem"), "{message}");
        }
    }
}
