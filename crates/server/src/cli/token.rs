//! `aileron admin token`.

use aileron_db::Unscoped;
use aileron_identity::tokens::{self, NewToken};
use aileron_kernel::{Clock as _, SystemClock, Time, permissions};
use anyhow::{Result, anyhow, bail};
use serde_json::json;

use super::admin::{Operator, account, report};

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Make an API token and print it once
    Create(Create),
}

#[derive(clap::Args)]
pub(super) struct Create {
    /// The address of the account that the token acts for
    #[arg(long)]
    email: String,
    /// What it is for
    #[arg(long)]
    label: String,
    /// What it may be used for, `area:read` or `area:write`; may be given several times [default: everything]
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// Until when: a date or a time such as 2027-01-01T00:00:00Z [default: for ever]
    #[arg(long, value_name = "TIME")]
    expires: Option<String>,
    /// Give it the higher rate limit of services
    #[arg(long)]
    service: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(operator: &Operator, Command::Create(args): Command) -> Result<()> {
    let label = args.label.trim().to_owned();
    if label.is_empty() || label.chars().count() > aileron_kernel::fields::NAME {
        bail!("label: Use 1 to 255 characters.");
    }
    let expires_at = args.expires.as_deref().map(time).transpose()?;
    let known = permissions::token_scopes();
    if let Some(unknown) = args.scopes.iter().find(|scope| !known.contains(scope.as_str())) {
        let known = known.into_iter().collect::<Vec<_>>().join(", ");
        bail!("scope: there is no scope {unknown}; there are {known}");
    }
    let (actor, email, scopes, is_service) = (operator.actor.clone(), args.email, args.scopes, args.service);
    let made = operator.write(move |session| {
        let user = account(session, &email)?;
        let mut tx = session.unscoped_to_write(Unscoped::Operator)?;
        let new = NewToken {
            user,
            made_by: None,
            label: label.clone(),
            description: String::new(),
            scopes: scopes.clone(),
            expires_at,
            is_service,
        };
        tokens::create(&mut tx, &actor, new)
    });
    let (id, token) = made.await?;
    report(args.json, &json!({ "id": id, "token": token }), &token)
}

fn time(text: &str) -> Result<Time> {
    let time = Time::parse(text).ok_or_else(|| anyhow!("expires: {text} is neither a date nor a time"))?;
    if time <= SystemClock.now() {
        bail!("expires: {text} has passed");
    }
    Ok(time)
}
