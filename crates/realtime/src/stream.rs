//! Rows as a stream of lines: one short read after the other, each when the one before has found its way to the client.

use aileron_db as db;
use aileron_identity::Call;
use aileron_kernel::Action;
use aileron_platform::web::{ApiError, Part, in_parts};
use aileron_tracker::sync::{Chunk, Cursor, snapshot};
use axum::response::Response;

use crate::wire::End;

/// Answers the rows from this place on. Whatever is refused is refused before the first line.
pub(crate) async fn rows(call: Call, slug: String, from: Cursor) -> Result<Response, ApiError> {
    let begun = call.clone().workspace(slug.clone(), Action::SyncRead);
    let first = begun.read(move |tx| part(snapshot::start(tx, from)?, 0)).await?;
    Ok(in_parts("application/x-ndjson", first, move |(from, rows)| {
        call.clone().workspace(slug.clone(), Action::SyncRead).read(move |tx| part(snapshot::go_on(tx, from)?, rows))
    }))
}

/// A part of the answer, after so many rows. The last has the last line.
fn part(chunk: Chunk, before: usize) -> db::Result<Part<(Cursor, usize)>> {
    let rows = before + chunk.rows;
    let mut bytes = chunk.text;
    if chunk.next.is_none() {
        serde_json::to_writer(&mut bytes, &End::after(rows)).map_err(|error| db::Error::Inconsistent(error.to_string()))?;
        bytes.push(b'\n');
    }
    Ok(Part { bytes, next: chunk.next.map(|next| (next, rows)) })
}
