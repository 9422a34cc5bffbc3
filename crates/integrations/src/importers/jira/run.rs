//! An import from its first record to its last.

use std::{collections::HashSet, path::PathBuf, sync::Arc, thread};

use aileron_db::{self as db, Db, Principal, Session};
use aileron_kernel::{Action, Uuid};
use tokio::{
    runtime::Handle,
    sync::mpsc::{Receiver, Sender, channel},
};

use super::{
    Limits, Source, SourceError,
    draft::{self, Draft, Fate, Judged},
    links::{self, Pair},
    plan::{self, Plan, Presence},
    prepare::{self, Prepared, Target},
    refs, write,
};
use crate::importers::{Note, Report};

/// The most items that one transaction makes, so that others get their turn and little waits in memory.
const BATCH: usize = 125;

/// What is imported, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// A file or a folder.
    pub path: PathBuf,
    /// Only the project of this key.
    pub project: Option<String>,
    /// Whether nothing is to be written.
    pub dry_run: bool,
    /// How much is read of the files.
    pub limits: Limits,
}

/// Where an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading everything; counted in bytes.
    Reading,
    /// Making people, projects, states and labels.
    Preparing,
    /// Writing items.
    Writing,
    /// Setting parents and relations.
    Linking,
}

/// Looks on, and can stop an import between two transactions.
pub trait Watch: Send + Sync {
    /// A stage begins, of this many steps.
    fn stage(&self, stage: Stage, total: u64);
    /// So many of its steps are done.
    fn at(&self, done: u64);
    /// Whether to go on. An import that is stopped can be run again and completes.
    fn goes_on(&self) -> bool;
}

/// Why an import ended early.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The files are at fault.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The database refused or failed.
    #[error(transparent)]
    Database(#[from] db::Error),
    /// There is no issue of the project that was asked for.
    #[error("there is no issue of the project {0} in the source")]
    NoSuchProject(String),
    /// It was told to stop.
    #[error("stopped; what is written stays, and the same import run again completes it")]
    Stopped,
    /// The thread that reads is gone.
    #[error("reading ended unexpectedly")]
    Lost,
}

/// Drafts as they come from the reader.
struct Batch {
    drafts: Vec<Draft>,
    read: u64,
}

/// Imports issues into a workspace in the name of one of its admins. A fault of the files is found before anything is written.
pub async fn run(db: &Db, principal: &Principal, slug: &str, options: &Options, watch: Arc<dyn Watch>) -> Result<Report, ImportError> {
    let target = Target { principal: principal.clone(), slug: slug.to_owned() };
    let workspace = target.workspace(db).await?;
    let (options_, watch_) = (options.clone(), Arc::clone(&watch));
    let reading = tokio::task::spawn_blocking(move || plan::plan(&options_, watch_.as_ref()));
    let plan = Arc::new(reading.await.map_err(|_| ImportError::Lost)??);
    let here = brought_earlier(db, &target, plan.keys.missing()).await?;
    let prepared = if options.dry_run { None } else { Some(Arc::new(prepare::prepare(db, &target, &plan, watch.as_ref()).await?)) };
    watch.stage(Stage::Writing, plan.records);
    let reader = Reader { db: db.clone(), target: target.clone(), options: options.clone(), plan: Arc::clone(&plan), here, workspace };
    let batches = reader.start(Handle::current());
    let mut report = items(db, &target, prepared.clone(), batches, watch.as_ref()).await?;
    if prepared.is_some() {
        link(db, &target, &plan, &mut report, watch.as_ref()).await?;
    }
    Ok(report)
}

/// Those of the keys that an earlier import brought.
async fn brought_earlier(db: &Db, target: &Target, keys: Vec<String>) -> db::Result<HashSet<String>> {
    let target = target.clone();
    let look = move |session: &mut Session| {
        let mut tx = session.workspace(&target.principal, &target.slug, Action::WorkspaceUpdate)?;
        Ok(refs::load(&mut tx, "work_item", &keys)?.into_keys().collect())
    };
    db.read(look).await
}

/// Reads again, a batch ahead of the writer.
struct Reader {
    db: Db,
    target: Target,
    options: Options,
    plan: Arc<Plan>,
    here: HashSet<String>,
    workspace: Uuid,
}

impl Reader {
    fn start(self, runtime: Handle) -> Receiver<Result<Batch, ImportError>> {
        let (sender, receiver) = channel(1);
        thread::spawn(move || {
            let done = self.read(&runtime, &sender);
            if let Err(error) = done {
                // Nobody listens after an error of the writer.
                let _ = sender.blocking_send(Err(error));
            }
        });
        receiver
    }

    fn read(&self, runtime: &Handle, sender: &Sender<Result<Batch, ImportError>>) -> Result<(), ImportError> {
        let mut repeated = HashSet::new();
        let mut batch = Batch { drafts: Vec::with_capacity(BATCH), read: 0 };
        for next in Source::open(&self.options.path, self.options.limits)? {
            let (_, issue) = next?;
            if !plan::is_wanted(&issue, self.options.project.as_deref()) {
                continue;
            }
            let mut draft = draft::draft(&issue, &self.plan, &self.here);
            if self.plan.keys.presence(&issue.key) == Presence::Repeated && !repeated.insert(issue.key.clone()) {
                draft.notes = vec![Note::dropped("key", "stands in the source more than once; the first is taken")];
                draft.is_repeated = true;
            }
            batch.read += 1;
            batch.drafts.push(draft);
            if batch.drafts.len() == BATCH {
                let full = std::mem::replace(&mut batch, Batch { drafts: Vec::with_capacity(BATCH), read: 0 });
                if sender.blocking_send(Ok(self.judged(runtime, full)?)).is_err() {
                    return Ok(());
                }
            }
        }
        if batch.read > 0 {
            let _ = sender.blocking_send(Ok(self.judged(runtime, batch)?));
        }
        Ok(())
    }

    /// Finds out what is to become of the drafts, and finishes those that will be written.
    fn judged(&self, runtime: &Handle, mut batch: Batch) -> Result<Batch, ImportError> {
        let target = self.target.clone();
        let asked: Vec<(String, Vec<u8>)> = batch.drafts.iter().map(|draft| (draft.item.key.clone(), draft.hash.clone())).collect();
        let look = move |session: &mut Session| {
            let mut tx = session.workspace(&target.principal, &target.slug, Action::WorkspaceUpdate)?;
            draft::judge(&mut tx, &asked)
        };
        let judged = runtime.block_on(self.db.read(look))?;
        for (draft, judged) in batch.drafts.iter_mut().zip(judged) {
            draft.fate = match judged {
                _ if draft.is_repeated => Fate::Unchanged,
                Judged::Fate(fate) => fate,
                Judged::Deleted => {
                    draft.notes.push(Note::dropped("issue", "was deleted here after an earlier import; it stays so"));
                    Fate::Unchanged
                }
            };
            if draft.fate == (Fate::New { keeps_number: false }) {
                draft.notes.push(Note::degraded("key", "its number is taken here; it gets the next free one"));
            }
            if draft.fate != Fate::Unchanged {
                draft::finish(draft, self.workspace);
            }
        }
        Ok(batch)
    }
}

/// Writes what the reader sends, and counts. Without `prepared` it only counts.
async fn items(
    db: &Db,
    target: &Target,
    prepared: Option<Arc<Prepared>>,
    mut batches: Receiver<Result<Batch, ImportError>>,
    watch: &dyn Watch,
) -> Result<Report, ImportError> {
    let mut report = Report::default();
    while let Some(batch) = batches.recv().await {
        let batch = batch?;
        report.read += batch.read;
        let mut drafts = Vec::with_capacity(batch.drafts.len());
        for mut draft in batch.drafts {
            report.note(&draft.item.key, std::mem::take(&mut draft.notes));
            if draft.fate == Fate::Unchanged {
                report.unchanged += 1;
            } else {
                drafts.push(Arc::new(draft));
            }
        }
        match &prepared {
            Some(prepared) => write_batch(db, target, prepared, drafts, &mut report).await?,
            None => report.written += drafts.len() as u64,
        }
        watch.at(report.read);
        if !watch.goes_on() {
            return Err(ImportError::Stopped);
        }
    }
    Ok(report)
}

/// Writes drafts in one transaction. If one of them cannot be written, each gets a transaction of its own, so that only
/// that one is left out.
async fn write_batch(
    db: &Db,
    target: &Target,
    prepared: &Arc<Prepared>,
    drafts: Vec<Arc<Draft>>,
    report: &mut Report,
) -> Result<(), ImportError> {
    if drafts.is_empty() {
        return Ok(());
    }
    let write = |drafts: Vec<Arc<Draft>>| {
        let (target, prepared) = (target.clone(), Arc::clone(prepared));
        db.write(move |session| write::batch(session, &target, &prepared, &drafts))
    };
    match write(drafts.clone()).await {
        Ok(()) => report.written += drafts.len() as u64,
        Err(error @ (db::Error::Unavailable(_) | db::Error::TimedOut | db::Error::Unusable(_) | db::Error::Conflict(_))) => {
            return Err(error.into());
        }
        Err(error) => {
            tracing::warn!(%error, "a batch could not be written; its items are tried one by one");
            for draft in drafts {
                match write(vec![Arc::clone(&draft)]).await {
                    Ok(()) => report.written += 1,
                    Err(error @ (db::Error::Unavailable(_) | db::Error::TimedOut)) => return Err(error.into()),
                    Err(error) => report.fail(&draft.item.key, error),
                }
            }
        }
    }
    Ok(())
}

/// Parents and relations, in batches.
async fn link(db: &Db, target: &Target, plan: &Plan, report: &mut Report, watch: &dyn Watch) -> Result<(), ImportError> {
    watch.stage(Stage::Linking, (plan.parents.len() + plan.links.len()) as u64);
    let mut done = 0;
    let name = |number: u32| plan.keys.name(number).to_owned();
    for batch in plan.parents.chunks(BATCH) {
        let pairs: Vec<(String, String)> = batch.iter().map(|(child, parent)| (name(*child), name(*parent))).collect();
        let target = target.clone();
        for key in db.write(move |session| links::parents(session, &target, &pairs)).await? {
            report.note(&key, [Note::dropped("parent", "would make a loop, or is not there any more")]);
        }
        done += batch.len() as u64;
        watch.at(done);
        if !watch.goes_on() {
            return Err(ImportError::Stopped);
        }
    }
    for batch in plan.links.chunks(BATCH) {
        let pair = |link: &plan::Link| Pair { item: name(link.item), other: name(link.other), kind: link.kind };
        let pairs: Vec<Pair> = batch.iter().map(pair).collect();
        let target = target.clone();
        db.write(move |session| links::relations(session, &target, &pairs)).await?;
        done += batch.len() as u64;
        watch.at(done);
        if !watch.goes_on() {
            return Err(ImportError::Stopped);
        }
    }
    Ok(())
}
