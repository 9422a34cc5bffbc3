//! Rows as a stream of lines: one short read after the other, each when the one before has found its way to the client.

use std::io;

use aileron_db::Error;
use aileron_identity::Call;
use aileron_kernel::Action;
use aileron_platform::web::ApiError;
use aileron_tracker::sync::{Chunk, Cursor, snapshot};
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use futures_util::stream;
use tokio::sync::mpsc;

use crate::wire::End;

/// How many parts wait for a client at most.
const WAITING: usize = 2;

/// Answers the rows from this place on. Whatever is refused is refused before the first line.
pub(crate) async fn rows(call: Call, slug: String, from: Cursor) -> Result<Response, ApiError> {
    let first = call.clone().workspace(slug.clone(), Action::SyncRead).read(move |tx| snapshot::start(tx, from)).await?;
    let body = if first.next.is_none() {
        Body::from(ended(first.text, first.rows)?)
    } else {
        let (parts, mut waiting) = mpsc::channel(WAITING);
        tokio::spawn(async move {
            if let Err(error) = send(&parts, call, slug, first).await {
                tracing::debug!(%error, "a stream of rows was cut off");
                // The client sees a broken answer and not one that ends.
                let _ = parts.send(Err(io::Error::other("cut off"))).await;
            }
        });
        Body::from_stream(stream::poll_fn(move |context| waiting.poll_recv(context)))
    };
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    Ok(([kind, (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], body).into_response())
}

/// Sends part after part until there are no more, or nobody wants them any more.
async fn send(parts: &mpsc::Sender<io::Result<Bytes>>, call: Call, slug: String, first: Chunk) -> Result<(), ApiError> {
    let (mut chunk, mut rows) = (first, 0);
    loop {
        rows += chunk.rows;
        let next = chunk.next;
        let text = if next.is_none() { ended(chunk.text, rows)? } else { chunk.text };
        if parts.send(Ok(text.into())).await.is_err() {
            return Ok(());
        }
        let Some(from) = next else { return Ok(()) };
        chunk = call.clone().workspace(slug.clone(), Action::SyncRead).read(move |tx| snapshot::go_on(tx, from)).await?;
    }
}

/// The lines with the last one.
fn ended(mut text: Vec<u8>, rows: usize) -> Result<Vec<u8>, ApiError> {
    serde_json::to_writer(&mut text, &End::after(rows)).map_err(|error| Error::Inconsistent(error.to_string()))?;
    text.push(b'\n');
    Ok(text)
}
