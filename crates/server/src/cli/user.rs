//! `aileron admin user`.

use std::io::BufRead as _;

use aileron_db::Unscoped;
use aileron_identity::{accounts, passwords::Passwords, upkeep};
use aileron_kernel::{Refusal, SystemRandom, text};
use aileron_platform::mail::Outbox;
use anyhow::{Context as _, Result, anyhow};
use serde_json::json;

use super::admin::{Operator, account, report};

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Make an account, or give one whose address nobody has proved to be his to the owner of the address
    Create(Create),
    /// Lock an account out: its sessions end, its tokens are refused
    Deactivate(Which),
    /// Let a deactivated account in again
    Activate(Which),
    /// Give an account another password, read from the first line of standard input, and end its sessions
    SetPassword(Which),
    /// Let an account change the instance
    GrantInstance(Which),
    /// Let an account change the instance no longer
    RevokeInstance(Which),
}

#[derive(clap::Args)]
pub(super) struct Which {
    /// The address of the account
    #[arg(long)]
    email: String,
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

pub(super) async fn run(operator: &Operator, command: Command) -> Result<()> {
    match command {
        Command::Create(args) => create(operator, args).await,
        Command::Deactivate(which) => set_active(operator, which, false).await,
        Command::Activate(which) => set_active(operator, which, true).await,
        Command::SetPassword(which) => set_password(operator, which).await,
        Command::GrantInstance(which) => set_instance_admin(operator, which, true).await,
        Command::RevokeInstance(which) => set_instance_admin(operator, which, false).await,
    }
}

async fn set_active(operator: &Operator, Which { email }: Which, is_active: bool) -> Result<()> {
    // Nobody stays because mail is set up wrong.
    let without = |error: anyhow::Error| {
        tracing::warn!(error = %format!("{error:#}"), "no mail is sent of it");
        Outbox::default()
    };
    let outbox = operator.post().map_or_else(without, |post| post.outbox);
    let (actor, address) = (operator.actor.clone(), email.clone());
    let done = operator.write(move |session| {
        let user = account(session, &address)?;
        upkeep::set_active(&mut session.unscoped_to_write(Unscoped::Operator)?, &actor, user, is_active, &outbox)
    });
    let word = if is_active { "active" } else { "deactivated" };
    super::print(&if done.await? { format!("{email} is {word}.") } else { format!("{email} was {word} already.") })
}

async fn set_instance_admin(operator: &Operator, Which { email }: Which, is_one: bool) -> Result<()> {
    let (actor, address) = (operator.actor.clone(), email.clone());
    let done = operator.write(move |session| {
        let user = account(session, &address)?;
        upkeep::set_instance_admin(&mut session.unscoped_to_write(Unscoped::Operator)?, &actor, user, is_one)
    });
    let word = if is_one { "may" } else { "may not" };
    super::print(&format!("{email} {word} change the instance{}.", if done.await? { "" } else { ", as before" }))
}

async fn set_password(operator: &Operator, Which { email }: Which) -> Result<()> {
    let hash = hashed(vec![email.clone()]).await?;
    let (actor, address) = (operator.actor.clone(), email.clone());
    let done = operator.write(move |session| {
        let user = account(session, &address)?;
        upkeep::set_password(&mut session.unscoped_to_write(Unscoped::Operator)?, &actor, user, &hash)
    });
    done.await?;
    super::print(&format!("{email} has another password and has to sign in again."))
}

async fn create(operator: &Operator, args: Create) -> Result<()> {
    check(&args).map_err(|refusal| anyhow!(super::refused(&refusal)))?;
    let password_hash = if args.password_stdin { Some(hashed(known(&args)).await?) } else { None };
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
        accounts::create_vouched(&mut tx, &actor, new.clone())
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

/// What a password must not be made of.
fn known(args: &Create) -> Vec<String> {
    vec![args.email.clone(), args.first_name.clone(), args.last_name.clone(), args.display_name.clone()]
}

/// The hash of the password on standard input.
async fn hashed(known: Vec<String>) -> Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("cannot read the password")?;
    let password = line.trim_end_matches(['\r', '\n']);
    let passwords = Passwords::default();
    passwords.judge("password", password, known).await.map_err(super::explained)?;
    passwords.hash(password, &SystemRandom).await.map_err(super::explained)
}
