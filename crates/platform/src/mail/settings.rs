//! What the operator says of mail.

use std::{io, path::PathBuf, time::Duration};

use lettre::{
    AsyncSmtpTransport, Tokio1Executor,
    message::Mailbox,
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        extension::ClientId,
    },
};
use serde::{Deserialize, Serialize};

use super::TemplateError;
use crate::config::Config;

/// How long the SMTP server has for each of its answers.
const PATIENCE: Duration = Duration::from_secs(30);

/// How the connection to the SMTP server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// It begins readable and must become TLS before anything is said.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// Not at all: for a server on the same machine.
    None,
}

impl Security {
    const fn usual_port(self) -> u16 {
        match self {
            Self::Starttls => 587,
            Self::Tls => 465,
            Self::None => 25,
        }
    }
}

/// Why mail cannot be sent with these settings.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// A setting is of no use.
    #[error("the setting `{key}` {problem}")]
    Value {
        /// The setting.
        key: &'static str,
        /// What is wrong with it and what to write instead.
        problem: &'static str,
    },
    /// The certificates cannot be read.
    #[error("cannot read smtp_ca_file {path}: {source}", path = path.display())]
    Authority {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no TLS with that name or these certificates.
    #[error("smtp_host or smtp_ca_file cannot be used for TLS: {0}")]
    Tls(lettre::transport::smtp::Error),
    /// A template is missing or wrong.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

/// From whom mails come and to whom answers go.
pub(super) struct Sender {
    pub(super) from: Mailbox,
    pub(super) reply_to: Option<Mailbox>,
    /// The address that links begin with.
    pub(super) base: String,
}

/// The sender and the way to the server; none where no server is named.
pub(super) fn read(config: &Config) -> Result<Option<(Sender, AsyncSmtpTransport<Tokio1Executor>)>, MailError> {
    let Some(host) = &config.smtp_host else { return Ok(None) };
    let refuse = |key, problem| MailError::Value { key, problem };
    let base = config.base_url.clone().filter(|base| base.is_ascii());
    let base = base.ok_or_else(|| refuse("base_url", "must be set where smtp_host is, to an ASCII address: mails have links"))?;
    let from = config.smtp_from.as_deref().and_then(|from| from.parse::<Mailbox>().ok());
    let from = from.ok_or_else(|| refuse("smtp_from", "must be set where smtp_host is: `Aileron <aileron@example.com>`"))?;
    let reply_to = config.smtp_reply_to.as_deref().map(str::parse).transpose();
    let reply_to = reply_to.map_err(|_| refuse("smtp_reply_to", "must be an address: `team@example.com`"))?;
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
        // Servers that are strict refuse who names himself by a loopback address.
        .hello_name(ClientId::Domain(from.email.domain().to_owned()))
        .port(config.smtp_port.unwrap_or(config.smtp_security.usual_port()))
        .timeout(Some(PATIENCE))
        .tls(match config.smtp_security {
            Security::None => Tls::None,
            Security::Starttls => Tls::Required(tls(host, config)?),
            Security::Tls => Tls::Wrapper(tls(host, config)?),
        });
    match (&config.smtp_user, &config.smtp_password) {
        (Some(user), Some(password)) => builder = builder.credentials(Credentials::new(user.clone(), password.expose().to_owned())),
        (None, None) => {}
        _ => return Err(refuse("smtp_password", "and smtp_user go together")),
    }
    if config.smtp_security == Security::None && config.smtp_user.is_some() && !is_here(host) {
        return Err(refuse("smtp_security", "must be starttls or tls where smtp_user is set: the password would travel readable"));
    }
    Ok(Some((Sender { from, reply_to, base }, builder.build())))
}

/// Whether a server is on this machine.
fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn tls(host: &str, config: &Config) -> Result<TlsParameters, MailError> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(path) = &config.smtp_ca_file {
        let pem = std::fs::read(path).map_err(|source| MailError::Authority { path: path.clone(), source })?;
        builder = builder.add_root_certificate(Certificate::from_pem(&pem).map_err(MailError::Tls)?);
    }
    builder.build().map_err(MailError::Tls)
}
