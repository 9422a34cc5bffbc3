//! `aileron admin jobs` and `aileron admin dead-letters`: what failed for good, and trying it once more.

use aileron_db::{
    self as db, ExprTrait as _, Order, Session, Unscoped,
    schema::{DEAD_LETTERS, WORKSPACES},
};
use aileron_kernel::{Time, Uuid};
use aileron_tracker::event_consumers;
use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::admin::{Operator, report};
use crate::instance;

/// The most that are listed, the newest first.
const LISTED: i64 = 100;

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Show what failed for good, the newest first
    List(List),
    /// Try it once more
    Retry(Retry),
}

#[derive(clap::Args)]
pub(super) struct List {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
pub(super) struct Retry {
    /// Which, by the ids that `list` shows
    #[arg(value_name = "ID", required_unless_present = "all")]
    ids: Vec<Uuid>,
    /// All of them
    #[arg(long, conflicts_with = "ids")]
    all: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Retry {
    /// Refuses an id that nothing has; otherwise the ones that are meant.
    fn of(&self, known: Vec<Uuid>) -> Result<Vec<Uuid>> {
        match self.ids.iter().find(|id| !known.contains(id)) {
            Some(unknown) => bail!("nothing of the id {unknown} failed for good"),
            None if self.all => Ok(known),
            None => Ok(self.ids.clone()),
        }
    }
}

/// Jobs.
pub(super) async fn jobs(operator: &Operator, command: Command) -> Result<()> {
    match command {
        Command::List(args) => {
            // Programs get all of them.
            let most = if args.json { i64::MAX } else { LISTED };
            let (dead, count) = operator.write(move |session| session.unscoped(Unscoped::Operator)?.dead_jobs((most, 0))).await?;
            let others = count - i64::try_from(dead.len()).unwrap_or(count);
            let line = |job: &db::jobs::DeadJob| {
                format!("{}  {}  {}  {}", job.id, job.dead_at, job.kind, job.last_error.as_deref().unwrap_or_default())
            };
            let more = (others > 0).then(|| format!("and {others} more"));
            let text = lines(dead.iter().map(line).chain(more), "No job failed for good.");
            let json: Vec<Value> = dead
                .iter()
                .map(|job| {
                    json!({
                        "id": job.id, "kind": job.kind, "workspace": job.workspace_id, "attempts": job.attempts, "dead_at": job.dead_at,
                        "last_error": job.last_error,
                    })
                })
                .collect();
            report(args.json, &json.into(), &text)
        }
        Command::Retry(args) => {
            let ids = args.ids.clone();
            let dead = operator.write(move |session| session.unscoped(Unscoped::Operator)?.dead_among(&ids)).await?;
            let ids = if args.all { None } else { Some(args.of(dead)?) };
            let actor = operator.actor.clone();
            let retry = move |session: &mut Session| {
                instance::retry_jobs(&mut session.unscoped_to_write(Unscoped::Operator)?, &actor, ids.as_deref())
            };
            let retried = operator.write(retry).await?;
            report(args.json, &json!({ "retried": retried }), &format!("{retried} jobs are tried once more, as soon as a server runs."))
        }
    }
}

/// An event that a consumer could not bear.
struct Letter {
    id: Uuid,
    workspace: Uuid,
    slug: String,
    consumer: String,
    seq: i64,
    last_error: String,
    created_at: Time,
}

/// Events that consumers could not bear.
pub(super) async fn dead_letters(operator: &Operator, command: Command) -> Result<()> {
    let found = operator.write(letters).await?;
    match command {
        Command::List(args) => {
            let line = |letter: &Letter| {
                format!(
                    "{}  {}  {} in {}, event {}: {}",
                    letter.id, letter.created_at, letter.consumer, letter.slug, letter.seq, letter.last_error
                )
            };
            let text = lines(found.iter().map(line), "Every event was borne.");
            let json: Vec<Value> = found.iter().map(|letter| json!({
                "id": letter.id, "workspace": letter.slug, "consumer": letter.consumer, "seq": letter.seq, "last_error": letter.last_error,
                "created_at": letter.created_at,
            })).collect();
            report(args.json, &json.into(), &text)
        }
        Command::Retry(args) => {
            let ids = args.of(found.iter().map(|letter| letter.id).collect())?;
            for letter in found.iter().filter(|letter| ids.contains(&letter.id)) {
                let (principal, workspace, id) = (operator.principal(), letter.workspace, letter.id);
                let retried = operator
                    .write(move |session| event_consumers::commands::retry(&mut session.workspace_as_operator(&principal, workspace)?, id));
                retried.await?;
            }
            report(
                args.json,
                &json!({ "retried": ids.len() }),
                &format!("{} events are given once more, as soon as a server runs.", ids.len()),
            )
        }
    }
}

fn letters(session: &mut Session) -> db::Result<Vec<Letter>> {
    let mut tx = session.unscoped(Unscoped::Operator)?;
    let of = |column| DEAD_LETTERS.col(column);
    let select = tx.from(DEAD_LETTERS).join(WORKSPACES, WORKSPACES.col("id").eq(of("workspace_id")));
    let columns = ["id", "workspace_id", "consumer", "seq", "last_error", "created_at"];
    let select = columns.into_iter().fold(select, |select, column| select.expr(of(column))).expr(WORKSPACES.col("slug"));
    let select = select.order(of("created_at"), Order::Desc).order(of("id"), Order::Desc).limit(LISTED);
    let rows = tx.all::<(Uuid, Uuid, String, i64, String, Time, String)>(&select)?.into_iter();
    let letter = |(id, workspace, consumer, seq, last_error, created_at, slug)| Letter {
        id,
        workspace,
        slug,
        consumer,
        seq,
        last_error,
        created_at,
    };
    Ok(rows.map(letter).collect())
}

fn lines(lines: impl Iterator<Item = String>, none: &str) -> String {
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() { none.to_owned() } else { lines.join("\n") }
}
