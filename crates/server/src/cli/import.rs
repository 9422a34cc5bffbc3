//! `aileron import`: work from other trackers, brought into a workspace by one of its admins.

use std::{
    io::{IsTerminal as _, Write as _},
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use aileron_db::{ExprTrait as _, Principal, Session, Unscoped, schema::WORKSPACES};
use aileron_integrations::importers::jira::{self, ImportError, Limits, Options, Stage, Watch};
use aileron_kernel::{Actor, ActorKind, Origin, SystemClock, SystemRandom, Uuid, random};
use anyhow::{Result, anyhow};
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Place, admin};

/// How often a line is written where nobody watches a bar.
const LINES: Duration = Duration::from_secs(5);

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Issues that Jira's REST API wrote: one or many to a file, plain or gzip, or a folder of such files
    Jira(Jira),
}

#[derive(clap::Args)]
pub(super) struct Jira {
    /// The file or folder
    #[arg(value_name = "FILE|DIR")]
    path: PathBuf,
    /// The workspace that they are brought to
    #[arg(long, value_name = "SLUG")]
    workspace: String,
    /// Bring only the project of this key
    #[arg(long, value_name = "KEY")]
    project: Option<String>,
    /// Write nothing, only report what would be
    #[arg(long)]
    dry_run: bool,
    /// The admin of the workspace in whose name they are brought [default: the owner]
    #[arg(long, value_name = "EMAIL")]
    user: Option<String>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(place: &Place, command: Command) -> Result<()> {
    let Command::Jira(args) = command;
    let db = super::open(&place.config()?, 1)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async {
        let (slug, email) = (args.workspace.clone(), args.user.clone());
        let user = db.read(move |session| importer(session, &slug, email.as_deref())).await.map_err(super::explained)?;
        let request_id = random::new_id(aileron_kernel::Clock::now(&SystemClock), &SystemRandom).to_string();
        let actor = Actor { id: user, kind: ActorKind::Import, origin: Origin::Import, mutation_id: None, request_id };
        let options = Options { path: args.path, project: args.project, dry_run: args.dry_run, limits: Limits::default() };
        let watch = Arc::new(Terminal::new());
        let stop = Arc::clone(&watch);
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                stop.stopped.store(true, Ordering::Relaxed);
            }
        });
        let done = jira::run(&db, &Principal::proved(actor, Vec::new()), &args.workspace, &options, watch.clone()).await;
        watch.end();
        let report = done.map_err(explained)?;
        if args.json { super::print(&serde_json::to_string_pretty(&report)?) } else { super::print(report.to_string().trim_end()) }
    })
}

fn explained(error: ImportError) -> anyhow::Error {
    match error {
        ImportError::Database(error) if error.refusal().is_some_and(|refusal| refusal.kind == aileron_kernel::refusal::Kind::Forbidden) => {
            anyhow!("the importing account is not an admin of the workspace")
        }
        ImportError::Database(error) => super::explained(error),
        other => other.into(),
    }
}

/// Who imports: the account of that address, or the owner of the workspace.
fn importer(session: &mut Session, slug: &str, email: Option<&str>) -> aileron_db::Result<Uuid> {
    let workspace = admin::workspace(session, slug)?;
    if let Some(email) = email {
        return admin::account(session, email);
    }
    let mut tx = session.unscoped(Unscoped::Operator)?;
    let select = tx.from(WORKSPACES).filter(WORKSPACES.col("id").eq(workspace)).expr(WORKSPACES.col("owner_id"));
    Ok(tx.one::<(Uuid,)>(&select)?.0)
}

/// A bar on a terminal, now and then a line elsewhere.
struct Terminal {
    bar: ProgressBar,
    draws: bool,
    stopped: AtomicBool,
    state: Mutex<State>,
}

struct State {
    stage: Stage,
    total: u64,
    begun: Instant,
    told: Instant,
}

impl Terminal {
    fn new() -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let now = Instant::now();
        let state = State { stage: Stage::Reading, total: 0, begun: now, told: now };
        Self { bar, draws: is_terminal, stopped: AtomicBool::new(false), state: Mutex::new(state) }
    }

    fn end(&self) {
        self.bar.finish_and_clear();
    }
}

impl Watch for Terminal {
    fn stage(&self, stage: Stage, total: u64) {
        let Ok(mut state) = self.state.lock() else { return };
        let now = Instant::now();
        *state = State { stage, total, begun: now, told: now };
        if self.draws {
            let counts = if stage == Stage::Reading { "{bytes}/{total_bytes} {bytes_per_sec}" } else { "{pos}/{len} {per_sec}" };
            let template = format!("{{msg:9}} [{{bar:32}}] {counts}, {{eta}} left");
            if let Ok(style) = ProgressStyle::with_template(&template) {
                self.bar.set_style(style.progress_chars("=> "));
            }
            self.bar.reset();
            self.bar.set_length(total);
            self.bar.set_message(name(stage));
        } else {
            line(&format!("{} ...", name(stage)));
        }
    }

    fn at(&self, done: u64) {
        if self.draws {
            self.bar.set_position(done);
            return;
        }
        let Ok(mut state) = self.state.lock() else { return };
        if state.told.elapsed() >= LINES && done > 0 && done < state.total {
            state.told = Instant::now();
            let spent = state.begun.elapsed();
            // In whole milliseconds: nobody wants it finer, and no count is too large for it.
            let (millis, done_) = (spent.as_millis().max(1), u128::from(done));
            let left = u64::try_from(millis * u128::from(state.total - done) / done_).unwrap_or(u64::MAX);
            let (rate, unit) = (done_ * 1_000 / millis, if state.stage == Stage::Reading { "bytes" } else { "items" });
            line(&format!(
                "{}: {done} of {}, {rate} {unit}/s, {} left",
                name(state.stage),
                state.total,
                HumanDuration(Duration::from_millis(left))
            ));
        }
    }

    fn goes_on(&self) -> bool {
        !self.stopped.load(Ordering::Relaxed)
    }
}

const fn name(stage: Stage) -> &'static str {
    match stage {
        Stage::Reading => "reading",
        Stage::Preparing => "preparing",
        Stage::Writing => "writing",
        Stage::Linking => "linking",
    }
}

fn line(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
