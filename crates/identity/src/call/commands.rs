//! What every command needs before it runs: its body read, and whether it was carried out before.

use std::sync::LazyLock;

use aileron_db::{self as db, Principal, ProjectPlace, Session, WriteTx, idempotency};
use aileron_kernel::{Action, Uuid};
use aileron_platform::web::{ApiError, Body};
use axum::http::StatusCode;
use tokio::sync::Semaphore;

use super::Call;

/// Bodies of up to so many bytes are read in no time.
pub(super) const QUICKLY_READ: usize = 4 << 10;

/// The body of a write in a workspace, read if it is long.
pub(super) async fn prepared(call: &Call, slug: &str, action: Action, body: Body) -> Result<Body, ApiError> {
    if body.is_unpacked() {
        return Ok(body);
    }
    let slug = slug.to_owned();
    unpacked(call, body, move |session, principal| session.workspace(principal, &slug, action).map(|_| ())).await
}

/// The body of a write in a project, read if it is long.
pub(super) async fn place_prepared(call: &Call, place: &ProjectPlace, body: Body) -> Result<Body, ApiError> {
    if body.is_unpacked() {
        return Ok(body);
    }
    let place = place.clone();
    unpacked(call, body, move |session, principal| session.project(principal, &place).map(|_| ())).await
}

/// Does long work on a thread of its own, at most one a core at a time.
pub(super) async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> db::Result<T> {
    static TURNS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from)));
    let failed = || db::Error::Unavailable("the body could not be read".to_owned());
    let turn = TURNS.acquire().await.map_err(|_| failed())?;
    let done = tokio::task::spawn_blocking(move || {
        // The turn is over when the work is, even if nobody waits for it any more.
        let _turn = turn;
        work()
    });
    done.await.map_err(|_| failed())
}

/// Reads a long body before the write begins, since nobody else can write meanwhile, and only for who has the right.
pub(super) async fn unpacked<F>(call: &Call, body: Body, mut prove: F) -> Result<Body, ApiError>
where
    F: FnMut(&mut Session, &Principal) -> db::Result<()> + Send + 'static,
{
    if body.bytes().len() <= QUICKLY_READ {
        return Ok(body);
    }
    let asked = call.clone();
    let proved = call.context.db.read(move |session| {
        let principal = asked.check(session)?;
        prove(session, &principal)
    });
    proved.await?;
    Ok(beside(move || body.unpacked()).await?)
}

/// Carries a command out unless its key was answered before.
pub(super) fn once<S: db::InWorkspace>(
    tx: &mut WriteTx<'_, S>,
    key: Option<&idempotency::Request>,
    status: StatusCode,
    command: impl FnOnce(&mut WriteTx<'_, S>) -> db::Result<Uuid>,
) -> db::Result<Uuid> {
    let Some(key) = key else { return command(tx) };
    if let Some(answered) = tx.answered_before(key)? {
        return Ok(answered.entity_id);
    }
    let id = command(tx)?;
    tx.remember_answer(key, idempotency::Answered { status: status.as_u16(), entity_id: id })?;
    Ok(id)
}
