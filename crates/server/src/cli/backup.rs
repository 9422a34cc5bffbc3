//! `aileron backup`, `restore`, `migrate` and `doctor`: nothing is lost.

use std::path::PathBuf;

use aileron_db::Settings;
use aileron_kernel::SystemRandom;
use aileron_platform::{
    blobs::Blobs,
    config::{Config, Secret},
    sealed::Sealer,
};
use anyhow::{Context as _, Result, bail};
use serde_json::json;
use tokio::runtime::Runtime;

use super::{Place, admin::report};
use crate::{
    backup::{self, Instance, Wish},
    doctor,
};

#[derive(clap::Args)]
pub(super) struct Backup {
    /// The file to write, or a folder in which one named by the time is made
    #[arg(long, value_name = "FILE|DIR")]
    to: PathBuf,
    /// Put the master key for stored secrets into it too: who has the backup can then read them
    #[arg(long)]
    with_key: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
pub(super) struct Restore {
    /// The backup
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Go on where the master key that sealed its secrets is not at hand: they stay unreadable
    #[arg(long)]
    without_key: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
pub(super) struct Migrate {
    /// Where to: `postgres://...`, an empty database; or `sqlite`, a new file in the data folder
    #[arg(long, value_name = "DATABASE")]
    to: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
pub(super) struct Doctor {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The instance that the settings name. Unlike other commands these leave its schema as it is.
fn instance(config: &Config) -> Result<(Instance, Runtime)> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().context("cannot start threads")?;
    let blobs = Blobs::open(&config.blobs, &config.data_dir)?;
    let instance = Instance { settings: super::settings(config, 1, None), blobs, runtime: runtime.handle().clone() };
    Ok((instance, runtime))
}

/// Refuses a place where nothing is, before anything is made there.
fn check_there(config: &Config) -> Result<()> {
    let path = config.sqlite_path();
    if config.database_url.is_none() && !path.exists() {
        bail!("there is no database at {}: is --data the data folder, or DATABASE_URL missing?", path.display());
    }
    Ok(())
}

pub(super) fn backup(place: &Place, args: &Backup) -> Result<()> {
    let config = place.config()?;
    check_there(&config)?;
    let (instance, _runtime) = instance(&config)?;
    let sealer = if args.with_key { Some(Sealer::from_config(&config, &SystemRandom)?) } else { None };
    let written = backup::write(&instance, sealer.as_ref(), &args.to)?;
    let manifest = &written.manifest;
    let rows: u64 = manifest.tables.iter().map(|table| table.rows).sum();
    let sealed: u64 = manifest.sealed.values().sum();
    let json = json!({
        "path": written.path, "bytes": written.bytes, "schema": manifest.schema, "rows": rows, "files": manifest.files.count,
        "files_missing": manifest.files.missing, "sealed_secrets": sealed, "holds_key": manifest.holds_key,
    });
    let mut text = vec![format!(
        "Wrote {} ({} bytes: {rows} rows, {} files) and read it again: it is whole.",
        written.path.display(),
        written.bytes,
        manifest.files.count
    )];
    if manifest.holds_key {
        text.push("The master key is in it: keep it as you keep passwords.".to_owned());
    } else if sealed > 0 {
        text.push(format!("The master key is not in it: without that, {sealed} secrets of it stay unreadable. Keep secret.key elsewhere."));
    }
    if manifest.files.missing > 0 {
        text.push(format!("{} files that rows name were not in the store: see `aileron doctor`.", manifest.files.missing));
    }
    report(args.json, &json, &text.join("\n"))
}

pub(super) fn restore(place: &Place, args: &Restore) -> Result<()> {
    let config = place.config()?;
    super::make_folder(&config)?;
    let (instance, _runtime) = instance(&config)?;
    let restored = backup::restore(&args.from, &instance, &config, &SystemRandom, Wish { without_key: args.without_key })?;
    let manifest = &restored.manifest;
    let rows: u64 = manifest.tables.iter().map(|table| table.rows).sum();
    let json = json!({
        "made_at": manifest.made_at, "schema": manifest.schema, "rows": rows, "files": manifest.files.count,
        "found_by_search": restored.found_by_search, "unreadable_secrets": restored.unreadable,
    });
    let mut text = vec![format!("Restored {rows} rows and {} files as they were at {}.", manifest.files.count, manifest.made_at)];
    if restored.unreadable > 0 {
        text.push(format!("{} secrets cannot be read with the keys at hand: set them again.", restored.unreadable));
    }
    report(args.json, &json, &text.join("\n"))
}

pub(super) fn migrate(place: &Place, args: &Migrate) -> Result<()> {
    let config = place.config()?;
    let target = match (args.to.as_str(), &config.database_url) {
        ("sqlite", None) => bail!("the instance is on SQLite already; to move it back, DATABASE_URL must name the PostgreSQL database"),
        ("sqlite", Some(_)) => Config { database_url: None, ..config.clone() },
        (url, _) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
            Config { database_url: Some(Secret::new(url)), ..config.clone() }
        }
        _ => bail!("--to is `sqlite`, or begins with postgres://"),
    };
    check_there(&config)?;
    super::make_folder(&config)?;
    let (from, to): (Settings, Settings) = (super::settings(&config, 1, None), super::settings(&target, 1, None));
    let moved = backup::move_to(&from, &to)?;
    let rows: u64 = moved.tables.iter().map(|(_, rows)| rows).sum();
    let tables: serde_json::Map<String, serde_json::Value> = moved.tables.iter().map(|(name, rows)| (name.clone(), json!(rows))).collect();
    let next = if target.database_url.is_some() {
        "Set DATABASE_URL to it before the next start; aileron.db stays as it is and is used no more."
    } else {
        "Leave DATABASE_URL out at the next start; the PostgreSQL database stays as it is and is used no more."
    };
    let text = format!(
        "Moved {rows} rows of {} tables, and counted them on both sides. Files stayed where they were.\n{next}",
        moved.tables.len()
    );
    report(args.json, &json!({ "rows": rows, "tables": tables, "found_by_search": moved.found_by_search }), &text)
}

pub(super) fn examine(place: &Place, args: &Doctor) -> Result<()> {
    let config = place.config()?;
    check_there(&config)?;
    let (instance, _runtime) = instance(&config)?;
    let keys = backup::keys_at_hand(&config, &SystemRandom)?;
    let findings = doctor::examine(&instance, &keys)?;
    let lines = findings.faults.iter().map(|fault| {
        let examples = fault.examples.iter().map(|example| format!("\n    {example}")).collect::<String>();
        format!("{}: {} ({}){examples}\n  {}", fault.check, fault.problem, fault.count, fault.advice)
    });
    let text: Vec<String> = std::iter::once(format!("Looked at: {}.", findings.checked.join(", "))).chain(lines).collect();
    report(args.json, &serde_json::to_value(&findings)?, &text.join("\n"))?;
    match findings.faults.len() {
        0 => Ok(()),
        faults => bail!("{faults} of the looks found something"),
    }
}
