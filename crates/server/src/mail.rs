//! Mail, as the operator wants it: where it is handed in, and what sends it.

use std::sync::Arc;

use aileron_kernel::Clock;
use aileron_platform::{
    config::Config,
    mail::{self, MailError, Mailer, Outbox, Template, Templates},
    metrics::Metrics,
    sealed::Sealer,
};

/// Both ends of the way of a mail.
#[derive(Clone, Debug, Default)]
pub struct Post {
    /// Where commands hand mails in.
    pub outbox: Outbox,
    /// What sends them; none: this server has no mail.
    pub mailer: Option<Mailer>,
}

impl Post {
    /// As the settings say. A template that cannot be used is an error.
    pub fn open(config: &Config, sealer: &Sealer, clock: Arc<dyn Clock>, metrics: Metrics) -> Result<Self, MailError> {
        let templates = Templates::new(config.mail_templates.as_deref(), &templates())?;
        let mailer = Mailer::of(config, templates, clock, metrics)?;
        let outbox = if mailer.is_some() { Outbox::open(sealer.clone()) } else { Outbox::default() };
        Ok(Self { outbox, mailer })
    }
}

/// All kinds of mail.
fn templates() -> Vec<&'static Template> {
    let all = mail::ALL.into_iter().chain(aileron_identity::mails::ALL).chain(aileron_tracker::mails::ALL);
    all.chain(aileron_integrations::mails::ALL).collect()
}
