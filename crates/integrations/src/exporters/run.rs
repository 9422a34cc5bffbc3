//! Making the file of an export: a job.

use std::{fs::File, io::Read as _, sync::Arc};

use aileron_db::{
    self as db, Db, ExprTrait as _, InWorkspace, Principal, Session, Unscoped, WorkspaceScope, WriteTx, jobs::Job, schema::USERS,
};
use aileron_identity::accounts;
use aileron_kernel::{Action, Actor, ActorKind, Filter, Origin, Refusal, Uuid};
use aileron_platform::{
    blobs::{BlobError, BlobKey, Label},
    files::Files,
    jobs::Failure,
    mail::Outbox,
    web::disposition,
};
use bytes::Bytes;
use futures_util::stream;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    columns::Column,
    commands::{self, Made},
    model::{self, Export, Provider},
    rows::{self, Row},
    sink::{Sink, SinkError},
};

/// The kind of these jobs.
pub const KIND: &str = "export.make";
/// How often is tried again what may be over later.
const ATTEMPTS: i64 = 5;
/// The largest file, in bytes.
const LARGEST: u64 = 4 << 30;
/// How much of a file is read at a time, in bytes.
const PIECE: usize = 256 << 10;

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Payload {
    export: Uuid,
}

/// Has an export made after the commit.
pub(super) fn ask<S: InWorkspace>(tx: &mut WriteTx<'_, S>, export: Uuid) -> db::Result<()> {
    tx.enqueue(KIND, json!(Payload { export }), Some(&export.to_string()))
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
enum ExportError {
    #[error(transparent)]
    Db(#[from] db::Error),
    #[error(transparent)]
    Sink(#[from] SinkError),
    #[error(transparent)]
    Blobs(#[from] BlobError),
    #[error("the work was broken off")]
    Cut(#[from] tokio::task::JoinError),
}

impl ExportError {
    /// What its owner is told, where trying again is of no use.
    fn reason(&self) -> Option<String> {
        match self {
            Self::Db(db::Error::Refused(_)) => Some("You are not allowed to export this any more.".to_owned()),
            Self::Blobs(BlobError::TooLarge { .. }) => Some("The file would be too large. Choose fewer projects or columns.".to_owned()),
            _ => None,
        }
    }
}

/// Makes the file of an export and notes what became of it.
pub async fn run(db: Db, files: Arc<Files>, outbox: Outbox, job: Job) -> Result<(), Failure> {
    let Payload { export } = Payload::deserialize(&job.payload).map_err(|error| Failure::Never(error.to_string()))?;
    let Some(workspace) = job.workspace_id else { return Ok(()) };
    let request = job.request_id.clone();
    let begun = db.write(move |session| {
        let Some(mut tx) = in_workspace(session, &request, workspace)? else { return Ok(None) };
        let slug = tx.workspace().slug().to_owned();
        Ok(commands::begin(&mut tx, export)?.map(|export| (export, slug)))
    });
    let Some((row, slug)) = begun.await? else { return Ok(()) };
    let made = match make(&db, &files, &job, row, slug).await {
        Ok(made) => made,
        Err(error) => match error.reason() {
            Some(reason) => Made::Nothing(reason),
            None if job.attempts < ATTEMPTS => return Err(Failure::Later(error.to_string())),
            None => {
                tracing::error!(error = &error as &dyn std::error::Error, "an export could not be made");
                Made::Nothing("The server could not make the file.".to_owned())
            }
        },
    };
    let noted = made.clone();
    let is_noted = db.write(move |session| {
        let Some(mut tx) = in_workspace(session, &job.request_id, workspace)? else { return Ok(false) };
        commands::finish(&mut tx, export, &noted, &outbox)
    });
    if let (false, Made::File { blob, .. }) = (is_noted.await?, made) {
        files.blobs.delete(BlobKey { owner: workspace, blob }).await.map_err(|error| Failure::Later(error.to_string()))?;
    }
    Ok(())
}

pub(super) fn in_workspace<'s>(
    session: &'s mut Session,
    request: &str,
    workspace: Uuid,
) -> db::Result<Option<WriteTx<'s, WorkspaceScope>>> {
    session.workspace_for_job(&Principal::proved(accounts::automation(request), Vec::new()), workspace)
}

/// Writes the items into a file and stores that.
async fn make(db: &Db, files: &Files, job: &Job, export: Export, slug: String) -> Result<Made, ExportError> {
    let Some(provider) = Provider::parse(&export.provider) else { return Ok(Made::Nothing("There is no such format.".to_owned())) };
    let columns = model::stored_columns(&export.columns);
    let mut pages = Pages::new(db, job, &export, slug, columns.clone())?;
    let mut sink = Sink::new(provider, columns)?;
    while let Some(page) = pages.next().await? {
        // Turning markup into text and packing takes its time.
        sink = tokio::task::spawn_blocking(move || sink.write(&page).map(|()| sink)).await??;
    }
    let count = sink.count();
    let file = tokio::task::spawn_blocking(move || sink.finish()).await??;
    let label =
        Label { content_type: provider.media_type().to_owned(), disposition: disposition(&model::file_name(provider, export.created_at)) };
    let blob = db.read(|session| Ok(session.new_id())).await?;
    let key = BlobKey { owner: export.workspace_id, blob };
    let size = files.blobs.put(key, label, pieces(file), LARGEST).await?;
    Ok(Made::File { blob, count, size: i64::try_from(size).unwrap_or(i64::MAX) })
}

/// The content of a file, piece by piece.
fn pieces(file: File) -> impl futures_util::Stream<Item = std::io::Result<Bytes>> + Send {
    stream::try_unfold(file, |mut file| async move {
        let read = tokio::task::spawn_blocking(move || {
            let mut piece = vec![0; PIECE];
            let length = file.read(&mut piece)?;
            piece.truncate(length);
            Ok::<_, std::io::Error>((piece, file))
        });
        let (piece, file) = read.await.map_err(std::io::Error::other)??;
        Ok((!piece.is_empty()).then(|| (Bytes::from(piece), file)))
    })
}

/// The items of an export, page by page, each read with the rights that its owner has then.
struct Pages<'a> {
    db: &'a Db,
    owner: Principal,
    slug: String,
    filter: Filter,
    columns: Vec<Column>,
    /// The projects that are not read yet, the next one last.
    projects: Vec<Uuid>,
    after: i64,
}

impl<'a> Pages<'a> {
    fn new(db: &'a Db, job: &Job, export: &Export, slug: String, columns: Vec<Column>) -> Result<Self, db::Error> {
        let actor = Actor {
            id: export.owner_id,
            kind: ActorKind::User,
            origin: Origin::Api,
            mutation_id: None,
            request_id: job.request_id.clone(),
        };
        let mut projects: Vec<Uuid> = serde_json::from_value(export.projects.clone()).unwrap_or_default();
        projects.reverse();
        let owner = Principal::proved(actor, Vec::new());
        Ok(Self { db, owner, slug, filter: model::filter(&export.filters)?, columns, projects, after: 0 })
    }

    /// The next items. A project that the owner has left, or that is archived by now, is left out.
    async fn next(&mut self) -> Result<Option<Vec<Row>>, db::Error> {
        while let Some(project) = self.projects.last().copied() {
            let (owner, slug, after) = (self.owner.clone(), self.slug.clone(), self.after);
            let (filter, columns) = (self.filter.clone(), self.columns.clone());
            let read = self.db.read(move |session| {
                check_active(session, owner.user_id())?;
                let mut tx = session.workspace(&owner, &slug, Action::ExportsCreate)?;
                let Some(mut inside) = tx.enter(project, Action::WorkItemsRead)? else { return Ok(Vec::new()) };
                let is_archived = inside.scope().archived_at().is_some();
                if is_archived { Ok(Vec::new()) } else { rows::page(&mut inside, &filter, &columns, after) }
            });
            let page = read.await?;
            if let Some(last) = page.last() {
                self.after = last.item.sequence_id;
                return Ok(Some(page));
            }
            self.projects.pop();
            self.after = 0;
        }
        Ok(None)
    }
}

/// Refuses an account that was deactivated.
fn check_active(session: &mut Session, user: Uuid) -> db::Result<()> {
    let mut tx = session.unscoped(Unscoped::Instance)?;
    let active = tx.from(USERS).filter(USERS.col("id").eq(user).and(USERS.col("is_active").eq(true)));
    if tx.any(active)? { Ok(()) } else { Err(Refusal::forbidden().into()) }
}
