//! Mail, as the operator wants it: where it is handed in, and what sends it.

use std::sync::Arc;

use aileron_db::{self as db, Db, ExprTrait as _, Session, Unscoped, jobs::Job, schema::WORKSPACE_MEMBERS};
use aileron_identity::recipients;
use aileron_kernel::{Clock, Uuid};
use aileron_platform::{
    config::Config,
    jobs::Failure,
    mail::{self, Letter, MailError, Mailer, Outbox, Template, Templates},
    metrics::Metrics,
    sealed::Sealer,
};
use serde::Deserialize as _;

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

/// Sends a mail, unless nobody wants it any more: its time is over, or the account that it is for is locked out, has another address, or has
/// left the workspace, since it was handed in.
pub(crate) async fn send(db: Db, mailer: Option<Mailer>, sealer: Sealer, job: Job) -> Result<(), Failure> {
    let letter = Letter::deserialize(&job.payload).map_err(|error| Failure::Never(error.to_string()))?;
    let workspace = job.workspace_id;
    if !db.read(move |session| is_wanted(session, workspace, &letter)).await? {
        tracing::info!("nobody wants the mail any more");
        return Ok(());
    }
    mail::run(mailer, sealer, job).await
}

fn is_wanted(session: &mut Session, workspace: Option<Uuid>, letter: &Letter) -> db::Result<bool> {
    let mut tx = session.unscoped(Unscoped::Job)?;
    if letter.good_until.is_some_and(|end| end < tx.now().micros()) {
        return Ok(false);
    }
    let Some(account) = letter.to.account else { return Ok(true) };
    if recipients::proved(&mut tx, &[account])?.get(&account).is_none_or(|now| now.address != letter.to.address) {
        return Ok(false);
    }
    let Some(workspace) = workspace else { return Ok(true) };
    let of = |column| WORKSPACE_MEMBERS.col(column);
    let member = of("workspace_id").eq(workspace).and(of("member_id").eq(account)).and(of("is_active").eq(true));
    tx.any(tx.from(WORKSPACE_MEMBERS).filter(member))
}

/// All kinds of mail.
fn templates() -> Vec<&'static Template> {
    let all = mail::ALL.into_iter().chain(aileron_identity::mails::ALL).chain(aileron_tracker::mails::ALL);
    all.chain(aileron_integrations::mails::ALL).collect()
}
