//! Settings: defaults, then a TOML file, then the environment (`DATABASE_URL` and `AILERON_*`). A name that nobody knows is an error.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use figment::{
    Figment,
    providers::{Env, Format as _, Serialized, Toml},
    value::UncasedStr,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{mail::Security, networks::Networks, proxies::Proxies};

const PREFIX: &str = "AILERON_";
/// Variables of the test suites, which are nobody's settings.
const RESERVED: &str = "test_";
/// Variables taken as they are. Others are read as TOML-like values, which would turn the password `007` into the number 7.
const TEXTS: &[&str] = &[
    "base_url",
    "blobs__access_key",
    "blobs__bucket",
    "blobs__endpoint",
    "blobs__region",
    "blobs__secret_key",
    "data_dir",
    "database_ca_file",
    "database_url",
    "log",
    "mail_templates",
    "nats_ca_file",
    "nats_url",
    "otlp_endpoint",
    "outgoing_allow",
    "secret_key",
    "smtp_ca_file",
    "smtp_from",
    "smtp_host",
    "smtp_password",
    "smtp_reply_to",
    "smtp_security",
    "smtp_user",
    "trusted_proxies",
];

/// The most that `max_file` may be: what fits into a bucket in the parts that files are sent in.
const LARGEST_FILE: u64 = 50 << 30;

/// Something that must not be shown: logs and error messages say `redacted`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself: for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("redacted")
    }
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Pretty,
    /// One JSON object a line.
    Json,
}

/// Where uploaded files are kept: `blobs = "file"`, or a table `[blobs]` with the settings of a bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BlobConfig {
    /// In the folder `files` of the data folder.
    #[default]
    File,
    /// In a bucket.
    S3(S3Config),
}

/// A bucket that speaks S3. In the environment: `AILERON_BLOBS__BUCKET` and so on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3Config {
    /// The bucket's name.
    pub bucket: String,
    /// The address of the service, if it is not Amazon's.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// The region.
    #[serde(default = "default_region")]
    pub region: String,
    /// The id of the access key.
    pub access_key: String,
    /// The access key.
    pub secret_key: Secret,
    /// The bucket's name in the path and not in the host name, as `MinIO` and most others want it.
    #[serde(default)]
    pub path_style: bool,
}

fn default_region() -> String {
    "us-east-1".to_owned()
}

/// All settings of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The folder with everything that is not in a database server or bucket.
    pub data_dir: PathBuf,
    /// The address of the API and web app.
    pub listen: SocketAddr,
    /// The address of `/metrics`; empty = off.
    #[serde(deserialize_with = "address_or_empty")]
    pub metrics_listen: Option<SocketAddr>,
    /// The address that people see, for links in mails: `https://aileron.example.com`. No slash at its end.
    pub base_url: Option<String>,
    /// The reverse proxies whose `X-Forwarded-For` is believed: `["10.0.0.0/8"]`, in the environment with commas.
    #[serde(skip_serializing, default)]
    pub trusted_proxies: Proxies,
    /// Networks inside which webhooks and other requests to addresses of users may go, at any port, although they are not public or the
    /// server's own: `["10.1.0.0/16"]`, in the environment with commas. By default none.
    #[serde(skip_serializing, default)]
    pub outgoing_allow: Networks,
    /// `postgres://...`; none = SQLite in the data folder.
    #[serde(skip_serializing)]
    pub database_url: Option<Secret>,
    /// Certificates (PEM) that PostgreSQL's may come from, beside those of the public authorities.
    pub database_ca_file: Option<PathBuf>,
    /// NATS servers over which processes on one PostgreSQL database tell each other what is new, with a comma between them: `nats://...`
    /// or `tls://...`; none = over the database.
    #[serde(skip_serializing)]
    pub nats_url: Option<Secret>,
    /// Certificates (PEM) that those of NATS may come from, beside those of the public authorities.
    pub nats_ca_file: Option<PathBuf>,
    /// The master key for secrets at rest: 32 bytes, hexadecimal or base64; none = `secret.key` in the data folder.
    #[serde(skip_serializing)]
    pub secret_key: Option<Secret>,
    /// Earlier master keys, which still open what they sealed.
    #[serde(skip_serializing, default)]
    pub previous_secret_keys: Vec<Secret>,
    /// Requests per minute and API key; 0 = no limit.
    pub api_rate_limit: u32,
    /// Requests per minute and service key; 0 = no limit.
    pub service_rate_limit: u32,
    /// The longest request body, in bytes.
    pub max_body: usize,
    /// The largest uploaded file, in bytes.
    pub max_file: u64,
    /// What is logged: `info`, `warn,aileron=debug` ...
    pub log: String,
    /// How log lines are written.
    pub log_format: LogFormat,
    /// An OpenTelemetry collector that takes traces over HTTP: `http://localhost:4318`.
    pub otlp_endpoint: Option<String>,
    /// Where uploaded files are kept.
    pub blobs: BlobConfig,
    /// The server that mails are given to; none = no mail.
    pub smtp_host: Option<String>,
    /// Its port; none = 587, with `tls` 465, with `none` 25.
    pub smtp_port: Option<u16>,
    /// How the connection to it is protected.
    pub smtp_security: Security,
    /// Certificates (PEM) that its may come from, beside those of the public authorities.
    pub smtp_ca_file: Option<PathBuf>,
    /// With which name the server signs in there.
    pub smtp_user: Option<String>,
    /// The password that goes with it.
    #[serde(skip_serializing)]
    pub smtp_password: Option<Secret>,
    /// From whom mails come: `Aileron <aileron@example.com>`.
    pub smtp_from: Option<String>,
    /// Where answers to mails go, if not there.
    pub smtp_reply_to: Option<String>,
    /// A folder with mail templates in the place of those that are built in.
    pub mail_templates: Option<PathBuf>,
    /// For how many days what was deleted stays in the trash; 0 = until somebody brings it back.
    pub trash_days: u32,
    /// Threads that read from SQLite; none = twice the number of cores.
    pub db_readers: Option<usize>,
    /// How many connections are open at a time; of four, three may be sockets.
    pub max_connections: usize,
    /// Seconds for which a server that is told to stop only says so at `/readyz`, until no proxy sends it anything any more. A second signal
    /// ends that early.
    pub drain_seconds: u64,
    /// Seconds that running requests get to finish when the server is told to stop.
    pub shutdown_grace_seconds: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("./data"),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8_000)),
            metrics_listen: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 9_464))),
            base_url: None,
            trusted_proxies: Proxies::default(),
            outgoing_allow: Networks::default(),
            database_url: None,
            database_ca_file: None,
            nats_url: None,
            nats_ca_file: None,
            secret_key: None,
            previous_secret_keys: Vec::new(),
            api_rate_limit: 60,
            service_rate_limit: 300,
            max_body: 5 * 1024 * 1024,
            max_file: 5 * 1024 * 1024,
            log: "info".to_owned(),
            log_format: LogFormat::Pretty,
            otlp_endpoint: None,
            blobs: BlobConfig::File,
            smtp_host: None,
            smtp_port: None,
            smtp_security: Security::Starttls,
            smtp_ca_file: None,
            smtp_user: None,
            smtp_password: None,
            smtp_from: None,
            smtp_reply_to: None,
            mail_templates: None,
            trash_days: 30,
            db_readers: None,
            max_connections: 2_048,
            drain_seconds: 0,
            shutdown_grace_seconds: 30,
        }
    }
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file that was named is not there or cannot be read.
    #[error("cannot read the configuration file {path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A name is unknown or a value has the wrong form.
    #[error("{0}; correct or remove this setting (settings come from the configuration file, DATABASE_URL and AILERON_* variables)")]
    Setting(Box<figment::Error>),
    /// A value is of the right form and yet of no use.
    #[error("the setting `{key}` {problem}")]
    Value {
        /// The setting.
        key: &'static str,
        /// What is wrong with it and what to write instead.
        problem: &'static str,
    },
}

impl Config {
    /// Reads the settings: defaults, then the file (if one is named, it must be there), then the environment of this process.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(path) = file {
            let text = std::fs::read_to_string(path).map_err(|source| ConfigError::File { path: path.to_owned(), source })?;
            figment = figment.merge(Toml::string(&text));
        }
        let config: Self = with_environment(figment).extract().map_err(|error| ConfigError::Setting(Box::new(error)))?;
        config.checked()
    }

    fn checked(mut self) -> Result<Self, ConfigError> {
        let refuse = |key, problem| Err(ConfigError::Value { key, problem });
        self.base_url = self.base_url.map(|url| url.trim_end_matches('/').to_owned()).filter(|url| !url.is_empty());
        if self.base_url.as_ref().is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://")) {
            return refuse("base_url", "must start with https:// or http://");
        }
        if self.max_body < 1_024 {
            return refuse("max_body", "is in bytes and must be at least 1024");
        }
        if self.max_file == 0 || self.max_file > LARGEST_FILE {
            return refuse("max_file", "is in bytes and must be at least 1 and at most 53687091200 (50 GiB)");
        }
        if self.db_readers == Some(0) {
            return refuse("db_readers", "must be at least 1; leave it out for twice the number of cores");
        }
        let is_postgres = |url: &Secret| url.expose().starts_with("postgres://") || url.expose().starts_with("postgresql://");
        if self.database_url.as_ref().is_some_and(|url| !is_postgres(url)) {
            return refuse("database_url", "must start with postgres://; leave it out for SQLite in the data folder");
        }
        if self.nats_url.is_some() && self.database_url.is_none() {
            return refuse("nats_url", "connects processes on one PostgreSQL database: set DATABASE_URL too, or leave it out");
        }
        if self.nats_url.as_ref().is_some_and(|url| !url.expose().split(',').all(is_nats)) {
            return refuse("nats_url", "must be addresses like nats://host:4222 or tls://host:4222, with a comma between them");
        }
        if self.max_connections < 16 {
            return refuse("max_connections", "must be at least 16");
        }
        Ok(self)
    }

    /// Whether others may reach this address while nothing says that they do so over HTTPS.
    pub fn is_open_without_https(&self, address: SocketAddr) -> bool {
        !address.ip().to_canonical().is_loopback() && !self.base_url.as_ref().is_some_and(|url| url.starts_with("https://"))
    }

    /// The SQLite database, used if there is no `database_url`.
    pub fn sqlite_path(&self) -> PathBuf {
        self.data_dir.join("aileron.db")
    }
}

/// Whether this is the address of a NATS server.
fn is_nats(address: &str) -> bool {
    url::Url::parse(address.trim()).is_ok_and(|url| matches!(url.scheme(), "nats" | "tls") && url.has_host())
}

/// Adds the environment. An empty variable is one that a service manager or compose file left open; only for `metrics_listen` does empty
/// mean something.
fn with_environment(mut figment: Figment) -> Figment {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let is_set = move |key: &str| key == "metrics_listen" || variable(&format!("{PREFIX}{}", key.to_ascii_uppercase())).is_some();
    let is_parsed = move |key: &UncasedStr| {
        let key = key.as_str().to_ascii_lowercase();
        !key.starts_with(RESERVED) && !TEXTS.contains(&key.as_str()) && is_set(&key)
    };
    if let Some(url) = variable("DATABASE_URL") {
        figment = figment.merge(Serialized::default("database_url", url));
    }
    for key in TEXTS {
        if let Some(text) = variable(&format!("{PREFIX}{}", key.to_ascii_uppercase())) {
            figment = figment.merge(Serialized::default(&key.replace("__", "."), text));
        }
    }
    figment.merge(Env::prefixed(PREFIX).filter(is_parsed).split("__"))
}

fn address_or_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SocketAddr>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?.unwrap_or_default();
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(serde::de::Error::custom) }
}

impl Serialize for BlobConfig {
    /// Only ever used for the default, so that no secret is written anywhere.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("file")
    }
}

impl<'de> Deserialize<'de> for BlobConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> serde::de::Visitor<'de> for Either {
            type Value = BlobConfig;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"file\" or the settings of an S3 bucket")
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<BlobConfig, E> {
                if word == "file" { Ok(BlobConfig::File) } else { Err(E::invalid_value(serde::de::Unexpected::Str(word), &self)) }
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<BlobConfig, A::Error> {
                S3Config::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(BlobConfig::S3)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
