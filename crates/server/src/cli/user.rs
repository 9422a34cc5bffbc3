//! `aileron admin user`.

use std::io::BufRead as _;

use aileron_db::Unscoped;
use aileron_identity::{accounts, passwords::Passwords};
use aileron_kernel::{Refusal, SystemRandom, text};
use anyhow::{Context as _, Result, anyhow};
use serde_json::json;

use super::admin::{Operator, report};

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Make an account
    Create(Create),
}

#[derive(clap::Args)]
pub(super) struct Create {
    /// The address that the person signs in with
    #[arg(long)]
    email: String,
    #[arg(long)]
    first_name: String,
    #[arg(long, default_value = "")]
    last_name: String,
    /// What others see [default: the first name in small letters]
    #[arg(long, default_value = "")]
    display_name: String,
    /// Read the password from the first line of standard input; without it, the account has none and cannot sign in
    #[arg(long)]
    password_stdin: bool,
    /// The account may change the instance
    #[arg(long)]
    instance_admin: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(operator: &Operator, Command::Create(args): Command) -> Result<()> {
    check(&args).map_err(|refusal| anyhow!(super::refused(&refusal)))?;
    let password_hash = if args.password_stdin { Some(hashed(&args).await?) } else { None };
    let new = accounts::NewAccount {
        kind: "human",
        email: Some(args.email.trim().to_owned()),
        first_name: args.first_name.trim().to_owned(),
        last_name: args.last_name.trim().to_owned(),
        display_name: args.display_name.trim().to_owned(),
        password_hash,
        is_instance_admin: args.instance_admin,
    };
    let display_name = if new.display_name.is_empty() { text::key(&new.first_name) } else { new.display_name.clone() };
    let actor = operator.actor.clone();
    let made = operator.write(move |session| {
        let mut tx = session.unscoped_to_write(Unscoped::Operator)?;
        tx.lock_instance()?;
        let id = accounts::create(&mut tx, &actor, new.clone())?;
        // The operator vouches for the address.
        accounts::verify_email(&mut tx, &actor, id)?;
        Ok(id)
    });
    let id = made.await?;
    let json = json!({ "id": id, "email": args.email.trim(), "display_name": display_name });
    report(args.json, &json, &format!("Made the account {} ({id}).", args.email.trim()))
}

fn check(args: &Create) -> Result<(), Refusal> {
    accounts::check_email("email", args.email.trim())?;
    for (field, name) in [("first_name", &args.first_name), ("last_name", &args.last_name), ("display_name", &args.display_name)] {
        if name.chars().count() > aileron_kernel::fields::NAME {
            return Err(Refusal::field(field, "Ensure this field has no more than 255 characters."));
        }
    }
    if args.first_name.trim().is_empty() {
        return Err(Refusal::field("first_name", "This field may not be blank."));
    }
    Ok(())
}

async fn hashed(args: &Create) -> Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("cannot read the password")?;
    let password = line.trim_end_matches(['\r', '\n']);
    let known = vec![args.email.clone(), args.first_name.clone(), args.last_name.clone(), args.display_name.clone()];
    let passwords = Passwords::default();
    passwords.judge("password", password, known).await.map_err(super::explained)?;
    passwords.hash(password, &SystemRandom).await.map_err(super::explained)
}
