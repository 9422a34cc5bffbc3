//! `aileron admin`: what the operator does without signing in, on the data folder or the database server.

use std::sync::Arc;

use aileron_db::{
    Db, ExprTrait as _, Principal, Session, Unscoped,
    schema::{USERS, WORKSPACES},
};
use aileron_identity::accounts;
use aileron_kernel::{Actor, Refusal, SystemClock, SystemRandom, Uuid, random, text};
use aileron_platform::{config::Config, metrics::Metrics, sealed::Sealer};
use anyhow::Result;
use serde_json::Value;

use super::{Place, jobs, mail, token, user, workspace};
use crate::mail::Post;

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Accounts
    #[command(subcommand)]
    User(user::Command),
    /// Workspaces and who is in them
    #[command(subcommand)]
    Workspace(workspace::Command),
    /// API tokens
    #[command(subcommand)]
    Token(token::Command),
    /// Mail
    #[command(subcommand)]
    Mail(mail::Command),
    /// Jobs that failed for good
    #[command(subcommand)]
    Jobs(jobs::Command),
    /// Events that a consumer of the log could not bear
    #[command(subcommand)]
    DeadLetters(jobs::Command),
}

/// What every command of the operator is given.
pub(super) struct Operator {
    pub(super) db: Db,
    pub(super) actor: Actor,
    config: Config,
}

impl Operator {
    /// The operator as the one who asks for a scope.
    pub(super) fn principal(&self) -> Principal {
        Principal::proved(self.actor.clone(), Vec::new())
    }

    /// The way of mails, as the settings say.
    pub(super) fn post(&self) -> Result<Post> {
        if self.config.smtp_host.is_none() {
            return Ok(Post::default());
        }
        let sealer = Sealer::from_config(&self.config, &SystemRandom)?;
        Ok(Post::open(&self.config, &sealer, Arc::new(SystemClock), Metrics::new()?)?)
    }

    /// Runs a closure that writes, with refusals in the words of a command line.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Session) -> aileron_db::Result<T> + Send + 'static,
    {
        self.db.write(work).await.map_err(super::explained)
    }
}

pub(super) fn run(place: &Place, command: Command) -> Result<()> {
    let config = place.config()?;
    let db = super::open(&config, 1)?;
    let request = random::new_id(aileron_kernel::Clock::now(&SystemClock), &SystemRandom).to_string();
    let operator = Operator { db, actor: accounts::operator(&request), config };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match command {
            Command::User(command) => user::run(&operator, command).await,
            Command::Workspace(command) => workspace::run(&operator, command).await,
            Command::Token(command) => token::run(&operator, command).await,
            Command::Mail(command) => mail::run(&operator, command).await,
            Command::Jobs(command) => jobs::jobs(&operator, command).await,
            Command::DeadLetters(command) => jobs::dead_letters(&operator, command).await,
        }
    })
}

/// Prints the outcome for programs or for people.
pub(super) fn report(as_json: bool, json: &Value, text: &str) -> Result<()> {
    if as_json { super::print(&json.to_string()) } else { super::print(text) }
}

/// The account with this address; the refusal names it.
pub(super) fn account(session: &mut Session, email: &str) -> aileron_db::Result<Uuid> {
    let mut tx = session.unscoped(Unscoped::Operator)?;
    accounts::by_email(&mut tx, email)?.ok_or_else(|| Refusal::error(format!("There is no account with the address {email}.")).into())
}

/// The account that has shown this address to be its own: what is given by address must not reach somebody else.
pub(super) fn proved_account(session: &mut Session, email: &str) -> aileron_db::Result<Uuid> {
    let id = account(session, email)?;
    let tx = &mut session.unscoped(Unscoped::Operator)?;
    let proved = tx.from(USERS).filter(USERS.col("id").eq(id).and(USERS.col("email_verified_at").is_not_null()));
    if tx.any(proved)? {
        return Ok(id);
    }
    let message = format!("Nobody has shown that the address {email} is his. `aileron admin user create` gives the account to its owner.");
    Err(Refusal::error(message).into())
}

/// The workspace with this name in addresses; the refusal names it.
pub(super) fn workspace(session: &mut Session, slug: &str) -> aileron_db::Result<Uuid> {
    let mut tx = session.unscoped(Unscoped::Operator)?;
    let select = tx.from(WORKSPACES).filter(WORKSPACES.col("slug_key").eq(text::key(slug))).expr(WORKSPACES.col("id"));
    let found = tx.optional::<(Uuid,)>(&select)?;
    found.map(|row| row.0).ok_or_else(|| Refusal::error(format!("There is no workspace {slug}.")).into())
}
