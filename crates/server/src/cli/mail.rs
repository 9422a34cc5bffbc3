//! `aileron admin mail`.

use aileron_identity::accounts;
use aileron_kernel::{Clock as _, SystemClock, SystemRandom, random};
use anyhow::{Context as _, Result, anyhow};

use super::admin::Operator;

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Send a mail now, and tell what the SMTP server answered
    Test(Test),
}

#[derive(clap::Args)]
pub(super) struct Test {
    /// Who gets it
    #[arg(long, value_name = "ADDRESS")]
    to: String,
}

pub(super) async fn run(operator: &Operator, command: Command) -> Result<()> {
    let Command::Test(Test { to }) = command;
    accounts::check_email("to", to.trim()).map_err(|refusal| anyhow!(super::refused(&refusal)))?;
    let mailer = operator.post()?.mailer.context("this server has no mail: set smtp_host (AILERON_SMTP_HOST)")?;
    let id = random::new_id(SystemClock.now(), &SystemRandom);
    let answer = mailer.test(id, to.trim()).await.context("the mail was not taken")?;
    super::print(&format!("The SMTP server took the mail: {answer}"))
}
