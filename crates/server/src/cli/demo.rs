//! `aileron demo`.

use aileron_identity::passwords::Passwords;
use aileron_kernel::{SystemRandom, random};
use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};

use super::Place;
use crate::demo::{self, OWNER, Options};

#[derive(clap::Args)]
pub(super) struct Args {
    /// How many work items to make
    #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    items: u32,
    /// The name of the workspace in addresses; it must not be there yet
    #[arg(long, default_value = "demo")]
    workspace: String,
    /// The same number makes the same data
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(super) fn run(place: &Place, args: &Args) -> Result<()> {
    let config = place.config()?;
    let db = super::open(&config, 1)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let password = format!("{:020x}", u128::from_be_bytes(random::bytes(&SystemRandom)) >> 48);
    let made = runtime.block_on(async {
        let password_hash = Passwords::default().hash(&password, &SystemRandom).await?;
        let options = Options {
            slug: args.workspace.clone(),
            items: args.items,
            seed: args.seed,
            owner_password_hash: Some(password_hash),
            ..Options::default()
        };
        let bar = ProgressBar::new(u64::from(args.items));
        bar.set_style(ProgressStyle::with_template("{bar:30} {pos}/{len} work items, {per_sec}, {eta} left")?);
        let made = demo::fill(&db, options, |done| bar.set_position(u64::from(done))).await;
        bar.finish_and_clear();
        made.map_err(super::explained)
    })?;
    super::print(&format!("Made the workspace {} with {} projects and {} work items.", args.workspace, made.projects.len(), args.items))?;
    if made.owner_is_new {
        super::print(&format!("Sign in as {OWNER} with the password {password} (it is shown only now)."))?;
    }
    Ok(())
}
